"""Which path leads where."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime
from typing import Final

from aiohttp import web
from prometheus_client import ProcessCollector

from bot import __version__
from bot.core.errors import DeliveryError
from bot.metrics import Metrics
from bot.sources.webhook import Secrets
from bot.web.answers import error_answer
from bot.web.body import MIB, BodyReader
from bot.web.door import Door, Intake
from bot.web.status import Readiness, Status

WEBHOOK_PATHS: Final = ("/webhooks", "/api/github/webhooks")
_FRONT: Final = f"""\
Tipstaff {__version__}: a GitHub App that guards an organisation.

POST /webhooks   GitHub's deliveries
GET  /healthz    is the process alive?
GET  /readyz     can it do its work?
GET  /metrics    numbers for Prometheus
"""


def build_web(
    intake: Intake,
    *,
    secrets: Secrets,
    readiness: Callable[[], Awaitable[Readiness]],
    metrics: Metrics,
    clock: Callable[[], datetime],
    max_body: int = 25 * MIB,
    bodies: BodyReader | None = None,
    paths: Iterable[str] = (),
    refresh: Callable[[], Awaitable[None]] | None = None,
) -> web.Application:
    """Return the web application; `listening` serves it.

    ``paths`` are webhook paths besides `WEBHOOK_PATHS`; ``bodies`` replaces the reader that
    ``max_body`` would make; ``refresh`` is awaited before the metrics are shown.
    """
    door = Door(
        intake,
        secrets=secrets,
        bodies=bodies or BodyReader(limit=max_body),
        metrics=metrics,
        clock=clock,
    )
    status = Status(metrics=metrics, readiness=readiness, refresh=refresh)
    ProcessCollector(registry=metrics.registry)
    app = web.Application()
    # The webhook paths come first: the router tries them in this order.
    for path in dict.fromkeys((*WEBHOOK_PATHS, *paths)):
        app.router.add_route("*", path, door.deliver, expect_handler=door.expect)
    app.router.add_get("/healthz", status.healthz)
    app.router.add_get("/readyz", status.readyz)
    app.router.add_get("/metrics", status.numbers)
    app.router.add_get("/", _front)
    app.router.add_route("*", "/{path:.*}", _nothing_here)
    return app


async def _front(_request: web.Request) -> web.Response:
    return web.Response(text=_FRONT)


async def _nothing_here(_request: web.Request) -> web.Response:
    return error_answer(DeliveryError(404, "nothing is here; deliveries go to /webhooks"))
