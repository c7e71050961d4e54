"""Endpoints of the organisation: settings, members, invitations, outside collaborators."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import membership, settings
from bot.simulator.problem import invalid, not_found
from bot.simulator.shapes import people, repository
from bot.simulator.state.people import OrgRole, User


def show(request: Request) -> Answer:
    """Show the organisation, with its settings to who may administer it."""
    caller = request.caller
    allowed = caller is not None and caller.may("organization_administration=read")
    return Answer(data=people.organization_full(request.world, settings=allowed))


def update(request: Request) -> Answer:
    """Change settings of the organisation."""
    base = request.body.maybe("default_repository_permission")
    if base is not None:
        request.body.choice("default_repository_permission", settings.BASE_PERMISSIONS)
        settings.set_base_permission(request.world, base)
    for name in request.world.org.settings:
        if (value := request.body.flag(name)) is not None:
            settings.switch(request.world, name, on=value)
    return Answer(data=people.organization_full(request.world))


def list_members(request: Request) -> Answer:
    """List the active members, all of them or those with one role."""
    wanted = request.query.get("role", "all")
    found = [
        member.user
        for member in request.world.org.members.values()
        if member.state == "active" and wanted in {"all", member.role}
    ]
    return request.page(found, lambda who: people.user(request.world, who))


def check_member(request: Request) -> Answer:
    """Say 204 for an active member, 404 for anybody else."""
    if request.world.org.role(request.user) is None:
        raise not_found()
    return Answer(status=204)


def show_membership(request: Request) -> Answer:
    """Show somebody's membership, pending or active."""
    member = request.world.org.members.get(request.user.key)
    if member is None:
        raise not_found()
    return Answer(data=people.membership(request.world, member))


def set_membership(request: Request) -> Answer:
    """Change a member's role, or invite somebody."""
    role = request.body.choice("role", ("admin", "member"), "member")
    member = membership.set_role(
        request.world, request.actor, request.user, "admin" if role == "admin" else "member"
    )
    return Answer(data=people.membership(request.world, member))


def remove_membership(request: Request) -> Answer:
    """Remove a member, or take an invitation back."""
    membership.remove(request.world, request.actor, request.user)
    return Answer(status=204)


def list_invitations(request: Request) -> Answer:
    """List who was invited and has not answered."""
    found = list(request.world.org.invitations.values())
    return request.page(found, lambda invited: people.invitation(request.world, invited))


def cancel_invitation(request: Request) -> Answer:
    """Take an invitation back."""
    membership.cancel_invitation(request.world, request.number("invitation_id"))
    return Answer(status=204)


def create_invitation(request: Request) -> Answer:
    """Invite somebody by number, or by an address."""
    world, number = request.world, request.body.fields.get("invitee_id")
    roles = ("admin", "direct_member", "billing_manager", "reinstate")
    role = request.body.choice("role", roles, "direct_member")
    teams = tuple(request.body.fields.get("team_ids") or ())
    email = request.body.maybe("email")
    user = next((who for who in world.users.values() if who.id == number), None)
    if email is not None and number is None:
        given: OrgRole = "admin" if role == "admin" else "member"
        invited = membership.invite_address(world, request.actor, email, given, teams=teams)
    elif user is not None:
        invited = membership.invite_again(world, request.actor, user, role, teams)
    else:
        raise invalid("OrganizationInvitation", "data", "unprocessable", "Could not find the user")
    return Answer(status=201, data=people.invitation(world, invited))


def list_invitation_teams(request: Request) -> Answer:
    """List the teams that whoever accepts an invitation joins with it."""
    invited = request.world.org.invitations.get(request.number("invitation_id"))
    if invited is None:
        raise not_found()
    found = [team for team in request.world.org.teams.values() if team.id in invited.teams]
    return request.page(found, lambda team: people.team(request.world, team))


def list_repositories(request: Request) -> Answer:
    """List the organisation's repositories that the installation reaches."""
    world = request.world
    found = [repo for repo in world.own_repositories() if world.installed_on(repo)]
    return request.page(found, lambda repo: repository.minimal_repository(world, repo))


def list_outside(request: Request) -> Answer:
    """List who works in a repository without being a member."""
    found: dict[str, User] = {}
    for repo in request.world.own_repositories():
        for key in repo.collaborators:
            user = request.world.users[key]
            if request.world.org.role(user) is None:
                found[key] = user
    return request.page(list(found.values()), lambda who: people.user(request.world, who))


def make_outside(request: Request) -> Answer:
    """Turn a member into an outside collaborator."""
    membership.make_outside(request.world, request.actor, request.user)
    later = request.body.flag("async") or request.user in request.world.org.deferred
    return Answer(status=202, data={}) if later else Answer(status=204)


def remove_outside(request: Request) -> Answer:
    """Remove an outside collaborator from every repository."""
    membership.remove_outside(request.world, request.actor, request.user)
    return Answer(status=204)


ROUTES = (
    Route(
        "GET",
        "/orgs/{org}",
        show,
        docs="orgs/orgs#get-an-organization",
    ),
    Route(
        "PATCH",
        "/orgs/{org}",
        update,
        docs="orgs/orgs#update-an-organization",
        needs="organization_administration=write",
    ),
    Route(
        "GET",
        "/orgs/{org}/repos",
        list_repositories,
        docs="repos/repos#list-organization-repositories",
        needs="metadata=read",
    ),
    Route(
        "GET",
        "/orgs/{org}/members",
        list_members,
        docs="orgs/members#list-organization-members",
        needs="members=read",
    ),
    Route(
        "GET",
        "/orgs/{org}/members/{username}",
        check_member,
        docs="orgs/members#check-organization-membership-for-a-user",
        needs="members=read",
    ),
    Route(
        "DELETE",
        "/orgs/{org}/members/{username}",
        remove_membership,
        docs="orgs/members#remove-an-organization-member",
        needs="members=write",
    ),
    Route(
        "GET",
        "/orgs/{org}/memberships/{username}",
        show_membership,
        docs="orgs/members#get-organization-membership-for-a-user",
        needs="members=read",
    ),
    Route(
        "PUT",
        "/orgs/{org}/memberships/{username}",
        set_membership,
        docs="orgs/members#set-organization-membership-for-a-user",
        needs="members=write",
    ),
    Route(
        "DELETE",
        "/orgs/{org}/memberships/{username}",
        remove_membership,
        docs="orgs/members#remove-organization-membership-for-a-user",
        needs="members=write",
    ),
    Route(
        "GET",
        "/orgs/{org}/invitations",
        list_invitations,
        docs="orgs/members#list-pending-organization-invitations",
        needs="members=read",
    ),
    Route(
        "POST",
        "/orgs/{org}/invitations",
        create_invitation,
        docs="orgs/members#create-an-organization-invitation",
        needs="members=write",
        creates=True,
    ),
    Route(
        "GET",
        "/orgs/{org}/invitations/{invitation_id}/teams",
        list_invitation_teams,
        docs="orgs/members#list-organization-invitation-teams",
        needs="members=read",
    ),
    Route(
        "DELETE",
        "/orgs/{org}/invitations/{invitation_id}",
        cancel_invitation,
        docs="orgs/members#cancel-an-organization-invitation",
        needs="members=write",
    ),
    Route(
        "GET",
        "/orgs/{org}/outside_collaborators",
        list_outside,
        docs="orgs/outside-collaborators#list-outside-collaborators-for-an-organization",
        needs="members=read",
    ),
    Route(
        "PUT",
        "/orgs/{org}/outside_collaborators/{username}",
        make_outside,
        docs="orgs/outside-collaborators#convert-an-organization-member-to-outside-collaborator",
        needs="members=write",
    ),
    Route(
        "DELETE",
        "/orgs/{org}/outside_collaborators/{username}",
        remove_outside,
        docs="orgs/outside-collaborators#remove-outside-collaborator-from-an-organization",
        needs="members=write",
    ),
)
