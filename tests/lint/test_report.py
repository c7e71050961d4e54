"""Findings as machines read them."""

import re
from pathlib import Path

import pytest

from bot.core.problem import Place, Problem
from bot.lint.report import HELP, as_github, as_json, as_sarif

ERROR = Problem(place=Place(path="a b/ö.yml", line=3, column=7), message="50 % wrong:\nsecond")
WARNING = Problem(
    place=Place(path="x,y.yml"), message="no tests", severity="warning", rule="missing-tests"
)


def test_json_holds_everything_that_is_known() -> None:
    """Place, severity, kind and message are separate values."""
    assert as_json([WARNING]) == [
        {
            "path": "x,y.yml",
            "line": 1,
            "column": 1,
            "severity": "warning",
            "rule": "missing-tests",
            "message": "no tests",
        }
    ]


def test_sarif_has_what_code_scanning_asks_for() -> None:
    """Version, a rule for each kind of finding, and a region with a valid URI for each result."""
    log = as_sarif([ERROR, WARNING])
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["missing-tests", "playbook"]
    assert [rules[result["ruleIndex"]] for result in run["results"]] == [
        "playbook",
        "missing-tests",
    ]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b/%C3%B6.yml"
    assert place["region"] == {"startLine": 3, "startColumn": 7}


def test_sarif_of_nothing_is_still_a_log() -> None:
    """Without findings the log is empty, which closes the alerts of an earlier run."""
    assert as_sarif([])["runs"][0]["results"] == []


def test_workflow_commands_are_escaped_as_github_reads_them() -> None:
    """A line break, a percent sign, a colon or a comma in a text cannot end a command early."""
    assert as_github([ERROR, WARNING]) == [
        "::error file=a b/ö.yml,line=3,col=7,title=playbook::50 %25 wrong:%0Asecond",
        "::warning file=x%2Cy.yml,line=1,col=1,title=missing-tests::no tests",
    ]


@pytest.mark.parametrize("path", sorted(Path("bot/lint").glob("*.py")))
def test_every_kind_of_finding_is_described(path: Path) -> None:
    """Whoever reads a SARIF log finds a sentence for each kind."""
    root = Path(__file__).parents[2]
    kinds = re.findall(r'rule="([\w-]+)"', (root / path).read_text(encoding="utf-8"))
    assert set(kinds) <= HELP.keys()


def test_every_kind_of_finding_is_in_the_documentation() -> None:
    """The page for authors lists just the kinds there are."""
    page = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`[a-z]+-[a-z]+`(?:, )?)+) \|", page, re.MULTILINE)
    listed = {kind for row in rows for kind in re.findall(r"`([\w-]+)`", row)}
    assert listed == HELP.keys() - {"playbook"}
