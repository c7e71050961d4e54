"""Tests in a file beside the rules they are about."""

from datetime import timedelta

from bot.core.errors import ConfigurationError
from bot.core.forms import Entry, Told
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


def test_events_may_lie_in_a_file_of_their_own() -> None:
    """One or many, each at its own time; a test names the file or has an event, not both."""
    asked: list[str] = []

    def reader(name: str) -> list[Told]:
        asked.append(name)
        if name == "gone.json":
            raise ConfigurationError("gone.json cannot be read")
        times = (1795329000000, 1795329060000)
        return [Entry(fields={"action": "x", "@timestamp": time}) for time in times]

    text = "- {name: n, event-file: two.json, match: true}\n"
    siblings = parse_siblings(text, "p.test.yml", reader)
    assert (asked, siblings.problems) == (["two.json"], ())
    first, second = siblings.tests[0].test.sequence
    assert first.at is not None
    assert second.at == first.at + timedelta(minutes=1)

    gone = parse_siblings(text.replace("two", "gone"), "p.test.yml", reader)
    assert gone.tests == ()
    assert [str(each) for each in gone.problems] == [
        "p.test.yml:1:25: gone.json cannot be read",
    ]
    both = parse_siblings(text.replace("match", "event: {action: x}, match"), "p.test.yml", reader)
    assert [each.message for each in both.problems] == [
        "a test needs exactly one of 'event' or 'delivery' or 'sequence' or 'event-file'"
    ]


def test_an_event_may_be_as_another_tool_has_it() -> None:
    """A document of a SIEM's is opened; a webhook's payload goes the way of deliveries."""
    elastic = "{event: {action: repo.destroy}, github: {repo: acme/a}, user: {name: ann}}"
    payload = "{action: deleted, repository: {full_name: acme/a}, sender: {login: ann}}"
    text = "".join(f"- {{name: n, event: {event}, match: true}}\n" for event in (elastic, payload))
    first, second = (each.test for each in parse_siblings(text, "p.test.yml").tests)
    assert first.event == {"action": "repo.destroy", "repo": "acme/a", "actor": "ann"}
    assert second.event is None
    assert second.delivery is not None
    assert second.delivery["event"] == "repository"
