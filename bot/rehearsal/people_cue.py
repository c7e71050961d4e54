"""People, teams and roles that a step is about, put where it has something to change.

What the event itself tells of them stays as it is.
"""

from bot.rehearsal.cue import Cue
from bot.respond.inert import is_login
from bot.simulator.changes import membership, roles, settings, teams
from bot.simulator.changes.settings import BASE_PERMISSIONS
from bot.simulator.state.people import OrganizationRole
from bot.simulator.state.repository import RepositoryInvitation, level


def set_member(cue: Cue) -> None:
    """Let the person be a member, unless the event says that they left."""
    user = cue.person()
    if user is None or cue.sim.world.org.role(user) is not None:
        return
    if not (cue.event.action == "org.remove_member" and cue.is_told(user)):
        cue.sim.add_member(user.login)


def set_stranger(cue: Cue) -> None:
    """Let the person be no member, unless the event says that they are."""
    user = cue.person()
    if user is not None and not (cue.event.action.startswith("org.") and cue.is_told(user)):
        cue.sim.world.org.members.pop(user.key, None)


def set_outsider(cue: Cue) -> None:
    """Let the person work in a repository from outside, unless the event says otherwise."""
    set_stranger(cue)
    user, repo = cue.person(), cue.repository("rehearsal")
    if user is None or repo is None or cue.sim.world.org.role(user) is not None:
        return
    if cue.sim.collaborator(repo.full_name, user.login) is None:
        cue.sim.add_collaborator(repo.full_name, user.login)


def set_team_member(cue: Cue) -> None:
    """Let the person be in the team, unless the event says that they left it."""
    user, team = cue.person(), cue.team()
    if user is None or team is None or user.key in team.members:
        return
    if cue.event.action == "team.remove_member" and cue.is_told(user):
        return
    set_member(cue)
    teams.add_member(cue.sim.world, user, team, user)


def set_team_role(cue: Cue) -> None:
    """Let the team have another role on the repository than the one it shall have."""
    team, repo = cue.team(), cue.repository()
    if team is None or repo is None or repo.id in team.repositories:
        return
    if cue.event.action != "team.remove_repository":
        cue.sim.set_team_repository(team.slug, repo.full_name, _other(cue.text("permission")))


def set_role(cue: Cue) -> None:
    """Let the person have another role on the repository than the one they shall have."""
    user, repo = cue.person(), cue.repository()
    if user is None or repo is None:
        return
    if cue.sim.collaborator(repo.full_name, user.login) is not None:
        return
    if not (cue.event.action == "repo.remove_member" and cue.is_told(user)):
        cue.sim.add_collaborator(repo.full_name, user.login, _other(cue.text("permission")))


def _other(permission: str) -> str:
    return "push" if level(permission) == "admin" else "admin"


def set_invitation(cue: Cue) -> None:
    """Let the person be invited, unless they have accepted already."""
    user, world = cue.person(), cue.sim.world
    if cue.text("repository"):
        repo = cue.repository()
        if user is None or repo is None:
            return
        waiting = {each.invitee.key for each in repo.invitations.values()}
        if user.key not in waiting and cue.sim.collaborator(repo.full_name, user.login) is None:
            number = world.next_id()
            repo.invitations[number] = RepositoryInvitation(
                id=number,
                invitee=user,
                inviter=world.person(cue.event.actor or "somebody"),
                permission="push",
                created_at=world.clock(),
            )
        return
    if not cue.text("user") or user is None or user.key in world.org.members:
        return
    membership.invite(world, world.person(cue.event.actor or "somebody"), user, "member")


def set_organization_role(cue: Cue) -> None:
    """Let the person, or the team, have the organisation role that the playbook names."""
    wanted = cue.text("role")
    if not wanted:
        return
    role = _role(cue, wanted)
    if cue.text("team") or not (cue.text("user") or cue.event.user):
        team = cue.team()
        if team is not None and team not in role.teams:
            roles.assign_team(role, team)
        return
    user = cue.person()
    if user is not None and user not in role.users:
        set_member(cue)
        roles.assign(cue.sim.world, role, user)


def _role(cue: Cue, wanted: str) -> OrganizationRole:
    known = cue.sim.world.org.roles
    number = int(wanted) if wanted.isascii() and wanted.isdigit() else None
    for role in known.values():
        if role.id == number or role.name.casefold() == wanted.casefold():
            return role
    role = cue.sim.add_organization_role(wanted if number is None else "rehearsal")
    if number is not None:
        del known[role.id]
        role.id = number
        known[number] = role
    return role


def set_base(cue: Cue) -> None:
    """Let the base permission be another one than it shall be, unless the event tells it."""
    world, wanted = cue.sim.world, cue.text("permission")
    told = cue.event.action == "org.update_default_repository_permission"
    if not told and world.org.base_permission == wanted:
        others = [each for each in BASE_PERMISSIONS if each != wanted]
        settings.set_base_permission(world, others[-1])


def set_assignees(cue: Cue) -> None:
    """Let those who shall look after the case be able to: GitHub passes over everybody else."""
    asked = cue.given.get("assignees")
    for name in map(str, asked if isinstance(asked, list | tuple) else ()):
        if not is_login(name):
            continue
        cue.sim.add_user(name)
        for repo in cue.sim.world.own_repositories():
            if cue.sim.access(repo.full_name, name) not in {"push", "maintain", "admin"}:
                cue.sim.add_collaborator(repo.full_name, name)
