"""Whether the process lives, whether it can do its work, and its numbers."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import structlog
from aiohttp import web

from bot import __version__
from bot.metrics import CONTENT_TYPE, Metrics
from bot.web.answers import json_answer

log = structlog.get_logger(__name__)

_PATIENCE: Final = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One thing that must be so for the process to be ready.

    ``detail`` says how it stands; ``problems`` are findings that are shown, one line each, whether
    they keep it from being ready (``ok`` false) or not.
    """

    name: str
    ok: bool
    detail: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Readiness:
    """All checks; ready when every one of them is ok."""

    checks: tuple[Check, ...]

    @property
    def ready(self) -> bool:
        """Whether deliveries can be accepted and worked on."""
        return all(check.ok for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """Return what ``/readyz`` shows."""
        return {
            "ready": self.ready,
            "checks": {
                check.name: {"ok": check.ok, "detail": check.detail, "problems": check.problems}
                for check in self.checks
            },
        }


class Status:
    """The handlers for whoever watches over the process.

    ``readiness`` looks at everything needed; ``refresh`` brings those metrics up to date that are
    not counted as they happen. Either may fail or hang: the answer then says so.
    """

    def __init__(
        self,
        *,
        metrics: Metrics,
        readiness: Callable[[], Awaitable[Readiness]],
        refresh: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._metrics = metrics
        self._readiness = readiness
        self._refresh = refresh

    async def healthz(self, _request: web.Request) -> web.Response:
        """Answer 200 as long as the process answers at all."""
        return json_answer({"alive": True, "version": __version__})

    async def readyz(self, _request: web.Request) -> web.Response:
        """Answer 200 when ready, else 503, with every check."""
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await self._readiness()
        except Exception:
            log.exception("readiness.unknown")
            check = Check(name="readiness", ok=False, detail="the checks failed or took too long")
            found = Readiness(checks=(check,))
        return json_answer(found.as_json(), status=200 if found.ready else 503)

    async def numbers(self, _request: web.Request) -> web.Response:
        """Answer with the metrics in Prometheus' text format, as fresh as they can be had."""
        if self._refresh is not None:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self._refresh()
            except Exception:
                # What was counted in memory is still worth having, above all on a bad day.
                log.exception("metrics.stale")
        return web.Response(body=self._metrics.text(), headers={"Content-Type": CONTENT_TYPE})
