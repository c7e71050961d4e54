"""The App asks for exactly what it uses: no more, no less, in both manifests."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.actions.catalogue import ACTIONS, needs
from bot.actions.permissions import EVENTS, UNASKED, Tier, granted
from bot.actions.revert.action import REVERTERS
from bot.core.normalise.families import FAMILIES
from bot.pipeline import rereading, roles
from bot.sources import lists
from tests.official.schemas import load

ROOT = Path(__file__).parents[2]
LEVELS = ("read", "write", "admin")


def manifest(tier: Tier) -> dict[str, Any]:
    """Return a manifest as GitHub would read it."""
    loaded = yaml.safe_load((ROOT / tier).read_text(encoding="utf-8"))
    assert isinstance(loaded, dict)
    return loaded


def covers(permissions: dict[str, str], wanted: dict[str, str]) -> bool:
    """Tell whether permissions reach at least what is wanted."""
    return all(
        name in permissions and LEVELS.index(permissions[name]) >= LEVELS.index(level)
        for name, level in wanted.items()
    )


@pytest.mark.parametrize("tier", Tier)
def test_a_manifest_grants_exactly_the_union_of_what_is_needed(tier: Tier) -> None:
    """Actions, events and reads together, each permission at the highest level of them."""
    assert manifest(tier)["default_permissions"] == granted(tier)


def test_the_full_manifest_reaches_for_every_action() -> None:
    """No shipped action lacks a permission."""
    assert covers(granted(Tier.FULL), needs(ACTIONS))


def test_revert_declares_what_its_parts_need() -> None:
    """The action's permissions are the union of what each thing put back takes."""
    together: dict[str, str] = {}
    for reverter in REVERTERS:
        together.update({k: v for k, v in reverter.needs.items() if together.get(k) != "write"})
    assert together == dict(ACTIONS["revert"].needs)


def test_the_read_only_manifest_writes_nothing_but_issues() -> None:
    """The lesser App can tell people, and change nothing."""
    writes = [name for name, level in granted(Tier.READ_ONLY).items() if level != "read"]
    assert writes == ["issues"]


@pytest.mark.parametrize("tier", Tier)
def test_hearing_people_needs_nothing_that_is_not_granted(tier: Tier) -> None:
    """Who a commenter is can be read in both tiers."""
    assert covers(granted(tier), {**roles.NEEDS, **rereading.NEEDS})


@pytest.mark.parametrize("tier", Tier)
def test_live_lists_need_nothing_that_is_not_granted(tier: Tier) -> None:
    """Owners, teams and outside collaborators can be read in both tiers."""
    assert covers(granted(tier), dict(lists.NEEDS))


@pytest.mark.parametrize("tier", Tier)
def test_the_events_are_exactly_those_that_are_understood(tier: Tier) -> None:
    """Every webhook with a normaliser is subscribed to, or comes unasked."""
    events = manifest(tier)["default_events"]
    assert events == sorted(EVENTS)
    understood = {family.event for family in FAMILIES if family.source == "webhook"}
    assert understood == set(EVENTS) | set(UNASKED)


def test_every_permission_is_one_that_github_knows() -> None:
    """No name is invented: each is in GitHub's own list of App permissions."""
    known = load("github-openapi-requests.json.gz")["components"]["schemas"]["app-permissions"]
    assert set(granted(Tier.FULL)) <= set(known["properties"])


@pytest.mark.parametrize("tier", Tier)
def test_the_app_is_private(tier: Tier) -> None:
    """Only the organisation that runs it can install it."""
    assert manifest(tier)["public"] is False
