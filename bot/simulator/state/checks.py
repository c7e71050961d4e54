"""A check: an App's verdict on a commit."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(kw_only=True, slots=True, eq=False)
class CheckRun:
    """A verdict; ``output`` holds title, summary and text."""

    id: int
    suite: int
    name: str
    sha: str
    status: str
    started_at: datetime
    external_id: str = ""
    conclusion: str | None = None
    details_url: str | None = None
    completed_at: datetime | None = None
    output: dict[str, Any] = field(default_factory=dict)
