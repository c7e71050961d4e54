"""A self-hosted runner: of a repository, or of the organisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.actions.people.taking import take_away
from bot.core.errors import NotFound, Refused, Unavailable

REPOSITORY_NEEDS: Final[Mapping[str, str]] = {"administration": "write", "metadata": "read"}
ORGANIZATION_NEEDS: Final[Mapping[str, str]] = {
    "organization_self_hosted_runners": "write",
    "metadata": "read",
}

_THERE: Final = "registered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """Where runners are registered: what it is called, and the list's address in the API."""

    name: str
    url: str
    where: Mapping[str, str | int]


def of_repository(repository: str) -> Pool:
    """Return the runners of one repository."""
    url = "/repos/{owner}/{repo}/actions/runners"
    return Pool(name=repository, url=url, where=split(repository))


def of_organization(org: str) -> Pool:
    """Return the runners of the organisation."""
    return Pool(name=org, url="/orgs/{org}/actions/runners", where={"org": org})


async def find(
    situation: Situation, pools: tuple[Pool, ...], *, number: int | None, name: str
) -> tuple[Pool, int] | None:
    """Return where a runner is registered and its number, found by number or else by name.

    Where both are told, one with another name is not it: GitHub's own machines have numbers too.
    Raises `CannotChange` when several have the name.
    """
    for pool in pools:
        if number is not None:
            shown = await _look(situation, pool, number)
            if shown is not None and (not name or shown["name"] == name):
                return pool, number
            continue
        listed = situation.gh.pages(pool.url, pool.where, key="runners")
        found = [int(runner["id"]) async for runner in listed if runner["name"] == name]
        if len(found) > 1:
            raise CannotChange(f"Several runners of {pool.name} are called {name}; give a number.")
        if found:
            return pool, found[0]
    return None


def runner_removal(situation: Situation, pool: Pool, number: int | None, name: str) -> Change:
    """Return the removal of a runner; without a number there is none of that name."""
    where = {**pool.where, "runner_id": number or 0}
    thing = f"the runner {name or number} of {pool.name}"

    async def read() -> Present:
        found = await _look(situation, pool, number)
        return Present(label=_THERE if found is not None else None)

    async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
        if label is not None:
            raise CannotChange("A runner can only be registered on its own machine.")
        try:
            await take_away(situation.gh, pool.url + "/{runner_id}", where, read)
        except Refused as error:
            found = await _look(situation, pool, number) if error.status == 422 else None
            if found is None or not found.get("busy"):
                raise
            raise Unavailable(f"{thing} is at a job, and goes when that is over") from None
        return None

    return Change(
        thing=thing,
        changed=_THERE,
        wanted=None,
        read=read,
        write=write,
        words=lambda _, __: f"Removed {thing}.",
        # Nothing that is recorded could bring it back.
        needs_details=True,
    )


async def _look(situation: Situation, pool: Pool, number: int | None) -> Mapping[str, Any] | None:
    if number is None:
        return None
    where = {**pool.where, "runner_id": number}
    try:
        return dict((await situation.gh.call("GET", pool.url + "/{runner_id}", where)).data)
    except NotFound:
        return None
