"""Scenes of who belongs to the organisation: members, outsiders, invitations, blocks."""

from typing import Any

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.scenes.scene import Scene


def acts(bench: Bench, user: str = "mallory", **fields: Any) -> Event:
    """Return an event of somebody doing something, told with their number."""
    number = bench.sim.add_user(user).id
    return bench.made("git.clone", user=user, user_id=number, **fields)


async def member(bench: Bench) -> Event:
    """Let Eve be a member who did something."""
    bench.sim.add_member("eve")
    return acts(bench, "eve")


async def outsider(bench: Bench) -> Event:
    """Let Eve work in a repository without being a member."""
    bench.sim.add_collaborator("widgets", "eve", "push")
    return acts(bench, "eve")


async def invited(bench: Bench) -> Event:
    """Let Eve be invited to the organisation."""
    await bench.sim.by("mallory").invite("eve")
    return bench.event("org.invite_member")


async def invited_to_repository(bench: Bench) -> Event:
    """Let Eve be invited to a repository, which only the audit log tells."""
    await bench.sim.by("mallory").invite_collaborator("widgets", "eve", "admin")
    return bench.made(
        "repository_invitation.create", repo="acme/widgets", invitee="eve", actor="mallory"
    )


async def joined(bench: Bench) -> Event:
    """Let Eve join as an ordinary member."""
    await bench.sim.by("mallory").add_member("eve")
    return bench.event("org.add_member")


async def removed(bench: Bench) -> Event:
    """Let Eve, a member, be removed."""
    bench.sim.add_member("eve")
    await bench.sim.by("mallory").remove_member("eve")
    return bench.event("org.remove_member")


async def stranger(bench: Bench) -> Event:
    """Let somebody from outside do something."""
    return acts(bench, "eve")


def place(bench: Bench) -> str | None:
    """Return what Eve is in the organisation, or that she is invited."""
    return "invited" if bench.sim.invited() else bench.sim.org_role("eve")


async def eve_joins(bench: Bench) -> None:
    """Somebody lets Eve in."""
    await bench.sim.by("olivia").add_member("eve", "admin")


async def eve_is_let_in(bench: Bench) -> None:
    """Somebody adds Eve to the repository with a role of another kind."""
    await bench.sim.by("olivia").set_collaborator("widgets", "eve", "triage")


async def eve_is_invited_to_the_organization(bench: Bench) -> None:
    """Somebody invites Eve to the organisation, and she comes."""
    await bench.sim.by("olivia").invite("eve")
    await bench.sim.by("eve").accept_invitation()


async def eve_is_unblocked(bench: Bench) -> None:
    """Somebody lets Eve in again."""
    await bench.sim.by("olivia").unblock("eve")


SCENES = (
    Scene(
        name="remove-member",
        action="remove-member",
        prepare=member,
        look=place,
        before="member",
        after=None,
        undone="invited",
        summary="Removed eve from acme (was member).",
        write=("DELETE", "/orgs/acme/memberships/eve$"),
        again=False,
        move=eve_joins,
        moved="is now admin",
        person="eve",
    ),
    Scene(
        name="convert-to-outside-collaborator",
        action="convert-to-outside-collaborator",
        prepare=member,
        look=place,
        before="member",
        after=None,
        undone="invited",
        summary="Made eve an outside collaborator of acme (was member).",
        write=("PUT", "/outside_collaborators/eve$"),
        again=False,
        move=eve_joins,
        moved="is now admin",
        person="eve",
    ),
    Scene(
        name="remove-outside-collaborator",
        action="remove-outside-collaborator",
        prepare=outsider,
        look=lambda bench: (
            bench.sim.collaborator("widgets", "eve") or bench.sim.invited("widgets").get("eve")
        ),
        before="push",
        after=None,
        summary="Removed eve from every repository of acme.",
        write=("DELETE", "/outside_collaborators/eve$"),
        again=False,
        move=eve_is_invited_to_the_organization,
        moved="is a member of acme",
        person="eve",
    ),
    Scene(
        name="cancel-invitation to the organisation",
        action="cancel-invitation",
        prepare=invited,
        look=lambda bench: bench.sim.invited(),
        before={"eve": "member"},
        after={},
        summary="Took back the invitation of eve to acme.",
        write=("DELETE", "/orgs/acme/invitations/"),
        move=eve_joins,
        moved="is now accepted",
        person="eve",
    ),
    Scene(
        name="cancel-invitation to a repository",
        action="cancel-invitation",
        prepare=invited_to_repository,
        look=lambda bench: bench.sim.invited("widgets"),
        before={"eve": "admin"},
        after={},
        summary="Took back the invitation of eve to acme/widgets.",
        write=("DELETE", "/repos/acme/widgets/invitations/"),
        again=False,
        move=eve_is_let_in,
        moved="is now accepted",
        person="eve",
    ),
    Scene(
        name="block-user",
        action="block-user",
        prepare=stranger,
        look=lambda bench: bench.sim.blocked(),
        before=[],
        after=["eve"],
        summary="Blocked eve in acme.",
        write=("PUT", "/blocks/eve$"),
        move=eve_is_unblocked,
        moved="is gone already",
        person="eve",
    ),
)
