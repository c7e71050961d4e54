"""The whole simulated GitHub: one organisation, the people around it and the App's installation."""

import random
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from bot.simulator.identity import AppIdentity
from bot.simulator.problem import not_found
from bot.simulator.state.people import Organization, Team, User
from bot.simulator.state.protection import Ruleset
from bot.simulator.state.repository import LEVELS, Repository, level
from bot.simulator.state.tokens import CredentialAuthorization, FineGrainedToken, TokenRequest
from bot.simulator.state.webhooks import Webhook
from bot.simulator.state.workflows import OrganizationActions

Clock = Callable[[], datetime]
Emit = Callable[[str, Mapping[str, Any], int | None], None]


def utcnow() -> datetime:
    """Return the present, in UTC."""
    return datetime.now(UTC)


def stamp(at: datetime | None) -> str | None:
    """Write a time as GitHub's API does, to the second."""
    return None if at is None else at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(kw_only=True, slots=True)
class Installation:
    """The App's place in the organisation; ``repositories`` are ids (``None``: all of them)."""

    id: int
    created_at: datetime
    updated_at: datetime
    repositories: set[int] | None = None
    state: Literal["active", "suspended", "deleted"] = "active"
    suspended_by: User | None = None
    suspended_at: datetime | None = None


@dataclass(kw_only=True, slots=True)
class Credentials:
    """The people's credentials that the organisation can see."""

    tokens: dict[int, FineGrainedToken] = field(default_factory=dict)
    requests: dict[int, TokenRequest] = field(default_factory=dict)
    authorizations: dict[int, CredentialAuthorization] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)


class World:
    """Everything there is. Ids and GUIDs come from counters and the seed: same story, same ids.

    ``emit`` is told of every webhook (event, payload, repository id); ``api`` is the API's root
    address and ``html`` that of the web pages, without a slash at the end.
    """

    def __init__(
        self, app: AppIdentity, org: str, clock: Clock, seed: int, html: str = "https://github.com"
    ) -> None:
        self.app = app
        self.clock = clock
        self.random = random.Random(seed)  # noqa: S311 - the same story must give the same ids
        self.api = "https://api.github.com"
        self.html = html
        self.emit: Emit = lambda _event, _payload, _repository: None
        self._last_id = 1000 * (seed + 1)
        now = clock()
        self.org = Organization(id=self.next_id(), login=org, created_at=now)
        self.users: dict[str, User] = {}
        self.bot = self.person(app.bot_login)
        self.bot.kind = "Bot"
        self.installation = Installation(id=self.next_id(), created_at=now, updated_at=now)
        self.repositories: dict[str, Repository] = {}
        self.renamed: dict[str, int] = {}
        self.rulesets: dict[int, Ruleset] = {}
        self.hooks: dict[int, Webhook] = {}
        self.credentials = Credentials()
        self.actions = OrganizationActions()
        self.check_assignees = False

    def next_id(self) -> int:
        """Return an id that nothing else has."""
        self._last_id += 1
        return self._last_id

    def guid(self) -> str:
        """Return a GUID of the seed's making."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def person(self, login: str) -> User:
        """Return the user with this login, who gets an account if there is none yet."""
        found = self.users.get(login.lower())
        if found is None:
            found = User(id=self.next_id(), login=login, created_at=self.clock())
            self.users[found.key] = found
        return found

    def user(self, login: str) -> User:
        """Return the user with this login, or say 404."""
        try:
            return self.users[login.lower()]
        except KeyError:
            raise not_found() from None

    def team(self, slug: str) -> Team:
        """Return the team with this slug, or say 404."""
        try:
            return self.org.teams[slug.lower()]
        except KeyError:
            raise not_found() from None

    def repository(self, name: str) -> Repository:
        """Return the repository called ``name`` or ``owner/name``, or say 404."""
        full = name if "/" in name else f"{self.org.login}/{name}"
        try:
            return self.repositories[full.lower()]
        except KeyError:
            raise not_found() from None

    def repository_by_id(self, number: int) -> Repository:
        """Return the repository with this id, or say 404."""
        for repository in self.repositories.values():
            if repository.id == number:
                return repository
        raise not_found()

    def own_repositories(self) -> list[Repository]:
        """Return the organisation's repositories (forks elsewhere are not among them)."""
        return [r for r in self.repositories.values() if r.owner == self.org.login]

    def installed_on(self, repository: Repository) -> bool:
        """Whether the App's installation reaches this repository."""
        chosen = self.installation.repositories
        return repository.owner == self.org.login and (chosen is None or repository.id in chosen)

    def access(self, repository: Repository, user: User) -> str:
        """Return the highest level a user has in a repository, wherever it comes from."""
        return max(self._levels(repository, user), key=LEVELS.index)

    def _levels(self, repository: Repository, user: User) -> Iterator[str]:
        yield repository.collaborators.get(user.key, "none")
        if not repository.private:
            yield "pull"
        role = self.org.role(user)
        if role == "admin":
            yield "admin"
        elif role == "member":
            yield level(self.org.base_permission) or "none"
        for team in self.org.teams.values():
            if user.key in team.members:
                yield team.repositories.get(repository.id, "none")
