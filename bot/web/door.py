"""Where deliveries come in: read, believed, recorded, answered; in that order."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from time import perf_counter
from typing import Final, Protocol

import structlog
from aiohttp import web

from bot.core.delivery import Delivery
from bot.core.errors import DeliveryError
from bot.metrics import Metrics
from bot.sources.webhook import Secrets, receive
from bot.web.answers import error_answer, json_answer
from bot.web.body import BodyReader

log = structlog.get_logger(__name__)

SIGNATURE: Final = "X-Hub-Signature-256"
# GitHub waits 10 s for an answer.
_RECORD_SECONDS: Final = 8.0
_OUTCOMES: Final = {408: "slow", 413: "too-large", 503: "unavailable"}


class Intake(Protocol):
    """Where deliveries are kept."""

    async def accept(self, delivery: Delivery) -> bool:
        """Return only once the delivery is durable: true if new, false if its id is known.

        May be cancelled; the delivery may then be kept all the same.
        """
        ...


class Door:
    """Accepts deliveries: 202 once one is durably recorded, an error with one clear line else."""

    def __init__(
        self,
        intake: Intake,
        *,
        secrets: Secrets,
        bodies: BodyReader,
        metrics: Metrics,
        clock: Callable[[], datetime],
    ) -> None:
        self._intake = intake
        self._secrets = secrets
        self._bodies = bodies
        self._metrics = metrics
        self._clock = clock

    async def deliver(self, request: web.Request) -> web.Response:
        """Handle a request for a webhook path."""
        started = perf_counter()
        try:
            delivery = await self._take(request)
            new = await self._record(delivery)
        except DeliveryError as error:
            return self._refuse(request, error, perf_counter() - started)
        outcome = "accepted" if new else "known"
        self._metrics.delivery(delivery.event, outcome, perf_counter() - started)
        return json_answer({"status": outcome, "delivery": delivery.id}, status=202)

    async def expect(self, request: web.Request) -> web.Response | None:
        """Handle ``Expect: 100-continue``: a body is asked for only if it has a chance."""
        try:
            if request.headers["Expect"].lower() != "100-continue":
                raise DeliveryError(417, "the only expectation that can be met is 100-continue")
            self._bodies.check_length(request)
            if SIGNATURE not in request.headers:
                self._receive(request, b"")
        except DeliveryError as error:
            return self._refuse(request, error, 0.0)
        if request.transport is not None:
            request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        return None

    async def _take(self, request: web.Request) -> Delivery:
        if request.method != "POST":
            raise DeliveryError(405, "deliveries are sent with POST")
        # Without a signature there is no use in reading any of the body.
        unsigned = SIGNATURE not in request.headers
        body = b"" if unsigned else await self._bodies.read(request)
        return self._receive(request, body)

    def _receive(self, request: web.Request, body: bytes) -> Delivery:
        return receive(request.headers, body, secrets=self._secrets, received_at=self._clock())

    async def _record(self, delivery: Delivery) -> bool:
        try:
            async with asyncio.timeout(_RECORD_SECONDS):
                return await self._intake.accept(delivery)
        except Exception as error:
            # Whatever it was, the delivery is not known to be kept: GitHub's log shall show a
            # failure, so that it is asked for again.
            log.exception("delivery.unrecorded", delivery=delivery.id, kind=delivery.event)
            raise DeliveryError(
                503, "the delivery could not be recorded; send it again later"
            ) from error

    def _refuse(self, request: web.Request, error: DeliveryError, seconds: float) -> web.Response:
        outcome = _OUTCOMES.get(error.status, "refused")
        self._metrics.delivery("", outcome, seconds)
        log.warning(
            "delivery.refused",
            status=error.status,
            reason=str(error),
            delivery=request.headers.get("X-GitHub-Delivery", "")[:128],
            remote=request.remote,
        )
        answer = error_answer(error, headers={"Allow": "POST"} if error.status == 405 else None)
        if not request.content.is_eof():
            # Nobody will read the rest of this body, so the connection is of no further use.
            answer.force_close()
        return answer
