"""One way to tell an event that is put back: how it comes about, and where its effect is seen."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import normalise
from tests.actions.bench import Bench

Act = Callable[[Bench], Awaitable[Event | None]]


@dataclass(frozen=True, kw_only=True)
class Played:
    """An event: what there is before, who does what, and how it looks.

    ``act`` returns the event where no webhook tells it. ``again`` is the state afterwards where
    it can't be the very one of before (a removed member is invited).
    """

    look: Callable[[Bench], Any]
    act: Act
    arrange: Act | None = None
    again: Any = None

    async def happen(self, bench: Bench, name: str) -> tuple[Any, Event]:
        """Let it come about; return how all has to look once it was put back, and the event."""
        if self.arrange is not None:
            await self.arrange(bench)
        before = self.look(bench) if self.again is None else self.again
        told = await self.act(bench)
        return before, told if told is not None else bench.event(name)


def told_at_once(look: Callable[[Bench], Any], prepare: Act, *, before: Any) -> Played:
    """Return a scene that arranges and acts at once: how it was before is told."""
    return Played(look=look, act=prepare, again=before)


def by_mallory(what: Callable[[Any], Awaitable[Any]]) -> Act:
    """Return an act of Mallory's that a webhook tells."""

    async def act(bench: Bench) -> None:
        await what(bench.sim.by("mallory"))

    return act


def surveyed(bench: Bench, setting: str, now: Any, former: Any) -> Event:
    """Return the event that the survey makes of a difference."""
    body = {
        "action": setting,
        "from": former,
        "to": now,
        "organization": {"login": "acme", "id": 1},
        "installation": {"id": bench.sim.installation_id},
    }
    delivery = Delivery(
        id=f"survey:acme:{setting}:1",
        source="survey",
        event="survey",
        received_at=bench.clock(),
        body=orjson.dumps(body),
        headers={},
    )
    return bench.keep(normalise(delivery))
