"""The path of one delivery, readable from top to bottom.

Recorded deliveries come in; normalise, detect and plan are pure; what they lead to is saved in
one transaction with the delivery's completion. Each step is then acted on by itself: its intent
is saved by the claim, the call is made, its receipt is saved with whatever follows from it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from bot.actions.base import alert_of
from bot.actions.catalogue import CHANGING, action_of
from bot.actions.notice import Notifier
from bot.actions.opening import BESIDE, OPENING
from bot.core.delivery import Delivery
from bot.core.errors import InstallationGone, Refused, Unavailable
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.core.playbook import Match
from bot.core.times import DEFAULTS, Schedule
from bot.detect.recall import Memory
from bot.pipeline import hearing
from bot.pipeline.consents import Consents
from bot.pipeline.following import Follower
from bot.pipeline.lookup import look_up
from bot.pipeline.making import Maker, unsure
from bot.pipeline.noted import Halted, Trail
from bot.pipeline.policy import Policy
from bot.pipeline.ports import Apps, DueWindow, Judge, Lists, Records, StepTask
from bot.pipeline.sentry import Sentry
from bot.pipeline.sizes import Sizes
from bot.pipeline.turn import Turns
from bot.respond.alert import Plan
from bot.respond.consent import rule_of
from bot.respond.exemption import Exemption
from bot.respond.plan import plan
from bot.respond.render import Readers
from bot.respond.report import report
from bot.respond.step import Receipt, Step, StepState
from bot.respond.told import told_by


class _Conclusion:
    """What the memory makes of matches; keeps what came of the transaction that held."""

    def __init__(self, conclude: Callable[[Memory], tuple[Plan, ...]]) -> None:
        self.plans: tuple[Plan, ...] = ()
        self._conclude = conclude

    def __call__(self, memory: Memory) -> tuple[Plan, ...]:
        self.plans = self._conclude(memory)
        return self.plans


class Pipeline:
    """Judges deliveries and takes steps; owns no state of its own."""

    def __init__(
        self,
        *,
        records: Records,
        apps: Apps,
        judge: Callable[[], Judge],
        lists: Lists,
        policy: Policy,
        notifier: Notifier,
        own_login: str,
        clock: Callable[[], datetime],
        worker: str,
        times: Callable[[], Schedule] = lambda: DEFAULTS,
        readers: Callable[[], Readers] = Readers,
        edition: Callable[[], str] = str,
        emergency: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._records = records
        self._times = times
        self._readers = readers
        self._judge = judge
        self._lists = lists
        self._policy = policy
        self._own_login = own_login
        self._clock = clock
        self._worker = worker
        self._sentry = Sentry(
            records=records,
            sizes=Sizes(apps=apps, lists=lists, clock=clock),
            policy=policy,
            own_login=own_login,
            edition=edition,
            emergency=emergency,
            mode_of=lambda playbook: judge().mode_of(playbook),
            clock=clock,
        )
        self._maker = Maker(
            records=records,
            apps=apps,
            policy=policy,
            notifier=notifier,
            own_login=own_login,
            readers=readers,
            clock=clock,
        )
        self._follower = Follower(records=records, clock=clock)
        self._consents = Consents(apps)
        self._turns = Turns(records=records, worker=worker, changing=CHANGING, opening=OPENING)
        self._ear = hearing.Ear(
            records=records,
            apps=apps,
            own_login=own_login,
            clock=clock,
            longest=policy.longest_exemption,
            paused=policy.paused,
        )

    # A delivery: normalise, detect, plan, hear, complete.

    async def handle(self, delivery: Delivery, *, attempts: int) -> tuple[Event, tuple[Plan, ...]]:
        """Judge one recorded delivery and save what it leads to; ``attempts`` counts this try.

        Raises `Unavailable` when a person's standing or a list could not be read now, and `Moved`
        when the case moved on meanwhile: the delivery is to be handled again, later or at once.
        What playbooks found is saved in either case, or found again.
        """
        event = normalise(delivery)
        await self._follower.follow(event)
        judge = self._judge()
        promised = await self._follower.was_promised(event)
        matches = () if promised else await self._match(judge, event, attempts=attempts)
        now = self._clock()
        remembers = judge.remembers(matches)
        exempt = await self._exemptions(event, now) if matches else ()
        found = () if remembers else self._plans(event, matches, now, exempt)
        conclusion = _Conclusion(
            lambda memory: self._plans(
                event, judge.conclude(event, matches, memory, now=now), now, exempt
            )
        )
        try:
            word = await self._ear.hear(event, attempts=attempts)
        except Unavailable:
            # What a playbook found must not wait for what GitHub says of a person.
            if found:
                await self._records.keep(delivery.id, worker=self._worker, plans=found)
            raise
        await self._records.complete(
            delivery.id,
            worker=self._worker,
            now=now,
            action=event.action,
            plans=found,
            answer=word,
            conclude=conclusion if remembers else None,
            tells=told_by(event),
        )
        return event, found + conclusion.plans

    async def elapse(self, window: DueWindow) -> tuple[Event, tuple[Plan, ...]]:
        """Judge a correlation's window that has passed, and save what it leads to."""
        event, now = normalise(window.opener), self._clock()
        judge = self._judge()
        exempt = await self._exemptions(event, now)
        conclusion = _Conclusion(
            lambda memory: self._plans(
                event, judge.elapse(window.deadline, event, memory, now=now), now, exempt
            )
        )
        await self._records.complete_window(window.number, worker=self._worker, conclude=conclusion)
        return event, conclusion.plans

    async def _match(self, judge: Judge, event: Event, *, attempts: int) -> Sequence[Match]:
        """Return what an event matches; what nobody can answer for, or we did, matches nothing."""
        if (
            event.org is None
            or event.installation is None
            or hearing.is_own(event.actor, self._own_login)
        ):
            return ()
        live = await look_up(self._lists, judge.wanted(event), event, attempts=attempts)
        return judge.match(event, live)

    async def _exemptions(self, event: Event, now: datetime) -> Sequence[Exemption]:
        if event.org is None or event.actor is None:
            return ()
        return await self._records.exemptions(event.org, event.actor, now=now)

    def _plans(
        self, event: Event, matches: Sequence[Match], now: datetime, exempt: Sequence[Exemption]
    ) -> tuple[Plan, ...]:
        planned = (
            plan(
                event,
                match,
                own_login=self._own_login,
                ceiling=self._policy.ceiling,
                now=now,
                changing=CHANGING,
                exemptions=exempt,
                times=self._times(),
            )
            for match in matches
        )
        return tuple(each for each in planned if each is not None)

    # A step: guard, act, receipt.

    async def act(self, task: StepTask) -> Step:
        """Take one claimed step and save its receipt; return the step as it then stands.

        Raises `Unavailable` when it must be tried again later; the step stays claimed. Its
        ``sent`` tells of the whole try: whether any write of it may have taken effect.
        """
        trail = self._trail(task)
        try:
            lapsed = await self._consents.lapsed(task)
            if lapsed is None:
                finished = _ended(task.step, await self._take(task, trail))
            else:
                made = await self._maker.made_before(task)
                finished = lapsed if made is None else _ended(task.step, made)
        except Halted as stop:
            finished = _ended(task.step, stop.receipt)
        except Refused as error:
            finished = _failed(task, trail, explain(error))
        except Unavailable as error:
            error.sent = error.sent or trail.wrote
            raise
        return await self.finish(task, finished)

    async def finish(self, task: StepTask, finished: Step) -> Step:
        """Save a step's end, and the comment that tells the case about it."""
        now, finished = self._clock(), _accounted(finished)
        comment = report(
            finished,
            task.file,
            changing=CHANGING,
            opening=OPENING,
            missed=BESIDE,
            now=now,
            zone=self._readers().zone,
        )
        await self._records.finish_step(
            finished.id,
            worker=self._worker,
            now=now,
            state=finished.state,
            receipt=finished.receipt,
            error=finished.error,
            sent=finished.sent,
            ask_until=_ask_until(finished, task, now),
            approvals=finished.approvals,
            follow_ups=() if comment is None else (comment,),
        )
        return finished

    async def _take(self, task: StepTask, trail: Trail) -> Receipt:
        action = action_of(task.step.action)
        if action is None:
            raise Refused(f"this version knows no action '{task.step.action}'")
        ready = await self._turns.take(task)
        if isinstance(ready, Receipt):
            return ready
        stop = await self._sentry.stop(ready, action)
        if stop is not None:
            return await self._maker.made_before(ready) or unsure(ready, stop)
        return await self._maker.make(ready, action, trail)

    def _trail(self, task: StepTask) -> Trail:
        """Return the trail of a try, whose writes are made only while the step is ours to make."""
        step, action = task.step, action_of(task.step.action)

        async def gate(first: bool) -> None:
            # What has begun is brought to its end.
            halt = await self._sentry.halt(task, action) if first and action is not None else None
            if halt is not None:
                raise Halted(halt)
            by, attempts = self._worker, step.attempts
            if first:
                ours = await self._records.begin_write(
                    step.id, worker=by, attempts=attempts, intent=trail.intent
                )
            else:
                ours = await self._records.holds(step.id, worker=by, attempts=attempts)
            if not ours:
                raise Unavailable("another worker has taken this step over")

        trail = Trail(gate)
        return trail


def _ended(step: Step, receipt: Receipt) -> Step:
    # What some approved of before its time stays counted when it is asked about then.
    kept = () if step.approved_by else step.approvals
    return replace(step, state=receipt.state, receipt=receipt, approvals=kept)


def _failed(task: StepTask, trail: Trail, error: str) -> Step:
    """Return a step that came to nothing, or to nobody knows how much."""
    step = task.step
    return replace(
        step,
        state=StepState.FAILED,
        error=error,
        sent=step.sent or task.resumed or trail.wrote,
        intent=trail.intent or step.intent,
    )


_IN_PART: Final = "It may have been made in part: /undo brings back what was there before."


def _accounted(finished: Step) -> Step:
    """Give what failed, and may have been made in part, the receipt that lets it be undone."""
    intent = finished.intent
    if finished.state is not StepState.FAILED or finished.kind != "apply" or not finished.sent:
        return finished
    if intent is None or not intent.undoable:
        return finished
    return replace(finished, receipt=replace(intent, summary=f"{finished.error} {_IN_PART}"))


def _ask_until(finished: Step, task: StepTask, now: datetime) -> datetime | None:
    """Return how long a step waits for approval, if it does."""
    if finished.state is not StepState.AWAITING:
        return None
    return now + rule_of(finished, alert_of(finished, task.file)).expires


def explain(error: Refused) -> str:
    """Say in one line why a step ended without effect."""
    if isinstance(error, InstallationGone):
        return "The App is no longer installed in this organisation."
    return str(error)
