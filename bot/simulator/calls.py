"""The record of every call the API served."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

TokenKind = Literal["app", "installation"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """One call. ``template`` is the endpoint as GitHub documents it (``None``: there is none).

    ``status`` is 0 when the caller got no answer; ``token_kind`` says which credential it showed
    (``None``: none that is valid).
    """

    method: str
    path: str
    template: str | None
    query: Mapping[str, str]
    body: Any
    status: int
    token_kind: TokenKind | None
    at: datetime

    @property
    def writes(self) -> bool:
        """Whether the call was meant to change something."""
        return self.method not in {"GET", "HEAD", "OPTIONS"}


Observer = Callable[[Call, Any], None]
"""Told of every call and of the JSON that answered it (``None``: no content)."""
