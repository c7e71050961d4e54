"""The pages about actions and permissions say what the code does, and their examples work."""

from pathlib import Path

import pytest
import yaml

from bot.actions.__main__ import PAGES
from bot.actions.base import AnyAction
from bot.actions.case_issue import OPENING, TELLING
from bot.actions.catalogue import ACTIONS, BY_ITSELF, check_response
from bot.core.playbook import Response, StepSpec
from bot.core.problem import Place

ROOT = Path(__file__).parents[2]
FILES = {
    "actions": "docs/actions.md",
    "permissions": "docs/permissions.md",
    "app.yml": "app.yml",
    "app-readonly.yml": "app-readonly.yml",
}


@pytest.mark.parametrize(("page", "path"), FILES.items())
def test_a_generated_page_is_the_one_the_code_gives(page: str, path: str) -> None:
    """Whoever changes an action writes the pages anew."""
    assert (ROOT / path).read_text(encoding="utf-8") == PAGES[page](), (
        f"{path} is out of date: run `python -m bot.actions {page} > {path}`"
    )


@pytest.mark.parametrize("action", ACTIONS.values(), ids=list(ACTIONS))
def test_the_example_of_an_action_is_one_a_playbook_may_hold(action: AnyAction) -> None:
    """What the page shows passes the check of playbooks, and is about that action."""
    place = Place(path="docs/actions.md")
    steps = tuple(
        StepSpec(action=step["action"], params=step.get("with", {}), place=place)
        for step in yaml.safe_load(action.example)
    )
    assert check_response(Response(steps=steps)) == ()
    assert {step.action for step in steps} == {action.name}


def test_the_actions_that_only_tell_are_those_a_case_does_not_report() -> None:
    """The list that cases use is the one that the actions declare."""
    known = {**ACTIONS, **BY_ITSELF}
    assert {name for name, action in known.items() if not action.changes} == TELLING
    assert OPENING <= TELLING
