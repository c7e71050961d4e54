"""A recorded match, the case that groups alerts, and the plan for what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from bot.core.playbook import Mode, Playbook, Reason
from bot.respond.exemption import Exemption
from bot.respond.pause import Pause
from bot.respond.step import Approval, Issue, Step, StepState


class CaseState(StrEnum):
    """Where a case stands; `bot.respond.life` holds the table of what may follow what."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    EXPIRED = "expired"  # closed by time: nobody answered


ENDED: Final = frozenset({CaseState.CLOSED, CaseState.EXPIRED})
"""Where a case takes no further alerts, unless it is opened again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Alert:
    """A match, recorded with everything needed to explain it later.

    ``id`` follows from the delivery and the playbook, so the same delivery judged again gives
    the same alert. ``mode`` is the one in force (the playbook's, lowered by the settings);
    ``person`` the login of the person concerned; ``action``, ``fields`` and ``raw`` are the
    event's (``raw`` trimmed to what the response needs); ``output`` is what a rule of another
    language says of it; ``happened_at`` is the event's time.
    ``exemption`` is the id of the one that covers it: then nothing is done about it.
    """

    id: str
    delivery_id: str
    case_id: str
    installation: int
    org: str
    repo: str | None
    actor: str | None
    person: str | None
    mode: Mode
    playbook: Playbook
    reasons: tuple[Reason, ...]
    action: str
    fields: Mapping[str, Any]
    output: str = ""
    happened_at: datetime
    created_at: datetime
    exemption: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """The issue that groups alerts; ``key`` is what they have in common.

    At most one case with a key has not ended. ``issue`` is ``None`` until it is opened.
    ``heard_at`` is when a person last said something on it; ``reminded_at`` and ``escalated_at``
    when it was last reminded of, and when more people were last called; ``former`` the id of the
    case with the same key that went before.
    """

    id: str
    key: str
    org: str
    installation: int
    state: CaseState = CaseState.OPEN
    issue: Issue | None = None
    opened_at: datetime
    closed_at: datetime | None = None
    heard_at: datetime | None = None
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    former: str | None = None

    @property
    def has_ended(self) -> bool:
        """Whether it is closed, by whomever."""
        return self.state in ENDED


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What one match leads to: saved in one transaction with the event's completion.

    ``case`` is a proposal: when an open case has the same key, the store puts the alert and the
    steps there instead; so it does with one that ended within ``reopens`` (``None``: whenever it
    ended, it stays so), which is then open again.
    """

    case: Case
    alert: Alert
    steps: tuple[Step, ...]
    reopens: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseFile:
    """A case with everything recorded about it: alerts by time, steps by alert and position.

    ``former`` is the case that went before, if there was one; ``exemptions`` are those in force
    that were written on it, where a person's word is heard.
    """

    case: Case
    alerts: tuple[Alert, ...] = ()
    steps: tuple[Step, ...] = ()
    former: Case | None = None
    exemptions: tuple[Exemption, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class StepChange:
    """A person's word moves a recorded step on: to ``state``, by ``by``, if still ``expected``.

    ``installation`` is the one their word came through: the step goes on there, because the App
    may have been installed anew since it was planned. ``had`` are the approvals that this was
    decided from (``None``: whichever), ``approvals`` those it has then (``None``: as they are),
    asked for until ``ask_until``. ``why`` tells of a denial.
    """

    step_id: str
    expected: StepState
    state: StepState
    by: str
    installation: int | None = None
    had: tuple[Approval, ...] | None = None
    approvals: tuple[Approval, ...] | None = None
    ask_until: datetime | None = None
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a person's word on a case leads to, saved in one transaction with its delivery.

    ``expected`` and ``holds`` (steps and their states) are what it was decided from: when any of
    it is not so any more, nothing is saved. ``case_state`` is the case's next state (``None``: as
    it is); ``steps`` are new ones (the reply, an undo, closing the issue); ``issue_gone`` says
    that the case has no issue any more; ``heard`` that it ends the silence on the case. ``exempts``
    are new exemptions, and ``ends`` the ids of those that ``by`` ends early; ``pauses`` begins a
    global stop, and ``resumes`` names the organisation whose stop ends.
    """

    case_id: str
    expected: CaseState | None = None
    holds: tuple[tuple[str, StepState], ...] = ()
    case_state: CaseState | None = None
    issue_gone: bool = False
    heard: bool = False
    changes: tuple[StepChange, ...] = ()
    steps: tuple[Step, ...] = ()
    exempts: tuple[Exemption, ...] = ()
    ends: tuple[str, ...] = ()
    by: str = ""
    pauses: Pause | None = None
    resumes: str | None = None
