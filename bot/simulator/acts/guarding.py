"""What a person does about what guards code: protection, rulesets, findings; and webhooks."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.simulator.acts.actor import Actor
from bot.simulator.changes import alerts, protection, rulesets, webhooks
from bot.simulator.state.repository import Repository

_OPEN: Mapping[str, Any] = {
    "required_status_checks": None,
    "enforce_admins": False,
    "required_pull_request_reviews": None,
    "restrictions": None,
}


class GuardingActs(Actor):
    """Acts on branch protection, rulesets and webhooks; ``repo`` ``None``: the organisation's."""

    async def protect_branch(
        self, repo: str, branch: str = "main", *, signatures: bool = False, **settings: Any
    ) -> None:
        """Protect a branch, as the API takes it: ``branch_protection_rule`` ``created``."""
        where = self._repo(repo)
        given = {**_OPEN, **settings}
        made = protection.protect(self._world, self.user, where, branch, given)
        if signatures != made.signatures:
            protection.set_signatures(self._world, self.user, where, made, wanted=signatures)

    async def change_protection(
        self, repo: str, branch: str = "main", *, signatures: bool | None = None, **settings: Any
    ) -> None:
        """Change some of a branch's protection: ``branch_protection_rule`` ``edited``."""
        where = self._repo(repo)
        made = protection.find(where, branch)
        if settings:
            given = {**made.settings, **settings}
            protection.protect(self._world, self.user, where, branch, given)
        if signatures is not None:
            protection.set_signatures(self._world, self.user, where, made, wanted=signatures)

    async def unprotect_branch(self, repo: str, branch: str = "main") -> None:
        """Lay a branch open: ``branch_protection_rule`` ``deleted``."""
        protection.unprotect(self._world, self.user, self._repo(repo), branch)

    async def create_ruleset(self, repo: str | None, name: str, **state: Any) -> int:
        """Make a ruleset: ``repository_ruleset`` ``created``; gives its id."""
        given = {"name": name, "enforcement": "active", **state}
        return rulesets.create(self._world, self.user, self._where(repo), given).id

    async def change_ruleset(self, repo: str | None, ruleset: int, **state: Any) -> None:
        """Change a ruleset: ``repository_ruleset`` ``edited``."""
        rulesets.edit(self._world, self.user, self._where(repo), ruleset, state)

    async def delete_ruleset(self, repo: str | None, ruleset: int) -> None:
        """Delete a ruleset: ``repository_ruleset`` ``deleted``."""
        rulesets.delete(self._world, self.user, self._where(repo), ruleset)

    async def add_webhook(
        self, repo: str | None, url: str, events: Sequence[str] = ("push",), *, secret: bool = True
    ) -> int:
        """Add a webhook, which no event tells an App; gives its id."""
        return webhooks.add(self._world, self._where(repo), url, events, secret=secret).id

    async def change_webhook(
        self,
        repo: str | None,
        webhook: int,
        *,
        active: bool | None = None,
        events: Sequence[str] | None = None,
    ) -> None:
        """Switch a webhook or choose its events, which no event tells an App."""
        made = webhooks.find(self._world, self._where(repo), webhook)
        webhooks.change(self._world, made, active=active, events=events)

    async def resolve_secret(
        self, repo: str, number: int, resolution: str = "false_positive", comment: str | None = None
    ) -> None:
        """Put a secret scanning alert aside: ``secret_scanning_alert`` ``resolved``."""
        alerts.set_secret_state(
            self._world,
            self.user,
            self._repo(repo),
            number,
            state="resolved",
            resolution=resolution,
            comment=comment,
        )

    async def dismiss_finding(self, repo: str, kind: str, number: int, reason: str) -> None:
        """Put aside what ``code-scanning`` or ``dependabot`` found, which sends no webhook here."""
        found, where = (kind, number), self._repo(repo)
        alerts.set_finding_state(
            self._world, self.user, where, found, state="dismissed", reason=reason
        )

    def _where(self, repo: str | None) -> Repository | None:
        return None if repo is None else self._repo(repo)
