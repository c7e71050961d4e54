"""Users, the organisation, its members, teams, roles and settings, and whom it invited."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.simulator.state.properties import Property

OrgRole = Literal["admin", "member"]
BasePermission = Literal["none", "read", "write", "admin"]

SETTINGS = {
    "members_can_create_repositories": True,
    "members_can_create_public_repositories": True,
    "members_can_create_private_repositories": True,
    "members_can_create_internal_repositories": True,
    "members_can_fork_private_repositories": False,
    "members_can_create_pages": True,
    "members_can_create_public_pages": True,
    "members_can_create_private_pages": True,
    "members_can_create_teams": True,
    "members_can_delete_repositories": True,
    "members_can_change_repo_visibility": True,
    "members_can_invite_outside_collaborators": True,
    "members_can_delete_issues": False,
    "two_factor_requirement_enabled": True,
    "web_commit_signoff_required": False,
    "deploy_keys_enabled_for_repositories": True,
}
"""The settings of a new organisation that are on or off."""


@dataclass(kw_only=True, slots=True, eq=False)
class User:
    """Someone with an account: a person, or an App's bot."""

    id: int
    login: str
    created_at: datetime
    name: str | None = None
    kind: Literal["User", "Bot"] = "User"

    @property
    def key(self) -> str:
        """What the user is found by: GitHub's logins do not tell capitals apart."""
        return self.login.lower()


@dataclass(kw_only=True, slots=True, eq=False)
class Member:
    """Somebody's place in the organisation; ``pending`` until the invitation is accepted.

    Who belongs to it through ``enterprise_teams`` stays when the ``direct`` membership ends.
    """

    user: User
    role: OrgRole
    state: Literal["active", "pending"] = "active"
    direct: bool = True
    enterprise_teams: tuple[str, ...] = ()


@dataclass(kw_only=True, slots=True, eq=False)
class OrganizationInvitation:
    """An invitation to join the organisation that nobody has answered yet.

    It went to somebody with an account, or to an address (``email``).
    """

    id: int
    invitee: User | None
    email: str | None = None
    inviter: User
    role: OrgRole
    created_at: datetime
    teams: tuple[int, ...] = ()


@dataclass(kw_only=True, slots=True, eq=False)
class OrganizationRole:
    """A role that gives people and teams something to look after in the whole organisation."""

    id: int
    name: str
    permissions: tuple[str, ...]
    created_at: datetime
    users: list[User] = field(default_factory=list)
    teams: list["Team"] = field(default_factory=list)


@dataclass(kw_only=True, slots=True, eq=False)
class Team:
    """A team: ``members`` maps a user's key to a role, ``repositories`` an id to a permission.

    An identity provider fills a ``synced`` one.
    """

    id: int
    name: str
    slug: str
    created_at: datetime
    description: str | None = None
    privacy: Literal["closed", "secret"] = "closed"
    notifies: bool = True
    members: dict[str, Literal["member", "maintainer"]] = field(default_factory=dict)
    repositories: dict[int, str] = field(default_factory=dict)
    synced: bool = False


@dataclass(kw_only=True, slots=True, eq=False)
class Organization:
    """The organisation; ``base_permission`` is what each member may do in every repository.

    ``settings`` are what its owners switch on and off, by the names of GitHub's API;
    ``properties`` what repositories are described by. ``former`` tells the role of who was
    removed. While it ``defers``, members are converted to outside collaborators in the
    background: they wait in ``deferred``.
    """

    id: int
    login: str
    created_at: datetime
    base_permission: BasePermission = "read"
    members: dict[str, Member] = field(default_factory=dict)
    invitations: dict[int, OrganizationInvitation] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    roles: dict[int, OrganizationRole] = field(default_factory=dict)
    blocked: list[User] = field(default_factory=list)
    settings: dict[str, bool] = field(default_factory=lambda: dict(SETTINGS))
    properties: dict[str, Property] = field(default_factory=dict)
    former: dict[int, OrgRole] = field(default_factory=dict)
    defers: bool = False
    deferred: list[User] = field(default_factory=list)

    def owners(self) -> list[User]:
        """Return the owners, in the order they came."""
        return [
            member.user
            for member in self.members.values()
            if member.role == "admin" and member.state == "active"
        ]

    def role(self, user: User) -> OrgRole | None:
        """Return the role of an active member; ``None`` for everybody else."""
        member = self.members.get(user.key)
        return member.role if member and member.state == "active" else None
