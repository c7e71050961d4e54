"""Endpoints of a repository's collaborators and its invitations."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import collaborators
from bot.simulator.problem import malformed, not_found
from bot.simulator.shapes import repository
from bot.simulator.state.people import User
from bot.simulator.state.repository import LEVELS, RepositoryInvitation, level


def list_collaborators(request: Request) -> Answer:
    """List who may work in a repository: directly, from outside, or by any way."""
    world, repo = request.world, request.repository
    kind = request.query.get("affiliation", "all")
    wanted = level(request.query.get("permission", "pull")) or "pull"
    found = [user for user in _affiliated(request, kind) if _at_least(request, user, wanted)]
    return request.page(
        found, lambda who: repository.collaborator(world, who, world.access(repo, who))
    )


def _affiliated(request: Request, kind: str) -> list[User]:
    world, repo = request.world, request.repository
    direct = [world.users[key] for key in repo.collaborators]
    if kind == "direct":
        return direct
    if kind == "outside":
        return [user for user in direct if world.org.role(user) is None]
    members = [member.user for member in world.org.members.values() if member.state == "active"]
    return [*dict.fromkeys([*members, *direct])]


def _at_least(request: Request, user: User, wanted: str) -> bool:
    held = request.world.access(request.repository, user)
    return LEVELS.index(held) >= LEVELS.index(wanted)


def check(request: Request) -> Answer:
    """Say 204 for a collaborator (by whatever way), 404 for anybody else."""
    world, repo, user = request.world, request.repository, request.user
    by_name = user.key in repo.collaborators
    if not by_name and (world.org.role(user) is None or world.access(repo, user) == "none"):
        raise not_found()
    return Answer(status=204)


def add(request: Request) -> Answer:
    """Add a member, change a level, or invite somebody from outside."""
    world, repo, user = request.world, request.repository, request.user
    granted = level(request.body.maybe("permission") or "push")
    if granted is None or not LEVELS.index(granted):
        raise malformed('"permission" is not a permission of this organization.')
    if user.key in repo.collaborators or world.org.role(user) is not None:
        collaborators.add(world, request.actor, repo, user, granted)
        return Answer(status=204)
    invited = collaborators.invite(world, request.actor, repo, user, granted)
    return Answer(status=201, data=repository.invitation(world, repo, invited))


def remove(request: Request) -> Answer:
    """Remove a collaborator, or take their invitation back."""
    repo, user = request.repository, request.user
    invited = any(found.invitee is user for found in repo.invitations.values())
    if user.key in repo.collaborators or invited:
        collaborators.remove(request.world, request.actor, repo, user)
    return Answer(status=204)


def show_permission(request: Request) -> Answer:
    """Show the highest level somebody has, wherever it comes from."""
    world, user = request.world, request.user
    granted = world.access(request.repository, user)
    return Answer(data=repository.collaborator_permission(world, user, granted))


def list_invitations(request: Request) -> Answer:
    """List who was asked to collaborate and has not answered."""
    world, repo = request.world, request.repository
    found = list(repo.invitations.values())
    return request.page(found, lambda invited: repository.invitation(world, repo, invited))


def change_invitation(request: Request) -> Answer:
    """Change the level an invitation offers."""
    invited = _invitation(request)
    allowed = ("read", "write", "maintain", "triage", "admin")
    wanted = request.body.choice("permissions", allowed, "write")
    invited.permission = level(wanted) or invited.permission
    return Answer(data=repository.invitation(request.world, request.repository, invited))


def delete_invitation(request: Request) -> Answer:
    """Take an invitation back."""
    del request.repository.invitations[_invitation(request).id]
    return Answer(status=204)


def _invitation(request: Request) -> RepositoryInvitation:
    invited = request.repository.invitations.get(request.number("invitation_id"))
    if invited is None:
        raise not_found()
    return invited


_REPO = "/repos/{owner}/{repo}"
_ONE = f"{_REPO}/collaborators/{{username}}"

ROUTES = (
    Route(
        "GET",
        f"{_REPO}/collaborators",
        list_collaborators,
        docs="collaborators/collaborators#list-repository-collaborators",
        needs="metadata=read",
    ),
    Route(
        "GET",
        _ONE,
        check,
        docs="collaborators/collaborators#check-if-a-user-is-a-repository-collaborator",
        needs="metadata=read",
    ),
    Route(
        "PUT",
        _ONE,
        add,
        docs="collaborators/collaborators#add-a-repository-collaborator",
        needs="administration=write",
    ),
    Route(
        "DELETE",
        _ONE,
        remove,
        docs="collaborators/collaborators#remove-a-repository-collaborator",
        needs="administration=write",
    ),
    Route(
        "GET",
        f"{_ONE}/permission",
        show_permission,
        docs="collaborators/collaborators#get-repository-permissions-for-a-user",
        needs="metadata=read",
    ),
    Route(
        "GET",
        f"{_REPO}/invitations",
        list_invitations,
        docs="collaborators/invitations#list-repository-invitations",
        needs="administration=read",
    ),
    Route(
        "PATCH",
        f"{_REPO}/invitations/{{invitation_id}}",
        change_invitation,
        docs="collaborators/invitations#update-a-repository-invitation",
        needs="administration=write",
    ),
    Route(
        "DELETE",
        f"{_REPO}/invitations/{{invitation_id}}",
        delete_invitation,
        docs="collaborators/invitations#delete-a-repository-invitation",
        needs="administration=write",
    ),
)
