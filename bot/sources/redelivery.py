"""Deliveries that never arrived: GitHub does not send again by itself, so Tipstaff asks.

At an interval the App's delivery log is read. A delivery whose attempts all failed, and which the
inbox does not have, is asked for again, a few times and ever more rarely, for as long as GitHub
keeps it (three days). When GitHub first tried is kept: that is when it happened.
Facts: https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import structlog

from bot.actions.port import GitHub
from bot.core.errors import ApiError, Refused
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

KEPT: Final = timedelta(days=3)
_OVERLAP: Final = timedelta(minutes=10)
_FIRST_PATIENCE: Final = timedelta(minutes=1)
_TRIES: Final = 8
_PER_ROUND: Final = 200


class RedeliveryStore(Protocol):
    """What has arrived, and what was asked for."""

    async def has(self, delivery_id: str) -> bool:
        """Whether the inbox has a delivery of this id."""
        ...

    async def redelivery_asked(self, guid: str) -> int:
        """Return how many times a delivery was asked for again."""
        ...

    async def expect_redelivery(self, guid: str, *, first_at: datetime, now: datetime) -> None:
        """Remember when GitHub first tried to send what it is about to be asked for."""
        ...

    async def remember_redelivery(self, guid: str, now: datetime) -> None:
        """Remember that a delivery was asked for once more."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One attempt of GitHub's to deliver; ``guid`` is the same for all attempts of a delivery.

    ``first_at`` is when the first of them was made, if it was another one.
    """

    id: int
    guid: str
    delivered_at: datetime
    ok: bool
    first_at: datetime | None = None

    @property
    def happened_at(self) -> datetime:
        """When GitHub first tried: when what is delivered happened."""
        return self.first_at or self.delivered_at


def missing(attempts: Iterable[Attempt], *, now: datetime) -> tuple[Attempt, ...]:
    """Return the newest attempt of every delivery that never succeeded, oldest first.

    What is older than GitHub keeps deliveries is left out.
    """
    newest: dict[str, Attempt] = {}
    first: dict[str, datetime] = {}
    arrived: set[str] = set()
    for attempt in attempts:
        first[attempt.guid] = min(first.get(attempt.guid, attempt.happened_at), attempt.happened_at)
        if attempt.ok:
            arrived.add(attempt.guid)
        held = newest.get(attempt.guid)
        if held is None or (held.delivered_at, held.id) < (attempt.delivered_at, attempt.id):
            newest[attempt.guid] = attempt
    failed = (
        each if first[guid] == each.happened_at else replace(each, first_at=first[guid])
        for guid, each in newest.items()
        if guid not in arrived
    )
    return tuple(
        sorted(
            (each for each in failed if now - each.delivered_at < KEPT),
            key=lambda each: (each.delivered_at, each.id),
        )
    )


def is_due(attempt: Attempt, *, asked: int, now: datetime) -> bool:
    """Whether to ask for a delivery (again): a minute after its last attempt, then two, four...

    The first minute lets an attempt that is still under way end.
    """
    return asked < _TRIES and now - attempt.delivered_at >= _FIRST_PATIENCE * (1 << asked)


class Redelivery:
    """Reads the App's delivery log at an interval and asks for what did not arrive.

    ``app`` is GitHub's API as the App itself sees it (by its JWT).
    """

    def __init__(
        self,
        *,
        app: GitHub,
        store: RedeliveryStore,
        interval: float = 300.0,
        clock: Callable[[], datetime],
    ) -> None:
        self._app = app
        self._store = store
        self._interval = interval
        self._clock = clock
        self._read_until: datetime | None = None
        # Attempts of deliveries that have not succeeded so far, by attempt id.
        self._failed: dict[int, Attempt] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Look at once and then at the interval, until told to stop."""
        while not stop.is_set():
            try:
                await self.once(self._clock())
            except Exception:
                # Such as a database that is away: the next round looks again.
                log.exception("redelivery.failed")
            await stopped_within(stop, self._interval)

    async def once(self, now: datetime) -> int:
        """Look once; return how many deliveries were asked for again."""
        try:
            await self._read_log(now)
            return await self._ask(now)
        except ApiError as error:
            log.warning("redelivery.skipped", reason=str(error))
            return 0

    async def _read_log(self, now: datetime) -> None:
        """Read the log, newest first, down to where the last complete reading began."""
        since = max(now - KEPT, (self._read_until or now - KEPT) - _OVERLAP)
        read: dict[int, Attempt] = {}
        async for item in self._app.pages("/app/hook/deliveries"):
            attempt = _attempt(item)
            if attempt is None:
                continue
            if attempt.delivered_at < since:
                break
            read[attempt.id] = attempt
        # Only now: a reading that broke off half-way must not hide what it did not reach.
        pending = missing([*self._failed.values(), *read.values()], now=now)
        self._failed = {attempt.id: attempt for attempt in pending}
        self._read_until = now

    async def _ask(self, now: datetime) -> int:
        asked = 0
        for attempt in list(self._failed.values()):
            if asked >= _PER_ROUND:
                break
            if await self._store.has(attempt.guid):
                del self._failed[attempt.id]
                continue
            times = await self._store.redelivery_asked(attempt.guid)
            if is_due(attempt, asked=times, now=now):
                await self._ask_for(attempt, now)
                asked += 1
        return asked

    async def _ask_for(self, attempt: Attempt, now: datetime) -> None:
        # Before the call: what is asked for may be here before the answer is.
        await self._store.expect_redelivery(attempt.guid, first_at=attempt.happened_at, now=now)
        try:
            await self._app.call(
                "POST",
                "/app/hook/deliveries/{delivery_id}/attempts",
                {"delivery_id": attempt.id},
            )
        except Refused as error:
            log.warning("redelivery.refused", delivery=attempt.guid, reason=str(error))
        # A refusal counts as well; that GitHub was away does not, as nothing was answered.
        await self._store.remember_redelivery(attempt.guid, now)
        log.info("redelivery.asked", delivery=attempt.guid, attempt=attempt.id)


def _attempt(item: Any) -> Attempt | None:
    """Read one entry of the log; one that can't be read is left alone."""
    if not isinstance(item, Mapping):
        return None
    try:
        delivered_at = datetime.fromisoformat(str(item["delivered_at"]))
        return Attempt(
            id=int(item["id"]),
            guid=str(item["guid"]),
            delivered_at=delivered_at if delivered_at.tzinfo else delivered_at.replace(tzinfo=UTC),
            # Not the status code: GitHub says "OK" for every answer it takes for a success.
            ok=item["status"] == "OK",
        )
    except (KeyError, TypeError, ValueError):
        return None
