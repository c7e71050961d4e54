"""What a playbook says of itself and of what to do, once parsed; its condition is `detect`'s."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import Any

from bot.core.problem import Place


class Level(StrEnum):
    """How bad a match is: Sigma's ``level``, mildest first."""

    INFORMATIONAL = "informational"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """A number to sort by: 0 for informational up to 4 for critical."""
        return list(Level).index(self)


class Mode(IntEnum):
    """How far a playbook may go. Ordered, so a ceiling is a plain ``min``."""

    OBSERVE = 0
    ASK = 1
    ENFORCE = 2

    def __str__(self) -> str:
        """Spell the mode as playbooks and settings do."""
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> "Mode":
        """Read ``observe``, ``ask`` or ``enforce``; raise ``KeyError`` for anything else."""
        return cls[text.upper()]


class Unless(StrEnum):
    """What makes a delayed step needless when it has happened meanwhile."""

    ACKNOWLEDGED = "acknowledged"
    APPROVED = "approved"
    DENIED = "denied"
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True, slots=True)
class After:
    """How long a step waits once the alert is recorded, and what makes it needless meanwhile."""

    span: timedelta
    unless: tuple[Unless, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class StepSpec:
    """One step of a response as the playbook wrote it; texts in ``params`` may be templates.

    ``name`` is what other steps call it by, ``condition`` the expression that must be true for it
    to be made (empty: always). ``stops`` says that nothing after it is made when it fails;
    ``rescues`` is the position of the step whose failure this one is for.
    """

    action: str
    params: Mapping[str, Any] = field(default_factory=dict)
    place: Place
    name: str = ""
    condition: str = ""
    condition_place: Place | None = None
    after: After | None = None
    stops: bool = False
    rescues: int | None = None


class Circle(StrEnum):
    """Who may approve, when it is not just anybody who looks after the repository."""

    USUAL = "owners and repository administrators"
    OWNERS = "owners"
    TEAM = "team"
    ROLE = "role"


@dataclass(frozen=True, kw_only=True, slots=True)
class ApprovalRule:
    """Whose word, and how many people's, a change needs that waits for approval.

    ``name`` is the team's short name, or the role on the repository (``maintain``, ``admin``).
    ``expires`` is how long a question stays open.
    """

    approvers: int = 1
    circle: Circle = Circle.USUAL
    name: str = ""
    expires: timedelta = timedelta(days=7)


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """What to do about a match.

    ``about`` names the field holding the login of the person concerned, who is told;
    ``group_by`` names the fields whose equal values put alerts of this playbook in one case, and
    ``group_for`` how long after it was opened a case takes more (``None``: until it is closed).
    """

    mode: Mode = Mode.OBSERVE
    about: str = "actor"
    group_by: tuple[str, ...] = ("org", "repo", "user", "actor")
    group_for: timedelta | None = None
    steps: tuple[StepSpec, ...] = ()
    approval: ApprovalRule = ApprovalRule()


@dataclass(frozen=True, kw_only=True, slots=True)
class Playbook:
    """A playbook's metadata (Sigma's names) and its response."""

    id: str
    title: str
    level: Level
    place: Place
    description: str = ""
    status: str = "experimental"
    author: str = ""
    date: str = ""
    tags: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    falsepositives: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    response: Response = Response()


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a match is one: in ``selection``, ``field`` held ``value``, which ``test`` asks for.

    ``field`` is empty for a keyword; ``test`` is the playbook's own words
    (``permission: admin``, ``user_agent|contains: curl``). ``presumed`` says that nobody could
    know: the list that the test asks for could not be read. ``sighting``: it is one of the events
    that a correlation joins, and ``value`` tells in words what that was and when.
    """

    selection: str
    field: str
    value: Any
    test: str
    presumed: bool = False
    sighting: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A playbook's condition was true for an event, and these tests made it so.

    ``output`` is what a rule in another language says of it, in that rule's own words.
    """

    playbook: Playbook
    event_id: str
    reasons: tuple[Reason, ...]
    output: str = ""

    @property
    def events(self) -> tuple[str, ...]:
        """The events that a correlation joined, in words; empty for a match of one event."""
        told = (str(reason.value) for reason in self.reasons if reason.sighting)
        return tuple(dict.fromkeys(told))  # one event may be a sighting of several rules

    @property
    def presumed(self) -> bool:
        """Whether it rests on something that could not be known; then a person is asked first."""
        return any(reason.presumed for reason in self.reasons)
