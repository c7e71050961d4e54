"""Whom the organisation shuts out."""

from bot.simulator.changes.webhook import send
from bot.simulator.problem import invalid
from bot.simulator.shapes import people
from bot.simulator.state.people import User
from bot.simulator.world import World


def block(world: World, by: User, user: User) -> None:
    """Shut somebody out; a member has to be removed first."""
    if world.org.role(user) is not None:
        refusal = "A member of the organization can't be blocked"
        raise invalid("OrganizationBlock", "blocked_user", "unprocessable", refusal)
    if user not in world.org.blocked:
        world.org.blocked.append(user)
        _tell(world, by, "blocked", user)


def unblock(world: World, by: User, user: User) -> None:
    """Let somebody in again."""
    if user in world.org.blocked:
        world.org.blocked.remove(user)
        _tell(world, by, "unblocked", user)


def _tell(world: World, by: User, action: str, user: User) -> None:
    # GitHub names the organisation itself as the sender, whoever it was.
    sender = people.organization_owner(world)
    payload = {"action": action, "blocked_user": people.user(world, user), "sender": sender}
    send(world, by, "org_block", payload)
