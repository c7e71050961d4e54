"""What earlier events have told, as the database would give it."""

from datetime import timedelta
from typing import Any

from bot.respond.told import Told
from tests.actions.bench import Bench
from tests.actions.parts import START

LONG_AGO = START - timedelta(days=30)


def told(bench: Bench, thing: str | None, **known: Any) -> None:
    """Let an event of a month ago have told this, in full, by the owner's act."""
    assert thing is not None
    usual = {"exact": True, "at": LONG_AGO, "delivery_id": "guid-of-then", "by": "olivia"}
    bench.told[thing] = Told(thing=thing, **{**usual, **known})
