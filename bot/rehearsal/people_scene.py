"""People, teams and the organisation's own affairs as an event left them."""

from collections.abc import Callable, Mapping
from typing import Final

from bot.actions.repository import place
from bot.core.event import Event
from bot.simulator import Simulator
from bot.simulator.changes import membership, roles, settings
from bot.simulator.changes.settings import BASE_PERMISSIONS
from bot.simulator.state.people import Team, User
from bot.simulator.state.repository import Repository, RepositoryInvitation, level


def set_people(sim: Simulator, event: Event) -> None:
    """Put on stage who acted and who is concerned, each with their number."""
    for login, field in ((event.actor, "actor_id"), (event.user, "user_id")):
        if login is not None and not login.endswith("[bot]"):
            user = sim.add_user(login)
            user.id = whole(event, field) or user.id
    if event.actor and not event.actor.endswith("[bot]"):
        sim.add_member(event.actor)
    if event.user and event.action.startswith("org."):
        _PLACES.get(event.action, _joined)(sim, event, sim.add_user(event.user))


def _joined(sim: Simulator, event: Event, user: User) -> None:
    promoted = event.text("permission") == "admin"
    (sim.add_owner if promoted else sim.add_member)(user.login)


def _invited(sim: Simulator, event: Event, user: User) -> None:
    inviter = sim.add_user(event.actor or "somebody")
    owner = event.text("permission") == "admin"
    membership.invite(sim.world, inviter, user, "admin" if owner else "member")
    (invitation,) = sim.world.org.invitations.values()
    number = whole(event, "invitation_id") or invitation.id
    invitation.id = number
    sim.world.org.invitations = {number: invitation}


def _left(sim: Simulator, event: Event, user: User) -> None:
    former = event.text("permission") == "admin"
    sim.world.org.former[user.id] = "admin" if former else "member"


def _blocked(sim: Simulator, event: Event, user: User) -> None:  # noqa: ARG001 - one shape
    sim.world.org.blocked.append(user)


def _nowhere(sim: Simulator, event: Event, user: User) -> None:
    """Leave somebody outside."""


_PLACES: Final[Mapping[str, Callable[[Simulator, Event, User], None]]] = {
    "org.invite_member": _invited,
    "org.remove_member": _left,
    "org.block_user": _blocked,
    "org.unblock_user": _nowhere,
}


def set_collaborators(sim: Simulator, event: Event, repo: Repository) -> None:
    """Let the event's person be what it made of them in its repository."""
    permission = event.text("permission")
    if event.action in {"repo.add_member", "repo.update_member"} and event.user:
        sim.add_collaborator(repo.full_name, event.user, permission or "write")
    invitee = event.text("invitee") or event.user
    if event.action == "repository_invitation.create" and invitee:
        number = whole(event, "invitation_id") or sim.world.next_id()
        repo.invitations[number] = RepositoryInvitation(
            id=number,
            invitee=sim.add_user(invitee),
            inviter=sim.add_user(event.actor or "somebody"),
            permission=level(permission or "write") or "push",
            created_at=sim.world.clock(),
        )


def set_team(sim: Simulator, event: Event, slug: str) -> Team:
    """Put the event's team on stage, with or without the person it speaks of."""
    member = [event.user] if event.user and event.action == "team.add_member" else []
    team = sim.add_team(slug, members=member)
    team.id = whole(event, "team_id") or team.id
    team.name = event.text("team_name") or team.name
    team.privacy = "secret" if event.text("team_privacy") == "secret" else "closed"
    team.description = event.text("team_description") or ""
    team.notifies = event.text("team_notification_setting") != "notifications_disabled"
    if event.user and event.action == "team.remove_member":
        sim.add_member(event.user)
    return team


def set_organization(sim: Simulator, event: Event, team: Team | None) -> None:
    """Let the organisation's roles and settings be what the event made of them."""
    permission = event.text("permission") or ""
    if (
        event.action == "org.update_default_repository_permission"
        and permission in BASE_PERMISSIONS
    ):
        settings.set_base_permission(sim.world, permission)
    setting, enabled = event.text("setting"), event.fields.get("enabled")
    if setting in sim.world.org.settings and isinstance(enabled, bool):
        settings.switch(sim.world, setting, on=enabled)
    number, name = whole(event, "organization_role_id"), event.text("organization_role_name")
    if event.action != "organization_role.assign" or (number is None and name is None):
        return
    role = sim.add_organization_role(name or "rehearsal")
    del sim.world.org.roles[role.id]
    role.id = number or role.id
    sim.world.org.roles[role.id] = role
    if event.user:
        roles.assign(sim.world, role, sim.add_member(event.user))
    elif team is not None:
        roles.assign_team(role, team)


def whole(event: Event, field: str) -> int | None:
    """Return a whole number of the event, also one in digits; ``None`` when it has none there."""
    return place.whole(event.fields.get(field))
