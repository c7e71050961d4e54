"""A playbook in full: what it says of itself, what it asks of an event, and its own tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.core.playbook import Playbook
from bot.core.problem import Place, Problem
from bot.detect.condition import Condition


@dataclass(frozen=True, kw_only=True, slots=True)
class LogSource:
    """Sigma's ``logsource``: which kind of log the playbook is about."""

    product: str
    service: str = ""
    category: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaybookTest:
    """One promise that the playbook makes about itself.

    Exactly one of ``event`` (audit-log fields) and ``delivery`` (``event``: GitHub's event name,
    ``payload``) is set. ``steps`` are the actions a match leads to, in order (``None``: not
    said). ``lists`` take the place of the deployed lists of the same name for this test.
    """

    name: str
    match: bool
    place: Place
    event: Mapping[str, Any] | None = None
    delivery: Mapping[str, Any] | None = None
    steps: tuple[str, ...] | None = None
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """A playbook with its condition; ``placeholders`` are the names of the lists it needs."""

    playbook: Playbook
    condition: Condition
    logsource: LogSource
    tests: tuple[PlaybookTest, ...] = ()
    placeholders: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """The usable playbooks of a file, and everything found wrong with it."""

    rules: tuple[Rule, ...] = ()
    problems: tuple[Problem, ...] = ()
