"""A request's body, never more of it than is wanted, and never for longer."""

import asyncio
from typing import Final

from aiohttp import web
from aiohttp.streams import StreamReader

from bot.core.errors import DeliveryError

MIB: Final = 1024 * 1024


class BodyReader:
    """Reads bodies up to ``limit`` bytes each within ``seconds``, ``held`` bytes all together.

    ``held`` bounds what slow senders can make the process keep: bodies that are still coming in
    are counted as they grow, whatever length they announced.
    """

    def __init__(self, *, limit: int, seconds: float = 10.0, held: int | None = None) -> None:
        self.limit = limit
        self._seconds = seconds
        self._most = 4 * max(limit, 16 * MIB) if held is None else held
        self._held = 0

    def check_length(self, request: web.Request) -> None:
        """Raise `DeliveryError` 413 when the announced length is over the limit."""
        length = request.content_length
        if length is not None and length > self.limit:
            raise self._too_large()

    async def read(self, request: web.Request) -> bytes:
        """Return the whole body.

        Raises `DeliveryError`: 413 over the limit (by the announced length before anything is
        read, else as soon as the limit is passed), 408 when it takes too long, 503 when too much
        is held already, 400 when it breaks off or is not HTTP.
        """
        self.check_length(request)
        stream = request.content
        try:
            if stream.is_eof():
                # All of it came along with the headers: nothing to wait for.
                body = stream.read_nowait()
                if len(body) > self.limit:
                    raise self._too_large()
                return body
            async with asyncio.timeout(self._seconds):
                return await self._gather(stream)
        except TimeoutError:
            raise DeliveryError(
                408, f"the body did not arrive within {self._seconds:g} s; send it again"
            ) from None
        except (OSError, web.RequestPayloadError):
            raise DeliveryError(400, "the body broke off before its end; send it again") from None

    async def _gather(self, stream: StreamReader) -> bytes:
        chunks: list[bytes] = []
        size = 0
        try:
            while chunk := await stream.readany():
                size += len(chunk)
                self._held += len(chunk)
                if size > self.limit:
                    raise self._too_large()
                if self._held > self._most:
                    raise DeliveryError(503, "too many large deliveries at once; send it again")
                chunks.append(chunk)
            return b"".join(chunks)
        finally:
            self._held -= size

    def _too_large(self) -> DeliveryError:
        return DeliveryError(
            413,
            f"the body is larger than {self.limit} bytes (GitHub's cap is 25 MB; "
            "TIPSTAFF_MAX_BODY sets this one)",
        )
