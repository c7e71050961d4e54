"""What guards branches: a protected branch, and a ruleset with its former versions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.simulator.state.people import User

RULESET_FIELDS = ("name", "target", "enforcement", "bypass_actors", "conditions", "rules")
"""What makes up a ruleset's state; a version keeps all of it."""


@dataclass(kw_only=True, slots=True, eq=False)
class Protection:
    """A branch's protection: ``settings`` as the API takes them, and whether commits are signed."""

    id: int
    branch: str
    settings: dict[str, Any]
    signatures: bool = False
    created_at: datetime
    updated_at: datetime


@dataclass(kw_only=True, slots=True, eq=False)
class RulesetVersion:
    """A ruleset as it was at some time."""

    id: int
    by: User
    at: datetime
    state: dict[str, Any]


@dataclass(kw_only=True, slots=True, eq=False)
class Ruleset:
    """A ruleset of a repository (``source`` is ``owner/name``) or of the organisation."""

    id: int
    source_type: Literal["Repository", "Organization"]
    source: str
    state: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    versions: list[RulesetVersion] = field(default_factory=list)
