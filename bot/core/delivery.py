"""What came in at the door, before anybody has thought about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """One recorded delivery: the bytes as they came, and what is needed to judge them later.

    ``id`` is GitHub's delivery GUID (the same on a redelivery) or a source's own unique id;
    ``source`` is ``webhook`` or ``roster``; ``event`` is GitHub's event name; ``headers`` are the
    ``X-GitHub-*`` ones, lower-case, never the signature. ``happened_at`` is when GitHub first
    tried to send it, if it did not come at the first attempt and that is known.
    """

    id: str
    source: str
    event: str
    received_at: datetime
    body: bytes
    headers: Mapping[str, str]
    happened_at: datetime | None = None

    @property
    def at(self) -> datetime:
        """When what it tells of happened, as near as can be known."""
        return self.happened_at or self.received_at
