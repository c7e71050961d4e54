"""Endpoints of organisation roles."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import roles
from bot.simulator.shapes import people
from bot.simulator.state.people import OrganizationRole


def _role(request: Request) -> OrganizationRole:
    return roles.find(request.world, request.number("role_id"))


def list_roles(request: Request) -> Answer:
    """List the roles there are."""
    found = [people.organization_role(request.world, each) for each in _all(request)]
    return Answer(data={"total_count": len(found), "roles": found})


def _all(request: Request) -> list[OrganizationRole]:
    return list(request.world.org.roles.values())


def list_users(request: Request) -> Answer:
    """List who has a role, by name or by a team."""
    role = _role(request)
    by_team = [request.world.users[key] for team in role.teams for key in team.members]
    found = list(dict.fromkeys([*role.users, *by_team]))
    return request.page(found, lambda who: people.role_holder(request.world, role, who))


def list_teams(request: Request) -> Answer:
    """List the teams that have a role."""
    return request.page(_role(request).teams, lambda team: people.role_team(request.world, team))


def assign_user(request: Request) -> Answer:
    """Give a role to a member."""
    roles.assign(request.world, _role(request), request.user)
    return Answer(status=204)


def revoke_user(request: Request) -> Answer:
    """Take a role from a person."""
    roles.revoke(_role(request), request.user)
    return Answer(status=204)


def assign_team(request: Request) -> Answer:
    """Give a role to a team."""
    roles.assign_team(_role(request), request.team)
    return Answer(status=204)


def revoke_team(request: Request) -> Answer:
    """Take a role from a team."""
    roles.revoke_team(_role(request), request.team)
    return Answer(status=204)


_ROLES = "/orgs/{org}/organization-roles"
_USER = f"{_ROLES}/users/{{username}}/{{role_id}}"
_TEAM = f"{_ROLES}/teams/{{team_slug}}/{{role_id}}"

ROUTES = (
    Route(
        "GET",
        _ROLES,
        list_roles,
        docs="orgs/organization-roles#get-all-organization-roles-for-an-organization",
        needs="organization_custom_org_roles=read",
    ),
    Route(
        "GET",
        f"{_ROLES}/{{role_id}}/users",
        list_users,
        docs="orgs/organization-roles#list-users-that-are-assigned-to-an-organization-role",
        needs="members=read",
    ),
    Route(
        "GET",
        f"{_ROLES}/{{role_id}}/teams",
        list_teams,
        docs="orgs/organization-roles#list-teams-that-are-assigned-to-an-organization-role",
        needs="members=read",
    ),
    Route(
        "PUT",
        _USER,
        assign_user,
        docs="orgs/organization-roles#assign-an-organization-role-to-a-user",
        needs="members=write",
    ),
    Route(
        "DELETE",
        _USER,
        revoke_user,
        docs="orgs/organization-roles#remove-an-organization-role-from-a-user",
        needs="members=write",
    ),
    Route(
        "PUT",
        _TEAM,
        assign_team,
        docs="orgs/organization-roles#assign-an-organization-role-to-a-team",
        needs="members=write",
    ),
    Route(
        "DELETE",
        _TEAM,
        revoke_team,
        docs="orgs/organization-roles#remove-an-organization-role-from-a-team",
        needs="members=write",
    ),
)
