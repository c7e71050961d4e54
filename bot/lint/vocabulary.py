"""What an event can be called and what it can hold, as far as GitHub says.

An action or a field that is not here may still come one day: not to know it is a warning.
"""

import re
from collections.abc import Iterator, Mapping, Set
from difflib import get_close_matches
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final

from bot.core.normalise import KNOWN_ACTIONS
from bot.core.normalise.aliases import ALIASES
from bot.core.normalise.catalogue import DELIVERIES
from bot.core.normalise.families import FAMILIES
from bot.core.normalise.table import unnamed
from bot.detect.condition import Text, Wild
from bot.detect.text import fold

ANY_ENTRY: Final = frozenset(
    {
        *("@timestamp", "actor_ip", "actor_location", "application_name", "business"),
        *("business_id", "category_type", "external_identity_nameid", "hashed_token"),
        *("external_identity_username", "integration", "oauth_application_id"),
        *("oauth_application_name", "programmatic_access_type", "request_id"),
        *("token_id", "token_scopes", "transport_protocol", "transport_protocol_name"),
        *("user_agent", "_document_id", "created_at", "actor_is_bot"),
    }
)
"""Fields that an entry of the audit log may have whatever its action is."""

_ALIASES: Final = frozenset(alias.name for alias in ALIASES)
_FREE: Final = "repository_dispatch."  # what follows is chosen by whoever sends it


@cache
def known_actions() -> Set[str]:
    """Return every action that an event from the audit log, a webhook or the roster may have."""
    listed = _lines("audit_log.txt")
    return frozenset(KNOWN_ACTIONS) | {
        f"{category}.{name}" for category, names in listed for name in names
    }


@cache
def _folded() -> Mapping[str, str]:
    return {fold(action): action for action in known_actions()}


def actions_like(text: Text) -> Set[str]:
    """Return the known actions that a text of a playbook stands for, with its wildcards."""
    if all(isinstance(part, str) for part in text.parts):
        found = _folded().get(fold("".join(map(str, text.parts))))
        return frozenset() if found is None else {found}
    pattern = re.compile("".join(map(_spell, text.parts)), re.DOTALL)
    return {action for action in known_actions() if pattern.fullmatch(action)}


def _spell(part: object) -> str:
    if isinstance(part, Wild):
        return ".*" if part is Wild.MANY else "."
    return re.escape(fold(str(part)))


def is_action(name: str) -> bool:
    """Say whether an event may have this action, or one that public rules call so."""
    return fold(name) in _folded() or fold(name) in _ALIASES or name.startswith(_FREE)


@lru_cache(maxsize=1024)
def nearest_action(name: str) -> str | None:
    """Return the known action most like a name: of its own category first."""
    folded = fold(name)
    category = folded.partition(".")[0]
    beside = [action for action in known_actions() if action.partition(".")[0] == category]
    for choice in (beside, sorted(known_actions())):
        if found := get_close_matches(folded, choice, n=1):
            return found[0]
    return None


def is_told(action: str) -> bool:
    """Say whether an event with this action comes by a webhook or from what Tipstaff compares.

    Of all others only the audit log tells.
    """
    return action in KNOWN_ACTIONS or action in _sources()


def events_of(action: str) -> Set[str]:
    """Return GitHub's names of the webhook events that become an action; empty: none tells it."""
    return _sources().get(action, frozenset())


@lru_cache(maxsize=4096)
def fields_of(action: str) -> Set[str] | None:
    """Return every first part of a field that an event of an action may have.

    ``None`` when nobody knows: the action comes by the audit log only.
    """
    if action not in KNOWN_ACTIONS:
        return None
    payload = {key for event in events_of(action) for key in _payload_keys().get(event, ())}
    return payload | ANY_ENTRY | frozenset(KNOWN_ACTIONS[action])


@cache
def _sources() -> Mapping[str, Set[str]]:
    found: dict[str, set[str]] = {}
    for family in FAMILIES:
        if family.source == "webhook":
            for row in family.rows:
                found.setdefault(row.becomes, set()).add(family.event)
    for event, actions in DELIVERIES.items():
        for action in actions or (None,):
            found.setdefault(unnamed(event, action), set()).add(event)
    return found


@cache
def _payload_keys() -> Mapping[str, frozenset[str]]:
    return {event: frozenset(keys) for event, keys in _lines("payload_keys.txt")}


def _lines(name: str) -> Iterator[tuple[str, list[str]]]:
    text = files("bot.lint").joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            head, _, rest = line.partition(": ")
            yield head, rest.split()
