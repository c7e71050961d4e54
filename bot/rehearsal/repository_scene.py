"""A repository's things as an event left them: what guards it, what reaches out, what was found."""

import re
from collections.abc import Sequence
from typing import Any, Final

from bot.actions.repository import protection
from bot.actions.repository.protection import Protection, settled
from bot.core.event import Event
from bot.core.normalise.custom_property import property_values
from bot.core.normalise.security import FEATURES
from bot.rehearsal.people_scene import whole
from bot.simulator import Simulator
from bot.simulator.changes import alerts, git, issues, rulesets, webhooks
from bot.simulator.changes import protection as guarding
from bot.simulator.state.people import User
from bot.simulator.state.repository import Repository

_COMMIT: Final = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_SECRET: Final = "ghp_" + "Re1e" * 9  # what secret scanning might have found: nobody's token
_FINDINGS: Final = {
    "code_scanning.alert_closed_by_user": ("code-scanning", "false positive"),
    "repository_vulnerability_alert.dismiss": ("dependabot", "not_used"),
}


def set_things(sim: Simulator, event: Event, repo: Repository | None) -> None:
    """Put on stage what the event names; ``repo`` is its repository (``None``: it has none)."""
    by = sim.world.person(event.actor or "somebody")
    _webhook(sim, event, repo)
    _ruleset(sim, event, repo, by)
    if repo is None:
        return
    _settings(sim, event, repo, by)
    _properties(sim, event, repo)
    _key(sim, event, repo)
    _protection(sim, event, repo, by)
    _conversation(sim, event, repo, by)
    _finding(sim, event, repo, by)
    for field in ("after", "head_sha", "sha"):
        add_commit(repo, event.text(field) or "")
    repo.archived = event.action == "repo.archived"


def add_commit(repo: Repository, sha: str) -> None:
    """Let there be a commit, if that is a commit's whole id."""
    if _COMMIT.fullmatch(sha) and sha not in repo.commits:
        repo.commits[sha] = repo.commits[repo.branches[repo.default_branch]]


def _settings(sim: Simulator, event: Event, repo: Repository, by: User) -> None:
    for field in ("old_default_branch", "new_default_branch"):
        branch = event.text(field)
        if branch and branch not in repo.branches:
            git.create_branch(sim.world, by, repo, branch)
    repo.default_branch = event.text("new_default_branch") or repo.default_branch
    if event.action == "repository.edited":
        repo.description, repo.homepage = event.text("description"), event.text("homepage")
        repo.topics = sorted(map(str, event.values("topics")))
    for feature, (off, on) in FEATURES.items():
        if event.action in {off, on}:
            repo.features[feature] = event.action == on
    for field, switched in (("disabled_features", False), ("enabled_features", True)):
        for feature in event.values(field):
            if feature in FEATURES:
                repo.features[feature] = switched


def _properties(sim: Simulator, event: Event, repo: Repository) -> None:
    before = property_values(event.fields.get("old_property_values"))
    after = property_values(event.fields.get("new_property_values"))
    for name in {**before, **after}:
        told = (before.get(name), after.get(name))
        choices = sorted({each for value in told if isinstance(value, list) for each in value})
        sim.add_property(name, "multi_select" if choices else "string", allowed=choices)
    repo.properties = {name: value for name, value in after.items() if value is not None}


def _key(sim: Simulator, event: Event, repo: Repository) -> None:
    number = whole(event, "key_id")
    if number is None or event.action == "public_key.delete":
        return
    title, read_only = event.text("title") or "rehearsal", event.fields.get("read_only") is True
    add_key(sim, repo, number, title, read_only=read_only)


def add_key(
    sim: Simulator, repo: Repository, number: int, title: str, *, read_only: bool = False
) -> None:
    """Let there be a deploy key."""
    key = sim.add_deploy_key(repo.full_name, title, read_only=read_only)
    del repo.deploy_keys[key.id]
    key.id = number
    repo.deploy_keys[number] = key


def _webhook(sim: Simulator, event: Event, repo: Repository | None) -> None:
    number = whole(event, "hook_id")
    if number is None or event.action == "hook.destroy":
        return
    events = [str(each) for each in event.values("events")] or ["push"]
    active = str(event.fields.get("active", True)).lower() == "true"
    add_webhook(sim, repo, number, events, active=active)


def add_webhook(
    sim: Simulator,
    repo: Repository | None,
    number: int,
    events: Sequence[str] = ("push",),
    *,
    active: bool = True,
) -> None:
    """Let there be a webhook of a repository, or (``None``) of the organisation."""
    made = webhooks.add(sim.world, repo, "https://example.com/", list(events))
    made.active = active
    kept = webhooks.kept(sim.world, repo)
    del kept[made.id]
    made.id = number
    kept[number] = made


def _protection(sim: Simulator, event: Event, repo: Repository, by: User) -> None:
    name = event.text("name")
    if name is None or not event.action.startswith("protected_branch."):
        return
    if name not in repo.branches:
        git.create_branch(sim.world, by, repo, name)
    rule = settled(event.fields)
    for login in rule["authorized_actor_names"]:
        sim.add_user(login)
    if event.action == "protected_branch.destroy":
        return
    people = {"restrictions": {"users": rule["authorized_actor_names"]}}
    wanted = protection.request(Protection(aspects=rule, people=people))
    checks = wanted["required_status_checks"]
    if checks is not None:
        checks["checks"] = [{"context": each, "app_id": None} for each in checks.pop("contexts")]
    made = guarding.protect(sim.world, by, repo, name, wanted)
    signed = rule["signature_requirement_enforcement_level"]
    guarding.set_signatures(sim.world, by, repo, made, wanted=signed)


def _ruleset(sim: Simulator, event: Event, repo: Repository | None, by: User) -> None:
    number = whole(event, "ruleset_id")
    if number is None or event.action == "repository_ruleset.destroy":
        return
    if (event.text("ruleset_source_type") or "").lower() == "organization":
        repo = None
    now = {part: event.fields.get(f"ruleset_{part}") for part in _PARTS}
    told: dict[str, Any] = {"name": "rehearsal", "enforcement": "active"}
    told |= {part: value for part, value in now.items() if value is not None}
    former = {
        "name": event.text("ruleset_old_name") or told["name"],
        "enforcement": event.text("ruleset_old_enforcement") or told["enforcement"],
        "rules": [
            *(
                rule
                for rule in told.get("rules", ())
                if rule not in (event.fields.get("ruleset_rules_added") or ())
            ),
            *(event.fields.get("ruleset_rules_deleted") or ()),
        ],
    }
    changed = event.action == "repository_ruleset.update"
    made = rulesets.create(sim.world, by, repo, {**told, **former} if changed else told)
    kept = rulesets.kept(sim.world, repo)
    del kept[made.id]
    made.id = number
    kept[number] = made
    if changed:
        rulesets.edit(sim.world, by, repo, number, {"rules": [], **told})


_PARTS: Final = ("name", "target", "enforcement", "conditions", "rules", "bypass_actors")


def _conversation(sim: Simulator, event: Event, repo: Repository, by: User) -> None:
    number = whole(event, "number")
    if number is None or not event.action.startswith(("issue", "pull_request")):
        return
    add_issue(sim, by, repo, number, event.text("title") or "Rehearsal")


def add_issue(sim: Simulator, by: User, repo: Repository, number: int, title: str) -> None:
    """Let there be an issue."""
    issue = issues.open_issue(sim.world, by, repo, title=title)
    del repo.issues[issue.number]
    issue.number = number
    repo.issues[number] = issue


def _finding(sim: Simulator, event: Event, repo: Repository, by: User) -> None:
    if event.action.startswith("secret_scanning_alert."):
        _secret(sim, event, repo, by)
    kind, usual = _FINDINGS.get(event.action, ("", ""))
    number = whole(event, "alert_number")
    if kind and number is not None:
        made = alerts.add_finding(sim.world, repo, kind)
        repo.findings[kind, number] = {**repo.findings.pop((kind, made)), "number": number}
        reason = event.text("dismiss_reason") or usual
        found = (kind, number)
        alerts.set_finding_state(sim.world, by, repo, found, state="dismissed", reason=reason)


def _secret(sim: Simulator, event: Event, repo: Repository, by: User) -> None:
    number = whole(event, "number")
    if number is None:
        return
    made = alerts.find_secret(
        sim.world,
        by,
        repo,
        secret_type=event.text("secret_type") or "github_personal_access_token",
        name=event.text("secret_type_display_name") or "GitHub Personal Access Token",
        validity="unknown",
        publicly_leaked=False,
        bypassed_by=None,
        secret=_SECRET,
    )
    repo.secrets[number] = {**repo.secrets.pop(made), "number": number}
    if event.action != "secret_scanning_alert.resolve":
        return
    resolution = event.text("resolution") or "false_positive"
    alerts.set_secret_state(sim.world, by, repo, number, state="resolved", resolution=resolution)
