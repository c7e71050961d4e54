"""What the path needs of others: playbooks, the state database, GitHub."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.actions.port import GitHub
from bot.core.event import Event
from bot.core.playbook import Match
from bot.respond.alert import Answer, CaseFile, Plan
from bot.respond.step import Issue, Receipt, Step, StepState


class Judge(Protocol):
    """Every loaded playbook at once."""

    def match(self, event: Event) -> Sequence[Match]:
        """Return the playbooks whose condition is true for the event."""
        ...


class Records(Protocol):
    """What the path needs of the state database; every method is one transaction."""

    async def complete(
        self,
        delivery_id: str,
        *,
        worker: str,
        now: datetime,
        action: str,
        plans: Sequence[Plan] = (),
        answer: Answer | None = None,
    ) -> bool:
        """Save what a delivery leads to together with its completion.

        Raises `Moved`, and saves nothing, when the case is not as the answer expects any more.
        """
        ...

    async def keep(self, delivery_id: str, *, worker: str, plans: Sequence[Plan]) -> bool:
        """Save what a delivery leads to although the delivery itself is to be handled again."""
        ...

    async def finish_step(
        self,
        step_id: str,
        *,
        worker: str,
        now: datetime,
        state: StepState,
        receipt: Receipt | None = None,
        error: str = "",
        next_at: datetime | None = None,
        follow_ups: Sequence[Step] = (),
    ) -> bool:
        """Save a step's receipt together with the steps that follow from it."""
        ...

    async def holds(self, step_id: str, *, worker: str, attempts: int) -> bool:
        """Tell whether ``worker`` still holds a step by the claim that was its ``attempts``-th."""
        ...

    async def case_of_issue(
        self, repository: str, number: int, issue_id: int | None = None
    ) -> CaseFile | None:
        """Return the case that lives in this issue, if any; the id decides where it is known."""
        ...

    async def rename_repository(self, old: str, new: str) -> None:
        """Let the cases whose issues are in ``old`` live in ``new``; both are ``owner/name``."""
        ...

    async def move_issue(self, case_id: str, issue: Issue) -> None:
        """Remember where a case lives at GitHub now."""
        ...

    async def resume(self, installation: int, *, now: datetime) -> None:
        """Make every step of an installation due that waits to be tried again."""
        ...

    async def spend_effect(
        self, key: str, value: str, *, by: str, since: datetime, now: datetime
    ) -> bool:
        """Tell whether Tipstaff last set ``key`` to ``value`` since then; once, to ``by``."""
        ...

    async def changes_since(
        self, *, playbook_id: str, actions: frozenset[str], since: datetime
    ) -> int:
        """Count the changes a playbook made, or began to make, since then."""
        ...


class Installation(Protocol):
    """One installation's GitHub."""

    def narrowed(self, permissions: Mapping[str, str]) -> GitHub:
        """Return a view of it whose token can do no more than this."""
        ...


class Apps(Protocol):
    """The App's installations."""

    def installation(self, installation_id: int) -> Installation:
        """Return one installation's GitHub; nothing is fetched yet."""
        ...


class StepTask(Protocol):
    """A claimed step with all that is recorded about its case."""

    @property
    def step(self) -> Step:
        """The step, as claimed: its intent is saved."""
        ...

    @property
    def file(self) -> CaseFile:
        """Its case, as it stood at the claim."""
        ...

    @property
    def resumed(self) -> bool:
        """Whether an earlier try's outcome is unknown."""
        ...
