"""What a story's end does not show: who did what when, and what each webhook and alert is about."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.respond.alert import Alert
from bot.simulator import Call, Simulator
from tests.acceptance.stage import ORG

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_JUST_NOW = timedelta(seconds=5)


@dataclass(kw_only=True)
class Witness:
    """Sees every call, and what people did: what nobody can know from the end alone.

    ``touched`` is when people changed a thing, ``approvers`` who ever commented
    ``/approve`` (and did not merely edit a comment to say so), ``owned`` counts the owners'
    roles that Tipstaff changed, of which no webhook tells, ``crowned`` whom people made owners,
    and ``overlooked`` how many of these may have been put back without an alert of their own.
    """

    sim: Simulator
    touched: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    approvers: set[str] = field(default_factory=set)
    owned: Counter[str] = field(default_factory=Counter)
    crowned: Counter[str] = field(default_factory=Counter)
    overlooked: Counter[str] = field(default_factory=Counter)
    ownerless: list[Call] = field(default_factory=list)
    owners: frozenset[str] = frozenset()

    def look(self) -> frozenset[str]:
        """Return the owners; what changed since the last look was a person's doing."""
        members = self.sim.world.org.members.values()
        self.owners = frozenset(each.user.login for each in members if each.role == "admin")
        return self.owners

    def owners_changed(self) -> list[datetime]:
        """Return when people made or unmade owners."""
        owners = [times for thing, times in self.touched.items() if thing.startswith("owner ")]
        return [at for times in owners for at in times]

    def __call__(self, call: Call, _answer: object) -> None:
        """See one call, its effect included."""
        before, after = self.owners, self.look()
        if call.writes and "/memberships/" in call.path:
            self.owned.update(f"owner {login}" for login in before ^ after)
        if not after or self._would_leave_none(call, before):
            self.ownerless.append(call)

    def _would_leave_none(self, call: Call, owners: frozenset[str]) -> bool:
        """Whether the last owner was to be taken; GitHub refuses that, but nobody should ask.

        Unless another one stepped down only just now, when the owners had been looked at already.
        """
        asked = any(call.path.endswith(f"/memberships/{login}") for login in owners)
        takes = call.method == "DELETE" or (call.body or {}).get("role") == "member"
        calm = call.at - max(self.owners_changed(), default=_LONG_AGO) > _JUST_NOW
        return len(owners) == 1 and asked and call.writes and takes and calm


SORTS = {"repo.update_member": "member", "repo.access": "public", "public_key.create": "key"}


def sort_of(event: str, action: str, payload: Mapping[str, Any]) -> str:
    """Return what a playbook of this story is about; nothing for anything else."""
    if event == "member" and action == "edited":
        level = payload["changes"].get("permission", {}).get("to")
        return "member" if level in {"admin", "maintain"} else ""
    if event == "repository" and action == "publicized":
        return "public"
    return "key" if event == "deploy_key" and action == "created" else ""


def thing_of(event: str, payload: Mapping[str, dict[str, str]]) -> str | None:
    """Return what a webhook says was changed."""
    if event == "member":
        return f"{payload['repository']['name']} {payload['member']['login']}"
    if event == "repository":
        return payload["repository"]["name"]
    return f"key {payload['key']['title']}" if event == "deploy_key" else None


def thing_in(alert: Alert) -> str:
    """Return what an alert's steps change, by the same names."""
    repo = str(alert.repo).removeprefix(f"{ORG}/")
    if alert.action == "public_key.create":
        return f"key {alert.fields['title']}"
    if alert.action == "org.update_member":
        return f"owner {alert.fields['user']}"
    return repo if alert.action == "repo.access" else f"{repo} {alert.fields['user']}"


def keys_in(changed: Counter[str]) -> list[str]:
    """Return the deploy keys among the things that were changed."""
    return [thing for thing in changed if thing.startswith("key ")]
