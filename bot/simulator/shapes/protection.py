"""Protected branches and rulesets, as GitHub shows them."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.shapes import app, people
from bot.simulator.state.protection import RULESET_FIELDS, Protection, Ruleset, RulesetVersion
from bot.simulator.state.repository import Repository
from bot.simulator.world import World, stamp

_SWITCHES = (
    "required_linear_history",
    "allow_force_pushes",
    "allow_deletions",
    "block_creations",
    "required_conversation_resolution",
    "lock_branch",
    "allow_fork_syncing",
)


def protection(world: World, repo: Repository, made: Protection) -> dict[str, Any]:
    """Return GitHub's ``branch-protection``."""
    url = f"{world.api}/repos/{repo.full_name}/branches/{made.branch}/protection"
    settings = made.settings
    shown: dict[str, Any] = {
        "url": url,
        "enforce_admins": {
            "url": f"{url}/enforce_admins",
            "enabled": bool(settings.get("enforce_admins")),
        },
        "required_signatures": signatures(world, repo, made),
        **{name: {"enabled": bool(settings.get(name))} for name in _SWITCHES},
    }
    checks = settings.get("required_status_checks")
    if checks is not None:
        shown["required_status_checks"] = status_checks(url, checks)
    reviews = settings.get("required_pull_request_reviews")
    if reviews is not None:
        shown["required_pull_request_reviews"] = _reviews(world, url, reviews)
    restrictions = settings.get("restrictions")
    if restrictions is not None:
        shown["restrictions"] = _people(world, f"{url}/restrictions", restrictions)
    return shown


def signatures(world: World, repo: Repository, made: Protection) -> dict[str, Any]:
    """Return GitHub's ``protected-branch-admin-enforced``, about signed commits."""
    url = f"{world.api}/repos/{repo.full_name}/branches/{made.branch}/protection"
    return {"url": f"{url}/required_signatures", "enabled": made.signatures}


def status_checks(url: str, checks: Mapping[str, Any]) -> dict[str, Any]:
    """Return GitHub's ``status-check-policy``; ``url`` is the protection's."""
    return {
        "url": f"{url}/required_status_checks",
        "strict": checks["strict"],
        "contexts": [check["context"] for check in checks["checks"]],
        "checks": [dict(check) for check in checks["checks"]],
        "contexts_url": f"{url}/required_status_checks/contexts",
    }


def _reviews(world: World, url: str, reviews: Mapping[str, Any]) -> dict[str, Any]:
    url = f"{url}/required_pull_request_reviews"
    shown: dict[str, Any] = {
        "url": url,
        "dismiss_stale_reviews": bool(reviews.get("dismiss_stale_reviews")),
        "require_code_owner_reviews": bool(reviews.get("require_code_owner_reviews")),
        "required_approving_review_count": reviews.get("required_approving_review_count", 1),
        "require_last_push_approval": bool(reviews.get("require_last_push_approval")),
    }
    if dismissal := reviews.get("dismissal_restrictions"):
        shown["dismissal_restrictions"] = _people(world, f"{url}/dismissal", dismissal)
    if bypass := reviews.get("bypass_pull_request_allowances"):
        shown["bypass_pull_request_allowances"] = {
            name: each
            for name, each in _people(world, url, bypass).items()
            if not name.endswith("url")
        }
    return shown


def _people(world: World, url: str, named: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "url": url,
        "users_url": f"{url}/users",
        "teams_url": f"{url}/teams",
        "users": [people.user(world, world.user(login)) for login in named.get("users", ())],
        "teams": [people.team(world, world.team(slug)) for slug in named.get("teams", ())],
        "apps": [_app(world) for _ in named.get("apps", ())],
        **({"apps_url": f"{url}/apps"} if url.endswith("/restrictions") else {}),
    }


def _app(world: World) -> dict[str, Any]:
    """Return the App as lists of who may push show it: with four of its permissions."""
    shown = app.integration(world)
    held = {name: level for name, level in shown["permissions"].items() if name in _OF_APPS}
    return {**shown, "permissions": held}


_OF_APPS = frozenset(("metadata", "contents", "issues", "single_file"))


def rule(repo: Repository, made: Protection) -> dict[str, Any]:
    """Return the rule that a ``branch_protection_rule`` webhook carries."""
    settings = made.settings
    checks, reviews = settings.get("required_status_checks"), _all(settings)
    who = settings.get("restrictions")
    actors = [name for kind in ("users", "teams", "apps") for name in (who or {}).get(kind, ())]
    return {
        "id": made.id,
        "repository_id": repo.id,
        "name": made.branch,
        "created_at": stamp(made.created_at),
        "updated_at": stamp(made.updated_at),
        "pull_request_reviews_enforcement_level": _level(reviews is not None),
        "required_approving_review_count": (reviews or {}).get(
            "required_approving_review_count", 1 if reviews is not None else 0
        ),
        "dismiss_stale_reviews_on_push": bool((reviews or {}).get("dismiss_stale_reviews")),
        "require_code_owner_review": bool((reviews or {}).get("require_code_owner_reviews")),
        "require_last_push_approval": bool((reviews or {}).get("require_last_push_approval")),
        "authorized_dismissal_actors_only": bool((reviews or {}).get("dismissal_restrictions")),
        "ignore_approvals_from_contributors": False,
        "required_status_checks": [each["context"] for each in (checks or {}).get("checks", ())],
        "required_status_checks_enforcement_level": _level(checks is not None),
        "strict_required_status_checks_policy": bool((checks or {}).get("strict")),
        "signature_requirement_enforcement_level": _level(made.signatures),
        "linear_history_requirement_enforcement_level": _set(settings, "required_linear_history"),
        "admin_enforced": bool(settings.get("enforce_admins")),
        "create_protected": bool(settings.get("block_creations")),
        "allow_force_pushes_enforcement_level": _set(settings, "allow_force_pushes"),
        "allow_deletions_enforcement_level": _set(settings, "allow_deletions"),
        "merge_queue_enforcement_level": "off",
        "required_deployments_enforcement_level": "off",
        "required_conversation_resolution_level": _set(
            settings, "required_conversation_resolution"
        ),
        "lock_branch_enforcement_level": _set(settings, "lock_branch"),
        "lock_allows_fork_sync": bool(settings.get("allow_fork_syncing")),
        "authorized_actors_only": who is not None,
        "authorized_actor_names": actors,
    }


def _all(settings: Mapping[str, Any]) -> Mapping[str, Any] | None:
    reviews = settings.get("required_pull_request_reviews")
    return reviews if isinstance(reviews, Mapping) else None


def _set(settings: Mapping[str, Any], name: str) -> str:
    return _level(bool(settings.get(name)))


def _level(on: bool) -> str:
    return "non_admins" if on else "off"


def ruleset(world: World, made: Ruleset) -> dict[str, Any]:
    """Return GitHub's ``repository-ruleset``, as somebody who may change it sees it."""
    return {
        **ruleset_item(world, made),
        "bypass_actors": made.state["bypass_actors"],
        "conditions": made.state["conditions"],
        "rules": made.state["rules"],
        "current_user_can_bypass": "never",
    }


def ruleset_item(world: World, made: Ruleset) -> dict[str, Any]:
    """Return a ruleset as lists hold it: without its rules."""
    kind = "orgs" if made.source_type == "Organization" else "repos"
    page = "organizations" if kind == "orgs" else made.source
    return {
        "id": made.id,
        "name": made.state["name"],
        "target": made.state["target"],
        "source_type": made.source_type,
        "source": made.source,
        "enforcement": made.state["enforcement"],
        "node_id": f"RRS_{made.id}",
        "_links": {
            "self": {"href": f"{world.api}/{kind}/{made.source}/rulesets/{made.id}"},
            "html": {"href": f"{world.html}/{page}/rules/{made.id}"},
        },
        "created_at": stamp(made.created_at),
        "updated_at": stamp(made.updated_at),
    }


def version(made: RulesetVersion) -> dict[str, Any]:
    """Return GitHub's ``ruleset-version``."""
    return {
        "version_id": made.id,
        "actor": {"id": made.by.id, "type": made.by.kind},
        "updated_at": stamp(made.at),
    }


def version_with_state(made: Ruleset, found: RulesetVersion) -> dict[str, Any]:
    """Return GitHub's ``ruleset-version-with-state``."""
    state = {name: found.state[name] for name in RULESET_FIELDS}
    about = {"id": made.id, "source_type": made.source_type, "source": made.source}
    return {**version(found), "state": {**about, **state}}
