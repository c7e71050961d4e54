"""Running the tests that a playbook carries: whether it keeps what it promises."""

from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.core.playbook import Match
from bot.detect.live_ruleset import compile_live
from bot.detect.placeholder import Lists
from bot.detect.rule import PlaybookTest, Rule


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


def run_tests(rule: Rule, lists: Lists, *, now: datetime) -> tuple[Outcome, ...]:
    """Return the outcome of every test of a playbook.

    ``now`` is when the events are said to have arrived. A test's own ``lists`` come before the
    deployed ones, and are the only source of live lists: a test that hangs on a live list which
    it does not give fails.
    """
    plain = replace(rule, lists={})
    return tuple(
        _run(plain, test, {**lists, **rule.lists, **test.lists}, now) for test in rule.tests
    )


def event_of(test: PlaybookTest, *, now: datetime) -> Event:
    """Return the event a test is about; a delivery comes by the path that GitHub's take."""
    if test.delivery is not None:
        delivery = Delivery(
            id=f"test:{test.name}",
            source="webhook",
            event=str(test.delivery["event"]),
            received_at=now,
            body=orjson.dumps(test.delivery["payload"]),
            headers={},
        )
        return normalise(delivery)
    return Event(
        id=f"test:{test.name}",
        source="test",
        kind="test",
        at=now,
        installation=None,
        fields=test.event or {},
        raw={},
    )


def _run(rule: Rule, test: PlaybookTest, lists: Lists, now: datetime) -> Outcome:
    event = event_of(test, now=now)
    ruleset = compile_live((rule,), lists)
    match = next(iter(ruleset.match(event)), None)
    failure = _unknown(ruleset.wanted(event)) or _failure(test, match)
    return Outcome(rule=rule, test=test, event=event, match=match, failure=failure)


def _unknown(wanted: frozenset[str]) -> str:
    if not wanted:
        return ""
    names = ", ".join(f"{name}: [...]" for name in sorted(wanted))
    return f"hangs on what GitHub would say: add 'lists: {{{names}}}' to the test"


def _failure(test: PlaybookTest, match: Match | None) -> str:
    if test.match and match is None:
        return "should match, and does not"
    if not test.match and match is not None:
        why = "; ".join(f"{reason.selection}: {reason.test}" for reason in match.reasons)
        return f"should not match, and does ({why or 'by what is absent'})"
    done = tuple(step.action for step in match.playbook.response.steps) if match else ()
    if test.steps is not None and done != test.steps:
        wanted = ", ".join(test.steps) or "no step"
        return f"should lead to {wanted}, and leads to {', '.join(done) or 'no step'}"
    return ""
