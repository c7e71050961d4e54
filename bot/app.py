"""The composition root: the only place that builds adapters and joins them to the rooms."""

import asyncio
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from bot import __version__
from bot import worker as work
from bot.core.errors import ApiError
from bot.core.times import Schedule, changed
from bot.detect.moment import ZONE, zone_of
from bot.github import GitHubApp, Pace, open_session
from bot.metrics import Metrics
from bot.notify import Places, open_places
from bot.pipeline import Novelty, Pipeline, Policy, Stops, clockwork
from bot.playbooks import Loaded
from bot.reload import Playbooks, Shelf
from bot.respond.pause import SWITCH, Pause
from bot.respond.render import Readers
from bot.settings import Settings
from bot.sources.lists import LiveLists
from bot.sources.watching import watchers
from bot.sources.webhook import Secrets
from bot.store import SharedClock, Store, StoreUnavailable
from bot.tally import Tally
from bot.web import Check, Readiness, build_web, changes_check, listening, worker_check
from bot.worker.intake import Intake

log = structlog.get_logger(__name__)

LONGEST_WAIT = 60.0  # seconds between tries to learn from GitHub who the App is


def utcnow() -> datetime:
    """Return the present, aware and in UTC: the one clock of a running app."""
    return datetime.now(UTC)


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
        self._spawn(Stops(self._pauses).run(self._stop))
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
        own_login = await self._identity()
        if own_login is None:
            return
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

    async def _identity(self) -> str | None:
        """Ask GitHub who the App is until it says so; ``None`` when told to stop first."""
        wait = 1.0
        while not self._stop.is_set():
            try:
                identity = await self._github.identity()
            except ApiError as error:
                self._identity_problem = str(error)
                log.warning("app.identity_unknown", reason=str(error), retry_in=wait)
            else:
                log.info("app.identified", slug=identity.slug, mode=str(self.settings.mode))
                return identity.login
            try:
                async with asyncio.timeout(wait):
                    await self._stop.wait()
            except TimeoutError:
                wait = min(wait * 2, LONGEST_WAIT)
        return None

    def _build_pipeline(self, name: str, own_login: str, lists: LiveLists) -> Pipeline:
        settings = self.settings
        return Pipeline(
            records=self.store,
            apps=self._github,
            judge=lambda: self.loaded.detector,
            lists=lists,
            policy=Policy(
                ceiling=settings.mode,
                security_repository=settings.security_repository,
                protected=settings.protected,
                cap_per_hour=settings.cap_per_hour,
                protected_repositories=settings.protected_repositories,
                break_glass=settings.break_glass,
                cap_per_actor=settings.cap_per_actor,
                share_percent=settings.cap_share if settings.cap_share < 100 else None,
                stale_after=settings.stale_after or None,
                quiet_for=settings.quiet_period or None,
                paused=settings.paused,
                longest_exemption=timedelta(days=settings.exemption_days),
            ),
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

    async def readiness(self) -> Readiness:
        """Look at everything the work needs."""
        return Readiness(
            checks=(
                await self._database_check(),
                self._worker_check(),
                self._playbooks_check(),
                await self._changes_check(),
            )
        )

    async def _changes_check(self) -> Check:
        try:
            pauses = await self._pauses()
        except StoreUnavailable as error:
            return Check(name="changes", ok=False, detail=str(error))
        return changes_check(
            pauses,
            now=self._clock(),
            since=self._novelty.since,
            quiet_for=self.settings.quiet_period,
        )

    async def _pauses(self) -> tuple[Pause, ...]:
        """Return every pause that holds, the environment's switch first."""
        switch = (SWITCH,) if self.settings.paused else ()
        return (*switch, *await self.store.pauses())

    async def _database_check(self) -> Check:
        try:
            await self.store.ping()
        except StoreUnavailable as error:
            return Check(name="database", ok=False, detail=str(error))
        return Check(name="database", ok=True, detail="answers")

    def _worker_check(self) -> Check:
        return worker_check(
            self._worker.beat if self._worker else None,
            now=self._clock(),
            lease=self.settings.lease,
            mode=self.settings.mode,
            idle=None if self._worker else self._identity_problem,
        )

    def _playbooks_check(self) -> Check:
        return Check(
            name="playbooks",
            ok=bool(self.loaded.rules),
            detail=self.playbooks.detail,
            problems=tuple(str(problem) for problem in self.playbooks.problems),
        )

    async def refresh_metrics(self) -> None:
        """Bring those metrics up to date that are counted in the database."""
        seen = await self.store.overview()
        steps: dict[str, int] = {}
        for (_, state), count in seen.steps.items():
            steps[state] = steps.get(state, 0) + count
        age = seen.oldest_queued.total_seconds() if seen.oldest_queued else 0.0
        self.metrics.backlog(
            deliveries=seen.deliveries,
            steps=steps,
            windows=seen.windows,
            cases_open=seen.open_cases,
            oldest_seconds=age,
        )
        self.metrics.paused(len(await self._pauses()))


async def _tell(clock: Callable[[], datetime]) -> datetime:
    return clock()


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utcnow,
    settle: timedelta = work.SETTLE,
) -> AsyncIterator[App]:
    """Run the whole app inside the block; on the way out it stops in the order that loses nothing.

    First the door closes and every delivery that was let in gets its answer; then the worker
    finishes or hands back what it holds; then connections and database close. Raises
    `ConfigurationError` for anything the operator must put right. A ``clock`` that is given is the
    one to go by, instead of the database's.
    """
    door_keys = Secrets(
        settings.webhook_secret.get_secret_value(),
        settings.webhook_secret_previous.get_secret_value()
        if settings.webhook_secret_previous
        else None,
    )
    metrics = Metrics.create()
    playbooks = Playbooks(
        Shelf(
            playbooks=Path(settings.playbooks),
            lists=Path(settings.lists),
            config=Path(settings.config),
            overlay_needed="config" in settings.model_fields_set,
        ),
        metrics=metrics,
        clock=clock,
    )
    async with AsyncExitStack() as stack:
        shared = SharedClock(local=clock)
        store = await Store.open(settings.database_url.get_secret_value(), clock=shared)
        stack.push_async_callback(store.close)
        ask_time = store.now if clock is utcnow else partial(_tell, clock)
        await shared.follow(ask_time)
        session = await stack.enter_async_context(open_session())
        github = GitHubApp(
            app_id=settings.app_id,
            private_key=settings.private_key.get_secret_value(),
            api_url=settings.github_api_url,
            session=session,
            clock=clock,
            pace=Pace(
                points_per_minute=settings.points_per_minute,
                creations_per_minute=settings.content_per_minute,
                creations_per_hour=settings.content_per_hour,
            ),
            observe=Tally(metrics).observed,
        )
        app = App(
            settings,
            store=store,
            github=github,
            places=open_places(settings, session, clock=shared),
            playbooks=playbooks,
            metrics=metrics,
            clock=shared,
            ask_time=ask_time,
            settle=settle,
        )
        stack.push_async_callback(app.stop)
        web = build_web(
            Intake(store, app.wake),
            secrets=door_keys,
            readiness=app.readiness,
            metrics=metrics,
            clock=shared,
            max_body=settings.max_body,
            paths=(settings.webhook_path,) if settings.webhook_path else (),
            refresh=app.refresh_metrics,
        )
        app.url = await stack.enter_async_context(
            listening(web, host=settings.host, port=settings.port)
        )
        log.info("app.listening", url=app.url, playbooks=len(app.loaded.rules))
        app.start()
        yield app
