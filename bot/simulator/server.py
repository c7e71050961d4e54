"""The API over HTTP: let in, limited, made to fail on demand, served, written down."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.simulator.api import ROUTES
from bot.simulator.api.body import Body
from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.api.router import Router
from bot.simulator.calls import Call, Observer, TokenKind
from bot.simulator.credentials import Caller, Credentials
from bot.simulator.exchange import broken, read_body, read_query, reply
from bot.simulator.faults import Fault, Faults
from bot.simulator.hooks import Hooks
from bot.simulator.limits import Meter, primary, secondary
from bot.simulator.problem import Problem, forbidden, not_found
from bot.simulator.state.repository import Repository
from bot.simulator.world import World

DOCS = "https://docs.github.com/rest"
LONGEST_BODY = 25 * 1024 * 1024
LONGEST_HANG = 60.0


class Server:
    """Answers HTTP as GitHub's API would; ``calls`` is everything it was asked."""

    def __init__(self, world: World, hooks: Hooks, meter: Meter) -> None:
        self.faults = Faults()
        self.calls: list[Call] = []
        self.observers: list[Observer] = []
        self.stopping = asyncio.Event()
        self._world = world
        self._hooks = hooks
        self._meter = meter
        self._credentials = Credentials(world)
        self._router = Router(ROUTES)
        self._under_way = 0

    async def handle(self, http: web.Request) -> web.StreamResponse:
        """Serve one call."""
        raw = await http.read()
        self._under_way += 1
        try:
            fault = self.faults.take(http.method, http.path)
            if fault is None:
                return self._serve(http, raw)
            return await self._fail(http, raw, fault)
        finally:
            self._under_way -= 1

    async def _fail(self, http: web.Request, raw: bytes, fault: Fault) -> web.StreamResponse:
        """Serve a call that a fault was meant for."""
        if fault.kind == "slow":
            await self._pause(fault.seconds or 1.0)
            return self._serve(http, raw)
        if fault.kind in {"secondary", "primary"}:
            return self._serve(http, raw, refusal=self._limit(fault))
        if fault.kind == "status":
            return self._serve(http, raw, refusal=broken(fault.status))
        if fault.kind == "status_after_effect":
            self._serve(http, raw, seen=fault.status)
            return reply(fault.status, broken(fault.status).body(DOCS))
        if fault.kind.endswith("_after_effect"):
            self._serve(http, raw, seen=0)
        else:
            self._serve(http, raw, refusal=broken(0), seen=0)
        if fault.kind.startswith("timeout"):
            await self._pause(fault.seconds or LONGEST_HANG)
        if http.transport is not None:
            http.transport.abort()
        return web.Response(status=500)

    def _limit(self, fault: Fault) -> Problem:
        seconds = fault.seconds if fault.seconds is not None else 60.0
        if fault.kind == "secondary":
            return secondary(seconds)
        reset = int(self._world.clock().timestamp() + seconds)
        spent = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(reset)}
        return primary({"x-ratelimit-limit": "5000", **self._meter.headers(), **spent})

    async def _pause(self, seconds: float) -> None:
        """Wait, but not longer than the simulator runs."""
        try:
            async with asyncio.timeout(seconds):
                await self.stopping.wait()
        except TimeoutError:
            return

    def _serve(
        self,
        http: web.Request,
        raw: bytes,
        *,
        refusal: Problem | None = None,
        seen: int | None = None,
    ) -> web.Response:
        """Serve a call, or refuse it; ``seen`` is the status the caller will have seen."""
        path = self._current_path(http.raw_path.partition("?")[0])
        found = self._router.find(http.method, path)
        route, params = found or (None, {})
        docs = f"{DOCS}/{route.docs}" if route else DOCS
        caller: Caller | None = None
        body = read_body(raw)
        headers = {"X-Accepted-GitHub-Permissions": route.needs} if route and route.needs else {}
        try:
            if refusal is not None:
                raise refusal
            caller = self._identify(http, route)
            creates = route is not None and route.creates
            if caller is None or caller.kind == "installation":
                # What the App asks for as itself, such as a token, is not the installation's.
                self._meter.refuse(http.method, creates=creates, under_way=self._under_way)
            if route is None:
                raise not_found()
            if isinstance(body, Problem):
                raise body
            answer = self._answer(http, path, route, params, caller=caller, body=body)
        except Problem as problem:
            answer = Answer(status=problem.status, data=problem.body(docs), headers=problem.headers)
        response = self._respond(http, answer, headers)
        status = response.status if seen is None else seen
        kind = caller.kind if caller else None
        self._note(http, route, body, status=status, kind=kind, data=answer.data)
        return response

    def _current_path(self, path: str) -> str:
        """Return the path by name for one by id (``/repositories/1/...``), where renames lead."""
        if not path.startswith("/repositories/"):
            return path
        number, _, rest = path.removeprefix("/repositories/").partition("/")
        if not number.isdigit():
            return path
        for repository in self._world.repositories.values():
            if repository.id == int(number):
                return f"/repos/{repository.full_name}" + (f"/{rest}" if rest else "")
        return path

    def _identify(self, http: web.Request, route: Route | None) -> Caller | None:
        if "User-Agent" not in http.headers:
            message = "Request forbidden by administrative rules. Please make sure your request "
            raise Problem(403, f"{message}has a User-Agent header.")
        caller = self._credentials.identify(http.headers.get("Authorization"))
        if route is None or route.asks == "any":
            return caller
        if caller is None:
            raise Problem(401, "Requires authentication")
        if route.asks == "app" and caller.kind != "app":
            raise Problem(401, "A JSON web token could not be decoded")
        if route.asks == "installation" and caller.kind != "installation":
            raise forbidden()
        return caller

    def _answer(
        self,
        http: web.Request,
        path: str,
        route: Route,
        params: Mapping[str, str],
        *,
        caller: Caller | None,
        body: Body,
    ) -> Answer:
        org = params.get("org")
        if org is not None and org.lower() != self._world.org.login.lower():
            raise not_found()
        repository = None
        if "repo" in params:
            self._refuse_moved(http.method, http.raw_path, params)
            repository = self._repository(http.method, params, caller)
        if route.asks == "installation" and not (caller and caller.may(route.needs)):
            raise forbidden()
        request = Request(
            world=self._world,
            hooks=self._hooks,
            credentials=self._credentials,
            meter=self._meter,
            caller=caller,
            method=http.method,
            path=path,
            params=params,
            query=read_query(http),
            body=body,
            accept=http.headers.get("Accept", ""),
            found=repository,
        )
        return route.handler(request)

    def _refuse_moved(self, method: str, raw_path: str, params: Mapping[str, str]) -> None:
        """Lead a caller who uses a former name to the id, the rest of the address kept."""
        full = f"{params['owner']}/{params['repo']}".lower()
        moved = self._world.renamed.get(full)
        named = f"/repos/{full}"
        if moved is None or full in self._world.repositories:
            return
        if not raw_path.lower().startswith(named):
            return  # a team's list of repositories, say: that knows present names only
        address = f"{self._world.api}/repositories/{moved}{raw_path[len(named) :]}"
        status = 301 if method == "GET" else 307
        raise Problem(status, "Moved Permanently", headers={"Location": address})

    def _repository(
        self, method: str, params: Mapping[str, str], caller: Caller | None
    ) -> Repository:
        """Return the repository of the path, as far as the caller may know that it exists."""
        repository = self._world.repository(f"{params['owner']}/{params['repo']}")
        chosen = caller.repositories if caller else None
        reached = self._world.installed_on(repository) and (
            chosen is None or repository.id in chosen
        )
        if not reached and repository.private:
            raise not_found()
        if not reached and method != "GET":
            raise forbidden()
        return repository

    def _respond(self, http: web.Request, answer: Answer, more: Mapping[str, str]) -> web.Response:
        headers = {**more, **answer.headers}
        if http.method != "GET" or answer.status != 200:
            self._meter.count()
            return reply(answer.status, answer.data, {**self._meter.headers(), **headers})
        content = orjson.dumps(answer.data)
        tag = f'W/"{hashlib.sha256(content).hexdigest()}"'
        headers["ETag"] = tag
        headers["Cache-Control"] = "private, max-age=60, s-maxage=60"
        if tag in http.headers.get("If-None-Match", ""):
            return reply(304, None, {**self._meter.headers(), **headers})
        self._meter.count()
        return reply(200, content, {**self._meter.headers(), **headers})

    def _note(
        self,
        http: web.Request,
        route: Route | None,
        body: Body | Problem,
        *,
        status: int,
        kind: TokenKind | None,
        data: Any,
    ) -> None:
        call = Call(
            method=http.method,
            path=http.path,
            template=route.path if route else None,
            query=read_query(http),
            body=dict(body.fields) or None if isinstance(body, Body) else None,
            status=status,
            token_kind=kind,
            at=self._world.clock(),
        )
        self.calls.append(call)
        for observer in self.observers:
            observer(call, data)
