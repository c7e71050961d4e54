import asyncio
import hashlib
import hmac
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
import orjson
import pytest
from prometheus_client.parser import text_string_to_metric_families
from yarl import URL

from bot.core.delivery import Delivery
from bot.core.errors import ConfigurationError
from bot.metrics import Metrics
from bot.sources.webhook import Secrets
from bot.web import BodyReader, Check, Readiness, build_web, listening

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
KIB = 1024
MIB = 1024 * KIB
SECRET = "it's a secret"
BODY = orjson.dumps({"action": "added", "organization": {"login": "acme"}})
Headers = Mapping[str, str | None]
READY = Readiness(checks=(Check(name="database", ok=True), Check(name="worker", ok=True)))


@dataclass(kw_only=True)
class Shelf:
    """An intake that keeps deliveries in memory, and can be slow or broken."""

    kept: dict[str, Delivery] = field(default_factory=dict)
    error: Exception | None = None
    gate: asyncio.Event | None = None
    waiting: int = 0

    async def accept(self, delivery: Delivery) -> bool:
        """Keep a delivery, after the gate is opened."""
        self.waiting += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return self.kept.setdefault(delivery.id, delivery) is delivery


@dataclass(kw_only=True)
class House:
    """A door that listens, what is behind it, and a client before it."""

    url: str
    shelf: Shelf
    client: aiohttp.ClientSession
    metrics: Metrics

    @property
    def port(self) -> int:
        """The port the door listens on."""
        return int(self.url.rpartition(":")[2])

    async def send(
        self, body: bytes = BODY, *, path: str = "/webhooks", headers: Headers | None = None
    ) -> tuple[int, dict[str, str]]:
        """Send a signed delivery; ``headers`` change or (``None``) drop what is sent with it."""
        kept = clean(signed(body) | dict(headers or {}))
        async with self.client.post(self.url + path, data=body, headers=kept) as answer:
            return answer.status, await answer.json()

    def counted(self, name: str, **labels: str) -> float:
        """Return a sample as `/metrics` would show it; 0 when there is none."""
        return self.metrics.registry.get_sample_value(name, labels) or 0.0


def signed(body: bytes) -> dict[str, str | None]:
    """Return the headers GitHub sends with a body."""
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {
        "X-GitHub-Event": "member",
        "X-GitHub-Delivery": "guid-1",
        "X-Hub-Signature-256": f"sha256={signature}",
        "Content-Type": "application/json",
    }


async def ready() -> Readiness:
    """Find everything in order."""
    return READY


@asynccontextmanager
async def open_house(
    *,
    shelf: Shelf | None = None,
    bodies: BodyReader | None = None,
    readiness: Callable[[], Awaitable[Readiness]] = ready,
    refresh: Callable[[], Awaitable[None]] | None = None,
) -> AsyncIterator[House]:
    """Serve a door on a free port, over real TCP."""
    shelf, metrics = shelf or Shelf(), Metrics.create()
    app = build_web(
        shelf,
        secrets=Secrets(SECRET),
        readiness=readiness,
        metrics=metrics,
        clock=lambda: NOW,
        bodies=bodies,
        paths=["/hooks/github"],
        refresh=refresh,
    )
    async with (
        aiohttp.ClientSession() as client,
        listening(app, host="127.0.0.1", port=0, linger=0.1, settle=0.1) as url,
    ):
        yield House(url=url, shelf=shelf, client=client, metrics=metrics)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    """Open a door with everything in order behind it."""
    async with open_house() as house:
        yield house


def head(house: House, headers: Headers, *, body: bytes = b"") -> bytes:
    """Return the raw head of a signed POST; ``headers`` change or (``None``) drop its own."""
    fields = {"Host": f"127.0.0.1:{house.port}"} | signed(body) | dict(headers)
    lines = [f"{name}: {value}" for name, value in clean(fields).items()]
    return "\r\n".join(["POST /webhooks HTTP/1.1", *lines, "", ""]).encode()


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Read one raw answer: its status and its JSON."""
    async with asyncio.timeout(5):
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        fields = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
        body = await reader.readexactly(int(fields["content-length"]))
    return int(lines[0].split()[1]), orjson.loads(body)


@pytest.mark.parametrize("path", ["/webhooks", "/api/github/webhooks", "/hooks/github"])
async def test_a_signed_delivery_is_recorded_and_accepted(house: House, path: str) -> None:
    """A genuine delivery on any webhook path is kept, byte by byte, and answered with 202."""
    status, data = await house.send(path=path)
    assert (status, data) == (202, {"status": "accepted", "delivery": "guid-1"})
    (kept,) = house.shelf.kept.values()
    assert (kept.id, kept.event, kept.body, kept.received_at) == ("guid-1", "member", BODY, NOW)


async def test_the_same_delivery_again_is_known(house: House) -> None:
    """A redelivery is answered with 202 too, and said to be known."""
    await house.send()
    assert await house.send() == (202, {"status": "known", "delivery": "guid-1"})


async def test_nothing_is_answered_before_the_delivery_is_recorded() -> None:
    """202 waits for the intake: no answer is sent while the delivery is not yet durable."""
    shelf = Shelf(gate=asyncio.Event())
    async with open_house(shelf=shelf) as house:
        sending = asyncio.create_task(house.send())
        await until(lambda: shelf.waiting == 1)
        await asyncio.sleep(0.05)
        assert not sending.done()
        assert shelf.gate is not None
        shelf.gate.set()
        assert (await sending)[0] == 202


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (401, BODY, {"X-Hub-Signature-256": None}),
        (401, BODY, {"X-Hub-Signature-256": None, "X-Hub-Signature": "sha1=" + "0" * 40}),
        (401, BODY, {"X-Hub-Signature-256": "sha256=" + "0" * 64}),
        (401, BODY, {"X-Hub-Signature-256": "sha256=nonsense"}),
        (401, BODY, {"X-Hub-Signature-256": ""}),
        (400, BODY, {"X-GitHub-Event": None}),
        (400, BODY, {"X-GitHub-Delivery": None}),
        (415, BODY, {"Content-Type": "application/x-www-form-urlencoded"}),
        (400, b"", {}),
        (400, b"{", {}),
        (400, b"[]", {}),
        (400, b"[" * 100_000, {}),
        (400, b'{"a": NaN}', {}),
        (400, b'{"a": "\\ud800"}', {}),
        (400, b"\xff\xfe{}", {}),
    ],
)
async def test_a_bad_delivery_gets_one_clear_line(
    house: House, status: int, body: bytes, headers: Headers
) -> None:
    """What is not a genuine delivery gets its 4xx with one line of text, and is not kept."""
    found, data = await house.send(body, headers=headers)
    assert found == status
    assert list(data) == ["error"]
    assert "\n" not in data["error"]
    assert not house.shelf.kept


async def test_a_broken_database_means_later_not_error() -> None:
    """When recording fails the answer is 503 with Retry-After, so that GitHub's log shows it."""
    shelf = Shelf(error=RuntimeError("password=hunter2"))
    async with (
        open_house(shelf=shelf) as house,
        house.client.post(
            house.url + "/webhooks", data=BODY, headers=clean(signed(BODY))
        ) as answer,
    ):
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert await answer.json() == {
            "error": "the delivery could not be recorded; send it again later"
        }


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_not_allowed(house: House, method: str) -> None:
    """A webhook path takes POST only and says so."""
    async with house.client.request(method, house.url + "/webhooks") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"


async def test_an_announced_giant_is_refused_unread() -> None:
    """A body announced over the cap gets 413 at once: not one byte of it need be sent."""
    async with open_house(bodies=BodyReader(limit=64 * KIB)) as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(head(house, {"Content-Length": str(64 * KIB + 1)}))
        status, data = await answer_of(reader)
        writer.close()
    assert status == 413
    assert data["error"].startswith("the body is larger than 65536 bytes")


async def test_a_body_of_exactly_the_cap_is_accepted() -> None:
    """The cap itself is still allowed."""
    body = orjson.dumps({"a": "x" * (64 * KIB - len(b'{"a":""}'))})
    async with open_house(bodies=BodyReader(limit=len(body))) as house:
        assert (await house.send(body))[0] == 202


async def test_chunks_are_counted_and_cut_off_at_the_cap() -> None:
    """A chunked body without announced length is given up once it passes the cap."""
    async with open_house(bodies=BodyReader(limit=64 * KIB)) as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(head(house, {"Transfer-Encoding": "chunked"}))
        chunk = b"2000\r\n" + b"x" * 0x2000 + b"\r\n"
        for _ in range(9):
            writer.write(chunk)
        status, _ = await answer_of(reader)
        writer.close()
    assert status == 413


async def test_a_chunked_delivery_is_accepted(house: House) -> None:
    """A genuine delivery may come in chunks."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(head(house, {"Transfer-Encoding": "chunked"}, body=BODY))
    for byte in (BODY[:10], BODY[10:]):
        await asyncio.sleep(0.01)
        writer.write(b"%x\r\n%b\r\n" % (len(byte), byte))
    writer.write(b"0\r\n\r\n")
    assert (await answer_of(reader))[0] == 202
    writer.close()


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_hundred_megabytes_are_never_held(chunked: bool) -> None:
    """A wrongly signed body of 100 MB is refused, and never more than 60 MB are allocated.

    The cap is GitHub's 25 MB; the sender is in the same process and keeps one chunk of 1 MB.
    """
    piece = b"x" * MIB
    async with open_house() as house:
        tracemalloc.start()
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        length = {"Transfer-Encoding": "chunked"} if chunked else {"Content-Length": str(100 * MIB)}
        writer.write(head(house, length))
        answering = asyncio.create_task(answer_of(reader))
        frame = b"%x\r\n%b\r\n" % (MIB, piece) if chunked else piece
        for _ in range(100):
            if answering.done():
                break
            writer.write(frame)
            await writer.drain()
        status, _ = await answering
        writer.close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert status == 413
    assert most < 60 * MIB


async def test_an_unsigned_body_is_refused_unread(house: House) -> None:
    """Without a signature there is no need to send a body at all: 401 comes at once."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(head(house, {"X-Hub-Signature-256": None, "Content-Length": "1000000"}))
    assert (await answer_of(reader))[0] == 401
    writer.close()


async def test_a_slow_body_is_given_up() -> None:
    """A body that trickles in is answered with 408 when its time is over, and its line closed."""
    async with open_house(bodies=BodyReader(limit=MIB, seconds=0.1)) as house:
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(head(house, {"Content-Length": "1000"}) + b"{")
        status, data = await answer_of(reader)
        assert status == 408
        assert "within 0.1 s" in data["error"]
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()
        assert house.counted("tipstaff_deliveries_total", event="", outcome="slow") == 1


async def test_slow_bodies_together_are_bounded() -> None:
    """However many senders dawdle, no more is held than the door was given; the rest is 503."""
    bodies = BodyReader(limit=MIB, seconds=1, held=100 * KIB)
    async with open_house(bodies=bodies) as house:
        lines = [await asyncio.open_connection("127.0.0.1", house.port) for _ in range(4)]
        for _, writer in lines:
            writer.write(head(house, {"Content-Length": str(MIB)}) + b"x" * 40 * KIB)
        statuses = sorted([(await answer_of(reader))[0] for reader, _ in lines])
        assert statuses == [408, 408, 503, 503]
        # What was held is free again.
        assert (await house.send())[0] == 202
        for _, writer in lines:
            writer.close()


async def test_a_body_that_breaks_off_harms_nobody(house: House) -> None:
    """A sender that goes away in the middle leaves the door open for the next."""
    _, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(head(house, {"Content-Length": "1000"}) + b"{")
    await writer.drain()
    writer.close()
    assert (await house.send())[0] == 202


async def test_a_malformed_chunk_is_a_bad_request(house: House) -> None:
    """Chunks that are no chunks are the sender's mistake, not ours: 400."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(head(house, {"Transfer-Encoding": "chunked"}) + b"zz\r\nhello\r\n")
    async with asyncio.timeout(5):
        line = await reader.readline()
    writer.close()
    assert line.split()[1] == b"400"


async def test_expect_continue_asks_for_a_body_that_has_a_chance(house: House) -> None:
    """A sender that asks first is told to go on, and its delivery is accepted."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(
        head(house, {"Expect": "100-continue", "Content-Length": str(len(BODY))}, body=BODY)
    )
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(BODY)
    assert (await answer_of(reader))[0] == 202
    writer.close()


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (413, {"Content-Length": "1000000000"}),
        (401, {"Content-Length": "10", "X-Hub-Signature-256": None}),
        (417, {"Content-Length": "10", "Expect": "miracles"}),
    ],
)
async def test_expect_continue_refuses_a_body_without_a_chance(
    house: House, status: int, headers: Headers
) -> None:
    """A sender that asks first is spared sending what would be refused."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(head(house, {"Expect": "100-continue", **headers}))
    assert (await answer_of(reader))[0] == status
    writer.close()


async def test_a_compressed_body_is_judged_as_it_came(house: House) -> None:
    """The signature is over the bytes as sent: nothing is unpacked on the way."""
    status, _ = await house.send(BODY, headers={"Content-Encoding": "gzip"})
    assert status == 202
    assert house.shelf.kept["guid-1"].body == BODY


async def test_connections_stay_open_after_good_answers_and_small_refusals(house: House) -> None:
    """One connection serves several deliveries, a refused one among them."""
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    statuses = []
    for signature in ({}, {"X-Hub-Signature-256": "sha256=" + "0" * 64}, {}):
        length = {"Content-Length": str(len(BODY))}
        writer.write(head(house, length | signature, body=BODY) + BODY)
        statuses.append((await answer_of(reader))[0])
    writer.close()
    assert statuses == [202, 401, 202]


async def test_alive_and_ready(house: House) -> None:
    """`/healthz` and `/readyz` answer 200 when all is well, with each check by name."""
    async with house.client.get(house.url + "/healthz") as answer:
        assert (answer.status, (await answer.json())["alive"]) == (200, True)
    async with house.client.get(house.url + "/readyz") as answer:
        assert answer.status == 200
        data = await answer.json()
    assert data["ready"] is True
    assert data["checks"]["database"] == {"ok": True, "detail": "", "problems": []}


async def test_not_ready_says_why() -> None:
    """`/readyz` answers 503 as soon as one check fails, and lists the playbooks' problems."""

    async def readiness() -> Readiness:
        problem = "playbooks/x.yml:3:1: unknown action 'revrt'; did you mean 'revert'?"
        playbooks = Check(name="playbooks", ok=True, detail="9 loaded", problems=(problem,))
        database = Check(name="database", ok=False, detail="cannot be reached")
        return Readiness(checks=(database, playbooks))

    async with (
        open_house(readiness=readiness) as house,
        house.client.get(house.url + "/readyz") as answer,
    ):
        assert answer.status == 503
        data = await answer.json()
    assert data["checks"]["database"]["detail"] == "cannot be reached"
    assert "revrt" in data["checks"]["playbooks"]["problems"][0]


async def test_checks_that_fail_themselves_mean_not_ready() -> None:
    """When nobody can tell whether the process is ready, it is not."""

    async def readiness() -> Readiness:
        raise RuntimeError("boom")

    async with (
        open_house(readiness=readiness) as house,
        house.client.get(house.url + "/readyz") as answer,
    ):
        assert answer.status == 503
        assert "boom" not in await answer.text()


async def test_metrics_count_what_came_to_the_door() -> None:
    """`/metrics` is valid Prometheus text, refreshed first, with deliveries by outcome."""
    refreshed: list[bool] = []

    async def refresh() -> None:
        refreshed.append(True)

    async with open_house(refresh=refresh) as house:
        await house.send()
        await house.send()
        await house.send(headers={"X-Hub-Signature-256": "sha256=" + "0" * 64})
        async with house.client.get(house.url + "/metrics") as answer:
            assert answer.content_type == "text/plain"
            families = text_string_to_metric_families(await answer.text())
            samples = {
                (sample.name, *sorted(sample.labels.items())): sample.value
                for family in families
                for sample in family.samples
            }
    assert refreshed == [True]
    name = "tipstaff_deliveries_total"
    assert samples[name, ("event", "member"), ("outcome", "accepted")] == 1
    assert samples[name, ("event", "member"), ("outcome", "known")] == 1
    assert samples[name, ("event", ""), ("outcome", "refused")] == 1
    assert samples["tipstaff_accept_seconds_count",] == 3


async def test_metrics_survive_a_failing_database() -> None:
    """When the refresh fails, what was counted in memory is shown all the same."""

    async def refresh() -> None:
        raise RuntimeError("no database")

    async with open_house(refresh=refresh) as house:
        await house.send()
        async with house.client.get(house.url + "/metrics") as answer:
            assert answer.status == 200
            assert 'outcome="accepted"' in await answer.text()


async def test_the_front_page_says_what_this_is(house: House) -> None:
    """Somebody who opens the address in a browser learns what answers there."""
    async with house.client.get(house.url + "/") as answer:
        assert answer.status == 200
        assert "a GitHub App that guards an organisation" in await answer.text()


async def test_anywhere_else_is_nothing(house: House) -> None:
    """Unknown paths are 404, with a hint."""
    async with house.client.post(house.url + "/webhook", data=b"{}") as answer:
        assert answer.status == 404
        assert "/webhooks" in (await answer.json())["error"]


async def test_stopping_answers_everybody_who_was_let_in() -> None:
    """A delivery under way when the door closes gets its 202; a new connection is refused."""
    shelf = Shelf(gate=asyncio.Event())
    assert shelf.gate is not None
    async with aiohttp.ClientSession() as client:
        async with open_house(shelf=shelf) as house:
            house.client = client
            sending = [
                asyncio.create_task(house.send(headers={"X-GitHub-Delivery": f"guid-{n}"}))
                for n in range(20)
            ]
            await until(lambda: shelf.waiting == 20)
            asyncio.get_running_loop().call_later(0.2, shelf.gate.set)
        answers = await asyncio.gather(*sending)
        with pytest.raises(aiohttp.ClientConnectorError):
            await house.send()
    assert [status for status, _ in answers] == [202] * 20
    assert len(shelf.kept) == 20


async def test_an_address_in_use_is_the_operators_to_change(house: House) -> None:
    """A taken port gives a clear line that names the variables to set."""
    with pytest.raises(ConfigurationError, match=r"cannot listen on .* set HOST and PORT"):
        async with open_house_on(house.port):
            pass


async def test_who_has_just_connected_may_still_ask_when_the_door_closes() -> None:
    """A request may take a while from the other side of the world, or of a busy machine."""
    app = build_web(
        Shelf(),
        secrets=Secrets(SECRET),
        readiness=ready,
        metrics=Metrics.create(),
        clock=lambda: NOW,
    )
    async with AsyncExitStack() as stack:
        url = URL(await stack.enter_async_context(listening(app, host="127.0.0.1", port=0)))
        reader, writer = await asyncio.open_connection(url.host, url.port)
        closing = asyncio.create_task(stack.aclose())
        await asyncio.sleep(0.5)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        writer.close()
        await closing


@asynccontextmanager
async def open_house_on(port: int) -> AsyncIterator[str]:
    """Serve a door on a given port."""
    app = build_web(
        Shelf(),
        secrets=Secrets(SECRET),
        readiness=ready,
        metrics=Metrics.create(),
        clock=lambda: NOW,
    )
    async with listening(app, host="127.0.0.1", port=port) as url:
        yield url


async def until(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - what is waited for sets no event
            await asyncio.sleep(0.005)


def clean(headers: Headers) -> dict[str, str]:
    """Return only the headers that have a value."""
    return {name: value for name, value in headers.items() if value is not None}
