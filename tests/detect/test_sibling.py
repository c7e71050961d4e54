"""Tests in a file beside the rules they are about."""

from bot.detect.sibling import attach, parse_siblings
from tests.detect.build import playbook, rule

RULES = (
    rule(playbook("s: {a: b}\ncondition: s")),
    rule(playbook("s: {a: c}\ncondition: s", number=2).replace("title: T", "title: Other")),
)
TEST = "name: n\n  event: {action: x, a: b}\n  match: true\n"


def attached(text: str, path: str = "elsewhere.test.yml") -> tuple[list[int], list[str]]:
    """Return how many tests each rule has afterwards, and what is wrong."""
    siblings = parse_siblings(text, path)
    rules, problems = attach(RULES, siblings)
    every = (*siblings.problems, *problems)
    return [len(rule.tests) for rule in rules], [str(problem) for problem in every]


def test_a_test_finds_its_rule_by_title_or_id() -> None:
    """Foreign rules have one or the other."""
    by_id = RULES[1].playbook.id
    assert attached(f"- rule: T\n  {TEST}- rule: {by_id}\n  {TEST}") == ([1, 1], [])


def test_a_rule_that_is_not_there_is_told_at_its_place() -> None:
    """A slip in the name must not make a test vanish."""
    counts, problems = attached(f"- rule: Othre\n  {TEST}")
    assert counts == [0, 0]
    assert problems == ["elsewhere.test.yml:1:9: there is no rule 'Othre'; did you mean 'Other'?"]


def test_a_test_without_a_rule_is_about_the_only_one_beside_it() -> None:
    """NAME.test.yml need not name the one rule of NAME.yml."""
    siblings = parse_siblings(f"- {TEST}", "p.test.yml")
    rules, problems = attach(RULES[:1], siblings)
    assert (len(rules[0].tests), problems) == (1, ())
    assert "says no 'rule'" in attached(f"- {TEST}")[1][0]


def test_faults_are_told_at_their_places() -> None:
    """Unknown keys, missing keys and a file that is no list get a clear answer."""
    assert attached("rule: T\n")[1][0].startswith(
        "elsewhere.test.yml:1:1: a file of tests is a list"
    )
    problems = attached("- rule: T\n  name: n\n  evnt: {}\n  match: true\n")[1]
    assert "elsewhere.test.yml:3:3: unknown key 'evnt'" in problems[0] + problems[1]
