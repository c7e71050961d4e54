"""A deploy key: looked at, removed, and added again from what was recorded."""

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.people.taking import take_away
from bot.core.errors import NotFound

DEPLOY_KEY_NEEDS: Final[Mapping[str, str]] = {"administration": "write", "metadata": "read"}

_KEYS: Final = "/repos/{owner}/{repo}/keys"
THERE: Final = "there"


def deploy_key_change(
    situation: Situation, repo: str, number: int, *, name: str, details: Mapping[str, Any]
) -> Change:
    """Return the removal of a deploy key; ``details`` are what is known to make it again."""
    where = {**split(repo), "key_id": number}
    added: list[str] = []

    async def read() -> Present:
        if added:  # an undo: the key has another number now
            return await find_key(situation, repo, added[-1])
        try:
            reply = await situation.gh.call("GET", _KEYS + "/{key_id}", where)
        except NotFound:
            return Present(label=None)
        return Present(label=THERE, details=_details(reply.data))

    async def write(wanted: str | None, details: Mapping[str, Any]) -> str | None:
        if wanted is None:
            await take_away(situation.gh, _KEYS + "/{key_id}", where, read)
            return None
        if not details.get("key"):
            raise CannotChange(
                f"The public half of the key {name} was not recorded; please add it by hand."
            )
        key = str(details["key"])
        added.append(key)
        if (await find_key(situation, repo, key)).label is None:
            await situation.gh.call("POST", _KEYS, split(repo), body=dict(details))
        return None

    return Change(
        thing=f"the deploy key {name} of {repo}",
        changed=THERE,
        wanted=None,
        read=read,
        write=write,
        words=lambda _, now: _words(name, repo, now),
        details=details,
        needs_details=True,
    )


def _details(key: Mapping[str, Any]) -> dict[str, Any]:
    return {"title": key["title"], "key": key["key"], "read_only": key["read_only"]}


def told_key(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an event tells of a key; nothing when that would not make it again."""
    told = {name: fields.get(name) for name in ("title", "key", "read_only")}
    whole = isinstance(told["key"], str) and not told["key"].endswith("…")
    return told if whole and isinstance(told["read_only"], bool) else {}


async def find_key(situation: Situation, repo: str, key: str) -> Present:
    """Look for a key by its content."""
    found = await _found(situation, repo, key)
    return Present(label=None) if found is None else Present(label=THERE, details=_details(found))


async def remove_key(situation: Situation, repo: str, key: str) -> None:
    """Remove a key that is found by its content: it may have another number than before."""
    found = await _found(situation, repo, key)
    if found is not None:
        where = {**split(repo), "key_id": int(found["id"])}
        await situation.gh.call("DELETE", _KEYS + "/{key_id}", where)


async def _found(situation: Situation, repo: str, key: str) -> Mapping[str, Any] | None:
    """Return a key by its content; GitHub keeps type and base64 and drops the remark."""
    wanted = key.split()[:2]
    async for found in situation.gh.pages(_KEYS, split(repo)):
        if str(found["key"]).split()[:2] == wanted:
            return dict(found)
    return None


def _words(name: str, repo: str, now: str | None) -> str:
    if now is None:
        return f"Removed the deploy key {name} from {repo}."
    return f"Added the deploy key {name} to {repo} again."
