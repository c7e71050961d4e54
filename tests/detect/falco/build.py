"""Rules files and events to try them on."""

from collections.abc import Mapping
from typing import Any

import orjson

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.core.playbook import Match
from bot.detect.falco import parse_falco
from bot.detect.matcher import compile_rules
from bot.detect.rule import Parsed
from tests.detect.build import NOW


def rules_file(condition: str, *, before: str = "", output: str = "x", rest: str = "") -> str:
    """Return a rules file with one rule; ``condition`` stands in one line, as it is."""
    return (
        f"{before}- rule: R\n  desc: D\n  condition: {condition}\n  output: {output}\n"
        f"  priority: WARNING\n  source: github\n{rest}"
    )


def delivery(name: str, payload: Mapping[str, Any]) -> Event:
    """Return the event of a webhook."""
    return normalise(
        Delivery(
            id="d",
            source="webhook",
            event=name,
            received_at=NOW,
            body=orjson.dumps(payload),
            headers={},
        )
    )


def parsed(text: str) -> Parsed:
    """Return what a faultless rules file says (warnings count as none)."""
    found = parse_falco(text, "r.yaml")
    errors = [str(problem) for problem in found.problems if problem.severity == "error"]
    assert errors == []
    return found


def matches(text: str, event: Event) -> tuple[Match, ...]:
    """Return the matches of a faultless rules file."""
    return compile_rules(parsed(text).rules, {}).match(event)


def holds(condition: str, event: Event, *, before: str = "") -> bool:
    """Say whether a rule with this condition matches an event."""
    quoted = "'" + condition.replace("'", "''") + "'"
    return bool(matches(rules_file(quoted, before=before), event))


def problems(text: str) -> list[str]:
    """Return the problems of a rules file as text."""
    return [str(problem) for problem in parse_falco(text, "r.yaml").problems]
