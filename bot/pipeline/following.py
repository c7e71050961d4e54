"""What an event changes for work that is recorded already, and what was promised before it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.core.errors import Unavailable
from bot.core.event import Event
from bot.pipeline.ports import Records
from bot.respond.conduct import installing
from bot.respond.fate import published
from bot.respond.subject import Subject

INVITATION = timedelta(days=7)  # how long GitHub keeps one open

_INSTALLED: Final = "integration_installation.create"

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
        if event.action == _INSTALLED and event.installation is not None:
            await self._records.first_seen(installing(event.installation), now=self._clock())
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
        """Tell whether an event is Tipstaff's doing although it does not name Tipstaff.

        Somebody accepted an invitation that a person's ``/undo`` led to: GitHub names them as the
        one who did it. Or it is of an event that names nobody (`org_block`, `team_add`). Each is
        heard once. Raises `Unavailable` while a step may just be doing it.
        """
        unsigned = _unsigned(event)
        if unsigned is not None:
            return await self._is_own(event, *unsigned)
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

    async def _is_own(self, event: Event, key: str, value: str, subject: Subject) -> bool:
        if await self._records.in_question(subject.key):
            raise Unavailable(f"a step of our own about {subject.words} is under way")
        now = self._clock()
        return await self._records.spend_effect(
            key.lower(), value.lower(), by=event.id, since=event.at - _LATE, now=now
        )


_LATE: Final = timedelta(hours=1)
"""How long after the act its event may come in."""

_BLOCKS: Final = {"org.block_user": "blocked", "org.unblock_user": "unblocked"}


def _unsigned(event: Event) -> tuple[str, str, Subject] | None:
    """Return the effect, its value and the subject of an event that names nobody as the actor."""
    if event.actor is not None or event.org is None:
        return None
    if event.action in _BLOCKS and event.user is not None:
        who = event.user.lower()
        subject = Subject(kind="block", org=event.org.lower(), person=who)
        return f"org-block:{event.org}/{who}", _BLOCKS[event.action], subject
    team = event.text("team")
    if event.action == "team_add" and team is not None and event.repo is not None:
        slug, repo = team.rpartition("/")[2].lower(), event.repo.lower()
        subject = Subject(kind="role of the team", org=event.org.lower(), repo=repo, name=slug)
        return f"team-repo:{team}/{repo}", "there", subject
    return None


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
