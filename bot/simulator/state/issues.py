"""Issues, pull requests (which share their numbers), comments, labels and reactions."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.simulator.state.people import User

REACTION_NAMES = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")
"""What one may react with."""


@dataclass(kw_only=True, slots=True, eq=False)
class Label:
    """A label of a repository; ``color`` is six hexadecimal digits."""

    id: int
    name: str
    color: str = "ededed"
    description: str | None = None


@dataclass(kw_only=True, slots=True, eq=False)
class Reaction:
    """A reaction to a comment, such as ``+1`` or ``eyes``."""

    id: int
    user: User
    content: str
    created_at: datetime


@dataclass(kw_only=True, slots=True, eq=False)
class Comment:
    """A comment on an issue; ``body`` is the Markdown as it was written."""

    id: int
    issue: int
    user: User
    body: str
    created_at: datetime
    updated_at: datetime
    reactions: list[Reaction] = field(default_factory=list)


@dataclass(kw_only=True, slots=True, eq=False)
class Issue:
    """An issue, or a pull request when ``branch`` says what it would merge."""

    id: int
    number: int
    title: str
    body: str | None
    user: User
    created_at: datetime
    updated_at: datetime
    state: Literal["open", "closed"] = "open"
    state_reason: str | None = None
    closed_at: datetime | None = None
    closed_by: User | None = None
    locked: bool = False
    lock_reason: str | None = None
    branch: str | None = None
    labels: list[Label] = field(default_factory=list)
    assignees: list[User] = field(default_factory=list)
    comments: dict[int, Comment] = field(default_factory=dict)
    reactions: list[Reaction] = field(default_factory=list)
