"""What the path needs of others: playbooks, the state database, GitHub."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.actions.port import GitHub
from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.playbook import Match, Mode
from bot.detect.recall import Deadline, Memory
from bot.respond.alert import Answer, CaseFile, Plan
from bot.respond.conduct import Conduct, Inquiry
from bot.respond.exemption import Exemption
from bot.respond.pause import Pause
from bot.respond.step import Approval, Issue, Receipt, Step, StepState
from bot.respond.told import Told


class Judge(Protocol):
    """Every loaded playbook at once."""

    def mode_of(self, playbook_id: str) -> Mode | None:
        """Return how far a playbook may go as it is now; ``None`` when there is none."""
        ...

    def wanted(self, event: Event) -> frozenset[str]:
        """Return the live lists on which it depends whether a playbook matches."""
        ...

    def match(self, event: Event, live: Mapping[str, Sequence[str]]) -> Sequence[Match]:
        """Return the playbooks whose condition is true, given the live lists that are known."""
        ...

    def remembers(self, matches: Sequence[Match]) -> bool:
        """Say whether a memory is needed to tell what matches mean."""
        ...

    def conclude(
        self, event: Event, matches: Sequence[Match], memory: Memory, *, now: datetime
    ) -> Sequence[Match]:
        """Return the matches that are alerts, given what is remembered; remember the event."""
        ...

    def elapse(
        self, deadline: Deadline, opener: Event, memory: Memory, *, now: datetime
    ) -> Sequence[Match]:
        """Return the alerts of a window that has passed."""
        ...


class DueWindow(Protocol):
    """A claimed window that has passed, and the delivery it began with."""

    @property
    def number(self) -> int:
        """What names it."""
        ...

    @property
    def deadline(self) -> Deadline:
        """Which correlation and group it is of."""
        ...

    @property
    def opener(self) -> Delivery:
        """The delivery it began with."""
        ...

    @property
    def attempts(self) -> int:
        """How often it was claimed."""
        ...


class Windows(Protocol):
    """Windows to judge when they have passed, under leases."""

    async def claim_windows(
        self, worker: str, *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[DueWindow]:
        """Take windows that have passed and that nobody holds."""
        ...

    async def postpone_window(
        self, number: int, *, worker: str, error: str, next_at: datetime
    ) -> bool:
        """Hand a window back, to be claimed again from ``next_at`` on."""
        ...

    async def bury_window(self, number: int, *, worker: str, error: str, now: datetime) -> bool:
        """Set a window aside that cannot be judged; it stays recorded with its error."""
        ...

    async def release_windows(self, worker: str) -> None:
        """Hand back every window this worker holds."""
        ...

    async def forget(self, *, now: datetime) -> int:
        """Forget some of what nothing needs any more; return how much."""
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
        conclude: Callable[[Memory], Sequence[Plan]] | None = None,
        tells: Sequence[Told] = (),
    ) -> bool:
        """Save what a delivery leads to together with its completion.

        ``conclude`` returns further plans from what is remembered, inside the transaction;
        ``tells`` is what the event says of who may do what. Raises
        `Moved`, and saves nothing, when the case is not as the answer expects any more.
        """
        ...

    async def keep(self, delivery_id: str, *, worker: str, plans: Sequence[Plan]) -> bool:
        """Save what a delivery leads to although the delivery itself is to be handled again."""
        ...

    async def complete_window(
        self, number: int, *, worker: str, conclude: Callable[[Memory], Sequence[Plan]]
    ) -> bool:
        """Save what a correlation's window leads to, and that it is judged."""
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
        sent: bool = False,
        follow_ups: Sequence[Step] = (),
        ask_until: datetime | None = None,
        approvals: Sequence[Approval] = (),
    ) -> bool:
        """Save a step's receipt together with the steps that follow from it.

        ``sent`` notes that a write may have taken effect. One that waits for approval is asked for
        until ``ask_until``, with these ``approvals``.
        """
        ...

    async def delivery(self, delivery_id: str) -> Delivery | None:
        """Return a delivery as it came in, nothing masked; ``None`` when it is not kept."""
        ...

    async def last_told(self, thing: str, *, until: datetime, but: str, own: str) -> Told | None:
        """Return what an event other than ``but`` last told of a thing until then."""
        ...

    async def holds(self, step_id: str, *, worker: str, attempts: int) -> bool:
        """Tell whether ``worker`` still holds a step by the claim that was its ``attempts``-th."""
        ...

    async def first_seen(self, edition: str, *, now: datetime) -> datetime:
        """Return when something was first in use here: now, if never before."""
        ...

    async def begin_write(
        self, step_id: str, *, worker: str, attempts: int, intent: Receipt | None = None
    ) -> bool:
        """Note that a step is about to write for the first time; false when the claim was lost.

        ``intent`` is the receipt it leaves if nobody learns what came of it.
        """
        ...

    async def settle_step(
        self,
        step_id: str,
        *,
        worker: str,
        attempts: int,
        params: Mapping[str, Any],
        subject: str | None,
    ) -> bool:
        """Save what a late step is made with; false when the claim was lost."""
        ...

    async def case_of_issue(
        self, repository: str, number: int, issue_id: int | None = None
    ) -> CaseFile | None:
        """Return the case that lives in this issue, if any; the id decides where it is known."""
        ...

    async def case_of_former_issue(
        self, repository: str, number: int, issue_id: int | None = None
    ) -> CaseFile | None:
        """Return the case that lived in this issue before it went on in another one, if any."""
        ...

    async def rename_repository(self, old: str, new: str) -> None:
        """Let the cases whose issues are in ``old`` live in ``new``; both are ``owner/name``."""
        ...

    async def tell_cases_in(self, repository: str, tell: Callable[[CaseFile], Step]) -> None:
        """Record a step for each case that stands and whose issue is in ``owner/name``, once."""
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

    async def in_question(self, subject: str) -> bool:
        """Tell whether a step of ours may just be changing a subject (`Subject.key`)."""
        ...

    async def conduct(self, asked: Inquiry) -> Conduct:
        """Return what Tipstaff has done lately, as far as it bears on a change."""
        ...

    async def exemptions(self, org: str, actor: str, *, now: datetime) -> Sequence[Exemption]:
        """Return the exemptions in force for what somebody does in an organisation."""
        ...

    async def pauses(self) -> Sequence[Pause]:
        """Return the pauses that hold, for all workers at once."""
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

    def anonymous(self) -> GitHub:
        """Return GitHub as anybody sees it, for calls that must carry no credential."""
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
