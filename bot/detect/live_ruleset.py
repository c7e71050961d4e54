"""All playbooks at once, those that name live lists included.

A playbook without live lists is compiled once. One with them is compiled for the values that
hold now, and remembered for as long as they do: an organisation's list never meets another's,
because every call brings its own values.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeAlias

from bot.core.event import MISSING, Event
from bot.core.playbook import Match, Reason
from bot.detect.condition import All, Condition, Test
from bot.detect.live import bound, literal, unknown_tests
from bot.detect.matcher import Ruleset, compile_rules
from bot.detect.placeholder import Lists, check_lists, fill
from bot.detect.rule import Rule

REMEMBERED: Final = 512
"""Playbooks that are kept compiled for values of live lists; the least used are dropped."""

MEMORY: Final = 64 << 10
"""Bytes of a generation of values that each of those remembers."""

Values: TypeAlias = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Compiled:
    """A playbook for certain values: surely true, or true if the unknown lists are so."""

    sure: Ruleset | None
    maybe: Ruleset | None
    unknown: tuple[Test, ...]


class LiveRuleset:
    """Compiled playbooks; `match` may be called for any event, any number of times."""

    def __init__(self, rules: Sequence[Rule], lists: Lists) -> None:
        self.rules = tuple(rules)
        self._lists = lists
        self._positions = {rule.playbook.id: number for number, rule in enumerate(rules)}
        self._live = {
            rule.playbook.id: needed
            for rule in rules
            if (needed := rule.placeholders - lists.keys() - rule.lists.keys())
        }
        self._fixed = compile_rules(
            [_filled(rule, lists) for rule in rules if rule.playbook.id not in self._live], lists
        )
        self._possible = compile_rules(
            [
                _filled(_bounded(rule, self._live[rule.playbook.id]), lists)
                for rule in rules
                if rule.playbook.id in self._live
            ],
            lists,
        )
        self._compiled = lru_cache(maxsize=REMEMBERED)(self._compile)

    def wanted(self, event: Event) -> frozenset[str]:
        """Return the live lists on which it depends whether a playbook matches this event."""
        names: set[str] = set()
        for possible in self._candidates(event):
            playbook = possible.playbook.id
            compiled = self._compiled(playbook, ())
            if compiled.sure is None or not compiled.sure.match(event):
                names |= self._live[playbook]
        return frozenset(names)

    def match(
        self, event: Event, live: Mapping[str, Sequence[str]] | None = None
    ) -> tuple[Match, ...]:
        """Return a match, with its reasons, for every playbook whose condition is true.

        ``live`` holds the live lists that are known, for the event's own organisation. Where one
        that is not decides, the playbook counts as matching: the reasons that rest on it are
        marked as presumed, so that whoever acts on the match asks first.
        """
        found = list(self._fixed.match(event))
        for possible in self._candidates(event):
            match = self._decide(possible.playbook.id, event, live or {})
            if match is not None:
                found.append(match)
        return tuple(sorted(found, key=lambda match: self._positions[match.playbook.id]))

    def _candidates(self, event: Event) -> tuple[Match, ...]:
        return self._possible.match(event) if self._live else ()

    def _decide(
        self, playbook: str, event: Event, live: Mapping[str, Sequence[str]]
    ) -> Match | None:
        names = sorted(self._live[playbook] & live.keys())
        compiled = self._compiled(playbook, tuple((name, tuple(live[name])) for name in names))
        for match in compiled.sure.match(event) if compiled.sure else ():
            return match
        for match in compiled.maybe.match(event) if compiled.maybe else ():
            presumed = tuple(_presumed(test, event) for test in compiled.unknown)
            return replace(match, reasons=match.reasons + presumed)
        return None

    def _compile(self, playbook: str, values: Values) -> _Compiled:
        rule = self.rules[self._positions[playbook]]
        known = {
            **self._lists,
            **rule.lists,
            **{name: literal(listed) for name, listed in values},
        }
        unknown = rule.placeholders - known.keys()
        if not unknown and check_lists(rule, known):
            # More values than can be compiled: as good as not known.
            unknown = self._live[playbook]
        return _Compiled(
            sure=_compile_bound(rule, bound(rule.condition, unknown, upper=False), known),
            maybe=_compile_bound(rule, bound(rule.condition, unknown, upper=True), known)
            if unknown
            else None,
            unknown=unknown_tests(rule.condition, unknown),
        )


def compile_live(rules: Sequence[Rule], lists: Lists) -> LiveRuleset:
    """Return the rules compiled, with the lists' values in place of their names.

    A rule's own lists go before ``lists``; what is in neither is asked of each call of
    `LiveRuleset.match`.
    """
    return LiveRuleset(rules, lists)


def _filled(rule: Rule, lists: Lists) -> Rule:
    """Put a rule's own lists in place, so that rules with and without may be compiled together."""
    if not rule.lists:
        return rule
    return replace(rule, condition=fill(rule.condition, {**lists, **rule.lists}))


def _bounded(rule: Rule, unknown: frozenset[str]) -> Rule:
    upper = bound(rule.condition, unknown, upper=True)
    return replace(rule, condition=_condition(upper))


def _compile_bound(rule: Rule, limit: Condition | bool, lists: Lists) -> Ruleset | None:
    if limit is False:
        return None
    bounded = [replace(rule, condition=_condition(limit))]
    return compile_rules(bounded, lists, memory=MEMORY)


def _condition(limit: Condition | bool) -> Condition:
    """Spell what is always true as a condition: all of nothing."""
    return All(children=()) if isinstance(limit, bool) else limit


def _presumed(test: Test, event: Event) -> Reason:
    value: Any = None if test.field is None else event.lookup(test.field)
    return Reason(
        selection=test.selection,
        field=test.field or "",
        value=None if value is MISSING else value,
        test=f"{', '.join(test.words)} (the list could not be read: presumed)",
        presumed=True,
    )
