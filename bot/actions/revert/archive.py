"""A repository that was archived, or taken out of the archive: as it was before."""

from collections.abc import Mapping
from typing import ClassVar

from bot.actions.base import Situation
from bot.actions.change import CannotChange, Change
from bot.actions.people.subject import same
from bot.actions.repository.archive import ARCHIVED, IN_USE, archive_change
from bot.actions.repository.visibility import VISIBILITY_NEEDS
from bot.actions.revert.reverter import Reverter, repository
from bot.respond.alert import Alert


class ArchiveReverter(Reverter):
    """Answers a repository that was archived, or taken out of the archive."""

    actions = ("repo.archived", "repo.unarchived")
    needs: ClassVar[Mapping[str, str]] = VISIBILITY_NEEDS
    puts_back = "An archived repository becomes writable again, and an unarchived one read-only."

    async def change(self, situation: Situation, alert: Alert) -> Change:
        """Return the change of whether a repository is archived."""
        repo = await repository(situation, alert)
        archived = alert.action == "repo.archived"
        if not archived and same(situation.security_repository, repo):
            raise CannotChange(
                f"{repo} is where cases are opened: archived, it could take no more of them. If it "
                "should be, name another one in the settings first."
            )
        changed, wanted = (ARCHIVED, IN_USE) if archived else (IN_USE, ARCHIVED)
        return archive_change(situation, repo, changed=changed, wanted=wanted)
