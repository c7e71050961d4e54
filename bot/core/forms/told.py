"""What is left when everything round an event is taken away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Document: TypeAlias = Mapping[str, Any]
"""A JSON object."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """An entry of the audit log, in its field names."""

    fields: Document


@dataclass(frozen=True, kw_only=True, slots=True)
class Webhook:
    """A webhook: GitHub's name of the event and the payload; ``at`` tells when, if anything did."""

    event: str
    payload: Document
    at: Any = None


Told: TypeAlias = Entry | Webhook
"""One event."""
