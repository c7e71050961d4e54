"""HTTP answers in JSON."""

from collections.abc import Mapping
from typing import Any

import orjson
from aiohttp import web

from bot.core.errors import DeliveryError

_RETRY_AFTER = {"Retry-After": "30"}
_HEADERS: Mapping[int, Mapping[str, str]] = {408: _RETRY_AFTER, 503: _RETRY_AFTER}


def json_answer(
    data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Return an answer with ``data`` as JSON."""
    return web.Response(
        body=orjson.dumps(data), status=status, headers=headers, content_type="application/json"
    )


def error_answer(error: DeliveryError, *, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return the answer to a delivery that is not accepted: its status, and one clear line."""
    return json_answer(
        {"error": str(error)},
        status=error.status,
        headers={**_HEADERS.get(error.status, {}), **(headers or {})},
    )
