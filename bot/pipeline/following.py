"""What an event changes for work that is recorded already, and what was promised before it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.core.event import Event
from bot.pipeline.ports import Records
from bot.respond.fate import published

INVITATION = timedelta(days=7)  # how long GitHub keeps one open

_LET_IN = frozenset(
    {
        "integration_installation.unsuspend",
        "integration_installation.version_updated",
        "integration_installation.repositories_added",
    }
)
"""Events after which what GitHub did not allow may be allowed."""


class Follower:
    """Brings recorded work up to date with what happened."""

    def __init__(self, *, records: Records, clock: Callable[[], datetime]) -> None:
        self._records = records
        self._clock = clock

    async def follow(self, event: Event) -> None:
        """Bring up to date what an event changes for work that is recorded already."""
        if event.action in {"repo.rename", "repo.transfer"} and event.repo is not None:
            old = _former_name(event)
            if old is not None:
                await self._records.rename_repository(old, event.repo)
        if event.action == "repo.access" and event.text("visibility") == "public":
            await self._publish(event)
        if event.action in _LET_IN and event.installation is not None:
            await self._records.resume(event.installation, now=self._clock())

    async def _publish(self, event: Event) -> None:
        """Let the cases whose issues the public reads now go on where it does not."""
        if event.repo is not None:
            now = self._clock()
            await self._records.tell_cases_in(
                event.repo, lambda file: published(event, file, now=now)
            )

    async def was_promised(self, event: Event) -> bool:
        """Tell whether somebody accepted an invitation that a person's ``/undo`` led to.

        GitHub then names the invited person as the one who did it. A promise is kept once.
        """
        level, user, where = event.text("permission"), event.user, _invited_to(event)
        if user is None or where is None or level is None:
            return False
        if event.actor is None or event.actor.casefold() != user.casefold():
            return False
        now = self._clock()
        return await self._records.spend_effect(
            f"{where}/{user}".lower(),
            level.lower(),
            by=event.id,
            since=now - INVITATION,
            now=now,
        )


def _invited_to(event: Event) -> str | None:
    """Return how an invitation to what somebody joined is written down; ``None``: to nothing."""
    if event.action == "repo.add_member" and event.repo is not None:
        return f"repo-invitation:{event.repo}"
    if event.action == "org.add_member" and event.org is not None:
        return f"org-invitation-{event.text('permission')}:{event.org}"
    return None


def _former_name(event: Event) -> str | None:
    """Return ``owner/name`` as it was before a rename or a transfer."""
    if event.action == "repo.transfer":
        return event.text("repo_was")
    name = event.text("old_name")
    return None if name is None or event.repo is None else f"{event.repo.split('/')[0]}/{name}"
