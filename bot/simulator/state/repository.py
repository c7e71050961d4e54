"""A repository: who may do what in it, its keys, its commits and its issues."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from bot.simulator.state.checks import CheckRun
from bot.simulator.state.issues import Issue, Label
from bot.simulator.state.people import User
from bot.simulator.state.properties import Value
from bot.simulator.state.protection import Protection, Ruleset
from bot.simulator.state.webhooks import Webhook
from bot.simulator.state.workflows import RepositoryActions

Visibility = Literal["public", "private", "internal"]

VISIBILITIES: tuple[Visibility, ...] = ("public", "private", "internal")
"""Who may see a repository: the world, those let in, or the whole enterprise."""

LEVELS = ("none", "pull", "triage", "push", "maintain", "admin")
"""What one may do in a repository, from least to most, as GitHub's API takes it."""

ROLE_NAMES = {
    "none": "none",
    "pull": "read",
    "triage": "triage",
    "push": "write",
    "maintain": "maintain",
    "admin": "admin",
}
"""The same levels as GitHub shows them (``role_name``)."""

LEGACY = {
    "none": "none",
    "pull": "read",
    "triage": "read",
    "push": "write",
    "maintain": "write",
    "admin": "admin",
}
"""The same levels in the three words of old (``permission``)."""


def level(word: str) -> str | None:
    """Return the level a permission's name stands for, in either spelling; ``None``: no such."""
    if word in LEVELS:
        return word
    return next((key for key, name in ROLE_NAMES.items() if name == word), None)


@dataclass(kw_only=True, slots=True, eq=False)
class DeployKey:
    """An SSH key that opens one repository."""

    id: int
    title: str
    key: str
    read_only: bool
    added_by: User
    created_at: datetime


@dataclass(kw_only=True, slots=True, eq=False)
class RepositoryInvitation:
    """An invitation to collaborate that nobody has answered yet."""

    id: int
    invitee: User
    inviter: User
    permission: str
    created_at: datetime


@dataclass(kw_only=True, slots=True, eq=False)
class Commit:
    """A commit with the whole tree it stands for: ``files`` maps a path to its content."""

    sha: str
    tree: str
    message: str
    author: User
    at: datetime
    parents: tuple[str, ...]
    files: dict[str, bytes]
    changed: tuple[str, ...] = ()


@dataclass(kw_only=True, slots=True, eq=False)
class Repository:
    """A repository of the organisation (or, for a fork, of ``owner``)."""

    id: int
    name: str
    owner: str
    created_at: datetime
    visibility: Visibility = "private"
    description: str | None = None
    homepage: str | None = None
    topics: list[str] = field(default_factory=list)
    archived: bool = False
    has_issues: bool = True
    default_branch: str = "main"
    features: dict[str, bool] = field(default_factory=dict)
    properties: dict[str, Value] = field(default_factory=dict)
    fork: bool = False
    pushed_at: datetime | None = None
    updated_at: datetime | None = None
    collaborators: dict[str, str] = field(default_factory=dict)
    invitations: dict[int, RepositoryInvitation] = field(default_factory=dict)
    deploy_keys: dict[int, DeployKey] = field(default_factory=dict)
    commits: dict[str, Commit] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Label] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    protections: dict[str, Protection] = field(default_factory=dict)
    rulesets: dict[int, Ruleset] = field(default_factory=dict)
    hooks: dict[int, Webhook] = field(default_factory=dict)
    check_runs: dict[int, CheckRun] = field(default_factory=dict)
    last_number: int = 0
    actions: RepositoryActions = field(default_factory=RepositoryActions)
    secrets: dict[int, dict[str, Any]] = field(default_factory=dict)
    findings: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """The name as ``owner/name``."""
        return f"{self.owner}/{self.name}"

    @property
    def private(self) -> bool:
        """Whether the world may not see it."""
        return self.visibility != "public"
