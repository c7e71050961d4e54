"""Custom properties: what an organisation's repositories may be described by."""

from dataclasses import dataclass
from typing import Literal, get_args

Value = str | list[str]
"""What a property is set to: one text, or several choices."""

Kind = Literal["string", "single_select", "multi_select", "true_false", "url"]

KINDS: tuple[Kind, ...] = get_args(Kind)
"""What a property may hold, as GitHub's API calls it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Property:
    """A property that the organisation defines.

    ``allowed`` are the choices of a select; ``default`` is what a repository shows that has
    nothing else set (``None``: nothing).
    """

    name: str
    kind: Kind = "string"
    allowed: tuple[str, ...] = ()
    default: Value | None = None
