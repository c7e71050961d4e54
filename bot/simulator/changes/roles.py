"""Organisation roles, and who has them; only the audit log tells of it."""

from bot.simulator.problem import Problem, not_found
from bot.simulator.state.people import OrganizationRole, Team, User
from bot.simulator.world import World


def find(world: World, number: int) -> OrganizationRole:
    """Return the role with this id, or say 404."""
    try:
        return world.org.roles[number]
    except KeyError:
        raise not_found() from None


def create(world: World, name: str, permissions: tuple[str, ...]) -> OrganizationRole:
    """Create a role that nobody has yet."""
    role = OrganizationRole(
        id=world.next_id(), name=name, permissions=permissions, created_at=world.clock()
    )
    world.org.roles[role.id] = role
    return role


def assign(world: World, role: OrganizationRole, user: User) -> None:
    """Give a role to a member."""
    if world.org.role(user) is None:
        raise Problem(422, "User is not a member of the organization")
    if user not in role.users:
        role.users.append(user)


def revoke(role: OrganizationRole, user: User) -> None:
    """Take a role from a person; who has it by a team keeps it."""
    if user in role.users:
        role.users.remove(user)


def assign_team(role: OrganizationRole, team: Team) -> None:
    """Give a role to a team."""
    if team not in role.teams:
        role.teams.append(team)


def revoke_team(role: OrganizationRole, team: Team) -> None:
    """Take a role from a team."""
    if team in role.teams:
        role.teams.remove(team)
