"""Cases in time: looked at once, closed, opened again, and followed by others."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.respond.alert import Answer, CaseFile, CaseState, Plan
from bot.respond.rounds import Round
from bot.respond.step import Issue, Receipt, StepState
from bot.store import Store
from tests.store.samples import LEASE, NOW, claim, make_delivery, make_plan, make_step, record

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
ISSUE = Issue(repository="acme/site", number=1, url="https://github.com/acme/site/issues/1", id=5)


async def look(store: Store, now: timedelta, found: Round = Round()) -> list[str]:  # noqa: B008 - a frozen value
    """Look at what is due so long after NOW; return the ids of the cases."""
    seen: list[str] = []

    def note(file: CaseFile) -> Round:
        seen.append(file.case.id)
        return found

    await store.make_rounds(now=NOW + now, limit=10, look=note)
    return seen


async def read(store: Store, case_id: str = "case-a1") -> CaseFile:
    """Read a case that must be there."""
    file = await store.case_file(case_id)
    assert file is not None
    return file


async def test_a_case_is_looked_at_a_minute_after_something_happened_to_it(store: Store) -> None:
    """A burst is looked at once, when it has settled; then at the time that the look says."""
    await record(store, make_plan("a1", key="k"))
    await record(store, make_plan("a2", key="k", at=NOW + MINUTE / 2), name="d2")

    assert await look(store, MINUTE) == []
    assert await look(store, 2 * MINUTE, Round(next_at=NOW + DAY)) == ["case-a1"]
    assert await look(store, DAY - MINUTE) == []
    assert await look(store, DAY) == ["case-a1"]
    assert await look(store, 100 * DAY) == []


async def test_what_a_look_leads_to_is_saved_whole(store: Store) -> None:
    """Steps, state and times, in one transaction."""
    await record(store, make_plan())
    nudge = make_step(None, id="round:case-a1:remind:1", action="comment")

    await look(store, MINUTE, Round(steps=(nudge,), reminded=True, next_at=NOW + DAY))

    file = await read(store)
    assert [step.id for step in file.steps] == ["a1:0", nudge.id]
    assert (file.case.reminded_at, file.case.escalated_at) == (NOW + MINUTE, None)

    await look(store, DAY, Round(state=CaseState.EXPIRED, escalated=True))

    case = (await read(store)).case
    assert (case.state, case.closed_at) == (CaseState.EXPIRED, NOW + DAY)
    assert case.escalated_at == NOW + DAY
    assert await look(store, 100 * DAY) == ["case-a1"]  # once more, for its label
    assert await look(store, 100 * DAY) == []


async def test_a_persons_word_ends_the_silence(store: Store) -> None:
    """It is remembered with the answer, and the case is looked at again."""
    await record(store, make_plan())
    await look(store, MINUTE)
    await store.accept(make_delivery("word"))
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=1)
    await store.complete(
        "word",
        worker="w1",
        now=NOW + DAY,
        action="issue_comment.create",
        answer=Answer(case_id="case-a1", heard=True),
    )

    assert (await read(store)).case.heard_at == NOW + DAY
    assert await look(store, DAY + MINUTE) == ["case-a1"]


async def test_a_finished_step_has_its_case_looked_at(store: Store) -> None:
    """What was done may have put it right."""
    await record(store, make_plan())
    await look(store, MINUTE)
    [step] = await claim(store)
    await store.finish_step(step, worker="w1", now=NOW + DAY, state=StepState.DONE)

    assert await look(store, DAY + MINUTE) == ["case-a1"]


async def end(store: Store, state: CaseState = CaseState.CLOSED) -> None:
    """End the first case a day after NOW, with an issue of its own."""
    [step] = await claim(store)
    receipt = Receipt(state=StepState.DONE, summary="Opened.", issue=ISSUE)
    await store.finish_step(step, worker="w1", now=NOW, state=StepState.DONE, receipt=receipt)
    assert await look(store, DAY, Round(state=state)) == ["case-a1"]


def again(at: timedelta, reopens: timedelta | None = 7 * DAY) -> Plan:
    """Return the plan of the same happening again."""
    return replace(make_plan("a2", key="k", at=NOW + at), reopens=reopens)


@pytest.mark.parametrize("state", [CaseState.CLOSED, CaseState.EXPIRED])
async def test_a_case_that_ended_not_long_ago_is_opened_again(
    store: Store, state: CaseState
) -> None:
    """It takes the alert, and stands again; to the last moment of its time."""
    await record(store, make_plan("a1", key="k"))
    await end(store, state)

    await record(store, again(8 * DAY), name="d2")

    file = await read(store)
    assert [alert.id for alert in file.alerts] == ["a1", "a2"]
    assert (file.case.state, file.case.closed_at) == (CaseState.OPEN, None)
    assert file.case.issue == ISSUE
    assert await store.case_file("case-a2") is None
    assert await look(store, 8 * DAY + MINUTE) == ["case-a1"]


@pytest.mark.parametrize(
    ("at", "reopens"), [(8 * DAY + MINUTE, 7 * DAY), (2 * DAY, None)], ids=["late", "never"]
)
async def test_later_a_new_case_refers_to_the_former(
    store: Store, at: timedelta, reopens: timedelta | None
) -> None:
    """The closed one stays as it was."""
    await record(store, make_plan("a1", key="k"))
    await end(store)

    await record(store, again(at, reopens), name="d2")

    file = await read(store, "case-a2")
    assert file.case.former == "case-a1"
    assert file.former is not None
    assert (file.former.issue, file.former.closed_at) == (ISSUE, NOW + DAY)
    assert (await read(store)).case.state is CaseState.CLOSED
    assert (await read(store)).former is None


def grouped(name: str, at: timedelta) -> Plan:
    """Return a plan whose playbook groups for two days."""
    plan = make_plan(name, key="k", at=NOW + at)
    book = plan.alert.playbook
    response = replace(book.response, group_for=2 * DAY)
    return replace(
        plan, alert=replace(plan.alert, playbook=replace(book, response=response)), reopens=7 * DAY
    )


async def test_a_case_takes_alerts_only_for_the_time_of_its_playbook(store: Store) -> None:
    """After it a new one is opened beside it, which refers to it and takes what comes then."""
    await record(store, grouped("a1", DAY * 0))
    await record(store, grouped("a2", 2 * DAY - MINUTE), name="d2")
    await record(store, grouped("a3", 2 * DAY), name="d3")
    await record(store, grouped("a4", 3 * DAY), name="d4")

    first, second = await read(store), await read(store, "case-a3")
    assert [alert.id for alert in first.alerts] == ["a1", "a2"]
    assert [alert.id for alert in second.alerts] == ["a3", "a4"]
    assert first.case.state is CaseState.OPEN
    assert second.case.former == "case-a1"


async def test_a_case_reopened_beside_another_takes_no_more_alerts(store: Store) -> None:
    """Somebody opened its issue again; what happens goes to the one that stands already."""
    await record(store, make_plan("a1", key="k"))
    await end(store)
    await record(store, again(2 * DAY, None), name="d2")
    await store.accept(make_delivery("word"))
    await store.claim_deliveries("w1", now=NOW, lease=LEASE, limit=1)
    await store.complete(
        "word",
        worker="w1",
        now=NOW + 3 * DAY,
        action="issues.reopen",
        answer=Answer(
            case_id="case-a1", expected=CaseState.CLOSED, case_state=CaseState.OPEN, heard=True
        ),
    )
    await record(store, make_plan("a3", key="k", at=NOW + 4 * DAY), name="d3")

    first, second = await read(store), await read(store, "case-a2")
    assert (first.case.state, second.case.state) == (CaseState.OPEN, CaseState.OPEN)
    assert [alert.id for alert in second.alerts] == ["a2", "a3"]


@pytest.fixture
async def stores(database_url: str) -> AsyncIterator[list[Store]]:
    """Open the database as three workers would."""
    opened = [await Store.open(database_url, clock=lambda: NOW) for _ in range(3)]
    yield opened
    for each in opened:
        await each.close()


async def test_no_case_is_looked_at_twice(stores: list[Store]) -> None:
    """However many workers go round at once."""
    plans = [make_plan(f"a{n}", key=f"k{n}") for n in range(40)]
    await record(stores[0], *plans)
    seen: list[str] = []

    def note(file: CaseFile) -> Round:
        seen.append(file.case.id)
        step = make_step(None, id=f"round:{file.case.id}:remind:1", action="comment")
        return Round(steps=(step,), reminded=True, next_at=NOW + DAY)

    async def go(store: Store) -> None:
        while await store.make_rounds(now=NOW + MINUTE, limit=7, look=note):
            pass

    await asyncio.gather(*[go(store) for store in stores])

    assert sorted(seen) == sorted(f"case-a{n}" for n in range(40))
    assert sum(step.action == "comment" for step in await stores[0].steps(200)) == 40


async def test_a_case_that_happens_again_on_two_workers_is_opened_again_once(
    stores: list[Store],
) -> None:
    """All of the alerts are in the one case."""
    await record(stores[0], make_plan("a1", key="k"))
    await end(stores[0])
    for n in range(6):
        await stores[0].accept(make_delivery(f"more{n}"))

    async def work(number: int, store: Store) -> None:
        worker = f"w{number}"
        for one in await store.claim_deliveries(worker, now=NOW, lease=LEASE, limit=2):
            plan = replace(
                make_plan(f"b-{one.delivery.id}", key="k", at=NOW + 2 * DAY), reopens=7 * DAY
            )
            await store.complete(one.delivery.id, worker=worker, now=NOW, action="x", plans=[plan])

    await asyncio.gather(*[work(number, store) for number, store in enumerate(stores)])

    file = await read(stores[0])
    assert len(file.alerts) == 7
    assert (await stores[0].overview()).open_cases == 1
