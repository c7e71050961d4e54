"""A running Tipstaff: what it consists of, how it begins and how it ends."""

import asyncio
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta, tzinfo
from typing import Any

import structlog

from bot import __version__
from bot import worker as work
from bot.app.health import Beat, Health
from bot.core.errors import TipstaffError
from bot.core.times import Schedule, changed
from bot.detect.moment import ZONE, zone_of
from bot.github import GitHubApp
from bot.github.introduction import introduced
from bot.metrics import Metrics
from bot.notify import Places
from bot.pipeline import Novelty, Pipeline, Policy, Stops, clockwork
from bot.playbooks import Loaded
from bot.reload import Playbooks
from bot.respond.render import Readers
from bot.settings import Settings
from bot.sources.lists import LiveLists
from bot.sources.watching import watchers
from bot.store import SharedClock, Store
from bot.tally import Tally

log = structlog.get_logger(__name__)

_MISSED = timedelta(minutes=5)  # a delayed step this late was missed: nobody worked
_WORDS = timedelta(minutes=10)  # until it is made then; two looks at GitHub's log fit in


class App:
    """A running Tipstaff: the door, the worker, the roster and the watch for what is missing."""

    def __init__(
        self,
        settings: Settings,
        *,
        store: Store,
        github: GitHubApp,
        places: Places,
        playbooks: Playbooks,
        metrics: Metrics,
        clock: SharedClock,
        ask_time: Callable[[], Awaitable[datetime]],
        settle: timedelta = work.SETTLE,
    ) -> None:
        self.settings = settings
        self.store = store
        self.playbooks = playbooks
        self.metrics = metrics
        self.url = ""
        self._failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._github = github
        self._places = places
        self._clock = clock
        self._ask_time = ask_time
        self._settle = settle
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._worker: work.Worker | None = None
        self._novelty = Novelty(editions=store, edition=self._edition, clock=clock)
        self._identity_problem = "GitHub has not yet said who the App is"
        self.health = Health(
            settings,
            store=store,
            playbooks=playbooks,
            metrics=metrics,
            novelty=self._novelty,
            clock=clock,
            beat=self._beat,
        )

    @property
    def loaded(self) -> Loaded:
        """The playbooks in use."""
        return self.playbooks.loaded

    def wake(self) -> None:
        """Tell the worker that there may be work."""
        if self._worker is not None:
            self._worker.wake()

    def start(self) -> None:
        """Begin to guard; deliveries are accepted and kept whether or not this succeeds yet."""
        self._spawn(
            self._clock.keep(self._ask_time, every=self.settings.lease / 3, stop=self._stop)
        )
        self._spawn(self._guard())
        self._spawn(self._novelty.run(self._stop))
        self._spawn(Stops(self.health.pauses).run(self._stop))
        if self.settings.reload_interval:
            interval = self.settings.reload_interval.total_seconds()
            self._spawn(self.playbooks.run(self._stop, interval))

    async def until(self, stop: asyncio.Event) -> None:
        """Wait until told to stop; raise the reason when something ended that must not end."""
        stopping: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({stopping, self._failed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
        if self._failed.done():
            await self._failed

    async def stop(self) -> None:
        """Finish or hand back what is in hand."""
        self._stop.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, job: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(job)
        self._tasks.append(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task.cancelled() or self._failed.done():
            return
        error = task.exception()
        if error is not None:
            self._failed.set_exception(error)
            # Whoever runs the app may leave before looking; that is not one more error.
            self._failed.exception()

    async def _guard(self) -> None:
        identity = await introduced(self._github, self._stop, self._unknown)
        if identity is None:
            return
        log.info("app.identified", slug=identity.slug, mode=str(self.settings.mode))
        own_login = identity.login
        lists = LiveLists(
            apps=self._github,
            own_login=own_login,
            age=self.settings.list_age,
            clock=self._clock,
        )
        self._spawn(lists.run(self._stop))
        name = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        pipeline = self._build_pipeline(name, own_login, lists)
        self._worker = work.Worker(
            name=name,
            queue=self.store,
            work=pipeline,
            watch=Tally(self.metrics),
            clock=self._clock,
            limits=work.Limits(
                concurrency=self.settings.workers,
                lease=self.settings.lease,
                settle=self._settle,
            ),
        )
        await self._put_off()
        self._spawn(self._worker.run(self._stop))
        for hand in clockwork(
            self.settings,
            name=name,
            store=self.store,
            work=pipeline,
            watch=Tally(self.metrics),
            times=self._times,
            zone=self._zone,
            clock=self._clock,
            woken=self.wake,
        ):
            self._spawn(hand.run(self._stop))
        for watcher in watchers(
            self.settings,
            apps=self._github,
            store=self.store,
            own_login=own_login,
            clock=self._clock,
            recorded=self.wake,
        ):
            self._spawn(watcher.run(self._stop))

    async def _put_off(self) -> None:
        """Before delayed steps are made whose time came while nobody worked, let words come in.

        GitHub is asked again for the comments that did not arrive, and one may call a step off.
        """
        while not self._stop.is_set():
            now = self._clock()
            try:
                late = await self.store.put_off(overdue=now - _MISSED, until=now + _WORDS)
            except TipstaffError as error:
                log.warning("app.waits", reason=str(error))
                await asyncio.sleep(1)
                continue
            if late:
                log.info("steps.put_off", steps=late, until=(now + _WORDS).isoformat())
            return

    def _build_pipeline(self, name: str, own_login: str, lists: LiveLists) -> Pipeline:
        return Pipeline(
            records=self.store,
            apps=self._github,
            judge=lambda: self.loaded.detector,
            lists=lists,
            policy=Policy.of(self.settings),
            notifier=self._places,
            own_login=own_login,
            clock=self._clock,
            worker=name,
            times=self._times,
            readers=self._readers,
            edition=self._edition,
            emergency=lambda: self.loaded.lists.get("break_glass", ()),
        )

    def _edition(self) -> str:
        """Name the version and the set of playbooks in use."""
        return f"{__version__} {self.playbooks.edition}"

    def _readers(self) -> Readers:
        """Return who reads cases, as it holds now."""
        return Readers(zone=self._zone(), playbooks_url=self.settings.playbooks_url)

    def _zone(self) -> tzinfo:
        """Return the organisation's time zone."""
        return zone_of(self.loaded.overlay.zone or ZONE)

    def _times(self) -> Schedule:
        """Return how long cases wait for people, as it holds now."""
        return changed(self.settings.times, self.loaded.overlay.times)

    def _unknown(self, reason: str) -> None:
        self._identity_problem = reason

    def _beat(self) -> Beat:
        """Tell when the worker last gave a sign of life, or why there is none."""
        if self._worker is None:
            return Beat(idle=self._identity_problem)
        return Beat(at=self._worker.beat)
