"""Running the tests that a playbook carries: whether it keeps what it promises."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypedDict

import orjson

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.core.playbook import Match
from bot.detect.correlation.account import Account, accounts, ungrouped
from bot.detect.correlation.model import spell
from bot.detect.detector import Detector
from bot.detect.live_ruleset import compile_live
from bot.detect.placeholder import Lists
from bot.detect.recall import Deadline, Recollection
from bot.detect.rule import Moment, PlaybookTest, Rule
from bot.detect.zone import in_zone


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What came of one test; ``failure`` says what differs, and is empty when it passed."""

    rule: Rule
    test: PlaybookTest
    event: Event
    match: Match | None
    failure: str = ""

    @property
    def passed(self) -> bool:
        """Whether the playbook kept this promise."""
        return not self.failure


Leads = Callable[[Event, Match], Sequence[str]]
"""The actions that a match of an event leads to, when each step does what it should."""


def every_action(_: Event, match: Match) -> Sequence[str]:
    """Return the actions of all steps, whatever they depend on."""
    return [step.action for step in match.playbook.response.steps]


def run_tests(
    rule: Rule,
    lists: Lists,
    *,
    now: datetime,
    among: Sequence[Rule] = (),
    leads: Leads = every_action,
) -> tuple[Outcome, ...]:
    """Return the outcome of every test of a playbook.

    ``now`` is when the events are said to have arrived, or when a sequence begins. A test's own
    ``lists`` come before the deployed ones, and are the only source of live lists: a test that
    hangs on a live list which it does not give fails. ``among`` are the loaded rules, in which
    those are found that a correlation refers to; ``leads`` says what a match leads to.
    """
    cast = _cast(rule, {each.playbook.id: each for each in among})
    return tuple(_run(rule, cast, test, lists, now=now, leads=leads) for test in rule.tests)


@dataclass(frozen=True, kw_only=True, slots=True)
class Played:
    """What some events, one after the other, are to a playbook that looks at several.

    ``alerts`` are the matches, each with the event at which it came; ``why_not`` says where the
    events fell short of one; ``wanted`` names the live lists that nobody gave. ``accounts`` are
    the groups of a correlation, ``ungrouped`` pairs of a rule and a field of ``group-by`` that an
    event it matches does not have.
    """

    alerts: tuple[tuple[Event, Match], ...]
    why_not: str
    wanted: frozenset[str]
    accounts: tuple[Account, ...] = ()
    ungrouped: tuple[tuple[str, str], ...] = ()


class _Accounts(TypedDict, total=False):
    accounts: tuple[Account, ...]
    ungrouped: tuple[tuple[str, str], ...]


def play(rule: Rule, events: Sequence[Event], lists: Lists, among: Sequence[Rule]) -> Played:
    """Return what events come to for a correlation or a baseline, from an empty memory on.

    Each comes at its own time; afterwards all the time passes that anything waits for.
    """
    cast = _cast(rule, {each.playbook.id: each for each in among})
    plain = [each for each in cast if each.correlation is None]
    stage = _Play(Detector(cast, compile_live(plain, lists)))
    for event in events:
        stage.see(event)
    stage.wait()
    return Played(
        alerts=tuple(pair for pair in stage.alerts if pair[1].playbook.id == rule.playbook.id),
        why_not=_why_not(rule, cast, events, stage.held),
        wanted=stage.wanted,
        **_account(rule, cast, stage),
    )


def _account(rule: Rule, cast: Sequence[Rule], stage: "_Play") -> _Accounts:
    if rule.correlation is None:
        return {}
    names = {each.playbook.id: each.name or each.playbook.title for each in cast}
    own = [each for each in stage.memory.sightings.values() if each.correlation == rule.playbook.id]
    lacking = ungrouped(rule.correlation, stage.holding)
    return {
        "accounts": accounts(rule.correlation, own, stage.seen, names),
        "ungrouped": tuple((names[key], field) for key, field in lacking),
    }


def event_of(test: PlaybookTest, *, now: datetime) -> Event:
    """Return the event a test is about; a delivery comes by the path that GitHub's take."""
    only = Moment(event=test.event, delivery=test.delivery)
    return _event(only, f"test:{test.name}", test.event or {}, now)


def _event(moment: Moment, key: str, fields: Mapping[str, Any], at: datetime) -> Event:
    if moment.delivery is not None:
        delivery = Delivery(
            id=key,
            source="webhook",
            event=str(moment.delivery["event"]),
            received_at=at,
            body=orjson.dumps(moment.delivery["payload"]),
            headers={},
        )
        return normalise(delivery)
    return Event(
        id=key, source="test", kind="test", at=at, installation=None, fields=fields, raw={}
    )


def _cast(rule: Rule, among: Mapping[str, Rule]) -> tuple[Rule, ...]:
    """Return a rule, loud, and all that it refers to, quiet."""
    found: dict[str, Rule] = {rule.playbook.id: replace(rule, quiet=False)}
    pending = [rule]
    while pending:
        asks = pending.pop().correlation
        for key in asks.rules if asks is not None else ():
            if key not in found and key in among:
                found[key] = replace(among[key], quiet=True)
                pending.append(among[key])
    return tuple(found.values())


def _run(
    rule: Rule,
    cast: Sequence[Rule],
    test: PlaybookTest,
    lists: Lists,
    *,
    now: datetime,
    leads: Leads,
) -> Outcome:
    """Play a test's events on the code that judges real ones, with its own clock and memory."""
    stage = _Play(_detector(cast, test, lists))
    events = events_of(test, now=now)
    for event in events:
        stage.see(event)
    stage.wait()
    own = [(event, match) for event, match in stage.alerts if match.playbook.id == rule.playbook.id]
    event, match = own[0] if own else (events[-1], None)
    failure = _unknown(stage.wanted) or _failure(test, event, match, leads)
    if test.match and match is None and not stage.wanted:
        why_not = _why_not(rule, cast, events, stage.held)
        failure += f": {why_not}" if why_not else ""
    return Outcome(rule=rule, test=test, event=event, match=match, failure=failure)


def _detector(cast: Sequence[Rule], test: PlaybookTest, lists: Lists) -> Detector:
    rules = [
        replace(each, lists={key: each.lists[key] for key in each.lists.keys() - test.lists.keys()})
        for each in cast
    ]
    if test.zone is not None:
        rules = [in_zone(each, test.zone) for each in rules]
    plain = [each for each in rules if each.correlation is None]
    return Detector(rules, compile_live(plain, {**lists, **test.lists}))


def events_of(test: PlaybookTest, *, now: datetime) -> list[Event]:
    """Return every event of a test, at their times; ``now`` is when a sequence begins."""
    if not test.sequence:
        return [event_of(test, now=now)]
    start = test.sequence[0].at or now
    events = []
    for number, moment in enumerate(test.sequence):
        at = moment.at or start + moment.offset
        fields = {"@timestamp": round(at.timestamp() * 1000), **(moment.event or {})}
        events.append(_event(moment, f"test:{test.name}:{number}", fields, at))
    return events


class _Play:
    """One test's events on stage: the clock goes on with each, deadlines pass in between."""

    def __init__(self, detector: Detector) -> None:
        self.alerts: list[tuple[Event, Match]] = []
        self.wanted: frozenset[str] = frozenset()
        self.held: Counter[str] = Counter()
        self.holding: dict[str, list[Event]] = {}
        self._detector = detector
        self.memory = Recollection()
        self.seen: dict[str, Event] = {}
        self._clock: datetime | None = None

    def see(self, event: Event) -> None:
        """Let an event come; one that is listed after a later one comes late."""
        now = event.at if self._clock is None else max(self._clock, event.at)
        while (deadline := self.memory.due(now)) is not None:
            self._elapse(deadline)
        self._clock = now
        self.seen[event.id] = event
        self.wanted |= self._detector.wanted(event)
        matches = self._detector.match(event, {})
        self.held.update(match.playbook.id for match in matches)
        for match in matches:
            self.holding.setdefault(match.playbook.id, []).append(event)
        found = self._detector.conclude(event, matches, self.memory, now=now)
        self.alerts += [(event, match) for match in found]

    def wait(self) -> None:
        """Let all the time pass that anything waits for."""
        while self.memory.deadlines:
            last = max(each.due for each in self.memory.deadlines.values())
            while (deadline := self.memory.due(last)) is not None:
                self._elapse(deadline)

    def _elapse(self, deadline: Deadline) -> None:
        opener = self.seen[deadline.event_id]
        found = self._detector.elapse(deadline, opener, self.memory, now=deadline.due)
        self.alerts += [(opener, match) for match in found]


def _why_not(rule: Rule, cast: Sequence[Rule], events: Sequence[Event], held: Counter[str]) -> str:
    """Say where a sequence fell short: in the rules that it joins, or in a time of learning."""
    if rule.correlation is not None:
        plain = [each for each in cast if each.correlation is None]
        return ", ".join(
            f"'{each.name or each.playbook.title}' matches {held[each.playbook.id]} of "
            f"{len(events)} events"
            for each in plain
        )
    baseline = rule.baseline
    if baseline is None or not held[rule.playbook.id]:
        return ""
    if max(each.at for each in events) - min(each.at for each in events) < baseline.learning:
        return (
            f"nothing does while it learns ({spell(baseline.learning)} from the first event of "
            "its key): begin the sequence earlier, or write 'learning: 0d'"
        )
    return f"its condition is true, but no value of '{baseline.field}' is new"


def _unknown(wanted: frozenset[str]) -> str:
    if not wanted:
        return ""
    names = ", ".join(f"{name}: [...]" for name in sorted(wanted))
    return f"hangs on what GitHub would say: add 'lists: {{{names}}}' to the test"


def _failure(test: PlaybookTest, event: Event, match: Match | None, leads: Leads) -> str:
    if test.match and match is None:
        return "should match, and does not"
    if not test.match and match is not None:
        why = "; ".join(f"{reason.selection}: {reason.test}" for reason in match.reasons)
        return f"should not match, and does ({why or 'by what is absent'})"
    done = tuple(leads(event, match)) if match else ()
    if test.steps is not None and done != test.steps:
        wanted = ", ".join(test.steps) or "no step"
        return f"should lead to {wanted}, and leads to {', '.join(done) or 'no step'}"
    return ""
