"""What a week came to, counted, and recorded once."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.core.playbook import Level
from bot.respond.alert import CaseFile, CaseState, Plan
from bot.respond.digest import digest_case, digest_step, last_period
from bot.respond.life import Stage
from bot.respond.rounds import Round
from bot.respond.step import Issue, StepState
from bot.store import Store
from tests.store.samples import NOW, claim, make_plan, record

CHANGING = frozenset({"revert"})
DAY = timedelta(days=1)
# NOW is a Sunday; its week is told of on the Monday after.
PERIOD = last_period(datetime(2026, 3, 2, 12, tzinfo=UTC), weekday=0, zone=UTC)


async def test_a_week_is_counted(store: Store) -> None:
    """Cases by level and by how they ended, steps, alerts, and what stands."""
    waiting = make_plan("w", key="w", level=Level.LOW, states=(StepState.AWAITING,))
    waiting = _reverting(waiting)
    plans = [
        make_plan("a", key="a", level=Level.HIGH),
        make_plan("b", key="b", level=Level.CRITICAL, playbook="p2"),
        make_plan("c", key="b", level=Level.LOW, playbook="p2"),
        waiting,
        make_plan("old", key="old", at=NOW - 20 * DAY, level=Level.MEDIUM),
    ]
    await record(store, *plans)

    def close(file: CaseFile) -> Round:
        return Round(state=CaseState.CLOSED)

    await store.make_rounds(now=NOW - 19 * DAY, limit=1, look=close)
    await tell(store, "case-a", "case-b")
    week = await store.week("acme", 7, PERIOD, changing=CHANGING)

    assert week.opened == {Level.HIGH: 1, Level.CRITICAL: 1, Level.LOW: 1}
    assert week.ended == {}
    assert week.busy == [("Somebody was made admin", 2), ("Somebody was made admin", 2)]
    assert [(line.level, line.stage, line.alerts) for line in week.standing] == [
        (Level.LOW, Stage.AWAITING, 1),
        (Level.CRITICAL, Stage.OPEN, 2),
        (Level.HIGH, Stage.OPEN, 1),
    ]
    assert week.stands == 3
    assert not week.is_empty


async def tell(store: Store, *case_ids: str) -> None:
    """Let cases have an issue."""
    for number, case_id in enumerate(case_ids, start=1):
        url = f"https://github.com/acme/site/issues/{number}"
        await store.move_issue(case_id, Issue(repository="acme/site", number=number, url=url))


def _reverting(plan: Plan) -> Plan:
    """Let every step of a plan be one that changes something."""
    return replace(plan, steps=tuple(replace(step, action="revert") for step in plan.steps))


async def test_what_was_changed_is_counted_by_what_came_of_it(store: Store) -> None:
    """Only in the organisation and the period."""
    plan = _reverting(make_plan())
    await record(store, plan)
    [step] = await claim(store)
    await store.finish_step(step, worker="w1", now=NOW, state=StepState.DONE)

    week = await store.week("acme", 7, PERIOD, changing=CHANGING)
    assert week.done == {("revert", StepState.DONE): 1}
    assert [line.stage for line in week.standing] == [Stage.ACTED]
    other = await store.week("globex", 7, PERIOD, changing=CHANGING)
    assert other.is_empty
    earlier = last_period(NOW, weekday=0, zone=UTC)
    before = await store.week("acme", 7, earlier, changing=CHANGING)
    assert (before.opened, before.done, before.busy) == ({}, {}, [])


async def test_a_digest_is_recorded_once(store: Store) -> None:
    """Whoever comes first; it is a step like any other, and no case that stands."""
    await record(store, make_plan())
    await claim(store)
    case = digest_case("acme", 7, PERIOD)
    week = await store.week("acme", 7, PERIOD, changing=CHANGING)
    step = digest_step(case, week, team=None, now=NOW)

    assert not await store.has_digest(case.id)
    new = await asyncio.gather(*[store.record_digest(case, step) for _ in range(4)])

    assert sorted(new) == [False, False, False, True]
    assert await store.has_digest(case.id)
    assert await claim(store, "w2") == [step.id]
    await tell(store, "case-a1")
    assert (await store.overview()).open_cases == 1
    assert await store.organisations() == {"acme": 7}
    assert (await store.week("acme", 7, PERIOD, changing=CHANGING)).stands == 1


async def test_what_is_only_watched_needs_nobody(store: Store) -> None:
    """It is new, but has no issue; and what is exempt is no case of people at all."""
    await record(store, make_plan(states=(StepState.OBSERVED,)))
    aside = make_plan("aside", key="exempt:e1")
    ended = replace(aside.case, state=CaseState.CLOSED, closed_at=NOW)
    await record(store, replace(aside, case=ended), name="d2")
    week = await store.week("acme", 7, PERIOD, changing=CHANGING)
    assert (week.opened, week.ended, week.stands) == ({Level.MEDIUM: 1}, {}, 0)


async def test_a_digest_reaches_back_to_the_last_that_was_told(store: Store) -> None:
    """One that found no place told nobody; one of an empty week, or of another, is none."""
    assert await store.digest_reach("acme") == (None, None)
    await record(store, make_plan())
    assert await store.digest_reach("acme") == (None, NOW)
    week = await store.week("acme", 7, PERIOD, changing=CHANGING)
    before = replace(PERIOD, day=PERIOD.day - 7 * DAY, until=PERIOD.until - 7 * DAY)
    await store.record_digest(digest_case("acme", 7, before), None)
    await store.record_digest(digest_case("acme-other", 8, PERIOD), None)
    assert await store.digest_reach("acme") == (before.until, NOW)
    case = digest_case("acme", 7, PERIOD)
    step = digest_step(case, week, team=None, now=NOW)
    await store.record_digest(case, step)
    assert await store.digest_reach("acme") == (PERIOD.until, NOW)
    await claim(store)
    assert await store.finish_step(step.id, worker="w1", now=NOW, state=StepState.FAILED)
    assert await store.digest_reach("acme") == (before.until, NOW)
