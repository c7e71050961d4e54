"""GitHub Actions: what may run, workflows, their runs, and the machines they run on."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.simulator.state.people import User

AllowedActions = Literal["all", "local_only", "selected"]
EnabledRepositories = Literal["all", "none", "selected"]
WorkflowState = Literal[
    "active", "deleted", "disabled_fork", "disabled_inactivity", "disabled_manually"
]


@dataclass(kw_only=True, slots=True, eq=False)
class SelectedActions:
    """Which actions may run where only selected ones may."""

    github_owned_allowed: bool = True
    verified_allowed: bool = False
    patterns_allowed: tuple[str, ...] = ()


@dataclass(kw_only=True, slots=True, eq=False)
class Runner:
    """A self-hosted runner."""

    id: int
    name: str
    busy: bool = False


@dataclass(kw_only=True, slots=True, eq=False)
class Workflow:
    """A workflow's file, and whether it may run."""

    id: int
    name: str
    path: str
    created_at: datetime
    state: WorkflowState = "active"


@dataclass(kw_only=True, slots=True, eq=False)
class Run:
    """One run of a workflow; ``stubborn`` ignores a polite request to end."""

    id: int
    number: int
    workflow: Workflow
    by: User
    event: str
    branch: str
    sha: str
    started_at: datetime
    updated_at: datetime
    status: Literal["in_progress", "completed"] = "in_progress"
    conclusion: str | None = None
    stubborn: bool = False


@dataclass(kw_only=True, slots=True, eq=False)
class RepositoryActions:
    """GitHub Actions in one repository."""

    enabled: bool = True
    allowed: AllowedActions = "all"
    selected: SelectedActions = field(default_factory=SelectedActions)
    workflows: dict[int, Workflow] = field(default_factory=dict)
    runs: dict[int, Run] = field(default_factory=dict)
    runners: dict[int, Runner] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True, eq=False)
class OrganizationActions:
    """GitHub Actions in the organisation; ``repositories`` are ids, used when only some may."""

    enabled: EnabledRepositories = "all"
    repositories: set[int] = field(default_factory=set)
    allowed: AllowedActions = "all"
    selected: SelectedActions = field(default_factory=SelectedActions)
    runners: dict[int, Runner] = field(default_factory=dict)
