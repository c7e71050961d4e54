"""What was there before the story begins: state without webhooks."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

from bot.simulator.changes import alerts, collaborators, git, membership, repositories, roles, teams
from bot.simulator.state.people import OrganizationRole, Team, User
from bot.simulator.state.properties import Kind, Property, Value
from bot.simulator.state.repository import DeployKey, Repository, level
from bot.simulator.state.tokens import (
    CredentialAuthorization,
    FineGrainedToken,
    Permissions,
    Selection,
)
from bot.simulator.world import World


class Setup:
    """The simulator's ``add_*`` and ``set_*`` methods: they change the state and tell nobody.

    People named for the first time get an account.
    """

    def __init__(self, world: World) -> None:
        self.world = world

    def add_user(self, login: str, name: str | None = None) -> User:
        """Give somebody an account, without any place in the organisation."""
        user = self.world.person(login)
        user.name = name or user.name
        return user

    def add_owner(self, login: str) -> User:
        """Let somebody be an owner of the organisation."""
        return self._member(login, "admin")

    def add_member(self, login: str) -> User:
        """Let somebody be a member of the organisation."""
        return self._member(login, "member")

    def _member(self, login: str, role: Literal["admin", "member"]) -> User:
        user = self.add_user(login)
        with self._quietly():
            membership.add(self.world, user, user, role)
        return user

    def add_repository(
        self,
        name: str,
        *,
        private: bool = True,
        issues: bool = True,
        files: Mapping[str, str] | None = None,
        installed: bool = True,
    ) -> Repository:
        """Create a repository; ``installed=False`` keeps it out of the App's installation."""
        visibility: Literal["private", "public"] = "private" if private else "public"
        with self._quietly():
            repo = repositories.create(
                self.world, self._somebody(), name, visibility=visibility, has_issues=issues
            )
        if files:
            content = {path: text.encode() for path, text in files.items()}
            author = self._somebody()
            git.commit(
                self.world, author, repo, repo.default_branch, message="Add files", files=content
            )
        self._place(repo, installed=installed)
        return repo

    def _place(self, repo: Repository, *, installed: bool) -> None:
        placed = self.world.installation
        if not installed and placed.repositories is None:
            others = self.world.own_repositories()
            placed.repositories = {other.id for other in others if other is not repo}
        elif installed and placed.repositories is not None:
            placed.repositories.add(repo.id)

    def add_team(self, name: str, members: Sequence[str] = ()) -> Team:
        """Create a team with members."""
        with self._quietly():
            team = teams.create(self.world, self._somebody(), name)
            for login in members:
                user = self.add_user(login)
                if self.world.org.role(user) is None:
                    membership.add(self.world, user, user, "member")
                teams.add_member(self.world, user, team, user)
        return team

    def sync_team(self, team: str) -> None:
        """Let an identity provider fill a team: GitHub then refuses to change who is in it."""
        self.world.team(team).synced = True

    def add_by_enterprise_team(self, login: str, team: str, *, direct: bool = True) -> User:
        """Let a team of the enterprise make somebody a member, besides the direct way or alone."""
        user = self.add_member(login)
        member = self.world.org.members[user.key]
        member.direct, member.enterprise_teams = direct, (team,)
        return user

    def add_organization_role(self, name: str, permissions: Sequence[str] = ()) -> OrganizationRole:
        """Create an organisation role that nobody has yet."""
        return roles.create(self.world, name, tuple(permissions))

    def defer_conversions(self) -> None:
        """Let members become outside collaborators only in the background, from now on."""
        self.world.org.defers = True

    def finish_conversions(self) -> None:
        """Do in the background what was put off."""
        membership.finish_conversions(self.world, self._somebody())

    def add_collaborator(self, repo: str, login: str, permission: str = "push") -> User:
        """Let somebody work in a repository (``pull`` ... ``admin``, or ``read`` ... )."""
        user = self.add_user(login)
        found = self.world.repository(repo)
        with self._quietly():
            collaborators.add(self.world, user, found, user, checked_level(permission))
        return user

    def set_team_repository(self, team: str, repo: str, permission: str) -> None:
        """Let a team work in a repository."""
        found, where = self.world.team(team), self.world.repository(repo)
        with self._quietly():
            granted = checked_level(permission)
            teams.set_repository(self.world, self._somebody(), found, where, granted)

    def add_property(
        self,
        name: str,
        kind: Kind = "string",
        *,
        allowed: Sequence[str] = (),
        default: Value | None = None,
    ) -> None:
        """Let the organisation describe its repositories by one more custom property."""
        made = Property(name=name, kind=kind, allowed=tuple(allowed), default=default)
        self.world.org.properties[name] = made

    def add_deploy_key(self, repo: str, title: str, *, read_only: bool = True) -> DeployKey:
        """Let an SSH key open a repository."""
        with self._quietly():
            return repositories.add_deploy_key(
                self.world,
                self._somebody(),
                self.world.repository(repo),
                title=title,
                key=f"ssh-ed25519 AAAA{self.world.next_id():040d}",
                read_only=read_only,
            )

    def add_finding(self, repo: str, kind: Literal["code-scanning", "dependabot"]) -> int:
        """Let code scanning or Dependabot find something; gives its number."""
        return alerts.add_finding(self.world, self.world.repository(repo), kind)

    def add_token(
        self,
        owner: str,
        name: str,
        permissions: Permissions,
        *,
        repositories: Selection | Sequence[str] = "all",
        expires_at: datetime | None = None,
        last_used_at: datetime | None = None,
    ) -> FineGrainedToken:
        """Let a fine-grained token reach the organisation; a list of names is a subset."""
        selection, names = chosen(repositories)
        token = FineGrainedToken(
            id=self.world.next_id(),
            token_id=self.world.next_id(),
            owner=self.add_user(owner),
            name=name,
            permissions=permissions,
            selection=selection,
            repositories=names,
            created_at=self.world.clock(),
            expires_at=expires_at,
            last_used_at=last_used_at,
        )
        self.world.credentials.tokens[token.id] = token
        return token

    def add_credential_authorization(
        self,
        login: str,
        scopes: Sequence[str] = (),
        *,
        kind: Literal["personal access token", "SSH key"] = "personal access token",
        note: str | None = None,
        accessed_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> CredentialAuthorization:
        """Let single sign-on admit a classic token or an SSH key."""
        given = CredentialAuthorization(
            id=self.world.next_id(),
            user=self.add_user(login),
            kind=kind,
            scopes=tuple(scopes),
            authorized_at=self.world.clock(),
            accessed_at=accessed_at,
            expires_at=expires_at,
            note=note,
            last_eight=f"{self.world.random.getrandbits(32):08x}",
            fingerprint="SHA256:simulated" if kind == "SSH key" else None,
            reference=self.world.next_id(),
        )
        self.world.credentials.authorizations[given.id] = given
        return given

    def _somebody(self) -> User:
        """Return who did things before the story: the first owner, or the App's bot."""
        return next(iter(self.world.org.owners()), self.world.bot)

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        emit = self.world.emit
        self.world.emit = lambda _event, _payload, _repository: None
        try:
            yield
        finally:
            self.world.emit = emit


def chosen(repositories: Selection | Sequence[str]) -> tuple[Selection, tuple[str, ...]]:
    """Tell ``all``, ``none`` or ``subset`` from a list of repository names."""
    if isinstance(repositories, str):
        selections: tuple[Selection, ...] = ("none", "all", "subset")
        for selection in selections:
            if repositories == selection:
                return selection, ()
        raise ValueError(f"{repositories!r}: write all, none, subset or a list of names")
    return "subset", tuple(repositories)


def checked_level(permission: str) -> str:
    """Return the level a permission's name stands for; ``ValueError`` when it is no such name."""
    granted = level(permission)
    if granted is None:
        raise ValueError(f"{permission!r} is no permission: pull, triage, push, maintain or admin")
    return granted
