"""How the steps of a response hang together."""

from typing import Any

import pytest

from bot.core.playbook import StepSpec
from bot.respond.sequence import names, needs, problems
from tests.respond.story import PLACE


def spec(action: str, condition: str = "", **more: Any) -> StepSpec:
    """Return a step as a playbook writes it."""
    return StepSpec(action=action, condition=condition, place=PLACE, **more)


def said(*steps: StepSpec) -> list[str]:
    """Return what is wrong with steps."""
    return [problem.message for problem in problems(steps)]


def test_a_step_is_called_by_its_action_where_no_other_could_be_meant() -> None:
    """A name of its own comes first; two comments without names cannot be told apart."""
    steps = (spec("open-issue"), spec("comment"), spec("comment"), spec("revert", name="back"))
    assert names(steps) == {"open_issue": 0, "back": 3}


def test_a_step_needs_those_it_asks_about_and_those_that_stop_the_rest() -> None:
    """In its condition or in any of its texts; what stands in for another needs that one."""
    steps = (
        spec("revert", stops=True),
        spec("open-issue"),
        spec("comment", params={"body": "See {{ steps.open_issue.url }}."}),
        spec("notify", rescues=1),
    )
    assert [needs(steps, position) for position in range(4)] == [(), (0,), (0, 1), (0, 1)]


@pytest.mark.parametrize(
    ("condition", "wrong"),
    [
        ("steps.rever.state == 'done'", "there is no step 'rever'; did you mean 'revert'?"),
        ("steps.revert.state == 'dne'", "a step is never 'dne'; did you mean 'done'?"),
        (
            "steps.revert.state in ['done', 'fail']",
            "a step is never 'fail'; did you mean 'failed'?",
        ),
        ("steps.revert.stat", "a step has no 'stat'; did you mean 'state'?"),
        ("steps.comment.state", "the step 'comment' asks about itself: only what came before it"),
        ("steps.notify.state", "the step 'notify' comes later: move it before this one"),
        ("steps.label.state", "'steps.label' may mean more than one step: give one a 'name'"),
        ("steps", "say which step is meant: steps.NAME"),
        ("{{ event.repo }}", "'if' is an expression itself: write it without {{ }} and {% %}"),
        ("event.repo ==", "'if' does not parse: unexpected ')'"),
        ("evnt.repo", "unknown variable 'evnt'"),
        ("event.repo | nosuch", "'if' does not parse: No filter named 'nosuch'"),
    ],
)
def test_what_cannot_be_asked_is_said_with_what_to_write(condition: str, wrong: str) -> None:
    """Before anything happens, when the playbook is checked."""
    steps = (
        spec("revert"),
        spec("label"),
        spec("label"),
        spec("comment", condition),
        spec("notify"),
    )
    assert any(message.startswith(wrong) for message in said(*steps)), said(*steps)


def test_steps_that_wait_for_each_other_are_told_as_such() -> None:
    """A circle is not just a step that comes too late."""
    steps = (spec("revert", "steps.comment.state == 'done'"), spec("comment", "steps.revert.url"))
    assert said(*steps) == [
        "the steps 'revert' and 'comment' wait for each other: let only the later one ask"
    ]


def test_what_can_be_asked_is_not_complained_of() -> None:
    """States in lists, facts in brackets, the event and the match beside them."""
    steps = (
        spec("revert"),
        spec("comment", "steps['revert'].state not in ['done', 'unchanged'] and match.presumed"),
    )
    assert said(*steps) == []
