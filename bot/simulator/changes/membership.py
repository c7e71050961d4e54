"""Joining, leaving and ruling the organisation."""

from bot.simulator.changes import collaborators
from bot.simulator.changes.webhook import send
from bot.simulator.problem import Problem, invalid, not_found
from bot.simulator.shapes import people
from bot.simulator.state.people import Member, OrganizationInvitation, OrgRole, Team, User
from bot.simulator.world import World


def add(world: World, by: User, user: User, role: OrgRole) -> Member:
    """Make somebody a member at once, as when an invitation has just been accepted."""
    member = Member(user=user, role=role)
    world.org.members[user.key] = member
    _forget_invitations(world, user)
    send(world, by, "organization", _payload(world, "member_added", member))
    return member


def invite(
    world: World, by: User, user: User, role: OrgRole, *, teams: tuple[int, ...] = ()
) -> Member:
    """Ask somebody to join; the membership is pending until `accept`."""
    member = Member(user=user, role=role, state="pending")
    world.org.members[user.key] = member
    _offer(world, by, role, user=user, teams=teams)
    return member


def invite_address(
    world: World, by: User, email: str, role: OrgRole, *, teams: tuple[int, ...] = ()
) -> OrganizationInvitation:
    """Ask whoever reads a mail to join."""
    return _offer(world, by, role, email=email, teams=teams)


def _offer(
    world: World,
    by: User,
    role: OrgRole,
    *,
    user: User | None = None,
    email: str | None = None,
    teams: tuple[int, ...] = (),
) -> OrganizationInvitation:
    invitation = OrganizationInvitation(
        id=world.next_id(),
        invitee=user,
        email=email,
        inviter=by,
        role=role,
        created_at=world.clock(),
        teams=teams,
    )
    world.org.invitations[invitation.id] = invitation
    payload = {"invitation": people.invitation(world, invitation)}
    if user is not None:
        payload["user"] = people.user(world, user)
    send(world, by, "organization", {"action": "member_invited", **payload})
    return invitation


def invite_again(
    world: World, by: User, user: User, role: str, teams: tuple[int, ...]
) -> OrganizationInvitation:
    """Ask somebody to join by an invitation of its own, as what they were if it is to reinstate."""
    if world.org.role(user) is not None:
        refusal = "Invitee is already a part of this organization"
        raise invalid("OrganizationInvitation", "data", "unprocessable", refusal)
    if any(known.invitee is user for known in world.org.invitations.values()):
        refusal = "A user with this email address has already been invited"
        raise invalid("OrganizationInvitation", "data", "unprocessable", refusal)
    former = world.org.former.get(user.id)
    if role == "reinstate" and former is None:
        refusal = "Invitee was never part of this organization"
        raise invalid("OrganizationInvitation", "data", "unprocessable", refusal)
    wanted: OrgRole = (
        "admin" if "admin" in {role, former if role == "reinstate" else ""} else "member"
    )
    invite(world, by, user, wanted, teams=teams)
    return next(known for known in world.org.invitations.values() if known.invitee is user)


def accept(world: World, user: User) -> Member:
    """Accept the invitation to join, and its teams."""
    pending = world.org.members.get(user.key)
    if pending is None or pending.state != "pending":
        raise not_found()
    asked = [known for known in world.org.invitations.values() if known.invitee is user]
    member = add(world, user, user, pending.role)
    for team in world.org.teams.values():
        if any(team.id in known.teams for known in asked):
            team.members[user.key] = "member"
            send(world, user, "membership", membership_payload(world, "added", team, user))
    return member


def set_role(world: World, by: User, user: User, role: OrgRole) -> Member:
    """Give a role: changes a member's, and invites whoever is none.

    No webhook says that a member's role changed: that is how GitHub is.
    """
    member = world.org.members.get(user.key)
    if member is None:
        return invite(world, by, user, role)
    if role == "member":
        _keep_an_owner(world, user, "You can't demote the last owner of this organization.")
    member.role = role
    for invitation in world.org.invitations.values():
        if invitation.invitee is user:
            invitation.role = role
    return member


def remove(world: World, by: User, user: User) -> None:
    """End a membership (and those of its teams), or take an invitation back."""
    member = world.org.members.get(user.key)
    if member is None:
        raise not_found()
    _keep_an_owner(world, user, "You can't remove the last owner of this organization.")
    if member.enterprise_teams:
        member.direct = False
        return
    if member.state == "active":
        world.org.former[user.id] = member.role
    del world.org.members[user.key]
    _forget_invitations(world, user)
    if member.state == "pending":
        return
    for team in list(world.org.teams.values()):
        if team.members.pop(user.key, None):
            send(world, by, "membership", membership_payload(world, "removed", team, user))
    send(world, by, "organization", _payload(world, "member_removed", member))


def cancel_invitation(world: World, number: int) -> None:
    """Take back the invitation with this id."""
    invitation = world.org.invitations.get(number)
    if invitation is None:
        raise not_found()
    if invitation.invitee is not None:
        world.org.members.pop(invitation.invitee.key, None)
    del world.org.invitations[number]


def finish_conversions(world: World, by: User) -> None:
    """Do what was put off: turn those who wait for it into outside collaborators."""
    world.org.defers = False
    waiting, world.org.deferred = world.org.deferred, []
    for user in waiting:
        make_outside(world, by, user)


def make_outside(world: World, by: User, user: User) -> None:
    """Turn a member into an outside collaborator, who keeps the repositories of their teams.

    An organisation that defers does it later.
    """
    if world.org.role(user) is None:
        raise Problem(403, f"{user.login} is not a member of the {world.org.login} organization.")
    _keep_an_owner(world, user, "You can't convert the last owner to an outside collaborator.")
    if world.org.defers:
        world.org.deferred.append(user)
        return
    kept = {
        number: permission
        for team in world.org.teams.values()
        if user.key in team.members
        for number, permission in team.repositories.items()
    }
    remove(world, by, user)
    for number, permission in kept.items():
        repository = world.repository_by_id(number)
        repository.collaborators.setdefault(user.key, permission)


def remove_outside(world: World, by: User, user: User) -> None:
    """Remove an outside collaborator from every repository of the organisation."""
    if world.org.role(user) is not None:
        message = "You cannot specify an organization member to remove as an outside collaborator."
        raise Problem(422, message)
    for repository in world.own_repositories():
        if user.key in repository.collaborators:
            collaborators.remove(world, by, repository, user)


def membership_payload(world: World, action: str, team: Team, user: User) -> dict[str, object]:
    """Return what a ``membership`` webhook says: somebody joined or left a team."""
    return {
        "action": action,
        "scope": "team",
        "member": people.user(world, user),
        "team": people.team(world, team),
    }


def _payload(world: World, action: str, member: Member) -> dict[str, object]:
    return {"action": action, "membership": people.webhook_membership(world, member)}


def _keep_an_owner(world: World, user: User, message: str) -> None:
    if world.org.owners() == [user]:
        raise Problem(403, message)


def _forget_invitations(world: World, user: User) -> None:
    invitations = world.org.invitations
    for number in [key for key, value in invitations.items() if value.invitee is user]:
        del invitations[number]
