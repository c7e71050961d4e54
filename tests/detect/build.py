"""Playbooks and events in few words, for the tests of detection."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from textwrap import indent
from typing import Any

from bot.core.event import Event
from bot.core.playbook import Match
from bot.detect.matcher import Ruleset, compile_rules
from bot.detect.parse import parse
from bot.detect.rule import Rule

ID = "11111111-2222-4333-8444-555555555555"
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)

HEAD = f"""\
title: T
id: {ID}
level: high
logsource: {{product: github, service: audit}}
"""


def playbook(detection: str, *, number: int = 0, rest: str = "") -> str:
    """Return a playbook's text; ``detection`` is what stands below that key."""
    head = HEAD.replace(ID, f"11111111-2222-4333-8444-{number:012d}" if number else ID)
    return f"{head}detection:\n{indent(detection.strip(), '  ')}\n{rest}"


def selecting(selection: str) -> str:
    """Return a playbook's text with this one selection."""
    body = indent(selection.strip(), "  ")
    return playbook(f"selection:\n{body}\ncondition: selection")


def rule(text: str) -> Rule:
    """Return the one rule of a text that must be faultless."""
    parsed = parse(text, "p.yml")
    assert [str(problem) for problem in parsed.problems] == []
    (only,) = parsed.rules
    return only


def ruleset(*texts: str, lists: Mapping[str, Sequence[str]] | None = None) -> Ruleset:
    """Return faultless playbooks compiled."""
    return compile_rules([rule(text) for text in texts], lists or {})


def event(fields: Mapping[str, Any], raw: Mapping[str, Any] | None = None) -> Event:
    """Return an event with these fields."""
    return Event(
        id="e1",
        source="webhook",
        kind="test",
        at=NOW,
        installation=1,
        fields=fields,
        raw=raw or {},
    )


def match(
    text: str,
    fields: Mapping[str, Any],
    *,
    raw: Mapping[str, Any] | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
) -> Match | None:
    """Return the match of one playbook for one event, if it is one."""
    return next(iter(ruleset(text, lists=lists).match(event(fields, raw))), None)
