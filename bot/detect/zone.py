"""Hours and days as the people of an organisation count them: in their own time zone."""

from dataclasses import replace
from typing import Final
from zoneinfo import available_timezones

from bot.detect.condition import AnyOf, Condition, Not, Operand, Test, TimePart
from bot.detect.moment import ZONE, zone_of
from bot.detect.rule import Rule
from bot.detect.section import Section, shown
from bot.detect.suggest import did_you_mean

KEY: Final = "time-zone"
"""The key that names a zone, in ``tipstaff.yml`` and in a test."""


def read_zone(section: Section) -> str | None:
    """Return the name under ``time-zone``; note one that no zone has."""
    value = section.data.get(KEY)
    if KEY not in section.data:
        return None
    try:
        if isinstance(value, str):
            zone_of(value)
            return value
    except (LookupError, ValueError, OSError):
        section.note(f"there is no time zone '{value}'{_near(value)}", KEY)
        return None
    section.note(f"'{KEY}' must be a name such as Europe/Berlin, not {shown(value)}", KEY)
    return None


def _near(name: object) -> str:
    hint = did_you_mean(str(name), available_timezones())
    return hint if "did you mean" in hint else ": write one such as Europe/Berlin or UTC"


def zones_of(test: Test) -> frozenset[str]:
    """Return the zones in which a test reads times; none when it reads no part of one."""
    return frozenset(one.zone for one in test.operands if isinstance(one, TimePart))


def in_zone(rule: Rule, zone: str) -> Rule:
    """Return the rule with every hour and day it asks for read in a zone."""
    return replace(rule, condition=localised(rule.condition, zone))


def localised(condition: Condition, zone: str) -> Condition:
    """Return the condition with every part of a time read in a zone."""
    if isinstance(condition, Test):
        return _localised_test(condition, zone)
    if isinstance(condition, Not):
        return Not(child=localised(condition.child, zone))
    children = tuple(localised(child, zone) for child in condition.children)
    return (
        AnyOf(children=children)
        if isinstance(condition, AnyOf)
        else replace(condition, children=children)
    )


def _localised_test(test: Test, zone: str) -> Test:
    if not any(isinstance(operand, TimePart) for operand in test.operands):
        return test
    pairs = [
        _localised_operand(operand, words, zone)
        for operand, words in zip(test.operands, test.words, strict=True)
    ]
    return replace(
        test,
        operands=tuple(operand for operand, _ in pairs),
        words=tuple(words for _, words in pairs),
    )


def _localised_operand(operand: Operand, words: str, zone: str) -> tuple[Operand, str]:
    if not isinstance(operand, TimePart):
        return operand, words
    bare = words.removesuffix(f" ({operand.zone})")
    return replace(operand, zone=zone), bare if zone == ZONE else f"{bare} ({zone})"
