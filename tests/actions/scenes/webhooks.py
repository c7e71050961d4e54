"""Scenes of webhooks, of a repository or of the organisation."""

from dataclasses import replace

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.scenes.scene import Scene

SENT = ", which sent push to evil.example."


async def hook_added(bench: Bench) -> Event:
    """Let a webhook be added to a repository, which only the audit log tells."""
    number = await bench.sim.by("mallory").add_webhook("widgets", "https://evil.example/T0KEN")
    return bench.made("hook.create", repo="acme/widgets", hook_id=number, actor="mallory")


async def organization_hook_added(bench: Bench) -> Event:
    """Let a webhook be added to the organisation; the number comes as text."""
    number = await bench.sim.by("mallory").add_webhook(None, "https://evil.example/")
    return bench.made("hook.create", hook_id=str(number), actor="mallory")


async def hook_enabled(bench: Bench) -> Event:
    """Let a webhook that was off be switched on."""
    mallory = bench.sim.by("mallory")
    number = await mallory.add_webhook(None, "https://evil.example/")
    return bench.made("hook.active_changed", hook_id=number, active="true", active_was="false")


async def hook_given_events(bench: Bench) -> Event:
    """Let a webhook be given more events."""
    mallory = bench.sim.by("mallory")
    number = await mallory.add_webhook("widgets", "https://ci.example/", ["*"])
    fields = {"events": ["*"], "events_were": ["push", "create"]}
    return bench.made("hook.events_changed", repo="acme/widgets", hook_id=number, **fields)


def hooks(bench: Bench) -> list[tuple[bool, tuple[str, ...]]]:
    """Return every webhook there is: whether it is active, and what it sends."""
    world = bench.sim.world
    both = (*world.repository("widgets").hooks.values(), *world.hooks.values())
    return [(each.active, each.events) for each in both]


async def events_chosen(bench: Bench) -> None:
    """Somebody chooses other events."""
    for webhook in bench.sim.world.repository("widgets").hooks.values():
        webhook.events = ("fork",)


async def hooks_deleted(bench: Bench) -> None:
    """Somebody deletes every webhook."""
    bench.sim.world.hooks.clear()
    bench.sim.world.repository("widgets").hooks.clear()


DELETED = Scene(
    name="delete-webhook of a repository",
    action="delete-webhook",
    prepare=hook_added,
    look=hooks,
    before=[(True, ("push",))],
    after=[],
    undoable=False,
    summary=f"Deleted the webhook HOOK of acme/widgets{SENT}",
    write=("DELETE", "/repos/acme/widgets/hooks/"),
    move=hooks_deleted,
    moved="GitHub never shows a webhook's secret",
)
DISABLED = Scene(
    name="disable-webhook of a repository",
    action="disable-webhook",
    prepare=hook_added,
    look=hooks,
    before=[(True, ("push",))],
    after=[(False, ("push",))],
    summary=f"Disabled the webhook HOOK of acme/widgets{SENT}",
    write=("PATCH", "/repos/acme/widgets/hooks/"),
    move=hooks_deleted,
    moved="is now not there",
)
DISABLED_EVERYWHERE = replace(
    DISABLED,
    name="disable-webhook of the organisation",
    prepare=organization_hook_added,
    summary=f"Disabled the webhook HOOK of acme{SENT}",
    write=("PATCH", "/orgs/acme/hooks/"),
)

SCENES = (
    DELETED,
    replace(
        DELETED,
        name="delete-webhook of the organisation",
        prepare=organization_hook_added,
        summary=f"Deleted the webhook HOOK of acme{SENT}",
        write=("DELETE", "/orgs/acme/hooks/"),
    ),
    DISABLED,
    DISABLED_EVERYWHERE,
    replace(DELETED, name="revert of a webhook that was added", action="revert"),
    replace(
        DISABLED_EVERYWHERE,
        name="revert of a webhook that was switched on",
        action="revert",
        prepare=hook_enabled,
    ),
    Scene(
        name="revert of a webhook's events",
        action="revert",
        prepare=hook_given_events,
        look=hooks,
        before=[(True, ("*",))],
        after=[(True, ("push", "create"))],
        summary="Let the webhook HOOK of acme/widgets send create, push again.",
        write=("PATCH", "/repos/acme/widgets/hooks/"),
        move=events_chosen,
        moved="is now fork",
    ),
)
