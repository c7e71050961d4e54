"""The worker claims, runs, retries and hands back."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.delivery import Delivery
from bot.core.errors import Moved, Paced, Suspended, Unavailable
from bot.core.event import Event
from bot.pipeline import StepTask
from bot.respond.alert import Case, CaseFile, Plan
from bot.respond.step import Step, StepState
from bot.worker import (
    BEHIND,
    DELIVERY_TRIES,
    LONGEST_PAUSE,
    STEP_TRIES,
    SURPRISES,
    Limits,
    Worker,
    pause,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
QUICK = Limits(poll=timedelta(milliseconds=20), grace=timedelta(milliseconds=200))


@dataclass(frozen=True, kw_only=True, slots=True)
class Claimed:
    """A delivery as a queue hands it out."""

    delivery: Delivery
    attempts: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Task:
    """A step as a queue hands it out."""

    step: Step
    file: CaseFile
    resumed: bool = False


def a_delivery(name: str = "d1") -> Delivery:
    """Return a delivery with nothing in it."""
    return Delivery(
        id=name, source="webhook", event="ping", received_at=NOW, body=b"{}", headers={}
    )


def a_task(attempts: int = 1) -> Task:
    """Return a step that was claimed for the ``attempts``-th time."""
    case = Case(id="c1", key="k", org="acme", installation=1, opened_at=NOW)
    step = Step(
        id="s1",
        case_id="c1",
        alert_id=None,
        installation=1,
        position=0,
        action="comment",
        params={},
        state=StepState.RUNNING,
        attempts=attempts,
        next_at=NOW,
    )
    return Task(step=step, file=CaseFile(case=case, steps=(step,)))


@dataclass
class Books:
    """A queue that hands out each thing once and writes down what comes back."""

    deliveries: list[Claimed] = field(default_factory=list)
    steps: list[Task] = field(default_factory=list)
    postponed: list[tuple[str, datetime]] = field(default_factory=list)
    buried: list[str] = field(default_factory=list)
    finished: list[tuple[str, StepState, datetime | None]] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    extended: list[tuple[set[str], set[str]]] = field(default_factory=list)
    released: int = 0
    broken: int = 0
    unsaved: bool = False

    async def claim_deliveries(
        self, worker: str, *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[Claimed]:
        """Hand out deliveries, or fail as long as the queue is broken."""
        if self.broken:
            self.broken -= 1
            raise ConnectionError("the database is away")
        taken, self.deliveries = self.deliveries[:limit], self.deliveries[limit:]
        return taken

    async def claim_steps(
        self, worker: str, *, now: datetime, lease: timedelta, limit: int
    ) -> Sequence[Task]:
        """Hand out steps."""
        taken, self.steps = self.steps[:limit], self.steps[limit:]
        return taken

    async def postpone_delivery(
        self, delivery_id: str, *, worker: str, error: str, next_at: datetime
    ) -> bool:
        """Write down what was put off, and until when."""
        self.postponed.append((delivery_id, next_at))
        return True

    async def bury_delivery(
        self, delivery_id: str, *, worker: str, error: str, now: datetime
    ) -> bool:
        """Write down what was given up."""
        self.buried.append(delivery_id)
        return True

    async def finish_step(
        self,
        step_id: str,
        *,
        worker: str,
        now: datetime,
        state: StepState,
        error: str = "",
        next_at: datetime | None = None,
        sent: bool = False,
    ) -> bool:
        """Write down where a step went, and whether something may have taken effect."""
        if self.unsaved:
            raise ConnectionError("the database is away")
        if sent:
            self.sent.append(step_id)
        self.finished.append((step_id, state, next_at))
        return True

    async def extend(
        self,
        worker: str,
        *,
        deliveries: Collection[str],
        steps: Collection[str],
        now: datetime,
        lease: timedelta,
    ) -> None:
        """Write down what is kept."""
        self.extended.append((set(deliveries), set(steps)))

    async def release(self, worker: str, *, now: datetime) -> None:
        """Count the hand-backs."""
        self.released += 1


@dataclass
class Hands:
    """Work that does as it is told: raises ``problem``, or waits for ``gate``."""

    problem: Exception | None = None
    gate: asyncio.Event | None = None
    handled: list[str] = field(default_factory=list)
    ended: list[Step] = field(default_factory=list)

    async def handle(self, delivery: Delivery, *, attempts: int) -> tuple[Event, tuple[Plan, ...]]:
        """Handle a delivery."""
        if self.gate is not None:
            await self.gate.wait()
        if self.problem is not None:
            raise self.problem
        self.handled.append(delivery.id)
        event = Event(
            id=delivery.id,
            source="webhook",
            kind="ping",
            at=NOW,
            installation=None,
            fields={"action": "ping"},
            raw={},
        )
        return event, ()

    async def act(self, task: StepTask) -> Step:
        """Take a step."""
        if self.problem is not None:
            raise self.problem
        done = replace(task.step, state=StepState.DONE)
        self.ended.append(done)
        return done

    async def finish(self, task: StepTask, finished: Step) -> Step:
        """End a step."""
        self.ended.append(finished)
        return finished


class Silence:
    """A watch that looks away."""

    def handled(self, event: Event, plans: Sequence[Plan], seconds: float) -> None:
        """Look away."""

    def stepped(self, step: Step) -> None:
        """Look away."""


async def work(books: Books, hands: Hands, *, seconds: float = 0.1, limits: Limits = QUICK) -> None:
    """Let a worker run for a moment and stop it."""
    worker = Worker(
        name="w1",
        queue=books,
        work=hands,
        watch=Silence(),
        clock=lambda: NOW,
        limits=limits,
        jitter=lambda: 0.0,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(worker.run(stop))
    await asyncio.sleep(seconds)
    stop.set()
    await asyncio.wait_for(running, timeout=5)


async def test_a_claimed_delivery_is_handled() -> None:
    """What the queue hands out reaches the pipeline."""
    hands = Hands()
    await work(Books(deliveries=[Claimed(delivery=a_delivery())]), hands)
    assert hands.handled == ["d1"]


async def test_a_delivery_that_cannot_be_judged_now_is_put_off_until_github_says() -> None:
    """A rate limit's time is kept, however short the own pause would be."""
    books = Books(deliveries=[Claimed(delivery=a_delivery())])
    later = NOW + timedelta(minutes=7)
    await work(books, Hands(problem=Unavailable("limited", retry_at=later)))
    assert books.postponed == [("d1", later)]


async def test_a_delivery_that_always_fails_is_set_aside_with_its_error() -> None:
    """One poisonous delivery does not occupy the worker for ever."""
    books = Books(deliveries=[Claimed(delivery=a_delivery(), attempts=DELIVERY_TRIES)])
    await work(books, Hands(problem=RuntimeError("poison")))
    assert books.buried == ["d1"]


async def test_one_failing_delivery_does_not_stop_its_neighbours() -> None:
    """The worker goes on after an unexpected error."""
    books = Books(deliveries=[Claimed(delivery=a_delivery())])
    hands = Hands(problem=RuntimeError("poison"))
    await work(books, hands)
    assert [name for name, _ in books.postponed] == ["d1"]


async def test_a_step_that_meets_an_outage_is_retried_later() -> None:
    """The step goes to retrying with a time to come back."""
    books = Books(steps=[a_task()])
    await work(books, Hands(problem=Unavailable("502")))
    assert books.finished == [("s1", StepState.RETRYING, NOW + timedelta(milliseconds=500))]


async def test_a_write_that_may_have_taken_effect_is_noted() -> None:
    """What GitHub never answered is not forgotten by the next try."""
    unanswered, refused = Books(steps=[a_task()]), Books(steps=[a_task()])
    await work(unanswered, Hands(problem=Unavailable("timeout", sent=True)))
    await work(refused, Hands(problem=Unavailable("502 for a read")))
    assert (unanswered.sent, refused.sent) == (["s1"], [])


async def test_a_step_whose_tries_ran_out_is_given_to_a_person() -> None:
    """It ends as failed, through the pipeline, so that the case is told."""
    hands = Hands(problem=Unavailable("502"))
    await work(Books(steps=[a_task(attempts=STEP_TRIES)]), hands)
    assert [step.state for step in hands.ended] == [StepState.FAILED]
    assert "given up after" in hands.ended[0].error


async def test_what_creates_is_not_sent_again_while_the_first_request_may_take_effect() -> None:
    """A request without an answer is waited for; one that was never sent is not."""
    sent, unsent = Books(steps=[a_task()]), Books(steps=[a_task()])
    await work(sent, Hands(problem=Unavailable("timeout", sent=True)))
    await work(unsent, Hands(problem=Unavailable("refused connection")))
    assert sent.finished == [("s1", StepState.RETRYING, NOW + QUICK.settle)]
    assert unsent.finished == [("s1", StepState.RETRYING, NOW + timedelta(milliseconds=500))]


async def test_a_suspension_is_waited_for_however_long() -> None:
    """It ends when the organisation says so, not when tries run out."""
    books = Books(steps=[a_task(attempts=STEP_TRIES)])
    later = NOW + timedelta(hours=1)
    await work(books, Hands(problem=Suspended("suspended", retry_at=later)))
    assert books.finished == [("s1", StepState.RETRYING, later)]


async def test_who_waits_for_room_in_the_limits_neither_gives_up_nor_falls_behind() -> None:
    """It comes back when there is room, however often it did before; what tells, just after."""
    books = Books(steps=[a_task(attempts=STEP_TRIES)])
    later = NOW + timedelta(minutes=1)
    await work(books, Hands(problem=Paced("no room", retry_at=later)))
    assert books.finished == [("s1", StepState.PLANNED, later + BEHIND)]
    assert books.sent == []


async def test_what_may_have_taken_effect_stays_in_doubt_while_it_waits_for_room() -> None:
    """A new try without its request says nothing of the one before."""
    books = Books(steps=[replace(a_task(), resumed=True)])
    await work(books, Hands(problem=Paced("no room", retry_at=NOW)))
    assert [state for _, state, _ in books.finished] == [StepState.RETRYING]
    assert books.sent == ["s1"]


async def test_a_write_whose_outcome_there_is_no_room_to_see_stays_in_doubt() -> None:
    """The next try finds what this one did, and must not take it for somebody else's doing."""
    books = Books(steps=[a_task()])
    await work(books, Hands(problem=Paced("no room", retry_at=NOW, sent=True)))
    assert [state for _, state, _ in books.finished] == [StepState.RETRYING]
    assert books.sent == ["s1"]


async def test_a_mistake_of_ours_is_not_tried_for_ever() -> None:
    """After a few surprises a person is told."""
    hands = Hands(problem=KeyError("key"))
    await work(Books(steps=[a_task(attempts=SURPRISES)]), hands)
    assert [step.state for step in hands.ended] == [StepState.FAILED]


async def test_a_word_is_tried_as_long_as_a_step() -> None:
    """An outage of an hour does not take it away."""
    books = Books(deliveries=[Claimed(delivery=a_delivery(), attempts=DELIVERY_TRIES)])
    await work(books, Hands(problem=Unavailable("502")))
    assert (len(books.postponed), books.buried) == (1, [])


async def test_a_word_decided_from_the_past_is_heard_again_at_once() -> None:
    """However often it was heard before."""
    books = Books(deliveries=[Claimed(delivery=a_delivery(), attempts=DELIVERY_TRIES)])
    await work(books, Hands(problem=Moved("the case moved on")))
    assert (books.postponed, books.buried) == ([("d1", NOW)], [])


class Hasty(Books):
    """A queue that can hand a delivery out anew before it has said that it was put back."""

    async def postpone_delivery(
        self, delivery_id: str, *, worker: str, error: str, next_at: datetime
    ) -> bool:
        """Put it back at once, and answer late."""
        self.deliveries = [Claimed(delivery=a_delivery(delivery_id), attempts=2)]
        await asyncio.sleep(0.1)
        return True


class Once(Hands):
    """Work that decides from the past once."""

    async def handle(self, delivery: Delivery, *, attempts: int) -> tuple[Event, tuple[Plan, ...]]:
        """Fail the first time only."""
        self.problem = Moved("the case moved on") if attempts == 1 else None
        return await super().handle(delivery, attempts=attempts)


async def test_a_word_that_is_claimed_anew_before_it_was_laid_down_is_heard() -> None:
    """It does not wait until the lease of that claim has ended."""
    hands = Once()
    await work(Hasty(deliveries=[Claimed(delivery=a_delivery())]), hands, seconds=0.4)
    assert hands.handled == ["d1"]


async def test_only_what_is_in_hand_is_kept() -> None:
    """A step whose receipt could not be saved falls back to others by its lease."""
    books = Books(deliveries=[Claimed(delivery=a_delivery())], steps=[a_task()], unsaved=True)
    short = replace(QUICK, lease=timedelta(milliseconds=60))
    await work(books, Hands(gate=asyncio.Event(), problem=KeyError("x")), limits=short)
    assert books.extended
    assert books.extended[-1] == ({"d1"}, set())


async def test_a_database_that_was_away_is_asked_again() -> None:
    """A failing claim does not end the worker."""
    hands = Hands()
    books = Books(deliveries=[Claimed(delivery=a_delivery())], broken=2)
    await work(books, hands, seconds=0.3)
    assert hands.handled == ["d1"]


async def test_stopping_waits_for_what_is_in_hand_and_hands_the_rest_back() -> None:
    """What ends within the grace ends; what does not is cancelled and released."""
    books = Books(deliveries=[Claimed(delivery=a_delivery())])
    hands = Hands(gate=asyncio.Event())
    await work(books, hands)
    assert (hands.handled, books.released) == ([], 1)


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        (1, timedelta(milliseconds=500)),
        (2, timedelta(seconds=1)),
        (5, timedelta(seconds=8)),
        (60, LONGEST_PAUSE / 2),
    ],
)
def test_the_pause_doubles_up_to_a_bound(attempts: int, expected: timedelta) -> None:
    """The least pause is half of what the tries so far call for."""
    assert pause(attempts, 0.0) == expected


def test_jitter_at_most_doubles_the_pause() -> None:
    """Workers that failed together do not come back together."""
    assert pause(3, 0.5) == timedelta(seconds=3)
