"""What every action on repositories has to prove alike: one scene each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.scenes import Scene

REVIEWS = {"required_approving_review_count": 2, "dismiss_stale_reviews": True}
CHECKS = {"strict": True, "checks": [{"context": "ci/build", "app_id": None}]}
MAIN = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
ALL_MAINS = {**MAIN, "repository_name": {"include": ["~ALL"], "exclude": []}}
RULES = [
    {"type": "deletion"},
    {
        "type": "required_status_checks",
        "parameters": {
            "required_status_checks": [{"context": "ci/build", "integration_id": 15368}],
            "strict_required_status_checks_policy": True,
        },
    },
]
LATER = timedelta(hours=1)
BYPASS = [{"actor_id": 1, "actor_type": "OrganizationAdmin", "bypass_mode": "always"}]


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


THREE = ("secret_scanning", "secret_scanning_push_protection", "dependabot_security_updates")


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


async def laid_open(bench: Bench) -> Event:
    """Let a well protected branch lose its protection."""
    bench.sim.add_team("release")
    await bench.sim.by("olivia").protect_branch(
        "widgets",
        signatures=True,
        enforce_admins=True,
        required_pull_request_reviews=REVIEWS,
        required_status_checks=CHECKS,
        restrictions={"users": ["olivia"], "teams": ["release"], "apps": []},
        required_linear_history=True,
    )
    await bench.sim.by("mallory").unprotect_branch("widgets")
    return bench.event("protected_branch.destroy")


async def weakened(bench: Bench) -> Event:
    """Let a protected branch take force pushes, from anybody, reviewed by nobody."""
    await bench.sim.by("olivia").protect_branch(
        "widgets",
        enforce_admins=True,
        required_pull_request_reviews={**REVIEWS, "bypass_pull_request_allowances": ONLY_OLIVIA},
        required_status_checks={**CHECKS, "checks": [{"context": "ci/build", "app_id": 7}]},
        restrictions=ONLY_OLIVIA,
    )
    await bench.sim.by("mallory").change_protection(
        "widgets",
        allow_force_pushes=True,
        enforce_admins=False,
        required_pull_request_reviews=None,
        restrictions=None,
    )
    return bench.event("protected_branch.update_admin_enforced")


ONLY_OLIVIA: Mapping[str, list[str]] = {"users": ["olivia"], "teams": [], "apps": []}


async def protected(bench: Bench) -> Event:
    """Let a branch be locked, so that nobody can work."""
    await bench.sim.by("mallory").protect_branch("widgets", lock_branch=True)
    return bench.event("protected_branch.create")


async def rule_disabled(bench: Bench) -> Event:
    """Let a ruleset be switched off, its rules thinned out and its bypass opened."""
    return await _ruleset_weakened(bench, "widgets")


async def organization_rule_disabled(bench: Bench) -> Event:
    """Let a ruleset of the organisation be weakened."""
    return await _ruleset_weakened(bench, None)


async def _ruleset_weakened(bench: Bench, repo: str | None) -> Event:
    conditions = MAIN if repo else ALL_MAINS
    number = await bench.sim.by("olivia").create_ruleset(
        repo, "main", rules=RULES, conditions=conditions
    )
    bench.clock.now += LATER
    await bench.sim.by("mallory").change_ruleset(
        repo, number, enforcement="disabled", rules=RULES[:1], bypass_actors=BYPASS
    )
    return bench.event("repository_ruleset.update")


async def rule_deleted(bench: Bench) -> Event:
    """Let a ruleset be deleted."""
    return await _ruleset_deleted(bench, "widgets")


async def organization_rule_deleted(bench: Bench) -> Event:
    """Let a ruleset of the organisation be deleted."""
    return await _ruleset_deleted(bench, None)


async def _ruleset_deleted(bench: Bench, repo: str | None) -> Event:
    conditions = MAIN if repo else ALL_MAINS
    number = await bench.sim.by("olivia").create_ruleset(
        repo, "main", rules=RULES, conditions=conditions, bypass_actors=BYPASS
    )
    await bench.sim.by("mallory").delete_ruleset(repo, number)
    return bench.event("repository_ruleset.destroy")


async def rule_made(bench: Bench) -> Event:
    """Let a ruleset be made that stops everybody."""
    await bench.sim.by("mallory").create_ruleset("widgets", "main", rules=RULES, conditions=MAIN)
    return bench.event("repository_ruleset.create")


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


def keys(bench: Bench) -> list[tuple[str, bool]]:
    """Return the repository's deploy keys."""
    return [(each["title"], each["read_only"]) for each in bench.sim.deploy_keys("widgets")]


def hooks(bench: Bench) -> list[tuple[bool, tuple[str, ...]]]:
    """Return every webhook there is: whether it is active, and what it sends."""
    world = bench.sim.world
    both = (*world.repository("widgets").hooks.values(), *world.hooks.values())
    return [(each.active, each.events) for each in both]


def guards(bench: Bench) -> dict[str, Any] | None:
    """Return how the branch is protected: what is on, and whom it names."""
    made = bench.sim.world.repository("widgets").protections.get("main")
    if made is None:
        return None
    shown = {name: value for name, value in made.settings.items() if value}
    return {**shown, "signatures": True} if made.signatures else shown


def rules(bench: Bench) -> dict[str, Any] | None:
    """Return the one ruleset there is, wherever."""
    world = bench.sim.world
    both = (*world.repository("widgets").rulesets.values(), *world.rulesets.values())
    return next(({**each.state} for each in both), None)


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


async def made_internal(bench: Bench) -> None:
    """Somebody shows the repository to the enterprise."""
    bench.sim.world.repository("widgets").visibility = "internal"


async def taken_out(bench: Bench) -> None:
    """Somebody takes the repository out of the archive."""
    await bench.sim.by("olivia").unarchive("widgets")


async def put_away(bench: Bench) -> None:
    """Somebody archives the repository."""
    await bench.sim.by("olivia").archive("widgets")


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


async def protection_changed(bench: Bench) -> None:
    """Somebody protects the branch otherwise."""
    await bench.sim.by("olivia").change_protection(
        "widgets", enforce_admins=False, allow_deletions=True, restrictions=None
    )


async def branch_protected(bench: Bench) -> None:
    """Somebody protects the branch again."""
    await bench.sim.by("olivia").protect_branch("widgets", enforce_admins=True)


async def rule_changed(bench: Bench) -> None:
    """Somebody only wants to watch what the ruleset would do."""
    await _each_ruleset(bench, enforcement="evaluate")


async def rule_removed(bench: Bench) -> None:
    """Somebody deletes the ruleset."""
    for where in (None, "widgets"):
        for number in _numbers(bench, where):
            await bench.sim.by("olivia").delete_ruleset(where, number)


async def rule_made_by_hand(bench: Bench) -> None:
    """Somebody makes a ruleset of that name."""
    await bench.sim.by("olivia").create_ruleset("widgets", "main", rules=[])


async def _each_ruleset(bench: Bench, **state: Any) -> None:
    for where in (None, "widgets"):
        for number in _numbers(bench, where):
            await bench.sim.by("olivia").change_ruleset(where, number, **state)


def _numbers(bench: Bench, repo: str | None) -> list[int]:
    world = bench.sim.world
    return list(world.rulesets if repo is None else world.repository(repo).rulesets)


async def unlocked(bench: Bench) -> None:
    """Somebody unlocks the issue."""
    issue = bench.sim.world.repository("widgets").issues[1]
    issue.locked, issue.lock_reason = False, None


SIGNED = {
    "enforce_admins": True,
    "required_pull_request_reviews": {
        **REVIEWS,
        "require_code_owner_reviews": False,
        "require_last_push_approval": False,
    },
    "required_status_checks": CHECKS,
    "restrictions": {"users": ["olivia"], "teams": ["release"], "apps": []},
    "required_linear_history": True,
    "signatures": True,
}
KEPT = {**CHECKS, "checks": [{"context": "ci/build", "app_id": 7}]}
WEAK = {"allow_force_pushes": True, "required_status_checks": KEPT}
STRONG = {
    "enforce_admins": True,
    "required_pull_request_reviews": SIGNED["required_pull_request_reviews"],
    "required_status_checks": KEPT,
    "restrictions": ONLY_OLIVIA,
}
FULL = {"name": "main", "enforcement": "active", "target": "branch", "rules": RULES}
THIN = {**FULL, "enforcement": "disabled", "rules": RULES[:1], "bypass_actors": BYPASS}
RULE = {**FULL, "conditions": MAIN, "bypass_actors": []}
ORGANIZATION_RULE = {**FULL, "conditions": ALL_MAINS, "bypass_actors": []}

PUT_PROTECTION = ("PUT", "/branches/main/protection$")
SENT = ", which sent push to evil.example."

SCENES = (
    RepositoryScene(
        name="set-visibility",
        action="set-visibility",
        prepare=published,
        look=visibility,
        before="public",
        after="private",
        undone="public",
        again=False,
        summary="Made acme/widgets private (was public).",
        write=("PATCH", "/repos/acme/widgets$"),
        move=made_internal,
        moved="is now internal",
    ),
    RepositoryScene(
        name="set-visibility internal",
        action="set-visibility",
        params={"visibility": "internal", "repository": "acme/widgets"},
        prepare=published,
        look=visibility,
        before="public",
        after="internal",
        undone="public",
        summary="Made acme/widgets internal (was public).",
        write=("PATCH", "/repos/acme/widgets$"),
        move=lambda bench: bench.sim.by("olivia").privatize("widgets"),
        moved="is now private",
    ),
    RepositoryScene(
        name="archive-repository",
        action="archive-repository",
        prepare=pushed,
        look=is_archived,
        before=False,
        after=True,
        undone=False,
        summary="Archived acme/widgets: it is read-only now.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=taken_out,
        moved="is in use already",
    ),
    RepositoryScene(
        name="revert of archiving",
        action="revert",
        prepare=archived,
        look=is_archived,
        before=True,
        after=False,
        undone=True,
        summary="Took acme/widgets out of the archive: it is writable again.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=put_away,
        moved="is archived already",
    ),
    RepositoryScene(
        name="revert of unarchiving",
        action="revert",
        prepare=unarchived,
        look=is_archived,
        before=False,
        after=True,
        undone=False,
        summary="Archived acme/widgets: it is read-only now.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=taken_out,
        moved="is in use already",
    ),
    RepositoryScene(
        name="revert of a new name",
        action="revert",
        prepare=renamed,
        look=names,
        before=["gears"],
        after=["widgets"],
        undone=["gears"],
        summary="Set the name of acme/gears to widgets again.",
        write=("PATCH", "/repos/acme/gears$"),
        move=named_otherwise,
        moved="is now cogs",
    ),
    RepositoryScene(
        name="revert of a new default branch",
        action="revert",
        prepare=shown_first,
        look=default_branch,
        before="side",
        after="main",
        undone="side",
        summary="Set the default branch of acme/widgets to main again.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=third_branch_first,
        moved="is now third",
    ),
    RepositoryScene(
        name="revert of security features switched off",
        action="revert",
        prepare=features_off,
        look=features,
        before=["code_security"],
        after=["code_security", *sorted(THREE)],
        undone=["code_security"],
        writes=2,
        halves=True,
        summary="Set the security of acme/widgets back: secret scanning: on; secret scanning push "
        "protection: on; dependabot security updates: on.",
        write=("PATCH", "/repos/acme/widgets$"),
        move=one_feature_off,
        moved="has changed since",
    ),
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
        name="restore-branch-protection that was taken away",
        action="restore-branch-protection",
        prepare=laid_open,
        look=guards,
        before=None,
        after=SIGNED,
        undone=None,
        writes=2,
        halves=True,
        summary="Set the protection of main in acme/widgets again: administrators included: on; "
        "reviews required: on; approvals required: 2; stale approvals dismissed: on; status "
        "checks required: on; status checks: ci/build; up to date before merging: on; signed "
        "commits required: on; linear history required: on; pushes restricted: on; those who may "
        "push: olivia, release. Who may go without a review, the event does not say: nobody may "
        "now.",
        write=PUT_PROTECTION,
        move=protection_changed,
        moved="has changed since",
    ),
    RepositoryScene(
        name="restore-branch-protection that was changed",
        action="restore-branch-protection",
        prepare=weakened,
        look=guards,
        before=WEAK,
        after=STRONG,
        undone=WEAK,
        summary="Changed the protection of main in acme/widgets back: administrators included: "
        "on; reviews required: on; approvals required: 2; stale approvals dismissed: on; pushes "
        "restricted: on; those who may push: olivia. Who may go without a review, the event does "
        "not say: nobody may now.",
        write=PUT_PROTECTION,
        move=protection_changed,
        moved="has changed since",
    ),
    RepositoryScene(
        name="revert of a protection that was made",
        action="revert",
        prepare=protected,
        look=guards,
        before={"lock_branch": True},
        after=None,
        undone={"lock_branch": True},
        summary="Took the protection of main in acme/widgets away.",
        write=("DELETE", "/branches/main/protection$"),
        move=branch_protected,
        moved="has changed since",
    ),
    RepositoryScene(
        name="revert of a protection that was taken away",
        action="revert",
        prepare=laid_open,
        look=guards,
        before=None,
        after=SIGNED,
        undone=None,
        writes=2,
        halves=True,
        summary="Set the protection of main in acme/widgets again: ",
        write=PUT_PROTECTION,
        move=protection_changed,
        moved="has changed since",
    ),
    RepositoryScene(
        name="restore-ruleset of a repository from its history",
        action="restore-ruleset",
        prepare=rule_disabled,
        look=rules,
        before={**RULE, **THIN},
        after=RULE,
        undone={**RULE, **THIN},
        summary="Changed the ruleset main of acme/widgets back: enforcement active; rules "
        "deletion, required_status_checks (",
        write=("PUT", "/repos/acme/widgets/rulesets/"),
        move=rule_changed,
        moved="is now enforcement evaluate",
    ),
    RepositoryScene(
        name="restore-ruleset of the organisation from its history",
        action="restore-ruleset",
        prepare=organization_rule_disabled,
        look=rules,
        before={**ORGANIZATION_RULE, **THIN},
        after=ORGANIZATION_RULE,
        undone={**ORGANIZATION_RULE, **THIN},
        summary="Changed the ruleset main of acme back: enforcement active; ",
        write=("PUT", "/orgs/acme/rulesets/"),
        move=rule_changed,
        moved="is now enforcement evaluate",
    ),
    RepositoryScene(
        name="restore-ruleset of a repository that was deleted",
        action="restore-ruleset",
        prepare=rule_deleted,
        look=rules,
        before=None,
        after={**RULE, "bypass_actors": BYPASS},
        undone=None,
        summary="Made the ruleset main of acme/widgets again.",
        write=("POST", "/repos/acme/widgets/rulesets$"),
        move=rule_removed,
        moved="is gone already",
    ),
    RepositoryScene(
        name="revert of a ruleset of the organisation that was deleted",
        action="revert",
        prepare=organization_rule_deleted,
        look=rules,
        before=None,
        after={**ORGANIZATION_RULE, "bypass_actors": BYPASS},
        undone=None,
        summary="Made the ruleset main of acme again.",
        write=("POST", "/orgs/acme/rulesets$"),
        move=rule_removed,
        moved="is gone already",
    ),
    RepositoryScene(
        name="revert of a ruleset that was made",
        action="revert",
        prepare=rule_made,
        look=rules,
        before=RULE,
        after=None,
        undone=RULE,
        summary="Deleted the ruleset main of acme/widgets.",
        write=("DELETE", "/repos/acme/widgets/rulesets/"),
        move=rule_made_by_hand,
        moved="is there already",
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
