"""What a condition says of one event, part by part, whether it is true or not."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from bot.core.event import MISSING, Event
from bot.core.playbook import Match
from bot.detect.condition import All, Asked, Condition, Not, Test, lists_needed, tests
from bot.detect.matcher import compile_rules
from bot.detect.moment import read_time, zone_of
from bot.detect.placeholder import Lists
from bot.detect.rule import Rule
from bot.detect.zone import zones_of


class Kind(StrEnum):
    """What a part of a condition is: a field's test, or how its parts are joined."""

    TEST = "test"
    ALL = "all"
    ANY = "any"
    NOT = "not"


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What came of one part of a condition.

    ``holds`` is ``None`` where nobody can say, because a list is not known (``unknown`` names
    it). ``selection`` names the selection that the part is the whole of. Of a test, ``words`` are
    the playbook's own, ``field`` is what it asks (empty: every field), ``values`` what the event
    has there, and ``because`` the value that made it true.
    """

    kind: Kind
    holds: bool | None
    selection: str = ""
    words: tuple[str, ...] = ()
    field: str = ""
    missing: bool = False
    values: tuple[Any, ...] = ()
    because: Any = None
    unknown: tuple[str, ...] = ()
    parts: tuple["Verdict", ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as plain data; what does not apply is left out."""
        found: dict[str, Any] = {"kind": str(self.kind), "holds": self.holds}
        if self.selection:
            found["selection"] = self.selection
        if self.kind is Kind.TEST:
            found |= {"test": list(self.words), "field": self.field or None}
            found |= {"missing": self.missing, "values": list(self.values)}
        if self.unknown:
            found["unknown_lists"] = list(self.unknown)
        if self.parts:
            found["parts"] = [part.as_json() for part in self.parts]
        return found


def judge(rule: Rule, event: Event, lists: Lists) -> Verdict:
    """Return what a rule's condition says of an event, part by part."""
    known = {**lists, **rule.lists}
    asked = list(dict.fromkeys(tests(rule.condition)))
    answers = answer(rule, asked, event, known)
    return _judge(rule.condition, event, dict(zip(asked, answers, strict=True)), known, "")


def answer(
    rule: Rule, parts: Sequence[Condition], event: Event, lists: Lists
) -> tuple[Match | None, ...]:
    """Return for each part of a rule's condition its match, by the code that judges real events.

    A part that needs a list which is not known has none.
    """
    asking = [
        replace(
            rule,
            playbook=replace(rule.playbook, id=str(number)),
            condition=part,
            placeholders=lists_needed(part),
            lists={},
        )
        for number, part in enumerate(parts)
        if lists_needed(part) <= lists.keys()
    ]
    found = {match.playbook.id: match for match in compile_rules(asking, lists).match(event)}
    return tuple(found.get(str(number)) for number in range(len(parts)))


def selections(condition: Condition) -> Iterator[tuple[str, Condition]]:
    """Yield every selection of a condition with its part of it, in the order they are used."""
    name = _only_name(condition)
    if name is not None:
        yield name, condition
    elif isinstance(condition, Not):
        yield from selections(condition.child)
    elif not isinstance(condition, Test):
        for child in condition.children:
            yield from selections(child)


def _only_name(condition: Condition) -> str | None:
    """Return the one selection that all tests of a condition belong to.

    A ``not`` before a selection is outside of it, the modifier ``neq`` is inside.
    """
    names = {test.selection for test in tests(condition)}
    outside = isinstance(condition, Not) and not _is_neq(condition.child)
    return names.pop() if len(names) == 1 and not outside else None


def _is_neq(condition: Condition) -> bool:
    if not isinstance(condition, Test):
        return False
    return any("neq" in words.partition(":")[0].split("|") for words in condition.words)


_Answers = Mapping[Test, Match | None]


def _judge(
    condition: Condition, event: Event, answers: _Answers, lists: Lists, within: str
) -> Verdict:
    name = "" if within else _only_name(condition) or ""
    inside = within or name
    if isinstance(condition, Test):
        return _tested(condition, event, answers[condition], lists, name)
    if isinstance(condition, Not):
        part = _judge(condition.child, event, answers, lists, inside)
        holds = None if part.holds is None else not part.holds
        return Verdict(kind=Kind.NOT, holds=holds, selection=name, parts=(part,))
    parts = tuple(_judge(child, event, answers, lists, inside) for child in condition.children)
    kind = Kind.ALL if isinstance(condition, All) else Kind.ANY
    return Verdict(kind=kind, holds=_joined(kind, parts), selection=name, parts=parts)


def _joined(kind: Kind, parts: Sequence[Verdict]) -> bool | None:
    """Join answers; one that decides does so although others are not known."""
    deciding = kind is Kind.ANY
    found = {part.holds for part in parts}
    if deciding in found:
        return deciding
    return None if None in found else not deciding


def _tested(test: Test, event: Event, match: Match | None, lists: Lists, selection: str) -> Verdict:
    unknown = tuple(sorted(lists_needed(test) - lists.keys()))
    reason = match.reasons[0] if match is not None and match.reasons else None
    values = _values(test, event)
    return Verdict(
        kind=Kind.TEST,
        holds=None if unknown else match is not None,
        selection=selection,
        words=test.words,
        field=test.field or "",
        missing=values is None,
        values=values or (),
        because=reason.value if reason is not None else None,
        unknown=unknown,
    )


def _values(test: Test, event: Event) -> tuple[Any, ...] | None:
    """Return what the event has where a test asks, ``None`` when it has nothing there."""
    if test.field is None:
        return ()
    own = [operand.question for operand in test.operands if isinstance(operand, Asked)]
    if own:
        return tuple(v for one in own if (v := one.value(event)) is not None) or None
    if event.lookup(test.field) is MISSING:
        return None
    values = event.values(test.field)
    zone = next(iter(zones_of(test)), None)
    return values if zone is None else tuple(_in_words(value, zone) for value in values)


def _in_words(value: Any, zone: str) -> Any:
    """Return a time as the clocks of a zone show it; what is no time stays."""
    time = read_time(value)
    try:
        return (
            value if time is None else f"{time.astimezone(zone_of(zone)):%Y-%m-%d %H:%M:%S} {zone}"
        )
    except OverflowError:
        return value
