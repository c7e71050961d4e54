"""Webhook deliveries: signed, sent once, written down, sent again when asked.

As GitHub does it: ten seconds to answer, no second try of its own, the same GUID on a redelivery.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import aiohttp
import orjson

from bot.simulator.problem import not_found
from bot.simulator.world import World, stamp

UNASKED = frozenset(
    {"installation", "installation_repositories", "installation_target", "github_app_authorization"}
)
"""The events every App gets, whatever it subscribed to."""

TIMEOUT = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One try at one delivery, as the App's delivery log shows it.

    ``status`` is ``OK``, or what went wrong; ``status_code`` is 0 when nobody answered;
    ``duration`` is in seconds.
    """

    id: int
    guid: str
    event: str
    action: str | None
    installation_id: int | None
    repository_id: int | None
    url: str
    headers: Mapping[str, str]
    body: bytes
    delivered_at: datetime
    redelivery: bool = False
    duration: float = 0.0
    status: str = "pending"
    status_code: int = 0
    response_headers: Mapping[str, str] | None = None
    response_body: str | None = None

    @property
    def request(self) -> dict[str, Any]:
        """What was sent: headers, and the payload as JSON."""
        return {"headers": dict(self.headers), "payload": orjson.loads(self.body)}

    def item(self) -> dict[str, Any]:
        """Return GitHub's ``hook-delivery-item``."""
        return {
            "id": self.id,
            "guid": self.guid,
            "delivered_at": stamp(self.delivered_at),
            "redelivery": self.redelivery,
            "duration": round(self.duration, 2),
            "status": self.status,
            "status_code": self.status_code,
            "event": self.event,
            "action": self.action,
            "installation_id": self.installation_id,
            "repository_id": self.repository_id,
            "throttled_at": None,
        }

    def full(self) -> dict[str, Any]:
        """Return GitHub's ``hook-delivery``: with what was sent and what was answered."""
        headers = None if self.response_headers is None else dict(self.response_headers)
        response = {"headers": headers, "payload": self.response_body}
        return {**self.item(), "url": self.url, "request": self.request, "response": response}


class Hooks:
    """Sends deliveries to ``url`` (``None``: only writes them down) and keeps the log."""

    def __init__(self, world: World) -> None:
        self.url: str | None = None
        self._world = world
        self._hook_id = world.next_id()
        self._log: dict[int, Attempt] = {}
        self._under_way: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    def log(self) -> list[Attempt]:
        """Return every attempt so far, oldest first."""
        return list(self._log.values())

    def find(self, number: int) -> Attempt:
        """Return the attempt with this id, or say 404."""
        try:
            return self._log[number]
        except KeyError:
            raise not_found() from None

    def emit(self, event: str, payload: Mapping[str, Any], repository: int | None) -> None:
        """Sign a delivery and send it in the background, if the App asked for such events."""
        if event not in self._world.app.events and event not in UNASKED:
            return
        body = orjson.dumps(payload)
        guid = self._world.guid()
        attempt = Attempt(
            id=self._world.next_id(),
            guid=guid,
            event=event,
            action=payload.get("action"),
            installation_id=self._world.installation.id,
            repository_id=repository,
            url=self.url or "",
            headers=self._headers(event, guid, body),
            body=body,
            delivered_at=self._world.clock(),
        )
        self._start(attempt)

    def redeliver(self, number: int) -> Attempt:
        """Send a delivery again: a new attempt, with the GUID and the body of the old one."""
        again = replace(
            self.find(number),
            id=self._world.next_id(),
            redelivery=True,
            url=self.url or "",
            delivered_at=self._world.clock(),
            status="pending",
            status_code=0,
            response_headers=None,
            response_body=None,
        )
        self._start(again)
        return again

    async def settled(self, timeout: float) -> None:  # noqa: ASYNC109 - the story's own patience
        """Wait until every delivery was answered or has failed; ``TimeoutError`` otherwise."""
        async with asyncio.timeout(timeout):
            while self._under_way:
                await asyncio.wait(self._under_way)

    async def close(self) -> None:
        """Stop sending; what was under way is given up."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _headers(self, event: str, guid: str, body: bytes) -> dict[str, str]:
        secret = self._world.app.webhook_secret.encode()
        return {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/51mu1a7",
            "X-GitHub-Delivery": guid,
            "X-GitHub-Event": event,
            "X-GitHub-Hook-ID": str(self._hook_id),
            "X-GitHub-Hook-Installation-Target-ID": str(self._world.app.id),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
            "X-Hub-Signature-256": f"sha256={hmac.new(secret, body, hashlib.sha256).hexdigest()}",
        }

    def _start(self, attempt: Attempt) -> None:
        self._log[attempt.id] = attempt
        if self.url is None:
            self._log[attempt.id] = replace(attempt, status="failed to connect to host")
            return
        task = asyncio.get_running_loop().create_task(self._send(attempt, self.url))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _send(self, attempt: Attempt, url: str) -> None:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=TIMEOUT)
            self._session = aiohttp.ClientSession(timeout=timeout)
        begun = time.monotonic()
        try:
            async with self._session.post(
                url, data=attempt.body, headers=attempt.headers, allow_redirects=False
            ) as reply:
                text = await reply.text(errors="replace")
                answered = replace(
                    attempt,
                    status="OK" if reply.status < 400 else f"Invalid HTTP Response: {reply.status}",
                    status_code=reply.status,
                    response_headers={str(name): value for name, value in reply.headers.items()},
                    response_body=text,
                )
        except TimeoutError:
            answered = replace(attempt, status="timed out")
        except aiohttp.ClientError:
            answered = replace(attempt, status="failed to connect to host")
        self._log[attempt.id] = replace(answered, duration=time.monotonic() - begun)
