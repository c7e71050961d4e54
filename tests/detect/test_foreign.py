"""Public rules for other logs than GitHub's: whole, and out of the live path's way."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.detect.detector import Detector
from bot.detect.foreign import set_apart
from bot.detect.live_ruleset import compile_live
from bot.detect.parse import parse
from bot.playbooks import load
from tests.detect.build import event
from tests.detect.correlation.stage import base, correlation, faultless, folder, number

WINDOWS = f"""\
title: Whoami
name: whoami
id: {number(7)}
status: test
logsource: {{category: process_creation, product: windows}}
detection:
  selection_img:
    - Image|endswith: '\\whoami.exe'
    - OriginalFileName: whoami.exe
  condition: all of selection_*
level: low
"""
KEYWORD = f"""\
title: Word
name: word
id: {number(8)}
logsource: {{product: linux}}
detection: {{keywords: [eve], condition: keywords}}
level: low
"""
TOLD = (
    "which GitHub's events never come from: this playbook guards nothing here; "
    "it can be tested, explained and converted"
)
TESTS = """\
- {name: it is, event: {Image: 'C:\\whoami.exe'}, match: true}
- {name: it is not, event: {Image: 'C:\\notepad.exe'}, match: false}
"""


def run(*words: object) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""
    ended = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    return ended.exit_code, ended.output


def test_a_rule_for_another_log_is_usable_and_told() -> None:
    """Whole collections load; that a rule of theirs guards nothing is a warning at its product."""
    parsed = parse(WINDOWS, "p.yml")
    assert [rule.logsource.github for rule in parsed.rules] == [False]
    (problem,) = parsed.problems
    assert str(problem) == (
        f"p.yml:5:50: warning: the log source is 'windows/process_creation', {TOLD}"
    )
    assert problem.rule == "foreign-source"


@pytest.mark.parametrize("source", ["{product: gitlab}", "{category: webserver}", "{product: aws}"])
def test_any_other_product_or_category_is_another_log(source: str) -> None:
    """Sigma has no list of the products there are."""
    text = WINDOWS.replace("{category: process_creation, product: windows}", source)
    assert [rule.logsource.github for rule in parse(text, "p.yml").rules] == [False]


def test_githubs_events_are_not_judged_by_it(tmp_path: Path) -> None:
    """A word that a Linux log might hold says nothing when GitHub's holds it."""
    tmp_path.joinpath("a.yml").write_text(f"{KEYWORD}---\n{base('a')}", encoding="utf-8")
    loaded = load(tmp_path)
    assert [rule.name for rule in loaded.rules] == ["word", "a"]
    assert [rule.name for rule in loaded.guarding] == ["a"]
    matches = loaded.detector.match(event({"action": "a", "actor": "eve"}), {})
    assert [match.playbook.title for match in matches] == ["a"]


def test_a_correlation_that_rests_on_it_guards_nothing_either() -> None:
    """What can never come would count as absent: "A and not B" would be true of every A."""
    absent = "type: temporal, rules: [a, word], timespan: 1h, condition: a and not word"
    above = "type: event_count, rules: [c], timespan: 1h, condition: {gte: 2}"
    rules, _ = folder(
        base("a"), KEYWORD, correlation(absent), correlation(above, name="d", position=91)
    )
    guarding, problems = set_apart(rules)
    assert [rule.name for rule in guarding] == ["a"]
    assert [problem.message.partition(",")[0] for problem in problems] == [
        "the correlation rests on 'Word'",
        "the correlation rests on 'c'",
    ]
    assert Detector(guarding, compile_live(guarding, {})).match(event({"action": "a"}), {})


def test_rules_of_githubs_stay_as_they_are() -> None:
    """Nothing is set apart where nothing is foreign."""
    rules = faultless(base("a"), base("b", 2))
    assert set_apart(rules) == (rules, ())


def test_it_is_tested_by_events_of_its_own_log(tmp_path: Path) -> None:
    """Its events have no action, be the tests in its file or beside it."""
    inside = WINDOWS + "tests:\n  " + TESTS.replace("\n-", "\n  -")
    tmp_path.joinpath("a.yml").write_text(inside, encoding="utf-8")
    beside = TESTS.replace("{name", "{rule: whoami, name")
    tmp_path.joinpath("a.test.yml").write_text(beside, encoding="utf-8")
    code, said = run("test", tmp_path)
    assert code == 0, said
    assert "4 passed, 0 failed" in said


def test_a_test_beside_a_rule_of_githubs_needs_an_action(tmp_path: Path) -> None:
    """An event of GitHub's without one is a slip."""
    tmp_path.joinpath("a.yml").write_text(base("a"), encoding="utf-8")
    tmp_path.joinpath("a.test.yml").write_text(
        "- {name: n, event: {actor: eve}, match: false}\n", encoding="utf-8"
    )
    code, said = run("test", tmp_path)
    assert code != 0
    assert "a.test.yml:1:3: the event has no 'action'" in said


def test_it_is_explained_by_any_json(tmp_path: Path) -> None:
    """An event of another log is taken as it is."""
    tmp_path.joinpath("a.yml").write_text(WINDOWS, encoding="utf-8")
    tmp_path.joinpath("e.json").write_text(
        json.dumps({"EventID": 1, "Image": "C:\\Windows\\System32\\whoami.exe"}), encoding="utf-8"
    )
    code, said = run("explain", tmp_path / "a.yml", tmp_path / "e.json")
    assert code == 0
    assert "selection_img: any of" in said
    assert "the event has 'C:\\Windows\\System32\\whoami.exe'" in said


def test_only_what_is_wrong_with_it_by_sigma_is_told(tmp_path: Path) -> None:
    """What GitHub's events are called says nothing of another log's."""
    tmp_path.joinpath("a.yml").write_text(
        WINDOWS.replace("OriginalFileName", "action"), encoding="utf-8"
    )
    code, said = run("check", tmp_path)
    assert code == 0
    assert said.count("warning:") == 1
    assert "1 playbook usable, 0 errors, 1 warning" in said
