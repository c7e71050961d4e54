"""Teams: who is in them, and what they may do where."""

import re
from typing import Literal

from bot.simulator.changes.membership import membership_payload
from bot.simulator.changes.webhook import send
from bot.simulator.problem import Problem, invalid, not_found
from bot.simulator.shapes import people, repository
from bot.simulator.shapes.properties import shown_values
from bot.simulator.state.people import Team, User
from bot.simulator.state.repository import Repository
from bot.simulator.world import World


def create(
    world: World,
    by: User,
    name: str,
    *,
    description: str | None = None,
    privacy: Literal["closed", "secret"] = "closed",
) -> Team:
    """Create an empty team."""
    slug = _free_slug(world, name)
    team = Team(
        id=world.next_id(),
        name=name,
        slug=slug,
        created_at=world.clock(),
        description=description,
        privacy=privacy,
    )
    world.org.teams[slug] = team
    send(world, by, "team", {"action": "created", "team": people.team(world, team)})
    return team


def rename(world: World, by: User, team: Team, name: str) -> None:
    """Give a team another name, and with it another slug; the old one leads nowhere."""
    slug, former = _free_slug(world, name), team.name
    del world.org.teams[team.slug]
    team.name, team.slug = name, slug
    world.org.teams[slug] = team
    payload = {"action": "edited", "changes": {"name": {"from": former}}}
    send(world, by, "team", {**payload, "team": people.team(world, team)})


def describe(
    world: World,
    by: User,
    team: Team,
    *,
    description: str | None = None,
    privacy: Literal["closed", "secret"] | None = None,
    notifies: bool | None = None,
) -> None:
    """Change what a team is said to be, who sees it, and whether its members are told."""
    before = people.team(world, team)
    team.description = team.description if description is None else description
    team.privacy = team.privacy if privacy is None else privacy
    team.notifies = team.notifies if notifies is None else notifies
    after = people.team(world, team)
    changes = {
        name: {"from": before[name] or ""}
        for name in ("description", "privacy", "notification_setting")
        if before[name] != after[name]
    }
    if changes:
        send(world, by, "team", {"action": "edited", "changes": changes, "team": after})


def _free_slug(world: World, name: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    if slug in world.org.teams:
        raise invalid("Team", "name", "unprocessable", "Name must be unique for this org")
    return slug


def delete(world: World, by: User, team: Team) -> None:
    """Delete a team."""
    del world.org.teams[team.slug]
    send(world, by, "team", {"action": "deleted", "team": people.team(world, team)})


def add_member(world: World, by: User, team: Team, user: User, *, maintainer: bool = False) -> None:
    """Put somebody into a team, or change their role in it (which no webhook tells)."""
    _check_filled_by_hand(team)
    known = user.key in team.members
    team.members[user.key] = "maintainer" if maintainer else "member"
    if not known:
        send(world, by, "membership", membership_payload(world, "added", team, user))


def remove_member(world: World, by: User, team: Team, user: User) -> None:
    """Take somebody out of a team."""
    _check_filled_by_hand(team)
    if team.members.pop(user.key, None) is None:
        raise not_found()
    send(world, by, "membership", membership_payload(world, "removed", team, user))


def _check_filled_by_hand(team: Team) -> None:
    """Refuse to change who is in a team that an identity provider fills."""
    if team.synced:
        raise Problem(403, "This team is synchronized with an identity provider group.")


def set_repository(world: World, by: User, team: Team, repo: Repository, permission: str) -> None:
    """Let a team into a repository, or change what it may do there."""
    former = team.repositories.get(repo.id)
    if former == permission:
        return
    team.repositories[repo.id] = permission
    shown = _shown(world, team, repo)
    if former is None:
        send(world, by, "team", {"action": "added_to_repository", **shown}, repo)
        # GitHub names the organisation itself as the sender of this one, whoever it was.
        sender = people.organization_owner(world)
        send(world, by, "team_add", {"team": shown["team"], "sender": sender}, repo)
        return
    levels = repository.flags(former)
    changes = {"repository": {"permissions": {"from": {k: levels[k] for k in _LEGACY}}}}
    send(world, by, "team", {"action": "edited", "changes": changes, **shown}, repo)


def remove_repository(world: World, by: User, team: Team, repo: Repository) -> None:
    """Take a repository away from a team."""
    if repo.id not in team.repositories:
        raise not_found()
    shown = _shown(world, team, repo)
    # GitHub tells what is left, not what it was: nothing.
    shown["repository"]["permissions"] = repository.flags("none")
    del shown["repository"]["role_name"]
    del team.repositories[repo.id]
    send(world, by, "team", {"action": "removed_from_repository", **shown}, repo)


_LEGACY = ("admin", "push", "pull")


def _shown(world: World, team: Team, repo: Repository) -> dict[str, dict[str, object]]:
    granted = team.repositories[repo.id]
    shown = repository.team_repository(world, repo, granted)
    del shown["web_commit_signoff_required"]  # the one field that team webhooks leave out
    return {
        "team": {**people.team(world, team), "permission": granted},
        "repository": {**shown, "custom_properties": shown_values(world, repo)},
    }
