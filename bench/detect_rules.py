"""Rules to measure with: fifteen like those for GitHub in public collections, and any number more.

The fifteen are our own, in the kinds that SigmaHQ's rules for GitHub have: mostly lists of
actions. The generated ones: three in five ask for actions only, half of them with a filter; one
in six also searches a field for texts; one in eight also matches a pattern; one in ten does not
ask for an action at all.
"""

import random
from typing import Any, Final
from uuid import UUID

import yaml

from bench.detect_events import EVERYDAY, RARE

_LIKE_SIGMAHQ: Final[tuple[dict[str, Any], ...]] = (
    {"action": ["codespaces.destroy", "environment.destroy", "project.destroy", "repo.destroy"]},
    {"action": ["dependabot_alerts.disable", "dependabot_security_updates.disable"]},
    {"action": ["private_repository_forking.enable", "private_repository_forking.update"]},
    {"action": ["org.add_member", "team.add_member"]},
    {"action": ["environment.create", "secret_scanning.create"], "actor|endswith": "-admin"},
    {"action": ["org.remove_member", "project.update_permission"]},
    {"action": "repo.access", "visibility": "public"},
    {"action|contains": "secret_scanning_push_protection.bypass"},
    {"action": ["secret_scanning_push_protection.disable", "org.disable"]},
    {"action": ["migration.create", "org.transfer", "repo.transfer"]},
    {"action": ["repo.rename", "repo.update"], "user_agent|contains": ["curl/", "python-requests"]},
    {"action": ["repository_secret_scanning.disable", "secret_scanning.disable"]},
    {"action|startswith": "enterprise_installation."},
    {"action": ["ssh_certificate_authority.create", "ssh_certificate_authority.disable"]},
    {"action": ["team.update_permission", "repo.add_member"], "permission": ["admin", "maintain"]},
)
_FRAGMENTS: Final = ("api", "web", "core", "data", "infra", "secret", "prod", "docs", "legacy")
_AGENTS: Final = ("curl/", "python-requests/", "go-git/", "octokit", "Chrome/", "git/2.")
_FILTERS: Final[tuple[dict[str, Any], ...]] = (
    {"actor|endswith": "[bot]"},
    {"actor|startswith": ["data-", "infra-"]},
    {"operation_type": "access"},
    {"programmatic_access_type|contains": "server-to-server"},
    {"actor_ip|startswith": "10."},
)


def like_sigmahq() -> list[str]:
    """Return the texts of fifteen rules like SigmaHQ's."""
    return [_rule(number, {"selection": one}) for number, one in enumerate(_LIKE_SIGMAHQ)]


def generated(seed: int, count: int) -> list[str]:
    """Return the texts of any number of rules."""
    dice = random.Random(f"rules {seed}")
    return [_rule(1_000 + number, _detection(dice)) for number in range(count)]


def _detection(dice: random.Random) -> dict[str, Any]:
    kind = dice.random()
    if kind < 0.1:
        return {"selection": _without_action(dice)}
    selection: dict[str, Any] = {"action": dice.sample(RARE, dice.randint(1, 4))}
    if kind < 0.7:
        filtered = dice.random() < 0.5
        return {"selection": selection} | ({"filter": dice.choice(_FILTERS)} if filtered else {})
    if kind < 0.87:
        return {"selection": selection | _containing(dice)}
    return {"selection": {"action": dice.choice([*RARE, *EVERYDAY])} | _matching(dice)}


def _containing(dice: random.Random) -> dict[str, Any]:
    return dice.choice(
        (
            {"repo|contains": dice.sample(_FRAGMENTS, 2)},
            {"repo|contains": f"-{dice.getrandbits(12):03x}"},
            {"user_agent|contains": dice.sample(_AGENTS, 2)},
            {"user_agent|contains": f"{dice.choice(_AGENTS)}{dice.randrange(10, 99)}"},
            {"token_scopes|contains|all": ["repo", "admin:"]},
            {"actor|startswith": f"{dice.choice(_FRAGMENTS)}-{dice.getrandbits(8):02x}"},
        )
    )


def _matching(dice: random.Random) -> dict[str, Any]:
    word, digits = dice.choice(_FRAGMENTS), f"{dice.getrandbits(8):02x}"
    return dice.choice(
        (
            {"repo|re": rf"^acme/{word}-[a-z]+-{digits}"},
            {"actor|re": rf"^{word}-[0-9]+{digits}[a-f]*$"},
            {"user_agent|re": rf"(curl|python-requests)/[0-9]\.{dice.randrange(10, 99)}"},
        )
    )


def _without_action(dice: random.Random) -> dict[str, Any]:
    digits = f"{dice.getrandbits(12):03x}"
    return dice.choice(
        (
            {"user_agent|contains": f"evil-{digits}"},
            {"repo|endswith": f"{dice.choice(_FRAGMENTS)}-{digits}"},
            {"actor|re": rf"^(svc|tmp)-{digits}[0-9]+$"},
            {"hashed_token|startswith": digits + "0"},
            {"actor_ip|startswith": f"198.51.{dice.randrange(256)}.", "public_repo": True},
            {"permission": "admin", "user|contains": f"-{digits}"},
        )
    )


def _rule(number: int, detection: dict[str, Any]) -> str:
    condition = "selection and not filter" if "filter" in detection else "selection"
    rule = {
        "title": f"Measured Rule {number}",
        "id": str(UUID(int=0x11111111_2222_4333_8444_000000000000 + number)),
        "status": "experimental",
        "description": "A rule that is measured.",
        "author": "Tipstaff",
        "date": "2026-11-22",
        "tags": ["attack.t1098"],
        "logsource": {"product": "github", "service": "audit"},
        "detection": {**detection, "condition": condition},
        "falsepositives": ["Administration"],
        "level": "medium",
    }
    return yaml.dump(rule, Dumper=yaml.CSafeDumper, sort_keys=False)
