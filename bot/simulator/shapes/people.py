"""Users, the organisation, memberships, invitations and teams, as GitHub shows them."""

from typing import Any

from bot.simulator.state.people import (
    Member,
    OrganizationInvitation,
    OrganizationRole,
    Team,
    User,
)
from bot.simulator.world import World, stamp


def user(world: World, who: User) -> dict[str, Any]:
    """Return GitHub's ``simple-user``."""
    api = f"{world.api}/users/{who.login}"
    page = who.login.removesuffix("[bot]") if who.kind == "Bot" else who.login
    return {
        "login": who.login,
        "id": who.id,
        "node_id": f"U_{who.id}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{who.id}?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{world.html}/{'apps/' if who.kind == 'Bot' else ''}{page}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": who.kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def public_user(world: World, who: User) -> dict[str, Any]:
    """Return GitHub's ``public-user``: what anybody may see on a profile."""
    return {
        **user(world, who),
        "name": who.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": stamp(who.created_at),
        "updated_at": stamp(who.created_at),
    }


def organization_owner(world: World) -> dict[str, Any]:
    """Return the organisation as the owner of something: in the shape of a user."""
    as_user = User(id=world.org.id, login=world.org.login, created_at=world.org.created_at)
    return {**user(world, as_user), "type": "Organization"}


def organization(world: World) -> dict[str, Any]:
    """Return GitHub's ``organization-simple``."""
    org = world.org
    api = f"{world.api}/orgs/{org.login}"
    return {
        "login": org.login,
        "id": org.id,
        "node_id": f"O_{org.id}",
        "url": api,
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events",
        "hooks_url": f"{api}/hooks",
        "issues_url": f"{api}/issues",
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{org.id}?v=4",
        "description": None,
    }


def organization_full(world: World, *, settings: bool = True) -> dict[str, Any]:
    """Return GitHub's ``organization-full``; who may not administer it sees no ``settings``."""
    org = world.org
    shown = {"default_repository_permission": org.base_permission, **org.settings}
    public = [r for r in world.own_repositories() if not r.private]
    return {
        **organization(world),
        "name": org.login,
        "has_organization_projects": True,
        "has_repository_projects": True,
        "public_repos": len(public),
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "html_url": f"{world.html}/{org.login}",
        "type": "Organization",
        **(shown if settings else {}),
        "created_at": stamp(org.created_at),
        "updated_at": stamp(org.created_at),
        "archived_at": None,
    }


def webhook_membership(world: World, member: Member) -> dict[str, Any]:
    """Return the membership that an ``organization`` webhook carries."""
    org = f"{world.api}/orgs/{world.org.login}"
    return {
        "url": f"{org}/memberships/{member.user.login}",
        "state": member.state,
        "role": member.role,
        "direct_membership": member.direct,
        "enterprise_teams_providing_indirect_membership": list(member.enterprise_teams),
        "organization_url": org,
        "user": user(world, member.user),
    }


def membership(world: World, member: Member) -> dict[str, Any]:
    """Return GitHub's ``org-membership``, as the API shows it."""
    return {**webhook_membership(world, member), "organization": organization(world)}


def invitation(world: World, invited: OrganizationInvitation) -> dict[str, Any]:
    """Return GitHub's ``organization-invitation``."""
    teams = f"{world.api}/organizations/{world.org.id}/invitations/{invited.id}/teams"
    return {
        "id": invited.id,
        "node_id": f"OI_{invited.id}",
        "login": invited.invitee and invited.invitee.login,
        "email": invited.email,
        "role": "admin" if invited.role == "admin" else "direct_member",
        "created_at": stamp(invited.created_at),
        "failed_at": None,
        "failed_reason": None,
        "inviter": user(world, invited.inviter),
        "team_count": len(invited.teams),
        "invitation_teams_url": teams,
        "invitation_source": "member",
    }


NOTIFICATIONS = ("notifications_disabled", "notifications_enabled")
"""Whether a team's members are told when the team is mentioned: no, yes."""


def team(world: World, group: Team) -> dict[str, Any]:
    """Return GitHub's ``team``."""
    api = f"{world.api}/organizations/{world.org.id}/team/{group.id}"
    return {
        "id": group.id,
        "node_id": f"T_{group.id}",
        "name": group.name,
        "slug": group.slug,
        "description": group.description,
        "privacy": group.privacy,
        "notification_setting": NOTIFICATIONS[group.notifies],
        "permission": "pull",
        "url": api,
        "html_url": f"{world.html}/orgs/{world.org.login}/teams/{group.slug}",
        "members_url": f"{api}/members{{/member}}",
        "repositories_url": f"{api}/repos",
        "type": "organization",
        "organization_id": world.org.id,
        "parent": None,
    }


def organization_role(world: World, role: OrganizationRole) -> dict[str, Any]:
    """Return GitHub's ``organization-role``."""
    return {
        "id": role.id,
        "name": role.name,
        "description": None,
        "base_role": None,
        "source": "Organization",
        "permissions": list(role.permissions),
        "organization": organization_owner(world),
        "created_at": stamp(role.created_at),
        "updated_at": stamp(role.created_at),
    }


def role_holder(world: World, role: OrganizationRole, who: User) -> dict[str, Any]:
    """Return GitHub's ``user-role-assignment``: by name, by a team, or both."""
    through = [each for each in role.teams if who.key in each.members]
    way = "mixed" if through and who in role.users else "indirect" if through else "direct"
    teams = [{k: v for k, v in team(world, each).items() if k != "parent"} for each in through]
    return {**user(world, who), "assignment": way, "inherited_from": teams}


def role_team(world: World, group: Team) -> dict[str, Any]:
    """Return GitHub's ``team-role-assignment``."""
    return {**team(world, group), "assignment": "direct"}


def team_full(world: World, group: Team) -> dict[str, Any]:
    """Return GitHub's ``team-full``."""
    org = {k: v for k, v in organization_full(world).items() if k in _TEAM_ORGANIZATION}
    return {
        **team(world, group),
        "members_count": len(group.members),
        "repos_count": len(group.repositories),
        "created_at": stamp(group.created_at),
        "updated_at": stamp(group.created_at),
        "organization": org,
    }


_TEAM_ORGANIZATION = frozenset(
    (
        *("login", "id", "node_id", "url", "repos_url", "events_url", "hooks_url", "issues_url"),
        *("members_url", "public_members_url", "avatar_url", "description", "name", "type"),
        *("has_organization_projects", "has_repository_projects", "public_repos", "html_url"),
        *("public_gists", "followers", "following", "created_at", "updated_at", "archived_at"),
    )
)


def team_membership(world: World, group: Team, who: User) -> dict[str, Any]:
    """Return GitHub's ``team-membership``."""
    api = f"{world.api}/organizations/{world.org.id}/team/{group.id}"
    active = world.org.role(who) is not None
    return {
        "url": f"{api}/memberships/{who.login}",
        "role": group.members[who.key],
        "state": "active" if active else "pending",
    }
