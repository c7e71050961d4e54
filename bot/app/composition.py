"""The composition root: the only place that builds adapters and joins them to the rooms."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from bot import worker as work
from bot.app.app import App
from bot.github import GitHubApp, Pace, open_session
from bot.metrics import Metrics
from bot.notify import open_places
from bot.reload import Playbooks, Shelf
from bot.settings import Settings
from bot.sources.webhook import Secrets
from bot.store import SharedClock, Store
from bot.tally import Tally
from bot.web import SETTLE, build_web, listening
from bot.worker.intake import Intake

log = structlog.get_logger(__name__)


def utcnow() -> datetime:
    """Return the present, aware and in UTC: the one clock of a running app."""
    return datetime.now(UTC)


async def _tell(clock: Callable[[], datetime]) -> datetime:
    return clock()


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utcnow,
    settle: timedelta = work.SETTLE,
    door: float = SETTLE,
) -> AsyncIterator[App]:
    """Run the whole app inside the block; on the way out it stops in the order that loses nothing.

    First the door closes and every delivery that was let in gets its answer; then the worker
    finishes or hands back what it holds; then connections and database close. Raises
    `ConfigurationError` for anything the operator must put right. A ``clock`` that is given is the
    one to go by, instead of the database's; ``door`` is the ``settle`` of `listening`.
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
            readiness=app.health.readiness,
            metrics=metrics,
            clock=shared,
            max_body=settings.max_body,
            paths=(settings.webhook_path,) if settings.webhook_path else (),
            refresh=app.health.refresh,
        )
        app.url = await stack.enter_async_context(
            listening(web, host=settings.host, port=settings.port, settle=door)
        )
        log.info("app.listening", url=app.url, playbooks=len(app.loaded.guarding))
        app.start()
        yield app
