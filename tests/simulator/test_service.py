"""How the API behaves as a service: limits, caching, pages, faults, another process."""

import asyncio
import os
import re
import sys
from pathlib import Path

import aiohttp
import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.simulator import AppIdentity, Fault, Limits, Simulator
from tests.simulator.conftest import Client, Clock, sign_jwt

ISSUES = "/repos/acme/widgets/issues"


async def test_an_answer_that_has_not_changed_is_free(sim: Simulator, api: Client) -> None:
    """304 for the same ETag, without content and without counting against the limit."""
    first = await api("GET", "/orgs/acme/members")
    again = await api("GET", "/orgs/acme/members", If_None_Match=first.headers["ETag"])
    assert (again.status, again.data) == (304, None)
    assert again.headers["x-ratelimit-used"] == first.headers["x-ratelimit-used"]
    sim.add_member("dora")
    changed = await api("GET", "/orgs/acme/members", If_None_Match=first.headers["ETag"])
    assert changed.status == 200


async def test_a_long_list_comes_in_pages_that_link_to_each_other(
    sim: Simulator, api: Client
) -> None:
    """Following rel="next" gives every item once; no page holds more than a hundred."""
    for number in range(250):
        sim.add_member(f"member-{number}")
    seen: list[str] = []
    address = "/orgs/acme/members?per_page=1000"
    for size in (100, 100, 52):
        answer = await api("GET", address)
        assert len(answer.data) == size
        seen += [user["login"] for user in answer.data]
        found = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("Link", ""))
        address = found[1] if found else ""
    assert (address, len(set(seen))) == ("", 252)
    assert 'rel="first"' in answer.headers["Link"]


async def test_unknown_addresses_and_methods_are_not_found(api: Client) -> None:
    """GitHub's 404 in GitHub's words."""
    for method, path in (("GET", "/nothing"), ("PUT", "/orgs/acme"), ("GET", "/orgs//members")):
        answer = await api(method, path)
        assert answer.status == 404
        assert answer.data["message"] == "Not Found"
        assert answer.data["status"] == "404"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b"{}", 422),
        (b'{"title": 1}', 422),
        (b'{"title": "x", "labels": 1}', 422),
        (b'{"title": "x", "labels": [1]}', 422),
    ],
)
async def test_a_body_that_is_no_issue_is_refused_in_githubs_words(
    raw: bytes, status: int, api: Client
) -> None:
    """Broken JSON is a 400, a wrong field a 422 that names it."""
    headers = {"Authorization": f"Bearer {api.token}"}
    async with api.session.post(api.url + ISSUES, data=raw, headers=headers) as reply:
        assert reply.status == status
        assert (await reply.json())["message"]


async def _token(simulator: Simulator, client: Client, jwt: str) -> None:
    path = f"/app/installations/{simulator.installation_id}/access_tokens"
    client.token = (await client("POST", path, token=jwt)).data["token"]


async def _spend(
    app: AppIdentity, clock: Clock, key: rsa.RSAPrivateKey, limits: Limits, calls: list[str]
) -> list[tuple[int, dict[str, str]]]:
    """Make calls under limits; gives each status and its headers."""
    simulator = Simulator(app, clock=clock, limits=limits)
    simulator.add_owner("olivia")
    simulator.add_repository("widgets")
    async with simulator, aiohttp.ClientSession() as session:
        client = Client(session, simulator.url)
        await _token(simulator, client, sign_jwt(key, clock))
        seen = []
        for method in calls:
            if method == "wait":
                clock.pass_(seconds=61)
                continue
            body = {"title": "x"} if method == "POST" else None
            path = ISSUES if method == "POST" else "/orgs/acme/members"
            answer = await client(method, path, body)
            seen.append((answer.status, {k.lower(): v for k, v in answer.headers.items()}))
        return seen


async def test_the_hourly_limit_stops_everything_until_its_reset(
    app: AppIdentity, clock: Clock, key: rsa.RSAPrivateKey
) -> None:
    """403 with nothing remaining, and when it resets."""
    seen = await _spend(app, clock, key, Limits(primary=2), ["GET", "GET", "GET"])
    assert [status for status, _ in seen] == [200, 200, 403]
    assert seen[1][1]["x-ratelimit-remaining"] == "0"
    assert seen[2][1]["x-ratelimit-reset"] == str(int(clock().timestamp()) + 3600)


async def test_creating_too_much_a_minute_is_stopped_with_retry_after(
    app: AppIdentity, clock: Clock, key: rsa.RSAPrivateKey
) -> None:
    """Only creating is stopped, and only until the minute is over."""
    limits = Limits(contents_per_minute=2)
    calls = ["POST", "POST", "POST", "GET", "wait", "POST"]
    seen = await _spend(app, clock, key, limits, calls)
    assert [status for status, _ in seen] == [201, 201, 403, 200, 201]
    assert seen[2][1]["retry-after"] == "60"


async def test_a_write_costs_five_points(
    app: AppIdentity, clock: Clock, key: rsa.RSAPrivateKey
) -> None:
    """Points a minute count a read as one and a write as five."""
    limits = Limits(points_per_minute=12)  # the token is asked for by the App itself
    seen = await _spend(app, clock, key, limits, ["POST", "GET", "POST", "GET", "GET"])
    assert [status for status, _ in seen] == [201, 200, 201, 200, 403]


async def test_without_a_limit_there_are_no_headers_about_it(
    app: AppIdentity, clock: Clock, key: rsa.RSAPrivateKey
) -> None:
    """As on a GitHub Enterprise Server whose limits are off."""
    seen = await _spend(app, clock, key, Limits(primary=None), ["GET"])
    assert not [name for name in seen[0][1] if name.startswith("x-ratelimit")]


@pytest.mark.parametrize(
    ("kind", "status", "happened"),
    [
        ("status", 502, False),
        ("status_after_effect", 502, True),
        ("secondary", 403, False),
        ("primary", 403, False),
        ("slow", 201, True),
        ("reset", None, False),
        ("reset_after_effect", None, True),
        ("timeout_before", None, False),
        ("timeout_after_effect", None, True),
    ],
)
async def test_a_fault_happens_once_and_has_its_effect_or_not(
    kind: str, status: int | None, happened: bool, sim: Simulator, api: Client
) -> None:
    """Each fault is what its name says, and the next call goes well."""
    fault = orjson.loads(orjson.dumps({"kind": kind, "method": "POST", "seconds": 0.05}))
    sim.faults.add(Fault(path=r"/repos/.*/issues$", **fault))
    try:
        answered: int | None = (await api("POST", ISSUES, {"title": "x"})).status
    except aiohttp.ClientError:
        answered = None
    assert answered == status
    assert len(sim.issues("widgets")) == happened
    assert sim.calls[-1].status == (status or 0)
    assert sim.calls[-1].body == {"title": "x"}
    assert (await api("POST", ISSUES, {"title": "y"})).status == 201
    assert sim.faults.pending() == []


async def test_a_limit_on_demand_says_when_to_come_back(sim: Simulator, api: Client) -> None:
    """A secondary limit has retry-after, the hourly one a reset with nothing remaining."""
    sim.faults.add(Fault(method="*", path="members", kind="secondary", seconds=7))
    sim.faults.add(Fault(method="GET", path="members", kind="primary", seconds=9))
    first = await api("GET", "/orgs/acme/members")
    second = await api("GET", "/orgs/acme/members")
    assert first.headers["retry-after"] == "7"
    assert first.data["message"].startswith("You have exceeded a secondary rate limit")
    assert second.headers["x-ratelimit-remaining"] == "0"
    assert int(second.headers["x-ratelimit-reset"]) == int(sim.world.clock().timestamp()) + 9


async def test_the_same_story_has_the_same_ids(app: AppIdentity, clock: Clock) -> None:
    """Ids, GUIDs and signatures come from the seed."""

    async def told(seed: int) -> list[tuple[int, str, bytes]]:
        simulator = Simulator(app, clock=clock, seed=seed)
        simulator.add_owner("olivia")
        simulator.add_repository("widgets")
        await simulator.by("olivia").publicize("widgets")
        await simulator.by("olivia").push("widgets", "Change")
        await simulator.stop()
        return [(found.id, found.guid, found.body) for found in simulator.deliveries]

    assert await told(1) == await told(1)
    assert await told(1) != await told(2)


async def test_many_calls_at_once_are_served(sim: Simulator, api: Client) -> None:
    """A thousand reads and writes, fifty at a time, are all answered and all take effect."""
    for _ in range(20):
        writes = [api("POST", ISSUES, {"title": "x"}) for _ in range(10)]
        reads = [api("GET", "/orgs/acme/memberships/bob") for _ in range(40)]
        answers = await asyncio.gather(*writes, *reads)
        assert {answer.status for answer in answers} == {200, 201}
    assert len(sim.issues("widgets")) == 200


async def test_it_runs_as_a_process_of_its_own(
    app: AppIdentity, tmp_path: Path, key: rsa.RSAPrivateKey
) -> None:
    """Another process sets the scene, acts, asks, and ends it with a signal."""
    pem = tmp_path / "public.pem"
    pem.write_text(app.public_key)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot.simulator", "--app-id", "12345", "--public-key", str(pem)),
        env={**os.environ, "WEBHOOK_SECRET": "s"},
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        ready = orjson.loads(await process.stdout.readline())
        async with aiohttp.ClientSession() as session:
            control = Client(session, ready["url"] + "/_simulator")
            for verb, args in (
                ("add_owner", {"login": "olivia"}),
                ("add_repository", {"name": "widgets"}),
            ):
                told = await control("POST", "/setup", {"verb": verb, "args": args})
                assert told.status == 200
            act = {"by": "olivia", "verb": "publicize", "args": {"repo": "widgets"}}
            assert (await control("POST", "/act", act)).status == 200
            fault = {"method": "GET", "path": "x", "kind": "slow", "seconds": 1}
            assert (await control("POST", "/faults", fault)).status == 200
            unknown = await control("POST", "/act", {"by": "olivia", "verb": "_world"})
            assert (unknown.status, "publicize" in unknown.data["error"]) == (400, True)
            state = (await control("GET", "/state")).data["result"]
            assert state["repositories"]["acme/widgets"]["visibility"] == "public"
            assert state["installation_id"] == ready["installation_id"]
            log = (await control("GET", "/deliveries")).data["result"]
            assert [found["event"] for found in log] == ["repository", "public"]
            assert (await control("GET", "/calls")).data["result"] == []
    finally:
        process.terminate()
    assert await process.wait() == 0
