"""A webhook that somebody added to a repository or to the organisation."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(kw_only=True, slots=True, eq=False)
class Webhook:
    """Where events are sent; GitHub shows of the secret only that there is one."""

    id: int
    url: str
    events: tuple[str, ...]
    active: bool = True
    secret: bool = True
    created_at: datetime
    updated_at: datetime
