"""The ``approval`` of a response: what can be said, its defaults, and each mistake at its place."""

from datetime import timedelta

import pytest

from bot.core.playbook import ApprovalRule, Circle
from bot.detect.approval import spell_rule
from bot.detect.parse import parse
from tests.detect.build import selecting

GOOD = selecting("action: a") + "response:\n  mode: ask\n  steps: [{action: revert}]\n"
DAY = timedelta(days=1)


def read(approval: str) -> ApprovalRule:
    """Return the rule of a playbook with this approval."""
    parsed = parse(GOOD + f"  approval: {approval}\n", "p.yml")
    (rule,) = parsed.rules
    return rule.playbook.response.approval


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("{}", ApprovalRule()),
        ("{approvers: 2}", ApprovalRule(approvers=2)),
        ("{by: owners, expires: 24h}", ApprovalRule(circle=Circle.OWNERS, expires=DAY)),
        ("{by: 'team:Sec-Ops'}", ApprovalRule(circle=Circle.TEAM, name="sec-ops")),
        ("{by: 'role:maintain'}", ApprovalRule(circle=Circle.ROLE, name="maintain")),
    ],
)
def test_a_playbook_says_who_approves(text: str, rule: ApprovalRule) -> None:
    """What it leaves out is one owner or administrator, within seven days."""
    assert read(text) == rule
    assert ApprovalRule().approvers == 1
    assert ApprovalRule().expires == 7 * DAY


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{}", "1 approver, by owners and repository administrators, within 7 days"),
        (
            "{approvers: 2, by: 'team:ops', expires: 24h}",
            "2 approvers, by team:ops, within 24 hours",
        ),
    ],
)
def test_a_rule_is_told_in_words(text: str, words: str) -> None:
    """As `tipstaff check --effective` shows it."""
    assert spell_rule(read(text)) == words


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2", "approval must be a mapping"),
        ("{approver: 2}", "unknown key 'approver' in approval; did you mean 'approvers'?"),
        ("{approvers: 0}", "'approvers' must be a whole number from 1 to 10"),
        ("{approvers: true}", "'approvers' must be a whole number from 1 to 10"),
        ("{by: everybody}", "'by' must be owners, team:SLUG"),
        ("{by: 'team:'}", "'by' must be owners, team:SLUG"),
        ("{by: 'role:write'}", "role:maintain or role:admin"),
        ("{expires: soon}", "'expires' must be a number and a unit"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(text: str, told: str) -> None:
    """At its place; the playbook is then not used."""
    parsed = parse(GOOD + f"  approval: {text}\n", "p.yml")
    (problem,) = parsed.problems
    assert told in problem.message
    assert problem.severity == "error"
    assert problem.place.line == GOOD.count("\n") + 1
