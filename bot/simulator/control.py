"""A small plane of control, for a simulator that runs in a process of its own.

Everything is JSON below ``/_simulator/``: ``POST act`` ``{by, verb, args}``, ``POST setup``
``{verb, args}``, ``POST hook`` ``{url}``, ``POST faults`` (a `Fault`), ``GET calls``,
``GET state``, ``GET deliveries``. Only those verbs that `Person` and `Setup` have are taken.
"""

from __future__ import annotations

import inspect
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from bot.simulator.acts import Person
from bot.simulator.faults import Fault
from bot.simulator.problem import Problem
from bot.simulator.setup import Setup
from bot.simulator.world import stamp

if TYPE_CHECKING:
    from bot.simulator.simulator import Simulator


class Control:
    """Lets another process tell the simulator what happens, and ask what is."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    def routes(self) -> list[web.RouteDef]:
        """Return the addresses of the plane of control."""
        return [
            web.post("/_simulator/act", self._act),
            web.post("/_simulator/setup", self._setup),
            web.post("/_simulator/hook", self._hook),
            web.post("/_simulator/faults", self._faults),
            web.get("/_simulator/calls", self._calls),
            web.get("/_simulator/state", self._state),
            web.get("/_simulator/deliveries", self._deliveries),
        ]

    async def _act(self, http: web.Request) -> web.Response:
        order = await _order(http)
        person = self._simulator.by(str(order.get("by", "")))
        return _reply(await _run(person, Person, order))

    async def _setup(self, http: web.Request) -> web.Response:
        order = await _order(http)
        await _run(self._simulator, Setup, order)
        return _reply(None)

    async def _hook(self, http: web.Request) -> web.Response:
        order = await _order(http)
        self._simulator.hook_url = order.get("url")
        return _reply(None)

    async def _faults(self, http: web.Request) -> web.Response:
        order = await _order(http)
        try:
            self._simulator.faults.add(Fault(**order))
        except TypeError as error:
            raise _refusal(f"this is no fault: {error}") from error
        return _reply(None)

    async def _calls(self, http: web.Request) -> web.Response:
        first = int(http.query.get("from", "0"))
        return _reply([asdict(call) for call in self._simulator.calls[first:]])

    async def _deliveries(self, _http: web.Request) -> web.Response:
        return _reply([attempt.item() for attempt in self._simulator.deliveries])

    async def _state(self, _http: web.Request) -> web.Response:
        world = self._simulator.world
        members = world.org.members.values()
        return _reply(
            {
                "org": world.org.login,
                "installation_id": world.installation.id,
                "at": stamp(world.clock()),
                "members": {member.user.login: member.role for member in members},
                "teams": {slug: list(team.members) for slug, team in world.org.teams.items()},
                "repositories": {
                    repo.full_name: {
                        "id": repo.id,
                        "visibility": repo.visibility,
                        "collaborators": repo.collaborators,
                        "deploy_keys": [key.title for key in repo.deploy_keys.values()],
                        "issues": self._simulator.issues(repo.full_name),
                    }
                    for repo in world.repositories.values()
                },
                "token_requests": self._simulator.token_requests(),
                "tokens": self._simulator.tokens(),
                "calls": len(self._simulator.calls),
                "deliveries": len(self._simulator.deliveries),
            }
        )


async def _run(target: Any, kind: type, order: dict[str, Any]) -> Any:
    """Call one of the public methods of ``kind``; anything else is refused."""
    verb, args = str(order.get("verb", "")), order.get("args", {})
    if verb.startswith("_") or not inspect.isfunction(getattr(kind, verb, None)):
        known = sorted(name for name in dir(kind) if not name.startswith("_"))
        raise _refusal(f"there is no {verb!r}; there are {', '.join(known)}")
    try:
        result = getattr(target, verb)(**args)
        return await result if inspect.isawaitable(result) else result
    except Problem as problem:
        raise _refusal(f"{problem.status}: {problem.message}") from problem
    except (TypeError, ValueError, LookupError) as error:
        raise _refusal(f"{verb}: {error}") from error


async def _order(http: web.Request) -> dict[str, Any]:
    try:
        order = orjson.loads(await http.read() or b"{}")
    except orjson.JSONDecodeError as error:
        raise _refusal(f"this is not JSON: {error}") from error
    if not isinstance(order, dict):
        raise _refusal("send a JSON object")
    return order


def _refusal(text: str) -> web.HTTPBadRequest:
    body = orjson.dumps({"error": text})
    return web.HTTPBadRequest(body=body, content_type="application/json")


def _reply(result: Any) -> web.Response:
    body = orjson.dumps({"result": result})
    return web.Response(body=body, content_type="application/json")
