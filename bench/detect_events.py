"""Audit-log events made up for measuring: everyday work, and here and there something that counts.

Realistic cardinality: a few thousand people, repositories and programs that come again and again,
some far more often than others. Hostile: each user agent, repository, actor, address and token
is met once, so that nothing remembered is of use.
"""

import random
from collections.abc import Callable, Iterator
from typing import Any, Final

EVERYDAY: Final = (
    *("git.clone", "git.fetch", "git.push", "pull_request.create", "pull_request.merge"),
    *("pull_request.close", "pull_request_review.submit", "pull_request_review_comment.create"),
    *("workflows.created_workflow_run", "workflows.completed_workflow_run"),
    *("workflows.prepared_workflow_job", "issue_comment.update", "issues.transfer"),
    *("packages.package_version_published", "packages.package_version_deleted"),
    *("repo.create", "repo.add_topic", "repo.download_zip", "repository_image.create"),
    *("org.sso_response", "public_key.verify", "project.access", "discussion_post.update"),
)
_SUBJECTS: Final = (
    *("business", "codespaces", "dependabot_alerts", "dependabot_security_updates", "environment"),
    *(
        "enterprise_installation",
        "hook",
        "integration",
        "integration_installation",
        "ip_allow_list",
    ),
    *(
        "ip_allow_list_entry",
        "migration",
        "oauth_application",
        "org",
        "org_credential_authorization",
    ),
    *("organization_domain", "packages", "personal_access_token", "private_repository_forking"),
    *("profile_picture", "project", "protected_branch", "public_key", "repo", "repository_ruleset"),
    *("repository_secret_scanning", "repository_vulnerability_alert", "role", "secret_scanning"),
    *("secret_scanning_push_protection", "sponsors", "ssh_certificate_authority", "team"),
)
_VERBS: Final = (
    *("create", "update", "destroy", "enable", "disable", "add_member", "remove_member"),
    *("access", "bypass", "transfer", "rename", "update_permission"),
)
RARE: Final = tuple(
    name
    for subject in _SUBJECTS
    for verb in _VERBS
    if (name := f"{subject}.{verb}") not in EVERYDAY
)
"""Actions by which something is changed or taken: what most rules are about."""

RARELY: Final = 0.02
"""The share of events with a rare action: most of an audit log is cloning, pushing and building."""

_AGENTS: Final = ("git/2.{}.1", "Mozilla/5.0 (X11; Linux x86_64) Chrome/{}.0", "octokit.js/{}")
_AGENTS_TOO: Final = ("python-requests/2.{}", "curl/8.{}.0", "GitHub CLI 2.{}.0", "go-git/5.{}")
_WORDS: Final = ("api", "web", "core", "data", "infra", "secret", "prod", "docs", "legacy", "ml")
_PERMISSIONS: Final = ("read", "triage", "write", "maintain", "admin")
_ACCESS: Final = (
    *(
        "Fine-grained personal access token",
        "Personal access token (classic)",
        "OAuth access token",
    ),
    *("GitHub App server-to-server token", "GitHub App user-to-server token"),
)


def events(seed: int, count: int, *, hostile: bool) -> Iterator[dict[str, Any]]:
    """Yield events in the audit log's spelling."""
    dice = random.Random(f"events {seed} {hostile}")
    people = _crowd(dice, 3_000, _person, hostile=hostile)
    repositories = _crowd(dice, 1_500, _repository, hostile=hostile)
    agents = _crowd(dice, 200, _agent, hostile=hostile)
    addresses = _crowd(dice, 2_500, _address, hostile=hostile)
    tokens = _crowd(dice, 2_000, _token, hostile=hostile)
    for number in range(count):
        rare = dice.random() < RARELY
        at = 1_795_000_000_000 + number * 137
        org = dice.choice(("acme", "acme-labs"))
        event: dict[str, Any] = {
            "@timestamp": at,
            "_document_id": f"{dice.getrandbits(128):032x}",
            "action": dice.choice(RARE if rare else EVERYDAY),
            "actor": people(),
            "actor_id": dice.randrange(10_000_000),
            "actor_ip": addresses(),
            "actor_is_bot": dice.random() < 0.2,
            "actor_location": {"country_code": dice.choice(("DE", "US", "GB", "IN", "BR"))},
            "business": "acme-group",
            "created_at": at,
            "operation_type": dice.choice(("create", "modify", "remove", "access", "transfer")),
            "org": org,
            "org_id": 4_711,
            "repo": f"{org}/{repositories()}",
            "public_repo": dice.random() < 0.1,
            "user_agent": agents(),
            "programmatic_access_type": dice.choice(_ACCESS),
            "hashed_token": tokens(),
        }
        if rare:
            event |= {
                "user": people(),
                "permission": dice.choice(_PERMISSIONS),
                "old_permission": dice.choice(_PERMISSIONS),
                "visibility": dice.choice(("private", "internal", "public")),
                "team": f"{org}/{dice.choice(_WORDS)}",
                "token_scopes": dice.choice(("repo", "repo,admin:org", "read:org", "")),
            }
        yield event


def _crowd(
    dice: random.Random, size: int, make: Callable[[random.Random], str], *, hostile: bool
) -> Callable[[], str]:
    """Return what draws one: a newcomer each time, or a regular, the first ones most often."""
    if hostile:
        return lambda: make(dice)
    regulars = [make(dice) for _ in range(size)]
    return lambda: regulars[int(size * dice.random() ** 3)]


def _person(dice: random.Random) -> str:
    name = f"{dice.choice(_WORDS)}-{dice.getrandbits(40):010x}"
    return f"{name}[bot]" if dice.random() < 0.1 else name


def _repository(dice: random.Random) -> str:
    return f"{dice.choice(_WORDS)}-{dice.choice(_WORDS)}-{dice.getrandbits(32):08x}"


def _agent(dice: random.Random) -> str:
    form = dice.choice(_AGENTS + _AGENTS_TOO)
    return f"{form.format(dice.randrange(100))} {dice.getrandbits(48):012x}"


def _address(dice: random.Random) -> str:
    return ".".join(str(dice.randrange(1, 255)) for _ in range(4))


def _token(dice: random.Random) -> str:
    return f"{dice.getrandbits(256):064x}"
