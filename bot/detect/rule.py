"""A playbook in full: what it says of itself, what it asks of an event, and its own tests."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from bot.core.event import Event
from bot.core.playbook import Playbook
from bot.core.problem import Place, Problem
from bot.detect.baseline import Baseline
from bot.detect.condition import AnyOf, Condition
from bot.detect.correlation.model import Correlation
from bot.detect.correlation.salvage import Broken

_GITHUB: Final = re.compile(r"github(?![a-z0-9])", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class LogSource:
    """Sigma's ``logsource``: which kind of log the playbook is about."""

    product: str = ""
    service: str = ""
    category: str = ""

    @property
    def github(self) -> bool:
        """Whether GitHub's events can come from it: one of its parts says so."""
        return any(map(_GITHUB.match, (self.product, self.service, self.category)))

    def __str__(self) -> str:
        """Name it by what it says of itself."""
        return "/".join(filter(None, (self.product, self.category, self.service)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Moment:
    """One item of a test's sequence: what comes, and when.

    ``offset`` counts from the beginning of the sequence, ``at`` is a time of its own. Exactly one
    of ``event`` and ``delivery`` is set, as in a test.
    """

    offset: timedelta = timedelta(0)
    at: datetime | None = None
    event: Mapping[str, Any] | None = None
    delivery: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaybookTest:
    """One promise that the playbook makes about itself.

    Exactly one of ``event`` (audit-log fields), ``delivery`` (``event``: GitHub's event name,
    ``payload``) and ``sequence`` is set. ``steps`` are the actions a match leads to, in order
    (``None``: not said). ``lists`` take the place of the deployed lists of the same name for
    this test, ``zone`` that of the organisation's time zone.
    """

    name: str
    match: bool
    place: Place
    event: Mapping[str, Any] | None = None
    delivery: Mapping[str, Any] | None = None
    sequence: tuple[Moment, ...] = ()
    steps: tuple[str, ...] | None = None
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    zone: str | None = None


NOTHING: Final = AnyOf(children=())
"""The condition of a correlation: no single event satisfies it."""


class Wording(Protocol):
    """How a rule of another language words its alerts."""

    def say(self, event: Event) -> str:
        """Return the alert's text for an event."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A playbook with its condition; ``placeholders`` are the names of the lists it needs.

    ``name`` is Sigma's, by which correlations and filters may refer to it. With a ``baseline``
    only a new value matches; with a ``correlation`` the condition is `NOTHING`. ``quiet``: it
    serves correlations and does not alert on its own. ``wording`` makes the match's ``output``.
    """

    playbook: Playbook
    condition: Condition
    logsource: LogSource
    tests: tuple[PlaybookTest, ...] = ()
    placeholders: frozenset[str] = frozenset()
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    name: str = ""
    baseline: Baseline | None = None
    correlation: Correlation | None = None
    quiet: bool = False
    wording: Wording | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Filter:
    """A condition that is added to the rules it names (``None``: to all of its log source)."""

    title: str
    rules: tuple[tuple[str, Place], ...] | None
    condition: Condition
    logsource: LogSource
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """The usable playbooks and filters of a file, and everything found wrong with it.

    ``broken`` are the correlations among what is not usable.
    """

    rules: tuple[Rule, ...] = ()
    filters: tuple[Filter, ...] = ()
    broken: tuple[Broken, ...] = ()
    problems: tuple[Problem, ...] = ()
