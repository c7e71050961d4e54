"""Who may work in a repository by name, and who was asked to."""

from bot.simulator.changes.webhook import send
from bot.simulator.problem import not_found
from bot.simulator.shapes import people
from bot.simulator.state.people import User
from bot.simulator.state.repository import LEGACY, ROLE_NAMES, Repository, RepositoryInvitation
from bot.simulator.world import World


def add(world: World, by: User, repo: Repository, user: User, permission: str) -> None:
    """Add somebody at once, or change the level of who is there already."""
    former = repo.collaborators.get(user.key)
    if former == permission:
        return
    repo.collaborators[user.key] = permission
    for number in [n for n, found in repo.invitations.items() if found.invitee is user]:
        del repo.invitations[number]
    payload: dict[str, object] = {"member": people.user(world, user)}
    if former is None:
        payload["action"] = "added"
        payload["changes"] = {
            "permission": {"to": LEGACY[permission]},
            "role_name": {"to": ROLE_NAMES[permission]},
        }
    else:
        payload["action"] = "edited"
        payload["changes"] = {
            "old_permission": {"from": LEGACY[former]},
            "permission": {"from": LEGACY[former], "to": LEGACY[permission]},
        }
    send(world, by, "member", payload, repo)


def remove(world: World, by: User, repo: Repository, user: User) -> None:
    """Remove somebody: their place, their invitation, and their private fork of it."""
    waiting = [n for n, found in repo.invitations.items() if found.invitee is user]
    for number in waiting:
        del repo.invitations[number]
    if repo.collaborators.pop(user.key, None) is None:
        if not waiting:
            raise not_found()
        return
    if repo.private:
        world.repositories.pop(f"{user.login}/{repo.name}".lower(), None)
    member = people.user(world, user)
    send(world, by, "member", {"action": "removed", "member": member}, repo)


def invite(
    world: World, by: User, repo: Repository, user: User, permission: str
) -> RepositoryInvitation:
    """Ask somebody outside the organisation to collaborate, or change what they are asked."""
    for known in repo.invitations.values():
        if known.invitee is user:
            known.permission = permission
            return known
    invitation = RepositoryInvitation(
        id=world.next_id(),
        invitee=user,
        inviter=by,
        permission=permission,
        created_at=world.clock(),
    )
    repo.invitations[invitation.id] = invitation
    return invitation


def accept(world: World, user: User, repo: Repository) -> None:
    """Accept the invitation to a repository."""
    for invitation in repo.invitations.values():
        if invitation.invitee is user:
            add(world, user, repo, user, invitation.permission)
            return
    raise not_found()
