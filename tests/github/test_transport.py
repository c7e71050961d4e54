"""What the adapter makes of answers no orderly GitHub gives, and what it sends.

The simulator is an orderly GitHub, so these answers come from a server that says what it is told.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import aiohttp
import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer, unused_port
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.core.errors import Forbidden, NotFound, Paced, Refused, Unavailable
from bot.github import GitHubApp, Observation, Pace
from tests.github.stage import Clock

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
PEM = (
    rsa.generate_private_key(public_exponent=65537, key_size=2048)
    .private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    .decode()
)


@dataclass(kw_only=True)
class Said:
    """One answer to give: ``lost`` breaks the connection instead."""

    status: int = 200
    data: object = None
    raw: bytes | None = None
    kind: str = "application/json; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False


@dataclass(kw_only=True)
class Script:
    """A server that gives prepared answers in order, and hands out tokens by the way."""

    url: str
    app: GitHubApp
    answers: list[Said]
    asked: list[web.BaseRequest]
    bodies: list[bytes]
    waits: list[float]
    seen: list[Observation]
    minted: list[str]
    clock: Clock

    @property
    def calls(self) -> list[tuple[str, str]]:
        """Every call but those for tokens."""
        return [(request.method, request.path_qs) for request in self.asked]


def answer_of(said: Said) -> web.Response:
    """Write out one prepared answer."""
    body = said.raw if said.raw is not None else orjson.dumps(said.data)
    if said.status in {204, 304}:
        return web.Response(status=said.status, headers=said.headers)
    headers = {"content-type": said.kind, **said.headers}
    return web.Response(status=said.status, body=body, headers=headers)


@pytest.fixture
async def script() -> AsyncIterator[Script]:
    """Give a server without any orders, and an App that talks to it."""
    answers: list[Said] = []
    asked: list[web.BaseRequest] = []
    bodies: list[bytes] = []
    waits: list[float] = []
    minted: list[str] = []
    seen: list[Observation] = []
    clock = Clock(now=NOW)

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        if request.path.endswith("/access_tokens"):
            minted.append(f"ghs_{request.path.split('/')[3]}_{len(minted)}_{'x' * 30}")
            expires = (NOW + timedelta(hours=1)).isoformat()
            return web.json_response({"token": minted[-1], "expires_at": expires}, status=201)
        asked.append(request)
        bodies.append(await request.read())
        said = answers.pop(0)
        if said.lost:
            assert request.transport is not None
            request.transport.abort()
        return answer_of(said)

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    server = RawTestServer(handle)
    async with server, aiohttp.ClientSession() as session:
        url = str(server.make_url("/")).rstrip("/")
        app = GitHubApp(
            app_id=1,
            private_key=PEM,
            api_url=url,
            session=session,
            clock=clock,
            sleep=wait,
            jitter=lambda: 0.5,
            observe=seen.append,
        )
        yield Script(
            url=url,
            app=app,
            answers=answers,
            asked=asked,
            bodies=bodies,
            waits=waits,
            seen=seen,
            minted=minted,
            clock=clock,
        )


async def test_a_call_says_who_asks_and_which_version(script: Script) -> None:
    """Version, media type and agent are pinned, and the token is the installation's."""
    script.answers += [Said(data={"id": 1})]
    gh = script.app.installation(7).narrowed({"members": "read"})
    reply = await gh.call("GET", "/orgs/{org}{?q}", {"org": "a/b", "q": "x y"})
    assert (reply.status, reply.data) == (200, {"id": 1})
    assert script.calls == [("GET", "/orgs/a%2Fb?q=x%20y")]
    sent = script.asked[0].headers
    assert sent["x-github-api-version"] == "2022-11-28"
    assert sent["accept"] == "application/vnd.github+json"
    assert sent["user-agent"] == "tipstaff"
    assert sent["authorization"] == f"token {script.minted[0]}"


async def test_the_exact_success_is_kept(script: Script) -> None:
    """A 202 is not taken for a 204, and headers come with either."""
    script.answers += [Said(status=202, data={}, headers={"X-Extra": "1"}), Said(status=204)]
    gh = script.app.installation(7).narrowed({})
    accepted = await gh.call("PUT", "/a", body={"x": [1]})
    done = await gh.call("DELETE", "/a")
    assert (accepted.status, accepted.headers["x-extra"]) == (202, "1")
    assert (done.status, done.data) == (204, None)
    assert script.bodies == [b'{"x": [1]}', b""]


async def test_a_304_is_the_answer_as_it_was(script: Script) -> None:
    """An unchanged resource is answered from memory, as a 200."""
    script.answers += [Said(data={"n": 1}, headers={"ETag": '"e"'}), Said(status=304)]
    gh = script.app.installation(7).narrowed({})
    first = await gh.call("GET", "/a")
    first.data["n"] = "changed by the reader"
    again = await gh.call("GET", "/a")
    assert (again.status, again.data) == (200, {"n": 1})
    assert script.asked[1].headers["if-none-match"] == '"e"'


async def test_tenants_share_neither_token_nor_memory(script: Script) -> None:
    """The same URL asked for by two installations is asked for twice, by two tokens."""
    script.answers += [
        Said(data="of seven", headers={"ETag": '"e"'}),
        Said(data="of eight", headers={"ETag": '"e"'}),
        Said(data="of less", headers={"ETag": '"e"'}),
    ]
    seven = script.app.installation(7)
    views = [
        seven.narrowed({"members": "write"}),
        script.app.installation(8).narrowed({"members": "write"}),
        seven.narrowed({"metadata": "read"}),
    ]
    assert [(await gh.call("GET", "/a")).data for gh in views] == [
        "of seven",
        "of eight",
        "of less",
    ]
    assert len({request.headers["authorization"] for request in script.asked}) == 3
    assert not any("if-none-match" in request.headers for request in script.asked)


async def test_an_anonymous_call_carries_no_credential(script: Script) -> None:
    """What must be unauthenticated is."""
    script.answers += [Said(status=202, data={})]
    await script.app.anonymous().call("POST", "/credentials/revoke", body={"credentials": ["x"]})
    assert "authorization" not in script.asked[0].headers


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_renamed_repository_is_followed(script: Script, status: int) -> None:
    """A read goes on to where GitHub points, on the same host."""
    script.answers += [
        Said(status=status, headers={"Location": f"{script.url}/repositories/5"}, data={}),
        Said(data={"id": 5}),
    ]
    gh = script.app.installation(7).narrowed({})
    assert (await gh.call("GET", "/repos/acme/old")).data == {"id": 5}
    assert script.calls[-1] == ("GET", "/repositories/5")


@pytest.mark.parametrize("status", [307, 308])
async def test_a_write_follows_a_renamed_repository(script: Script, status: int) -> None:
    """The same method and body go to where GitHub points, on the same host."""
    where = f"{script.url}/repositories/5/issues"
    script.answers += [
        Said(status=status, headers={"Location": where}, data={"message": "Moved"}),
        Said(status=201, data={"number": 1}),
    ]
    gh = script.app.installation(7).narrowed({})
    reply = await gh.call("POST", "/repos/acme/old/issues", body={"title": "x"})
    assert (reply.status, reply.data) == (201, {"number": 1})
    assert script.calls[-1] == ("POST", "/repositories/5/issues")
    assert script.bodies == [b'{"title": "x"}', b'{"title": "x"}']


@pytest.mark.parametrize("status", [301, 302])
async def test_a_write_is_not_followed_where_its_method_might_change(
    script: Script, status: int
) -> None:
    """A 301 or 302 promises nothing for a write: it is refused, and says where it went."""
    where = f"{script.url}/repositories/5"
    script.answers += [Said(status=status, headers={"Location": where}, data={"message": "Moved"})]
    gh = script.app.installation(7).narrowed({})
    with pytest.raises(Refused, match="repositories/5") as caught:
        await gh.call("PATCH", "/repos/acme/old", body={"private": True})
    assert caught.value.status == status


async def test_redirects_that_never_end_are_refused(script: Script) -> None:
    """After three the answer itself is the outcome."""
    script.answers += [Said(status=301, headers={"Location": "/a"}, data={}) for _ in range(9)]
    with pytest.raises(Refused):
        await script.app.installation(7).narrowed({}).call("GET", "/a")
    assert len(script.calls) == 3


async def test_no_token_leaves_for_another_host(script: Script) -> None:
    """A redirect or a link to elsewhere is refused before anything is sent there."""
    with_other_port = f"http://127.0.0.1:{unused_port()}/steal"
    gh = script.app.installation(7).narrowed({})
    script.answers += [Said(status=301, headers={"Location": with_other_port}, data={})]
    with pytest.raises(Refused, match="not GitHub's API"):
        await gh.call("GET", "/a")
    script.answers += [Said(status=307, headers={"Location": with_other_port}, data={})]
    with pytest.raises(Refused, match="not GitHub's API"):
        await gh.call("POST", "/a", body={"secret": "x"})
    script.answers += [Said(data=[1], headers={"Link": f'<{with_other_port}>; rel="next"'})]
    with pytest.raises(Refused, match="not GitHub's API"):
        [item async for item in gh.pages("/list")]


async def test_pages_are_read_to_the_end(script: Script) -> None:
    """Every item of every page comes, in order, and a list within an object by its key."""
    script.answers += [
        Said(
            data={"total": 3, "items": [1, 2]},
            headers={"Link": f'<{script.url}/list?after=a%3D%3D>; rel="next"'},
        ),
        Said(data={"total": 3, "items": [3]}, headers={"Link": f'<{script.url}/x>; rel="prev"'}),
    ]
    gh = script.app.installation(7).narrowed({})
    assert [item async for item in gh.pages("/list{?role}", {"role": "x"}, key="items")] == [
        1,
        2,
        3,
    ]
    assert script.calls == [("GET", "/list?per_page=100&role=x"), ("GET", "/list?after=a%3D%3D")]


async def test_a_broken_page_ends_a_list_with_an_error(script: Script) -> None:
    """Nobody takes the first page for the whole list."""
    script.answers += [
        Said(data=[1], headers={"Link": f'<{script.url}/list?page=2>; rel="next"'}),
        *[Said(status=500, data={"message": "Server Error"}) for _ in range(3)],
    ]
    pages = script.app.installation(7).narrowed({}).pages("/list")
    assert await anext(pages) == 1
    with pytest.raises(Unavailable):
        await anext(pages)


@pytest.mark.parametrize(
    ("data", "key"),
    [({"message": "?"}, None), ({"a": 1}, "items"), ("text", "items"), (None, None)],
)
async def test_what_is_no_list_is_no_empty_list(
    script: Script, data: object, key: str | None
) -> None:
    """An answer of another shape is an error, not a list without items."""
    script.answers += [Said(data=data) for _ in range(3)]
    with pytest.raises(Unavailable, match="no list"):
        [item async for item in script.app.installation(7).narrowed({}).pages("/a", key=key)]


async def test_pages_that_lead_in_a_circle_are_an_error(script: Script) -> None:
    """A list never ends in a loop."""
    link = {"Link": f'<{script.url}/list?page=2>; rel="next"'}
    script.answers += [Said(data=[1], headers=link) for _ in range(3)]
    with pytest.raises(Unavailable, match="earlier"):
        [item async for item in script.app.installation(7).narrowed({}).pages("/list")]


UNREADABLE = {
    "page of a proxy": Said(raw=b"<html>hello</html>", kind="text/html"),
    "cut off": Said(raw=b'{"id": 1'),
    "no text": Said(raw=b"\xff\xfe", kind="application/json; charset=utf-8"),
}


@pytest.mark.parametrize("said", UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_a_success_nobody_can_read_is_no_verdict(script: Script, said: Said) -> None:
    """After a write with an unreadable answer the present state has to be looked at."""
    script.answers += [said]
    with pytest.raises(Unavailable) as caught:
        await script.app.installation(7).narrowed({}).call("POST", "/a", body={})
    assert caught.value.sent


@pytest.mark.parametrize("method", ["PUT", "DELETE", "POST", "PATCH"])
async def test_a_broken_write_is_sent_once(script: Script, method: str) -> None:
    """Neither the adapter nor aiohttp below it repeats a write that may have taken effect."""
    gh = script.app.installation(7).narrowed({})
    script.answers += [Said(data={}), Said(lost=True), Said(data={})]
    await gh.call("GET", "/warm")
    with pytest.raises(Unavailable) as caught:
        await gh.call(method, "/a")
    assert caught.value.sent
    assert script.calls == [("GET", "/warm"), (method, "/a")]


async def test_a_read_is_repeated_a_few_times_with_growing_waits(script: Script) -> None:
    """Two failures of a read are not noticed; the waits grow and are jittered."""
    script.answers += [Said(status=502, raw=b""), Said(status=500, data={}), Said(data="here")]
    reply = await script.app.installation(7).narrowed({}).call("GET", "/a")
    assert reply.data == "here"
    assert script.waits == pytest.approx([0.3, 0.6])


async def test_a_read_is_not_repeated_for_ever(script: Script) -> None:
    """The third failure is the caller's to deal with."""
    script.answers += [Said(status=500, data={}) for _ in range(9)]
    with pytest.raises(Unavailable) as caught:
        await script.app.installation(7).narrowed({}).call("GET", "/a")
    assert (len(script.calls), caught.value.sent) == (3, False)


async def test_a_refusal_is_not_repeated(script: Script) -> None:
    """No is taken for an answer at once."""
    script.answers += [Said(status=404, data={"message": "Not Found"})]
    with pytest.raises(NotFound):
        await script.app.installation(7).narrowed({}).call("GET", "/a")
    assert script.waits == []


async def test_a_refused_token_is_renewed_once(script: Script) -> None:
    """A 401 costs one new token; a second 401 is an answer."""
    gh = script.app.installation(7).narrowed({})
    script.answers += [Said(status=401, data={}), Said(status=201, data={"ok": 1})]
    assert (await gh.call("POST", "/a", body={})).data == {"ok": 1}
    assert len(script.minted) == 2
    script.answers += [Said(status=401, data={"message": "Bad credentials"}) for _ in range(2)]
    with pytest.raises(Forbidden):
        await gh.call("GET", "/a")
    assert len(script.calls) == 4


async def test_a_limit_stops_the_installation_but_not_its_neighbour(script: Script) -> None:
    """After a limit nothing more is sent for that installation; another goes on."""
    gh = script.app.installation(7).narrowed({})
    script.answers += [Said(status=403, data={}, headers={"Retry-After": "40"})]
    for _ in range(3):
        with pytest.raises(Unavailable) as caught:
            await gh.call("GET", "/a")
        assert caught.value.retry_at == NOW + timedelta(seconds=40)
    with pytest.raises(Unavailable):
        await script.app.installation(7).narrowed({"issues": "write"}).call("GET", "/b")
    assert script.calls == [("GET", "/a")]
    script.answers += [Said(data="fine")]
    assert (await script.app.installation(8).narrowed({}).call("GET", "/a")).data == "fine"


async def test_a_limit_without_a_time_is_backed_off_from(script: Script) -> None:
    """A minute, then two; and after an answer a minute again."""
    gh = script.app.installation(7).narrowed({})
    limited = Said(status=403, data={"message": "You have exceeded a secondary rate limit"})
    for said, minutes in ((limited, 1), (limited, 2), (Said(data={}), 0), (limited, 1)):
        script.answers += [said]
        began = script.clock()
        if said is limited:
            with pytest.raises(Unavailable) as caught:
                await gh.call("GET", "/a")
            assert caught.value.retry_at == began + timedelta(minutes=minutes)
        else:
            await gh.call("GET", "/a")
        script.clock.move(minutes=minutes)


async def test_every_exchange_is_observed(script: Script) -> None:
    """Whoever counts hears of each exchange by template, without any organisation's name."""
    script.answers += [
        Said(status=500, data={}),
        Said(data={}, headers={"x-ratelimit-remaining": "41"}),
    ]
    await script.app.installation(7).narrowed({}).call("GET", "/orgs/{org}", {"org": "acme"})
    seen = [(each.installation, each.template, each.status, each.remaining) for each in script.seen]
    assert seen[-2:] == [(7, "/orgs/{org}", 500, None), (7, "/orgs/{org}", 200, 41)]


async def test_no_error_shows_a_credential(script: Script) -> None:
    """Whatever goes wrong, neither the error nor what led to it shows token or JWT."""
    gh = script.app.installation(7).narrowed({})
    for said in (
        Said(status=500, data={}),
        Said(lost=True),
        Said(status=403, data={"message": "ghs_" + "y" * 40}),
        Said(raw=b"{"),
    ):
        script.answers[:] = [said]
        with pytest.raises((Unavailable, Forbidden)) as caught:
            await gh.call("POST", "/a", body={})
        error = caught.value
        shown = f"{error!s} {error!r} {error.body} {error.__cause__!r}"
        assert "ghs_" not in shown
        assert "eyJ" not in shown


async def test_an_unreachable_github_got_nothing() -> None:
    """A refused connection is certain: nothing was sent, so even a PUT is tried again."""
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    async with aiohttp.ClientSession() as session:
        app = GitHubApp(
            app_id=1,
            private_key=PEM,
            api_url=f"http://127.0.0.1:{unused_port()}",
            session=session,
            clock=lambda: NOW,
            sleep=wait,
        )
        tries: Callable[[str], int] = {"GET": 3, "PUT": 3, "DELETE": 3, "POST": 1}.__getitem__
        for method in ("GET", "PUT", "DELETE", "POST"):
            waits.clear()
            with pytest.raises(Unavailable) as caught:
                await app.anonymous().call(method, "/a")
            assert (caught.value.sent, len(waits) + 1) == (False, tries(method))


async def test_an_answer_that_takes_too_long_is_given_up() -> None:
    """No call holds a worker longer than its time limit; a write may have been done."""
    released = asyncio.Event()

    async def handle(_: web.BaseRequest) -> web.StreamResponse:
        await released.wait()
        return web.Response()

    server = RawTestServer(handle)
    async with server, aiohttp.ClientSession() as session:
        app = GitHubApp(
            app_id=1,
            private_key=PEM,
            api_url=str(server.make_url("/")),
            session=session,
            clock=lambda: NOW,
            timeout=0.1,
        )
        with pytest.raises(Unavailable, match="in time") as caught:
            await app.anonymous().call("PATCH", "/a", body={})
        assert caught.value.sent
        released.set()


async def test_no_more_calls_than_allowed_are_under_way_at_once() -> None:
    """The rest wait a little, and are told to come back when that is not enough."""
    released = asyncio.Event()
    under_way = 0

    async def handle(_: web.BaseRequest) -> web.StreamResponse:
        nonlocal under_way
        under_way += 1
        await released.wait()
        return web.json_response({})

    server = RawTestServer(handle)
    async with server, aiohttp.ClientSession() as session:
        app = GitHubApp(
            app_id=1,
            private_key=PEM,
            api_url=str(server.make_url("/")),
            session=session,
            clock=lambda: NOW,
            pace=Pace(concurrent=3, patience=0.1),
        )
        calls = [asyncio.create_task(app.anonymous().call("GET", "/a")) for _ in range(5)]
        done, _ = await asyncio.wait(calls, timeout=0.4)
        assert under_way == 3
        assert [type(call.exception()) for call in done] == [Paced, Paced]
        released.set()
        await asyncio.gather(*(call for call in calls if call not in done))
