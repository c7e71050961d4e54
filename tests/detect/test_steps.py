"""Steps as a playbook writes them: when they are made, and what if one fails."""

from datetime import timedelta

import pytest

from bot.core.playbook import After, Unless
from bot.detect.parse import parse
from tests.detect.build import rule

HEAD = """\
title: T
id: 0d0f0b1a-3f0e-4a6f-8b51-3a0e0f4c2d77
level: low
logsource: {product: github, service: audit}
detection: {selection: {action: repo.create}, condition: selection}
response:
  steps:
"""


def said(steps: str) -> list[str]:
    """Return what is wrong with the steps, each with its line and column."""
    problems = parse(HEAD + steps, "p.yml").problems
    return [f"{each.place.line}:{each.place.column}: {each.message}" for each in problems]


def test_steps_for_a_failure_come_right_after_the_step() -> None:
    """In the order in which all are made; the next ones follow."""
    text = """\
    - action: revert
      name: put_back
      if: event.repo == 'acme/site'
      after: 30m unless acknowledged or closed
      on-failure:
        - {action: notify, if: true}
        - {action: escalate}
    - {action: comment, on-failure: stop}
    - {action: label, on-failure: continue, after: 2h}
"""
    steps = rule(HEAD + text).playbook.response.steps
    assert [step.action for step in steps] == ["revert", "notify", "escalate", "comment", "label"]
    assert [step.rescues for step in steps] == [None, 0, 0, None, None]
    assert [step.stops for step in steps] == [False, False, False, True, False]
    first, second, *_, last = steps
    assert (first.name, first.condition) == ("put_back", "event.repo == 'acme/site'")
    assert str(first.condition_place) == "p.yml:10:11"
    assert first.after == After(
        span=timedelta(minutes=30), unless=(Unless.ACKNOWLEDGED, Unless.CLOSED)
    )
    assert second.condition == "true"
    assert last.after == After(span=timedelta(hours=2))


@pytest.mark.parametrize(
    ("steps", "wrong"),
    [
        (
            "    - {action: revert, name: put-back}\n",
            "8:30: 'put-back' is no name for a step: write letters, digits and _ only, such as",
        ),
        (
            "    - {action: revert, name: a}\n    - {action: comment, name: a}\n",
            "9:31: another step is called 'a' already: give it another name",
        ),
        (
            "    - {action: revert, after: soon}\n",
            "8:31: 'after: soon' is no delay: write a number and s, m, h, d or w, and after",
        ),
        ("    - {action: revert, after: 0m}\n", "8:31: 'after: 0m' is no delay: write a number"),
        ("    - {action: revert, after: 31d}\n", "8:31: 'after' is at most 30d, not 31d"),
        (
            "    - {action: revert, after: 1h unless acknoledged}\n",
            "8:31: unknown word 'acknoledged' after 'unless'; did you mean 'acknowledged'?",
        ),
        (
            "    - {action: revert, on-failure: halt}\n",
            "8:36: 'on-failure' must be continue (the next steps are made all the same), stop",
        ),
        (
            "    - {action: revert, on-failure: [{action: comment, on-failure: stop}]}\n",
            "8:55: unknown key 'on-failure' in a step under 'on-failure'",
        ),
        ("    - {action: revert, iff: true}\n", "8:24: unknown key 'iff' in a step; did you mean"),
    ],
)
def test_a_slip_is_told_where_it_is_with_what_to_write(steps: str, wrong: str) -> None:
    """Line and column, and the fix."""
    found = said(steps)
    assert any(message.startswith(wrong) for message in found), found
