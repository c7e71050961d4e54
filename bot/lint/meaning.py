"""Conditions that can never be true, and actions that nothing is called."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.core.problem import Place, Problem
from bot.detect.condition import Condition, Placeholder, Test, Text, Wild, tests
from bot.detect.rule import PlaybookTest, Rule
from bot.lint.reach import actions_asked, dead_branches, is_impossible
from bot.lint.vocabulary import actions_like, is_action, is_told, nearest_action


def check_condition(rule: Rule) -> Iterator[Problem]:
    """Tell of a condition, or an alternative in it, that no event can satisfy."""
    if rule.correlation is not None:
        return
    if is_impossible(rule.condition):
        yield Problem(
            place=_place(rule.condition, rule),
            message="no event can satisfy this condition: what it asks for contradicts itself",
            rule="unreachable-condition",
        )
        return
    for branch in dead_branches(rule.condition):
        test = next(tests(branch), None)
        where = f" in selection '{test.selection}'" if test is not None else ""
        yield Problem(
            place=_place(branch, rule),
            message=f"no event can satisfy this alternative{where}: it contradicts itself",
            severity="warning",
            rule="unreachable-condition",
        )


def _place(condition: Condition, rule: Rule) -> Place:
    test = next(tests(condition), None)
    return rule.playbook.place if test is None else test.place


def check_actions(rule: Rule) -> Iterator[Problem]:
    """Tell of actions that neither the audit log nor a webhook has: most are slips of the pen."""
    for test in tests(rule.condition):
        if test.field == "action":
            yield from _unknown(test)
    for example in rule.tests:
        for name in _actions_of(example):
            if not is_action(name):
                yield _slip(name, example.place, f"the event of the test '{example.name}': ")


def check_sources(rule: Rule) -> Iterator[Problem]:
    """Tell of a playbook that waits for actions of which Tipstaff is never told."""
    actions = actions_asked(rule.condition) or frozenset()
    if not actions or any(map(is_told, actions)):
        return
    names = sorted(actions)
    listed = " or ".join(names) if len(names) < 4 else f"these {len(names)} actions"
    yield Problem(
        place=next(test.place for test in tests(rule.condition) if test.field == "action"),
        message=f"only the audit log tells of {listed}, no webhook does: this playbook never "
        "matches here; use it where the audit log is read (tipstaff convert), or ask for another "
        "action (docs/events.md)",
        severity="warning",
        rule="unheard-action",
    )


def _unknown(test: Test) -> Iterator[Problem]:
    for operand in test.operands:
        if not isinstance(operand, Text):
            continue
        if any(isinstance(part, Placeholder) for part in operand.parts):
            continue
        spelt = "".join(
            part.value if isinstance(part, Wild) else str(part) for part in operand.parts
        )
        if not is_action(spelt) and not actions_like(operand):
            yield _slip(spelt, test.place)


def _actions_of(example: PlaybookTest) -> Iterator[str]:
    events: list[Mapping[str, Any] | None] = [example.event]
    events += [moment.event for moment in example.sequence]
    for event in events:
        if event is not None and isinstance(event.get("action"), str):
            yield event["action"]


def _slip(name: str, place: Place, where: str = "") -> Problem:
    near = nearest_action(name)
    hint = f"; did you mean '{near}'?" if near else ""
    return Problem(
        place=place,
        message=f"{where}neither GitHub's audit log nor a webhook has the action '{name}'{hint}",
        severity="warning",
        rule="unknown-action",
    )
