"""Scenes of what a repository has: keys, webhooks, findings, conversations."""

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.scenes import RepositoryScene

SENT = ", which sent push to evil.example."


async def key_added(bench: Bench) -> Event:
    """Let a deploy key be added."""
    await bench.sim.by("mallory").add_deploy_key("widgets", "ci")
    return bench.event("public_key.create")


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


async def secret_put_aside(bench: Bench) -> Event:
    """Let a leaked secret be called harmless."""
    mallory = bench.sim.by("mallory")
    number = await mallory.secret_scanning_alert("widgets")
    await mallory.resolve_secret("widgets", number, "false_positive", "trust me")
    return bench.event("secret_scanning_alert.resolve")


async def weakness_put_aside(bench: Bench) -> Event:
    """Let a weakness that code scanning found be dismissed."""
    number = bench.sim.add_finding("widgets", "code-scanning")
    await bench.sim.by("mallory").dismiss_finding(
        "widgets", "code-scanning", number, "false positive"
    )
    fields = {"alert_number": number, "dismiss_reason": "false positive"}
    return bench.made("code_scanning.alert_closed_by_user", repo="acme/widgets", **fields)


async def dependency_put_aside(bench: Bench) -> Event:
    """Let a vulnerable dependency be tolerated; the event gives no reason."""
    number = bench.sim.add_finding("widgets", "dependabot")
    await bench.sim.by("mallory").dismiss_finding("widgets", "dependabot", number, "not_used")
    action = "repository_vulnerability_alert.dismiss"
    return bench.made(action, repo="acme/widgets", alert_number=str(number))


async def opened(bench: Bench) -> Event:
    """Let somebody open an issue."""
    await bench.sim.by("mallory").open_issue("widgets", "Buy now")
    return bench.event("issue.create")


def keys(bench: Bench) -> list[tuple[str, bool]]:
    """Return the repository's deploy keys."""
    return [(each["title"], each["read_only"]) for each in bench.sim.deploy_keys("widgets")]


def hooks(bench: Bench) -> list[tuple[bool, tuple[str, ...]]]:
    """Return every webhook there is: whether it is active, and what it sends."""
    world = bench.sim.world
    both = (*world.repository("widgets").hooks.values(), *world.hooks.values())
    return [(each.active, each.events) for each in both]


def findings(bench: Bench) -> list[tuple[str, str | None]]:
    """Return the state of everything that was found, and why it was put aside."""
    repo = bench.sim.world.repository("widgets")
    return [
        (each["state"], each.get("resolution") or each.get("dismissed_reason"))
        for each in (*repo.secrets.values(), *repo.findings.values())
    ]


async def put_aside_otherwise(bench: Bench) -> None:
    """Somebody puts it aside for another reason."""
    repo = bench.sim.world.repository("widgets")
    for number in repo.secrets:
        await bench.sim.by("olivia").resolve_secret("widgets", number, "revoked")
    for kind, number in repo.findings:
        reason = "inaccurate" if kind == "dependabot" else "used in tests"
        await bench.sim.by("olivia").dismiss_finding("widgets", kind, number, reason)


def locked(bench: Bench) -> tuple[bool, str | None]:
    """Return whether the issue is locked, and why."""
    issue = bench.sim.world.repository("widgets").issues[1]
    return issue.locked, issue.lock_reason


async def nothing_more(bench: Bench) -> None:
    """Nobody does anything: a key that is there again has its own test."""


async def events_chosen(bench: Bench) -> None:
    """Somebody chooses other events."""
    for webhook in bench.sim.world.repository("widgets").hooks.values():
        webhook.events = ("fork",)


async def hooks_deleted(bench: Bench) -> None:
    """Somebody deletes every webhook."""
    bench.sim.world.hooks.clear()
    bench.sim.world.repository("widgets").hooks.clear()


async def unlocked(bench: Bench) -> None:
    """Somebody unlocks the issue."""
    issue = bench.sim.world.repository("widgets").issues[1]
    issue.locked, issue.lock_reason = False, None


SCENES = (
    RepositoryScene(
        name="delete-deploy-key",
        action="delete-deploy-key",
        prepare=key_added,
        look=keys,
        before=[("ci", False)],
        after=[],
        undone=[("ci", False)],
        summary="Removed the deploy key ci from acme/widgets.",
        write=("DELETE", "/repos/acme/widgets/keys/"),
        move=nothing_more,
        moved="",
    ),
    RepositoryScene(
        name="delete-webhook of a repository",
        action="delete-webhook",
        prepare=hook_added,
        look=hooks,
        before=[(True, ("push",))],
        after=[],
        undone=None,
        undoable=False,
        summary=f"Deleted the webhook HOOK of acme/widgets{SENT}",
        write=("DELETE", "/repos/acme/widgets/hooks/"),
        move=hooks_deleted,
        moved="GitHub never shows a webhook's secret",
    ),
    RepositoryScene(
        name="delete-webhook of the organisation",
        action="delete-webhook",
        prepare=organization_hook_added,
        look=hooks,
        before=[(True, ("push",))],
        after=[],
        undone=None,
        undoable=False,
        summary=f"Deleted the webhook HOOK of acme{SENT}",
        write=("DELETE", "/orgs/acme/hooks/"),
        move=hooks_deleted,
        moved="GitHub never shows a webhook's secret",
    ),
    RepositoryScene(
        name="disable-webhook of a repository",
        action="disable-webhook",
        prepare=hook_added,
        look=hooks,
        before=[(True, ("push",))],
        after=[(False, ("push",))],
        undone=[(True, ("push",))],
        summary=f"Disabled the webhook HOOK of acme/widgets{SENT}",
        write=("PATCH", "/repos/acme/widgets/hooks/"),
        move=hooks_deleted,
        moved="is now not there",
    ),
    RepositoryScene(
        name="disable-webhook of the organisation",
        action="disable-webhook",
        prepare=organization_hook_added,
        look=hooks,
        before=[(True, ("push",))],
        after=[(False, ("push",))],
        undone=[(True, ("push",))],
        summary=f"Disabled the webhook HOOK of acme{SENT}",
        write=("PATCH", "/orgs/acme/hooks/"),
        move=hooks_deleted,
        moved="is now not there",
    ),
    RepositoryScene(
        name="revert of a webhook that was added",
        action="revert",
        prepare=hook_added,
        look=hooks,
        before=[(True, ("push",))],
        after=[],
        undone=None,
        undoable=False,
        summary=f"Deleted the webhook HOOK of acme/widgets{SENT}",
        write=("DELETE", "/repos/acme/widgets/hooks/"),
        move=hooks_deleted,
        moved="GitHub never shows a webhook's secret",
    ),
    RepositoryScene(
        name="revert of a webhook that was switched on",
        action="revert",
        prepare=hook_enabled,
        look=hooks,
        before=[(True, ("push",))],
        after=[(False, ("push",))],
        undone=[(True, ("push",))],
        summary=f"Disabled the webhook HOOK of acme{SENT}",
        write=("PATCH", "/orgs/acme/hooks/"),
        move=hooks_deleted,
        moved="is now not there",
    ),
    RepositoryScene(
        name="revert of a webhook's events",
        action="revert",
        prepare=hook_given_events,
        look=hooks,
        before=[(True, ("*",))],
        after=[(True, ("push", "create"))],
        undone=[(True, ("*",))],
        summary="Let the webhook HOOK of acme/widgets send create, push again.",
        write=("PATCH", "/repos/acme/widgets/hooks/"),
        move=events_chosen,
        moved="is now fork",
    ),
    RepositoryScene(
        name="revert of a secret put aside",
        action="revert",
        prepare=secret_put_aside,
        look=findings,
        before=[("resolved", "false_positive")],
        after=[("open", None)],
        undone=[("resolved", "false_positive")],
        summary="Opened the secret scanning alert NUMBER of acme/widgets again (was resolved as "
        "false_positive).",
        write=("PATCH", "/secret-scanning/alerts/"),
        move=put_aside_otherwise,
        moved="is now resolved as revoked",
    ),
    RepositoryScene(
        name="revert of a weakness put aside",
        action="revert",
        prepare=weakness_put_aside,
        look=findings,
        before=[("dismissed", "false positive")],
        after=[("open", None)],
        undone=[("dismissed", "false positive")],
        summary="Opened the code scanning alert NUMBER of acme/widgets again (was dismissed as "
        "false positive).",
        write=("PATCH", "/code-scanning/alerts/"),
        move=put_aside_otherwise,
        moved="is now dismissed as used in tests",
    ),
    RepositoryScene(
        name="revert of a vulnerable dependency put aside",
        action="revert",
        prepare=dependency_put_aside,
        look=findings,
        before=[("dismissed", "not_used")],
        after=[("open", None)],
        undone=[("dismissed", "not_used")],
        again=False,
        summary="Opened the Dependabot alert NUMBER of acme/widgets again (was dismissed as "
        "not_used).",
        write=("PATCH", "/dependabot/alerts/"),
        move=put_aside_otherwise,
        moved="is now dismissed as inaccurate",
    ),
    RepositoryScene(
        name="lock-conversation",
        action="lock-conversation",
        params={"reason": "spam"},
        prepare=opened,
        look=locked,
        before=(False, None),
        after=(True, "spam"),
        undone=(False, None),
        summary="Locked the conversation acme/widgets#1 as spam.",
        write=("PUT", "/issues/1/lock$"),
        move=unlocked,
        moved="is open to everybody already",
    ),
)
