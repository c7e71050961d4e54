"""What every action on people and settings has to prove alike: one scene each."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.event import Event
from tests.actions.bench import Bench


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One change, how it is brought about, and how it looks before, after and undone.

    ``prepare`` makes the situation and returns the event; ``look`` reads the state in question.
    ``write`` is the call that makes the change, as method and pattern. ``move`` is what somebody
    else does afterwards, so that an undo has to leave it alone.
    """

    name: str
    action: str
    prepare: Callable[[Bench], Awaitable[Event]]
    look: Callable[[Bench], Any]
    before: Any
    after: Any
    undone: Any
    summary: str
    write: tuple[str, str]
    move: Callable[[Bench], Awaitable[None]]
    moved: str
    params: Mapping[str, Any] = field(default_factory=dict)
    person: str | None = None


@dataclass(frozen=True, kw_only=True)
class RepositoryScene(Scene):
    """A scene in which more than one call may be needed, or an undo is not possible.

    ``writes`` are the calls that change something, and ``halves`` says that the first of them
    leaves it half done; ``undone`` counts only when ``undoable``. ``again`` says that what an
    unheard try did can be undone as well: the event tells what was there.
    """

    writes: int = 1
    halves: bool = False
    again: bool = True
    undoable: bool = True


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


async def team_member(bench: Bench) -> Event:
    """Let Eve be in a team."""
    bench.sim.add_team("security", ["eve"])
    return acts(bench, "eve", team="acme/security")


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


async def raised(bench: Bench) -> Event:
    """Let Eve be made an administrator of a repository where she could write."""
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", "push")
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    return bench.event("repo.update_member")


async def team_raised(bench: Bench) -> Event:
    """Let a team be given a repository to administer."""
    bench.sim.add_team("security")
    await bench.sim.by("mallory").add_team_repository("security", "widgets", "admin")
    return bench.event("team.add_repository")


async def stranger(bench: Bench) -> Event:
    """Let somebody from outside do something."""
    return acts(bench, "eve")


async def role_given(bench: Bench) -> Event:
    """Let Eve be given an organisation role, which only the audit log tells."""
    bench.sim.add_member("eve")
    role = bench.sim.add_organization_role("security_manager", ["read_audit_logs"])
    await bench.sim.by("mallory").assign_role(role.id, "eve")
    return bench.made(
        "organization_role.assign", user="eve", organization_role_name="security_manager"
    )


async def role_given_to_team(bench: Bench) -> Event:
    """Let a team be given an organisation role."""
    bench.sim.add_team("guards")
    role = bench.sim.add_organization_role("security_manager")
    await bench.sim.by("mallory").assign_role_to_team(role.id, "guards")
    return bench.made("organization_role.assign", team="acme/guards", organization_role_id=role.id)


async def base_raised(bench: Bench) -> Event:
    """Let every member write everywhere."""
    await bench.sim.by("mallory").set_base_permission("write")
    return bench.made(
        "org.update_default_repository_permission", permission="write", old_permission="read"
    )


def role_holders(bench: Bench) -> list[str]:
    """Return who has the one organisation role there is."""
    return [name for role in bench.sim.world.org.roles for name in bench.sim.role_holders(role)]


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


async def team_gets_another_role(bench: Bench) -> None:
    """Somebody gives the team another role."""
    await bench.sim.by("olivia").set_team_repository("security", "widgets", "maintain")


async def eve_looks_after_the_team(bench: Bench) -> None:
    """Somebody makes Eve a maintainer of the team."""
    team = bench.sim.world.team("security")
    team.members["eve"] = "maintainer"


async def eve_is_unblocked(bench: Bench) -> None:
    """Somebody lets Eve in again."""
    await bench.sim.by("olivia").unblock("eve")


async def role_given_again(bench: Bench) -> None:
    """Somebody gives the role again."""
    (role,) = bench.sim.world.org.roles.values()
    if bench.sim.world.org.teams:
        await bench.sim.by("olivia").assign_role_to_team(role.id, "guards")
    else:
        await bench.sim.by("olivia").assign_role(role.id, "eve")


async def nobody_may_anything(bench: Bench) -> None:
    """Somebody takes the base permission away."""
    await bench.sim.by("olivia").set_base_permission("none")


EVE_OUT = ("DELETE", "/orgs/acme/memberships/eve$")
ROLE_OUT = ("DELETE", "/organization-roles/")

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
        write=EVE_OUT,
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
        undone="push",
        summary="Removed eve from every repository of acme.",
        write=("DELETE", "/outside_collaborators/eve$"),
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
        undone={"eve": "member"},
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
        undone={"eve": "admin"},
        summary="Took back the invitation of eve to acme/widgets.",
        write=("DELETE", "/repos/acme/widgets/invitations/"),
        move=eve_is_let_in,
        moved="is now accepted",
        person="eve",
    ),
    Scene(
        name="set-collaborator-permission",
        action="set-collaborator-permission",
        params={"permission": "read"},
        prepare=raised,
        look=lambda bench: bench.sim.collaborator("widgets", "eve"),
        before="admin",
        after="pull",
        undone="admin",
        summary="Set the role of eve on acme/widgets to read (was admin).",
        write=("PUT", "/collaborators/eve$"),
        move=eve_is_let_in,
        moved="is now triage",
        person="eve",
    ),
    Scene(
        name="set-collaborator-permission none",
        action="set-collaborator-permission",
        params={"permission": "none", "user": "@Eve", "repository": "acme/widgets"},
        prepare=raised,
        look=lambda bench: bench.sim.collaborator("widgets", "eve"),
        before="admin",
        after=None,
        undone="admin",
        summary="Removed eve from acme/widgets (was admin).",
        write=("DELETE", "/collaborators/eve$"),
        move=eve_is_let_in,
        moved="is now triage",
        person="eve",
    ),
    Scene(
        name="remove-team-membership",
        action="remove-team-membership",
        prepare=team_member,
        look=lambda bench: bench.sim.team_members("security"),
        before=["eve"],
        after=[],
        undone=["eve"],
        summary="Took eve out of the team acme/security (was member).",
        write=("DELETE", "/teams/security/memberships/eve$"),
        move=eve_looks_after_the_team,
        moved="is now maintainer",
        person="eve",
    ),
    Scene(
        name="set-team-permission",
        action="set-team-permission",
        params={"permission": "read"},
        prepare=team_raised,
        look=lambda bench: bench.sim.team_repository("security", "widgets"),
        before="admin",
        after="pull",
        undone="admin",
        summary="Set the role of the team acme/security on acme/widgets to read (was admin).",
        write=("PUT", "/teams/security/repos/acme/widgets$"),
        move=team_gets_another_role,
        moved="is now maintain",
    ),
    Scene(
        name="set-team-permission none",
        action="set-team-permission",
        params={"permission": "none", "team": "acme/security", "repository": "widgets"},
        prepare=team_raised,
        look=lambda bench: bench.sim.team_repository("security", "widgets"),
        before="admin",
        after=None,
        undone="admin",
        summary="Took acme/widgets away from the team acme/security (was admin).",
        write=("DELETE", "/teams/security/repos/acme/widgets$"),
        move=team_gets_another_role,
        moved="is now maintain",
    ),
    Scene(
        name="block-user",
        action="block-user",
        prepare=stranger,
        look=lambda bench: bench.sim.blocked(),
        before=[],
        after=["eve"],
        undone=[],
        summary="Blocked eve in acme.",
        write=("PUT", "/blocks/eve$"),
        move=eve_is_unblocked,
        moved="is gone already",
        person="eve",
    ),
    Scene(
        name="remove-organization-role of a person",
        action="remove-organization-role",
        prepare=role_given,
        look=role_holders,
        before=["eve"],
        after=[],
        undone=["eve"],
        summary="Took the organisation role security_manager from eve.",
        write=ROLE_OUT,
        move=role_given_again,
        moved="is there already",
        person="eve",
    ),
    Scene(
        name="remove-organization-role of a team",
        action="remove-organization-role",
        params={"role": "Security_Manager", "team": "guards"},
        prepare=role_given_to_team,
        look=role_holders,
        before=["acme/guards"],
        after=[],
        undone=["acme/guards"],
        summary="Took the organisation role security_manager from the team guards.",
        write=ROLE_OUT,
        move=role_given_again,
        moved="is there already",
    ),
    Scene(
        name="set-base-permission",
        action="set-base-permission",
        params={"permission": "read"},
        prepare=base_raised,
        look=lambda bench: bench.sim.base_permission(),
        before="write",
        after="read",
        undone="write",
        summary="Set the base permission of acme to read (was write).",
        write=("PATCH", "/orgs/acme$"),
        move=nobody_may_anything,
        moved="is now none",
    ),
)
