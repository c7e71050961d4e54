"""Scenes of a repository's own settings: who sees it, its name, branches, features, archive."""

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.scenes.scene import Scene

THREE = ("secret_scanning", "secret_scanning_push_protection", "dependabot_security_updates")


async def published(bench: Bench) -> Event:
    """Let a repository be shown to the world."""
    await bench.sim.by("mallory").publicize("widgets")
    return bench.event("repo.access")


async def renamed(bench: Bench) -> Event:
    """Let a repository be renamed."""
    await bench.sim.by("mallory").rename("widgets", "gears")
    return bench.event("repo.rename")


async def shown_first(bench: Bench) -> Event:
    """Let another branch become the default one."""
    await bench.sim.by("mallory").create_branch("widgets", "side")
    await bench.sim.by("mallory").set_default_branch("widgets", "side")
    return bench.event("repo.update_default_branch")


async def features_off(bench: Bench) -> Event:
    """Let three security features be switched off, one of which has an endpoint of its own."""
    olivia = bench.sim.by("olivia")
    await olivia.switch_features("widgets", **dict.fromkeys(THREE, True), code_security=True)
    await bench.sim.by("mallory").switch_features("widgets", **dict.fromkeys(THREE, False))
    return bench.event("repository_secret_scanning.disable")


async def pushed(bench: Bench) -> Event:
    """Let somebody push."""
    await bench.sim.by("mallory").push("widgets", "Change things")
    return bench.event("git.push")


async def archived(bench: Bench) -> Event:
    """Let a repository be archived."""
    await bench.sim.by("mallory").archive("widgets")
    return bench.event("repo.archived")


async def unarchived(bench: Bench) -> Event:
    """Let an archived repository be made writable."""
    await bench.sim.by("olivia").archive("widgets")
    await bench.sim.by("mallory").unarchive("widgets")
    return bench.event("repo.unarchived")


def visibility(bench: Bench) -> str:
    """Return who may see the repository."""
    return bench.sim.visibility("widgets")


def names(bench: Bench) -> list[str]:
    """Return what the repositories are called, but for the private one."""
    return [each.name for each in bench.sim.world.own_repositories() if each.name != "security"]


def default_branch(bench: Bench) -> str:
    """Return the repository's default branch."""
    return bench.sim.world.repository("widgets").default_branch


def features(bench: Bench) -> list[str]:
    """Return the security features that are on."""
    switched = bench.sim.world.repository("widgets").features
    return sorted(name for name, on in switched.items() if on)


async def named_otherwise(bench: Bench) -> None:
    """Somebody gives the repository a third name."""
    await bench.sim.by("olivia").rename("widgets", "cogs")


async def third_branch_first(bench: Bench) -> None:
    """Somebody chooses a third branch."""
    await bench.sim.by("olivia").create_branch("widgets", "third")
    await bench.sim.by("olivia").set_default_branch("widgets", "third")


async def one_feature_off(bench: Bench) -> None:
    """Somebody switches one of them off again."""
    await bench.sim.by("olivia").switch_features("widgets", secret_scanning=False)


def is_archived(bench: Bench) -> bool:
    """Tell whether the repository is read-only."""
    return bench.sim.world.repository("widgets").archived


async def made_internal(bench: Bench) -> None:
    """Somebody shows the repository to the enterprise."""
    bench.sim.world.repository("widgets").visibility = "internal"


async def taken_out(bench: Bench) -> None:
    """Somebody takes the repository out of the archive."""
    await bench.sim.by("olivia").unarchive("widgets")


async def put_away(bench: Bench) -> None:
    """Somebody archives the repository."""
    await bench.sim.by("olivia").archive("widgets")


SCENES = (
    Scene(
        name="set-visibility",
        action="set-visibility",
        prepare=published,
        look=visibility,
        before="public",
        after="private",
        again=False,
        summary="Made acme/widgets private (was public).",
        write=("PATCH", "/repos/acme/widgets$"),
        move=made_internal,
        moved="is now internal",
    ),
    Scene(
        name="set-visibility internal",
        action="set-visibility",
        params={"visibility": "internal", "repository": "acme/widgets"},
        prepare=published,
        look=visibility,
        before="public",
        after="internal",
        summary="Made acme/widgets internal (was public).",
        write=("PATCH", "/repos/acme/widgets$"),
        move=lambda bench: bench.sim.by("olivia").privatize("widgets"),
        moved="is now private",
    ),
    Scene(
        name="archive-repository",
        action="archive-repository",
        prepare=pushed,
        look=is_archived,
        before=False,
        after=True,
        summary="Archived acme/widgets: it is read-only now.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=taken_out,
        moved="is in use already",
    ),
    Scene(
        name="revert of archiving",
        action="revert",
        prepare=archived,
        look=is_archived,
        before=True,
        after=False,
        summary="Took acme/widgets out of the archive: it is writable again.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=put_away,
        moved="is archived already",
    ),
    Scene(
        name="revert of unarchiving",
        action="revert",
        prepare=unarchived,
        look=is_archived,
        before=False,
        after=True,
        summary="Archived acme/widgets: it is read-only now.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=taken_out,
        moved="is in use already",
    ),
    Scene(
        name="revert of a new name",
        action="revert",
        prepare=renamed,
        look=names,
        before=["gears"],
        after=["widgets"],
        summary="Set the name of acme/gears to widgets again.",
        write=("PATCH", "/repos/acme/gears$"),
        move=named_otherwise,
        moved="is now cogs",
    ),
    Scene(
        name="revert of a new default branch",
        action="revert",
        prepare=shown_first,
        look=default_branch,
        before="side",
        after="main",
        summary="Set the default branch of acme/widgets to main again.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=third_branch_first,
        moved="is now third",
    ),
    Scene(
        name="revert of security features switched off",
        action="revert",
        prepare=features_off,
        look=features,
        before=["code_security"],
        after=["code_security", *sorted(THREE)],
        writes=2,
        halves=True,
        summary="Set the security of acme/widgets back: secret scanning: on; secret scanning push "
        "protection: on; dependabot security updates: on.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=one_feature_off,
        moved="has changed since",
    ),
)
