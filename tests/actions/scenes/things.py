"""Scenes of what else a repository has: deploy keys, what was found in it, conversations."""

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.scenes.scene import Scene


async def key_added(bench: Bench) -> Event:
    """Let a deploy key be added."""
    await bench.sim.by("mallory").add_deploy_key("widgets", "ci")
    return bench.event("public_key.create")


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


async def unlocked(bench: Bench) -> None:
    """Somebody unlocks the issue."""
    issue = bench.sim.world.repository("widgets").issues[1]
    issue.locked, issue.lock_reason = False, None


SCENES = (
    Scene(
        name="delete-deploy-key",
        action="delete-deploy-key",
        prepare=key_added,
        look=keys,
        before=[("ci", False)],
        after=[],
        summary="Removed the deploy key ci from acme/widgets.",
        write=("DELETE", "/repos/acme/widgets/keys/"),
        move=nothing_more,
        moved="",
    ),
    Scene(
        name="lock-conversation",
        action="lock-conversation",
        params={"reason": "spam"},
        prepare=opened,
        look=locked,
        before=(False, None),
        after=(True, "spam"),
        summary="Locked the conversation acme/widgets#1 as spam.",
        write=("PUT", "/issues/1/lock$"),
        move=unlocked,
        moved="is open to everybody already",
    ),
    Scene(
        name="revert of a secret put aside",
        action="revert",
        prepare=secret_put_aside,
        look=findings,
        before=[("resolved", "false_positive")],
        after=[("open", None)],
        summary="Opened the secret scanning alert NUMBER of acme/widgets again (was resolved as "
        "false_positive).",
        write=("PATCH", "/secret-scanning/alerts/"),
        move=put_aside_otherwise,
        moved="is now resolved as revoked",
    ),
    Scene(
        name="revert of a weakness put aside",
        action="revert",
        prepare=weakness_put_aside,
        look=findings,
        before=[("dismissed", "false positive")],
        after=[("open", None)],
        summary="Opened the code scanning alert NUMBER of acme/widgets again (was dismissed as "
        "false positive).",
        write=("PATCH", "/code-scanning/alerts/"),
        move=put_aside_otherwise,
        moved="is now dismissed as used in tests",
    ),
    Scene(
        name="revert of a vulnerable dependency put aside",
        action="revert",
        prepare=dependency_put_aside,
        look=findings,
        before=[("dismissed", "not_used")],
        after=[("open", None)],
        again=False,
        summary="Opened the Dependabot alert NUMBER of acme/widgets again (was dismissed as "
        "not_used).",
        write=("PATCH", "/dependabot/alerts/"),
        move=put_aside_otherwise,
        moved="is now dismissed as inaccurate",
    ),
)
