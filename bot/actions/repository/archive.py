"""Makes a repository read-only."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change, Present
from bot.actions.changing import ChangingAction
from bot.actions.people.subject import repository_of, same
from bot.actions.repository.place import RepositoryParameters
from bot.actions.repository.visibility import (
    VISIBILITY_NEEDS,
    read_repository,
    write_repository,
)

ARCHIVED: Final = "archived"
IN_USE: Final = "in use"


class ArchiveRepository(ChangingAction[RepositoryParameters]):
    """Archives a repository: nobody can push, comment or merge."""

    name = "archive-repository"
    summary = (
        "Archives a repository: from then on it is read-only for everybody, with its issues and "
        "pull requests."
    )
    Params = RepositoryParameters
    needs: ClassVar[Mapping[str, str]] = VISIBILITY_NEEDS
    undo_note = "`/undo` makes it writable again."
    example = "- action: archive-repository\n"

    async def change(self, situation: Situation, params: RepositoryParameters) -> Change:
        """Return the archiving of a repository."""
        repo = await repository_of(situation, params.repository)
        if same(situation.security_repository, repo):
            raise CannotChange(
                f"{repo} is where cases are opened: archived, it could take no more of them."
            )
        return archive_change(situation, repo, changed=IN_USE, wanted=ARCHIVED)


def archive_change(situation: Situation, repo: str, *, changed: str, wanted: str) -> Change:
    """Return the change of whether a repository is archived."""

    async def read() -> Present:
        found = await read_repository(situation, repo)
        return Present(label=ARCHIVED if found["archived"] else IN_USE)

    async def write(label: str | None, _: Mapping[str, Any]) -> str | None:
        await write_repository(situation, repo, archived=label == ARCHIVED)
        return None

    return Change(
        thing=f"the repository {repo}",
        changed=changed,
        wanted=wanted,
        read=read,
        write=write,
        words=lambda _, now: (
            f"Archived {repo}: it is read-only now."
            if now == ARCHIVED
            else f"Took {repo} out of the archive: it is writable again."
        ),
    )
