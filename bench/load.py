"""A load generator that costs little: raw HTTP/1.1 over keep-alive connections, signed before."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import cast

Request = Callable[[int], tuple[bytes, bytes, bytes]]
"""Return the pieces of the n-th request."""


@dataclass(kw_only=True)
class Tally:
    """What came of a round: answers by status, and seconds from each request to its answer."""

    statuses: dict[int, int] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.seconds) / self.elapsed

    def quantile(self, share: float) -> float:
        """Return the latency that this share of all answers did not exceed, in milliseconds."""
        ordered = sorted(self.seconds)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class _Sender(asyncio.Protocol):
    """One connection: sends a request, waits for the answer, sends the next, until time is up."""

    def __init__(self, following: Callable[[], tuple[bytes, bytes, bytes] | None]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.tally = Tally()
        self._following = following
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        # A cast, because uvloop's transports are of a family of their own.
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        """Count the answer once it is whole."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < end + 4 + length:
            return
        status = int(self._buffer[9:12])
        self.tally.statuses[status] = self.tally.statuses.get(status, 0) + 1
        self.tally.seconds.append(perf_counter() - self._sent_at)
        self._buffer = self._buffer[end + 4 + length :]
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        if not self.done.done():
            self.done.set_exception(exc or ConnectionResetError("the server closed"))

    def _send(self) -> None:
        assert self._transport is not None
        parts = self._following()
        if parts is None:
            self.done.set_result(None)
            self._transport.close()
            return
        self._sent_at = perf_counter()
        self._transport.write(b"".join(parts))


async def send_for(
    seconds: float, *, port: int, connections: int, first: int, request: Request
) -> Tally:
    """Send as fast as answers come for ``seconds``; number requests from ``first`` on."""
    loop = asyncio.get_running_loop()
    number = first - 1
    started = perf_counter()
    end = started + seconds

    def following() -> tuple[bytes, bytes, bytes] | None:
        nonlocal number
        if perf_counter() >= end:
            return None
        number += 1
        return request(number)

    senders = []
    for _ in range(connections):
        _, sender = await loop.create_connection(lambda: _Sender(following), "127.0.0.1", port)
        senders.append(sender)
    async with asyncio.timeout(seconds + 30):
        await asyncio.gather(*(sender.done for sender in senders))
    return _together([sender.tally for sender in senders], perf_counter() - started)


def _together(tallies: Sequence[Tally], elapsed: float) -> Tally:
    whole = Tally(elapsed=elapsed)
    for tally in tallies:
        whole.seconds += tally.seconds
        for status, count in tally.statuses.items():
            whole.statuses[status] = whole.statuses.get(status, 0) + count
    return whole
