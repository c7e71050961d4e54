"""Bodies far too large, from somebody without the secret, against the running process."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import Simulator
from tests.acceptance.process import Tipstaff, environment
from tests.acceptance.stage import sign

MIB = 1024 * 1024
CAP = 25 * MIB
CHUNK = b"x" * 64 * 1024
LITTLE = 12 * MIB
"""How much the process may grow by for a body it never wanted: what is in flight, no more."""


@pytest.fixture
async def process(sim: Simulator, tmp_path: Path) -> AsyncIterator[Tipstaff]:
    """Run Tipstaff as a process of its own."""
    started = Tipstaff(tmp_path, environment(sim, tmp_path), warm=True)
    started.start()
    await started.ready()
    yield started
    await started.stop()


def peak(process: Tipstaff) -> int:
    """Return the most bytes of memory the process ever had resident."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found is not None
    return int(found[1]) * 1024


async def post(process: Tipstaff, size: int, *, chunked: bool = False) -> tuple[int, str, int]:
    """Send a wrongly signed body; return status and text of the answer, and the bytes it took.

    Sending goes on as long as the other side reads, whether or not it has answered.
    """
    host, port = process.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {size}"
    head = (
        f"POST /webhooks HTTP/1.1\r\nHost: {host}\r\n{length}\r\nContent-Type: application/json\r\n"
        "X-GitHub-Event: push\r\nX-GitHub-Delivery: 5d0d4fa0-0000-4000-8000-000000000001\r\n"
        f"X-Hub-Signature-256: {sign(b'', 'guessed')}\r\n\r\n"
    )
    sent = 0
    answer = asyncio.create_task(reader.read(4096))
    try:
        writer.write(head.encode())
        while sent < size:
            part = CHUNK[: size - sent]
            writer.write(b"%x\r\n%b\r\n" % (len(part), part) if chunked else part)
            async with asyncio.timeout(1):
                await writer.drain()
            sent += len(part)
        writer.write(b"0\r\n\r\n" if chunked else b"")
    except (TimeoutError, ConnectionError):
        pass
    async with asyncio.timeout(10):
        text = (await answer).decode()
    writer.close()
    return int(text.split()[1]), text.partition("\r\n\r\n")[2], sent


async def test_a_body_over_the_cap_is_refused_without_being_held(process: Tipstaff) -> None:
    """100 MB that announce themselves: 413, and the process has hardly grown."""
    before = peak(process)
    status, text, _ = await post(process, 100 * MIB)
    assert status == 413
    assert f"larger than {CAP} bytes" in text
    assert peak(process) - before < LITTLE


async def test_a_body_that_hides_its_length_is_held_no_further_than_the_cap(
    process: Tipstaff,
) -> None:
    """100 MB in chunks: 413, and what came after the cap was thrown away."""
    before = peak(process)
    status, text, _ = await post(process, 100 * MIB, chunked=True)
    assert status == 413
    assert f"larger than {CAP} bytes" in text
    assert peak(process) - before < CAP + LITTLE


async def test_a_large_body_within_the_cap_is_judged_by_its_signature(process: Tipstaff) -> None:
    """24 MB, wrongly signed: read, and refused with 401."""
    status, text, sent = await post(process, 24 * MIB)
    assert (status, sent) == (401, 24 * MIB)
    assert "the signature is wrong" in text


async def test_after_all_that_it_serves_as_before(process: Tipstaff) -> None:
    """Ten large bodies at once leave the process ready for work."""
    answers = await asyncio.gather(*(post(process, 100 * MIB) for _ in range(10)))
    assert {status for status, _, _ in answers} == {413}
    await process.ready()
