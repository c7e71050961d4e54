"""Scenes of what somebody may do: on repositories, in teams, in the organisation."""

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.scenes.people import acts, eve_is_let_in
from tests.actions.scenes.scene import Scene


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


async def team_member(bench: Bench) -> Event:
    """Let Eve be in a team."""
    bench.sim.add_team("security", ["eve"])
    return acts(bench, "eve", team="acme/security")


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


async def team_gets_another_role(bench: Bench) -> None:
    """Somebody gives the team another role."""
    await bench.sim.by("olivia").set_team_repository("security", "widgets", "maintain")


async def eve_looks_after_the_team(bench: Bench) -> None:
    """Somebody makes Eve a maintainer of the team."""
    team = bench.sim.world.team("security")
    team.members["eve"] = "maintainer"


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


ROLE_OUT = ("DELETE", "/organization-roles/")


SCENES = (
    Scene(
        name="set-collaborator-permission",
        action="set-collaborator-permission",
        params={"permission": "read"},
        prepare=raised,
        look=lambda bench: bench.sim.collaborator("widgets", "eve"),
        before="admin",
        after="pull",
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
        summary="Took eve out of the team acme/security (was member).",
        write=("DELETE", "/teams/security/memberships/eve$"),
        again=False,
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
        summary="Took acme/widgets away from the team acme/security (was admin).",
        write=("DELETE", "/teams/security/repos/acme/widgets$"),
        move=team_gets_another_role,
        moved="is now maintain",
    ),
    Scene(
        name="remove-organization-role of a person",
        action="remove-organization-role",
        prepare=role_given,
        look=role_holders,
        before=["eve"],
        after=[],
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
        summary="Set the base permission of acme to read (was write).",
        write=("PATCH", "/orgs/acme$"),
        move=nobody_may_anything,
        moved="is now none",
    ),
)
