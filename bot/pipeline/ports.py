"""What the path needs of others: playbooks, the state database, GitHub."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.actions.port import GitHub
from bot.core.event import Event
from bot.core.playbook import Match
from bot.respond.alert import Answer, CaseFile, Plan
from bot.respond.step import Receipt, Step, StepState


class Judge(Protocol):
    """Every loaded playbook at once."""

    def wanted(self, event: Event) -> frozenset[str]:
        """Return the live lists on which it depends whether a playbook matches."""
        ...

    def match(self, event: Event, live: Mapping[str, Sequence[str]]) -> Sequence[Match]:
        """Return the playbooks whose condition is true, given the live lists that are known."""
        ...


class Lists(Protocol):
    """Live lists: what GitHub knows of an organisation."""

    async def values(self, name: str, *, installation: int, org: str) -> Sequence[str]:
        """Return what is on a list, no older than the operator allows.

        Raises `Unavailable` when it cannot be read now and `Refused` when asking again changes
        nothing; never returns less than the whole list.
        """
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
        """Save what a delivery leads to together with its completion."""
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

    async def case_of_issue(self, repository: str, number: int) -> CaseFile | None:
        """Return the case that lives in this issue, if any."""
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
