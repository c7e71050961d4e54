"""Users, the organisation, its members, its teams and whom it invited."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

OrgRole = Literal["admin", "member"]


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
    """Somebody's place in the organisation; ``pending`` until the invitation is accepted."""

    user: User
    role: OrgRole
    state: Literal["active", "pending"] = "active"


@dataclass(kw_only=True, slots=True, eq=False)
class OrganizationInvitation:
    """An invitation to join the organisation that nobody has answered yet."""

    id: int
    invitee: User
    inviter: User
    role: OrgRole
    created_at: datetime


@dataclass(kw_only=True, slots=True, eq=False)
class Team:
    """A team: ``members`` maps a user's key to a role, ``repositories`` an id to a permission."""

    id: int
    name: str
    slug: str
    created_at: datetime
    description: str | None = None
    privacy: Literal["closed", "secret"] = "closed"
    members: dict[str, Literal["member", "maintainer"]] = field(default_factory=dict)
    repositories: dict[int, str] = field(default_factory=dict)


@dataclass(kw_only=True, slots=True, eq=False)
class Organization:
    """The organisation; ``base_permission`` is what each member may do in every repository."""

    id: int
    login: str
    created_at: datetime
    base_permission: Literal["none", "read", "write", "admin"] = "read"
    members: dict[str, Member] = field(default_factory=dict)
    invitations: dict[int, OrganizationInvitation] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)

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
