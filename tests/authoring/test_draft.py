"""First drafts of playbooks."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import example as example_of
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.catalogue import check_response
from bot.authoring.draft import Draft, example, file_name, surroundings, telling, write
from bot.core.normalise import KNOWN_ACTIONS
from bot.core.playbook import Level
from bot.detect.parse import parse
from bot.detect.trial import run_tests
from bot.lint import lint
from tests.detect.build import ID, NOW, event


def draft(action: str = "repo.access", **changes: Any) -> Draft:
    """Return a draft, with some of it changed."""
    values: dict[str, Any] = {
        "id": ID,
        "title": "T",
        "description": "D",
        "level": Level.HIGH,
        "date": "2026-11-22",
        "action": action,
        "event": example(action),
        "falsepositives": ("F",),
    }
    return Draft(**{**values, **changes})


def proven(text: str) -> list[str]:
    """Return everything that is wrong with a draft: problems, warnings, and failing tests."""
    parsed = parse(text, "new.yml")
    found = [str(problem) for problem in parsed.problems]
    for rule in parsed.rules:
        found += [str(problem) for problem in check_response(rule.playbook.response)]
        found += [str(problem) for problem in lint([rule])]
        found += [outcome.failure for outcome in run_tests(rule, {}, now=NOW) if outcome.failure]
    return found


def test_a_draft_about_any_action_is_faultless() -> None:
    """It passes the linter without a warning, and its own tests."""
    found = {action: proven(write(draft(action))) for action in sorted(KNOWN_ACTIONS)}
    assert {action: faults for action, faults in found.items() if faults} == {}


@pytest.mark.parametrize(
    "wanted",
    [{"visibility": "public"}, {"public_repo": True}, {"repo_id": 5}, {"actor": "x", "org": "y"}],
)
def test_what_else_is_asked_is_tried_by_its_tests(wanted: Mapping[str, Any]) -> None:
    """The second test differs in just that."""
    assert proven(write(draft(wanted=wanted))) == []


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1)
)
@example_of("\\\\0")
@example_of("a\\b\\\\\\c*\\?")
def test_any_value_is_taken_literally(value: str) -> None:
    """Wildcards, quotes, colons and backslashes of an event mean themselves."""
    if "\ufeff" in value or "\ufffe" in value or "\uffff" in value or not value.strip():
        return
    text = write(draft(wanted={"visibility": value}, title=value[:200], description=value))
    assert proven(text) == []


def test_only_telling_fields_are_asked_for() -> None:
    """Who and where changes from event to event; what makes it grave does not."""
    seen = event({"action": "a", "actor": "bob", "permission": "admin", "org": "acme", "id": 7})
    assert telling(seen) == {"permission": "admin"}
    assert surroundings(seen) == {"org": "acme", "actor": "bob"}


def test_a_file_is_named_after_the_title() -> None:
    """Whatever the title holds, the name is a plain one."""
    assert file_name("Owner added, at NIGHT!") == "owner-added-at-night.yml"
    assert file_name("../../etc") == "etc.yml"
    assert file_name("ö") == "playbook.yml"
