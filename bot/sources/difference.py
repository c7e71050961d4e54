"""A difference that a look found, as a delivery: what roster and survey tell alike."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson

from bot.core.delivery import Delivery
from bot.sources.rounds import Place

LAG: Final = timedelta(minutes=1)
"""How far back before the last look an act of our own may lie to explain a difference: GitHub's
lists may lag a little. An older act must not excuse whoever does the same thing later."""


def told(
    source: str,
    place: Place,
    *,
    key: str,
    action: str,
    actor: str | None,
    seen_at: datetime | None,
    now: datetime,
    **what: Any,
) -> Delivery:
    """Return the delivery of one difference.

    ``key`` tells it from every other of its ``source``; ``actor`` is the App itself or nobody
    known; ``seen_at`` is the last look that showed the former state, if there was one: the change
    lies between that and ``now``. ``what`` is the difference.
    """
    body = {
        "action": action,
        **what,
        "organization": {"login": place.account, "id": place.account_id},
        "actor": actor,
        "installation": {"id": place.id},
        "known_since": seen_at.astimezone(UTC).isoformat() if seen_at else None,
    }
    return Delivery(
        id=f"{source}:{place.account}:{key}",
        source=source,
        event=source,
        received_at=now,
        body=orjson.dumps(body),
        headers={},
    )
