"""Endpoints of teams: their members and their repositories."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import membership, teams
from bot.simulator.problem import malformed, not_found
from bot.simulator.shapes import people, repository
from bot.simulator.state.repository import LEVELS, level


def list_teams(request: Request) -> Answer:
    """List the teams."""
    found = list(request.world.org.teams.values())
    return request.page(found, lambda team: people.team(request.world, team))


def show(request: Request) -> Answer:
    """Show a team."""
    return Answer(data=people.team_full(request.world, request.team))


def change(request: Request) -> Answer:
    """Change a team: its name, privacy, description, notifications."""
    world, actor, group, body = request.world, request.actor, request.team, request.body
    name = body.maybe("name")
    if name is not None and name != group.name:
        teams.rename(world, actor, group, name)
    privacy = body.choice("privacy", ("secret", "closed"), group.privacy)
    setting = body.choice(
        "notification_setting", people.NOTIFICATIONS, people.NOTIFICATIONS[group.notifies]
    )
    teams.describe(
        world,
        actor,
        group,
        description=body.maybe("description"),
        privacy="secret" if privacy == "secret" else "closed",
        notifies=setting == people.NOTIFICATIONS[True],
    )
    return Answer(data=people.team_full(world, group))


def list_members(request: Request) -> Answer:
    """List a team's members, all of them or those with one role."""
    wanted = request.query.get("role", "all")
    found = [
        request.world.users[key]
        for key, role in request.team.members.items()
        if wanted in {"all", role}
    ]
    return request.page(found, lambda who: people.user(request.world, who))


def show_membership(request: Request) -> Answer:
    """Show somebody's place in a team."""
    if request.user.key not in request.team.members:
        raise not_found()
    return Answer(data=people.team_membership(request.world, request.team, request.user))


def set_membership(request: Request) -> Answer:
    """Put somebody into a team; who is no member of the organisation is invited to it."""
    world, user = request.world, request.user
    role = request.body.choice("role", ("member", "maintainer"), "member")
    if user.key not in world.org.members:
        membership.invite(world, request.actor, user, "member")
    teams.add_member(world, request.actor, request.team, user, maintainer=role == "maintainer")
    return Answer(data=people.team_membership(world, request.team, user))


def remove_membership(request: Request) -> Answer:
    """Take somebody out of a team."""
    teams.remove_member(request.world, request.actor, request.team, request.user)
    return Answer(status=204)


def list_repositories(request: Request) -> Answer:
    """List the repositories a team may work in."""
    granted = request.team.repositories
    found = [repo for repo in request.world.own_repositories() if repo.id in granted]
    return request.page(
        found,
        lambda repo: (
            repository.minimal_repository(request.world, repo)
            | {"permissions": repository.flags(granted[repo.id])}
        ),
    )


def list_teams_of_repository(request: Request) -> Answer:
    """List the teams that may work in a repository, each with its level there."""
    number = request.repository.id
    found = [team for team in request.world.org.teams.values() if number in team.repositories]
    return request.page(
        found,
        lambda team: (
            people.team(request.world, team)
            | {
                "permission": team.repositories[number],
                "permissions": repository.flags(team.repositories[number]),
            }
        ),
    )


def check_repository(request: Request) -> Answer:
    """Say whether a team may work in a repository, and at what level when asked to."""
    granted = request.team.repositories.get(request.repository.id)
    if granted is None:
        raise not_found()
    if "v3.repository+json" not in request.accept:
        return Answer(status=204)
    return Answer(data=repository.team_repository(request.world, request.repository, granted))


def set_repository(request: Request) -> Answer:
    """Let a team into a repository, or change its level there."""
    granted = level(request.body.maybe("permission") or "push")
    if granted is None or not LEVELS.index(granted):
        raise malformed('"permission" is not a permission of this organization.')
    teams.set_repository(request.world, request.actor, request.team, request.repository, granted)
    return Answer(status=204)


def remove_repository(request: Request) -> Answer:
    """Take a repository away from a team."""
    if request.repository.id in request.team.repositories:
        teams.remove_repository(request.world, request.actor, request.team, request.repository)
    return Answer(status=204)


_TEAM = "/orgs/{org}/teams/{team_slug}"
_WRITES = "members=write,administration=write"

ROUTES = (
    Route(
        "GET",
        "/repos/{owner}/{repo}/teams",
        list_teams_of_repository,
        docs="repos/repos#list-repository-teams",
        needs="administration=read",
    ),
    Route(
        "GET",
        "/orgs/{org}/teams",
        list_teams,
        docs="teams/teams#list-teams",
        needs="members=read",
    ),
    Route(
        "GET",
        _TEAM,
        show,
        docs="teams/teams#get-a-team-by-name",
        needs="members=read",
    ),
    Route(
        "PATCH",
        _TEAM,
        change,
        docs="teams/teams#update-a-team",
        needs="members=write",
    ),
    Route(
        "GET",
        f"{_TEAM}/members",
        list_members,
        docs="teams/members#list-team-members",
        needs="members=read",
    ),
    Route(
        "GET",
        f"{_TEAM}/memberships/{{username}}",
        show_membership,
        docs="teams/members#get-team-membership-for-a-user",
        needs="members=read",
    ),
    Route(
        "PUT",
        f"{_TEAM}/memberships/{{username}}",
        set_membership,
        docs="teams/members#add-or-update-team-membership-for-a-user",
        needs="members=write",
    ),
    Route(
        "DELETE",
        f"{_TEAM}/memberships/{{username}}",
        remove_membership,
        docs="teams/members#remove-team-membership-for-a-user",
        needs="members=write",
    ),
    Route(
        "GET",
        f"{_TEAM}/repos",
        list_repositories,
        docs="teams/teams#list-team-repositories",
        needs="members=read",
    ),
    Route(
        "GET",
        f"{_TEAM}/repos/{{owner}}/{{repo}}",
        check_repository,
        docs="teams/teams#check-team-permissions-for-a-repository",
        needs="members=read",
    ),
    Route(
        "PUT",
        f"{_TEAM}/repos/{{owner}}/{{repo}}",
        set_repository,
        docs="teams/teams#add-or-update-team-repository-permissions",
        needs=_WRITES,
    ),
    Route(
        "DELETE",
        f"{_TEAM}/repos/{{owner}}/{{repo}}",
        remove_repository,
        docs="teams/teams#remove-a-repository-from-a-team",
        needs=_WRITES,
    ),
)
