"""What the tests of floor 0 share: a delivery around a payload, and the event it becomes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import normalise

RECEIVED = datetime(2026, 3, 1, 12, 0, 0, 250_000, tzinfo=UTC)

Tell = Callable[..., Event]


@pytest.fixture(scope="session")
def tell() -> Tell:
    """Return a function from GitHub's event name and a payload to the normalised event."""

    def event(name: str, payload: dict[str, Any], *, source: str = "webhook") -> Event:
        return normalise(
            Delivery(
                id="a-delivery",
                source=source,
                event=name,
                received_at=RECEIVED,
                body=orjson.dumps(payload),
                headers={},
            )
        )

    return event
