"""Folders of playbooks in few words, for the tests of correlation."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.event import Event
from bot.core.playbook import Match
from bot.core.problem import Problem
from bot.detect.detector import Detector
from bot.detect.linking import link
from bot.detect.live_ruleset import compile_live
from bot.detect.parse import parse
from bot.detect.recall import Recollection
from bot.detect.rule import Rule

START = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def number(position: int) -> str:
    """Return the id of the playbook at a position in a text."""
    return f"11111111-2222-4333-8444-{position:012d}"


def base(name: str, position: int = 1) -> str:
    """Return a rule that matches the action of its own name."""
    return (
        f"title: {name}\nname: {name}\nid: {number(position)}\nlevel: low\n"
        "logsource: {product: github, service: audit}\n"
        f"detection: {{s: {{action: {name}}}, condition: s}}\n"
    )


def correlation(body: str, *, name: str = "c", position: int = 90, rest: str = "") -> str:
    """Return a correlation; ``body`` is what stands in the braces of that key."""
    return (
        f"title: {name}\nname: {name}\nid: {number(position)}\nlevel: high\n"
        f"correlation: {{{body}}}\n{rest}"
    )


def folder(*documents: str) -> tuple[tuple[Rule, ...], list[str]]:
    """Return the linked rules of a file with these documents, and every problem."""
    parsed = parse("---\n".join(documents), "p.yml")
    rules, problems = link(parsed.rules, parsed.filters, {}, parsed.broken)
    found: list[Problem] = sorted((*parsed.problems, *problems))
    return rules, [str(problem) for problem in found]


def faultless(*documents: str) -> tuple[Rule, ...]:
    """Return the linked rules of documents that must have no fault."""
    rules, problems = folder(*documents)
    assert problems == []
    return rules


def happening(
    action: str,
    minutes: float = 0,
    *,
    key: str | None = None,
    org: str = "acme",
    **fields: Any,
) -> Event:
    """Return an event so long after the beginning."""
    return Event(
        id=key or f"{action}@{minutes}",
        source="webhook",
        kind="test",
        at=START + timedelta(minutes=minutes),
        installation=1,
        fields={"action": action, "org": org, **fields},
        raw={},
    )


class Play:
    """Playbooks, a memory and a clock; notes what alerts when."""

    def __init__(self, rules: Sequence[Rule], lists: Mapping[str, Sequence[str]] | None = None):
        self.memory = Recollection()
        self.detector = Detector(rules, compile_live(rules, lists or {}))
        self.events: dict[str, Event] = {}

    def see(self, *events: Event, late: float = 0) -> list[str]:
        """Let events come, so many minutes late; return the titles of what alerts, in order."""
        return [match.playbook.title for event in events for match in self.matches(event, late)]

    def matches(self, event: Event, late: float = 0) -> tuple[Match, ...]:
        """Let one event come; return what alerts."""
        self.events[event.id] = event
        found = self.detector.match(event, {})
        now = event.at + timedelta(minutes=late)
        return self.detector.conclude(event, found, self.memory, now=now)

    def wait(self, minutes: float) -> list[tuple[str, str]]:
        """Let the time come; return what alerts: title, and the id of the opening event."""
        now = START + timedelta(minutes=minutes)
        alerts: list[tuple[str, str]] = []
        while (deadline := self.memory.due(now)) is not None:
            opener = self.events[deadline.event_id]
            found = self.detector.elapse(deadline, opener, self.memory, now=now)
            alerts += [(match.playbook.title, opener.id) for match in found]
        return alerts
