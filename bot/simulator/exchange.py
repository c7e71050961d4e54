"""Between HTTP and the API: what came in, and what goes out."""

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.simulator.api.body import Body
from bot.simulator.problem import Problem


def read_body(raw: bytes) -> Body | Problem:
    """Read a body now, so that it is written down whoever the caller turns out to be."""
    try:
        return Body.parse(raw)
    except Problem as problem:
        return problem


def read_query(http: web.Request) -> dict[str, str]:
    """Return the query; a parameter given several times is joined by commas."""
    joined: dict[str, str] = {}
    for name, value in http.query.items():
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def broken(status: int) -> Problem:
    """Return what a server that fails says."""
    words = {404: "Not Found", 401: "Bad credentials", 422: "Validation Failed"}
    return Problem(status, words.get(status, "Server Error"))


def reply(status: int, data: Any, headers: Mapping[str, str] | None = None) -> web.Response:
    """Write an answer; bytes are JSON already, ``None`` is no content."""
    fixed = {
        "Server": "github.com",
        "X-GitHub-Media-Type": "github.v3; format=json",
        "x-github-api-version-selected": "2022-11-28",
    }
    body = data if isinstance(data, bytes) else None if data is None else orjson.dumps(data)
    kind = "application/json; charset=utf-8"
    typed = {"Content-Type": kind} if body is not None else {}
    return web.Response(status=status, body=body, headers={**fixed, **typed, **(headers or {})})
