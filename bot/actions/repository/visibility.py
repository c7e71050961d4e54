"""Who may see a repository: looked at, and changed."""

from collections.abc import Mapping
from typing import Any, Final

from bot.actions.base import Situation, split
from bot.actions.change import CannotChange, Change, Present
from bot.core.errors import NotFound

VISIBILITY_NEEDS: Final[Mapping[str, str]] = {"administration": "write", "metadata": "read"}

_REPOSITORY: Final = "/repos/{owner}/{repo}"


async def read_repository(situation: Situation, repo: str) -> Mapping[str, Any]:
    """Return a repository as it is now; raise `CannotChange` when it is gone."""
    try:
        reply = await situation.gh.call("GET", _REPOSITORY, split(repo))
    except NotFound as error:
        text = f"The repository {repo} is gone, or out of the App's reach."
        raise CannotChange(text) from error
    return dict(reply.data)


async def write_repository(situation: Situation, repo: str, **settings: object) -> None:
    """Change a repository's settings."""
    await situation.gh.call("PATCH", _REPOSITORY, split(repo), body=settings)


def visibility_change(
    situation: Situation, repo: str, *, changed: str, wanted: str, note: str | None = None
) -> Change:
    """Return the change of a repository's visibility; public is only brought back by an undo."""

    async def read() -> Present:
        found = await read_repository(situation, repo)
        return Present(label=str(found["visibility"]))

    async def write(visibility: str | None, _: Mapping[str, Any]) -> str | None:
        await write_repository(situation, repo, visibility=visibility)
        return None

    return Change(
        thing=f"the visibility of {repo}",
        changed=changed,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda was, now: f"Made {repo} {now}{f' (was {was})' if was else ''}.",
        note=note,
    )
