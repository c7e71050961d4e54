"""Has GitHub revoke tokens that somebody let out."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from bot.actions.base import Action, NoParameters, Situation, split
from bot.actions.names import repository_now
from bot.core.errors import Forbidden, NotFound, Refused
from bot.core.event import Event
from bot.respond.alert import Alert
from bot.respond.masking import github_tokens, mask
from bot.respond.step import Receipt, StepState

_KINDS: Final = ("ghp_", "github_pat_", "gho_", "ghu_", "ghr_")
"""What GitHub revokes for anybody (https://docs.github.com/rest/credentials/revoke)."""

_ALERT: Final = "/repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}"
_ALERT_NEEDS: Final = {"secret_scanning_alerts": "read", "metadata": "read"}
_MOST: Final = 1_000
"""Tokens that GitHub takes in one request."""

_MOST_CALLS: Final = 30
"""Requests of one step: GitHub takes 60 an hour from one address."""

_SHOWN: Final = 20


class RevokeLeakedCredential(Action[NoParameters]):
    """Hands leaked tokens to GitHub, as anybody may who finds one."""

    name = "revoke-leaked-credential"
    summary = (
        "Has GitHub revoke the tokens of its own that are in the event: in what was written (a "
        "comment, a commit message), or found by secret scanning. It revokes classic and "
        "fine-grained tokens and those of OAuth and GitHub Apps, whosever they are, and tells "
        "their owners; nobody can bring them back. A token is never logged or kept: the receipt "
        "has its first characters, and its hash as the audit log's `hashed_token` writes it."
    )
    Params = NoParameters
    needs: ClassVar[Mapping[str, str]] = _ALERT_NEEDS
    changes: ClassVar[bool] = True
    undo_note = "A revoked token stays revoked: its owner makes a new one."
    example = "- action: revoke-leaked-credential\n"

    async def apply(
        self,
        situation: Situation,
        params: NoParameters,  # noqa: ARG002 - there are none
    ) -> Receipt:
        """Find the tokens and have them revoked; doing so twice does no harm."""
        found = await _tokens(situation)
        revocable = [token for token in found if token.startswith(_KINDS)]
        others = [token for token in found if not token.startswith(_KINDS)]
        if not revocable:
            text = "Nothing to do: the event has no token in it that GitHub would revoke."
            return Receipt(state=StepState.UNCHANGED, summary=f"{text}{_left(others)}")
        taken, refused = await _revoke(situation, revocable)
        if not taken:
            raise Refused(f"GitHub revoked none of {_named(refused)}: it takes them for no tokens")
        return Receipt(
            state=StepState.DONE,
            summary=f"GitHub accepted to revoke {_named(taken)}. It does so within moments, and "
            f"tells only the owner.{_left([*refused, *others])}",
            before={"tokens": [_trace(token) for token in taken[:_SHOWN]]},
        )


async def _tokens(situation: Situation) -> list[str]:
    """Return the tokens in the event as it came in, and in what secret scanning found."""
    alert = situation.subject()
    event = await situation.original()
    texts = [] if event is None else list(_texts(event))
    texts.append(await _scanned(situation, alert))
    return github_tokens("\n".join(texts))


def _texts(event: Event) -> Iterator[str]:
    yield from _strings(event.fields)
    yield from _strings(event.raw)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


async def _scanned(situation: Situation, alert: Alert) -> str:
    """Return the secret of a secret scanning alert: no webhook carries it, but the API does."""
    number = alert.fields.get("number")
    if not alert.action.startswith("secret_scanning_alert") or not isinstance(number, int):
        return ""
    gh = situation.view(_ALERT_NEEDS)
    try:
        repository = await repository_now(gh, alert.repo or "", alert.fields.get("repo_id"))
        if repository is None:
            return ""
        where = {**split(str(repository["full_name"])), "alert_number": number}
        return str((await gh.call("GET", _ALERT, where)).data.get("secret") or "")
    except (NotFound, Forbidden):
        return ""


async def _revoke(situation: Situation, tokens: Sequence[str]) -> tuple[list[str], list[str]]:
    """Hand tokens in; return those that GitHub took, and those it did not.

    One that only looks like a token makes GitHub refuse all of a request, so that is halved.
    """
    batches = [list(tokens[:_MOST])]
    taken: list[str] = []
    refused: list[str] = list(tokens[_MOST:])
    for _ in range(_MOST_CALLS):
        if not batches:
            break
        batch = batches.pop(0)
        try:
            await _hand_in(situation, batch)
        except Refused as error:
            if error.status != 422:
                raise
            half = len(batch) // 2
            batches += [batch[:half], batch[half:]] if half else []
            refused += [] if half else batch
        else:
            taken += batch
    return taken, [*refused, *(token for batch in batches for token in batch)]


async def _hand_in(situation: Situation, tokens: Sequence[str]) -> None:
    body = {"credentials": list(tokens)}
    await situation.anonymous.call("POST", "/credentials/revoke", body=body)


def _named(tokens: Sequence[str]) -> str:
    count = "one token" if len(tokens) == 1 else f"{len(tokens)} tokens"
    shown = [f"{mask(each)} with the hash {_hash(each)}" for each in tokens[:_SHOWN]]
    return f"{count} ({', '.join(shown)}{', ...' if len(tokens) > _SHOWN else ''})"


def _left(tokens: Sequence[str]) -> str:
    if not tokens:
        return ""
    return f" Not revoked: {', '.join(map(mask, tokens[:_SHOWN]))}, of a kind it does not take."


def _trace(token: str) -> dict[str, str]:
    """Return what is kept of a token: enough to know it by, too little to use it."""
    return {"begins": mask(token), "hash": _hash(token)}


def _hash(token: str) -> str:
    return base64.b64encode(hashlib.sha256(token.encode()).digest()).decode()
