"""Public rules that spell an action otherwise than our events do fire all the same."""

from typing import Any

import orjson
import pytest

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import KNOWN_ACTIONS, normalise
from bot.core.normalise.aliases import ALIASES
from bot.detect.matcher import compile_rules
from tests.detect.build import NOW, event, rule, selecting

REPOSITORY = {"full_name": "acme/site", "private": False, "visibility": "public"}

# What a public rule asks for, the webhook that must fire it, and one of the kind that must not.
WEBHOOKS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "action: [deploy_key.create, deploy_key.delete]",
        "deploy_key",
        {"action": "created", "key": {"id": 1, "title": "ci"}, "repository": REPOSITORY},
        {"action": "created", "key": {"id": 1, "title": "ci"}},
    ),
    (
        "{action: repo.change_visibility, visibility: public}",
        "repository",
        {"action": "publicized", "repository": REPOSITORY},
        {"action": "privatized", "repository": {**REPOSITORY, "visibility": "private"}},
    ),
    (
        "action: [migration.create, org.transfer, repo.transfer_outgoing]",
        "repository",
        {"action": "transferred", "repository": REPOSITORY},
        {"action": "renamed", "repository": REPOSITORY},
    ),
    (
        "action|contains: secret_scanning_push_protection.bypass",
        "secret_scanning_alert",
        {"action": "created", "alert": {"number": 1, "push_protection_bypassed": True}},
        {"action": "created", "alert": {"number": 1, "push_protection_bypassed": False}},
    ),
]


def matches(selection: str, what: Event) -> bool:
    """Say whether a rule with this selection matches an event."""
    return bool(compile_rules([rule(selecting(selection))], {}).match(what))


def webhook(name: str, payload: dict[str, Any]) -> Event:
    """Return the event of a delivery."""
    return normalise(
        Delivery(
            id="d",
            source="webhook",
            event=name,
            received_at=NOW,
            body=orjson.dumps(payload),
            headers={},
        )
    )


@pytest.mark.parametrize(("selection", "name", "wanted", "other"), WEBHOOKS)
def test_a_public_spelling_fires_on_the_webhook(
    selection: str, name: str, wanted: dict[str, Any], other: dict[str, Any]
) -> None:
    """The rule, unchanged, finds the act that a webhook tells of, and only that."""
    assert matches(selection, webhook(name, wanted))
    assert not matches(selection, webhook(name, other))


@pytest.mark.parametrize("alias", ALIASES, ids=lambda alias: str(alias.name))
def test_a_public_spelling_fires_on_its_own_entry_too(alias: Any) -> None:
    """An audit log that has the entry by that name is read as it is."""
    assert matches(f"action: {alias.name}", event({"action": alias.name}))
    assert alias.action in KNOWN_ACTIONS


@pytest.mark.parametrize(
    "selection",
    [
        "action: DEPLOY_KEY.Create",
        "action: 'deploy_*.create'",
        "action|startswith: deploy_key",
        "action|re: '^deploy_key[.]'",
        "action|cased: deploy_key.create",
    ],
)
def test_any_form_of_asking_for_the_spelling_counts(selection: str) -> None:
    """A pattern or a beginning that accepts the spelling means the action as well."""
    found = {"action": "public_key.create", "repo": "acme/site"}
    assert matches(selection, event(found))
    assert not matches(selection, event({"action": "public_key.create"}))


@pytest.mark.parametrize(
    "selection",
    ["action|cased: Deploy_Key.create", "action: public_key.delete", "user: deploy_key.create"],
)
def test_what_does_not_accept_the_spelling_means_nothing_more(selection: str) -> None:
    """Other cases, other actions and other fields ask for what they say."""
    found = {"action": "public_key.create", "repo": "acme/site"}
    assert not matches(selection, event(found))


def test_not_the_spelling_excludes_the_action() -> None:
    """Under `not` the two mean the same, too."""
    text = selecting("action: repo.change_visibility").replace(
        "condition: selection", "condition: not selection"
    )
    compiled = compile_rules([rule(text)], {})
    assert not compiled.match(event({"action": "repo.access"}))
    assert compiled.match(event({"action": "repo.rename"}))


def test_the_reason_shows_the_rules_own_words() -> None:
    """Whoever reads the alert finds what the rule asks for, and what the event said."""
    compiled = compile_rules([rule(selecting("action: repo.change_visibility"))], {})
    (match,) = compiled.match(event({"action": "repo.access"}))
    (reason,) = match.reasons
    assert (reason.test, reason.value) == ("action: repo.change_visibility", "repo.access")
