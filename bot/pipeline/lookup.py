"""What is on the live lists that an event's playbooks ask for."""

from collections.abc import Iterable, Sequence

import structlog

from bot.core.errors import Refused, Unavailable
from bot.core.event import Event
from bot.pipeline.ports import Lists

log = structlog.get_logger(__name__)

PATIENCE = 8  # tries, over about two minutes, that a delivery waits for a list


async def look_up(
    lists: Lists, names: Iterable[str], event: Event, *, attempts: int
) -> dict[str, Sequence[str]]:
    """Return those of the lists that are known for the event's organisation.

    A list that cannot be read is never taken for an empty one: it is left out, so that what
    depends on it asks a person. Raises `Unavailable` when it is worth the while to try again
    later; ``attempts`` counts this try.
    """
    known: dict[str, Sequence[str]] = {}
    if event.installation is None or event.org is None:
        return known
    for name in sorted(names):
        try:
            known[name] = await lists.values(name, installation=event.installation, org=event.org)
        except (Refused, Unavailable) as error:
            if isinstance(error, Unavailable) and attempts < PATIENCE:
                raise
            log.warning("list.unknown", list=name, org=event.org, reason=str(error))
    return known
