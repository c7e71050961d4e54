"""The simulated organisation as an event left it, so that a response meets what it expects."""

import re
from collections.abc import Mapping
from typing import Any, cast

from bot.core.event import Event
from bot.rehearsal.people_scene import (
    set_collaborators,
    set_organization,
    set_people,
    set_team,
    whole,
)
from bot.rehearsal.repository_scene import set_things
from bot.rehearsal.workflow_scene import set_workflows
from bot.simulator import Simulator
from bot.simulator.state.people import Team
from bot.simulator.state.repository import Visibility
from bot.simulator.state.tokens import Permissions, Selection, TokenRequest

SECURITY = "security"
OWNER = (
    "rehearsal-owner"  # every organisation has one; also who looks after the security repository
)


def set_scene(sim: Simulator, event: Event) -> None:
    """Put everybody and everything the event speaks of on stage, as it is after the event."""
    sim.add_owner(OWNER)
    sim.add_repository(SECURITY, private=True)
    set_people(sim, event)
    _repository(sim, event)
    set_organization(sim, event, _team(sim, event))
    _credentials(sim, event)
    name = _name(event.repo)
    repo = None if name is None else sim.world.repository(name)
    set_workflows(sim, event, repo)
    set_things(sim, event, repo)


def _repository(sim: Simulator, event: Event) -> None:
    name = _name(event.repo)
    if name is None:
        return
    visibility = _visibility(event)
    if name not in {repo.name for repo in sim.world.own_repositories()}:
        sim.add_repository(name, private=visibility != "public")
    repo = sim.world.repository(name)
    repo.visibility = visibility
    repo.id = whole(event, "repo_id") or repo.id
    set_collaborators(sim, event, repo)


def _visibility(event: Event) -> Visibility:
    if event.text("visibility") in {"public", "private", "internal"}:
        return cast("Visibility", event.text("visibility"))
    return "public" if event.fields.get("public_repo") is True else "private"


def _team(sim: Simulator, event: Event) -> Team | None:
    slug = _name(event.text("team"))
    if slug is None:
        return None
    team = set_team(sim, event, slug)
    repo, permission = _name(event.repo), event.text("permission")
    gone = event.action == "team.remove_repository"
    if repo is not None and permission is not None and not gone:
        sim.set_team_repository(slug, repo, permission)
    return team


def _credentials(sim: Simulator, event: Event) -> None:
    credential = event.fields.get("credential_id")
    if isinstance(credential, int) and (holder := event.user or event.actor) is not None:
        given = sim.add_credential_authorization(holder)
        authorizations = sim.world.credentials.authorizations
        authorizations[credential] = authorizations.pop(given.id)
        given.id = credential
    if not event.action.startswith("personal_access_token."):
        return
    owner = event.user or event.actor
    if owner is None:
        return
    permissions = _permissions(event.fields.get("permissions"))
    name = event.text("user_programmatic_access_name") or "rehearsal"
    number = event.fields.get("user_programmatic_access_request_id")
    token = sim.add_token(owner, name, permissions)
    if isinstance(token_id := event.fields.get("token_id"), int):
        token.token_id = token_id
    if event.action == "personal_access_token.request_created" and isinstance(number, int):
        del sim.world.credentials.tokens[token.id]
        sim.world.credentials.requests[number] = TokenRequest(
            id=number,
            token_id=token.token_id,
            owner=token.owner,
            name=name,
            permissions=permissions,
            selection=_selection(event.text("repository_selection")),
            repositories=(),
            created_at=token.created_at,
            reason=event.text("reason"),
        )


def _permissions(spelt: Any) -> Permissions:
    """Turn ``organization:members:write`` and its like back into GitHub's two levels."""
    found: Permissions = {}
    for each in spelt if isinstance(spelt, list) else []:
        parts = str(each).split(":")
        if len(parts) == 3:
            found.setdefault(parts[0], {})[parts[1]] = parts[2]
    return found


def _selection(text: str | None) -> Selection:
    return cast("Selection", text) if text in {"none", "all", "subset"} else "all"


def _name(path: str | None) -> str | None:
    """Return the last part of ``owner/name``, if it is a name."""
    name = path.rpartition("/")[2] if path else ""
    return name if re.fullmatch(r"[\w.-]+", name) else None


def organisation_of(fields: Mapping[str, Any]) -> str:
    """Return the organisation an event speaks of; ``acme`` when it names none."""
    org = fields.get("org")
    return org if isinstance(org, str) and org else "acme"
