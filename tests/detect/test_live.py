"""Live lists: what playbooks make of them when they are known, and when they are not."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.detect.condition import All, AnyOf, Condition, Not, Placeholder, Text
from bot.detect.condition import Test as Question
from bot.detect.live import bound, is_live, literal, team_of
from bot.detect.live_ruleset import LiveRuleset, compile_live
from bot.detect.placeholder import MOST_VALUES, check_lists
from bot.detect.trial import run_tests
from tests.detect.build import NOW, event, playbook, rule

GRANT = playbook(
    "s: {action: repo.add_member}\nok: {user|expand: '%org_owners%'}\ncondition: s and not ok"
)
EITHER = playbook(
    "s: {action: repo.add_member}\n"
    "who: {user|expand: ['%team:security%', mallory, '%names%']}\n"
    "condition: s and who"
)
ADDED = {"action": "repo.add_member", "user": "Eve"}


def guard(*texts: str, lists: Mapping[str, Sequence[str]] | None = None) -> LiveRuleset:
    """Return faultless playbooks compiled."""
    rules = [rule(text) for text in texts]
    for each in rules:
        assert check_lists(each, lists or {}) == ()
    return compile_live(rules, lists or {})


@pytest.mark.parametrize(
    ("name", "live"),
    [
        ("org_owners", True),
        ("outside_collaborators", True),
        ("own_app", True),
        ("team:security-response_2", True),
        ("team:SLUG", False),
        ("team:", False),
        ("team:a/b", False),
        ("team:a b", False),
        ("owners", False),
    ],
)
def test_a_live_list_is_known_by_its_name(name: str, live: bool) -> None:
    """What GitHub fills is told from what a file fills, and from a slip."""
    assert is_live(name) is live


def test_a_team_is_named_by_its_slug() -> None:
    """The slug is what stands behind the colon."""
    assert team_of("team:security") == "security"
    assert team_of("org_owners") is None


def test_a_known_list_decides() -> None:
    """Case does not matter, and who is not on the list is found."""
    rules = guard(GRANT)
    assert rules.match(event(ADDED), {"org_owners": ["eve"]}) == ()
    (match,) = rules.match(event(ADDED), {"org_owners": ["olivia"]})
    assert not match.presumed


def test_an_empty_list_is_not_an_unknown_one() -> None:
    """Nobody on the list is an answer; no list is none, and the match is presumed."""
    rules = guard(GRANT)
    (known,) = rules.match(event(ADDED), {"org_owners": []})
    (unknown,) = rules.match(event(ADDED), {})
    assert not known.presumed
    assert unknown.presumed
    (reason,) = [each for each in unknown.reasons if each.presumed]
    assert (reason.selection, reason.field, reason.value) == ("ok", "user", "Eve")
    assert reason.test == "user|expand: %org_owners% (the list could not be read: presumed)"


def test_a_presumption_is_made_in_favour_of_the_match_where_the_list_accuses_too() -> None:
    """Whether being on a list is good or bad, not knowing it never hides a match."""
    rules = guard(EITHER, lists={"names": []})
    (match,) = rules.match(event(ADDED), {})
    assert match.presumed
    assert rules.match(event(ADDED), {"team:security": ["bob"]}) == ()


def test_what_is_certain_without_the_list_needs_no_list() -> None:
    """Another value of the same test decides already: nothing is looked up or presumed."""
    rules = guard(EITHER, lists={"names": ["trudy"]})
    for user in ("mallory", "trudy"):
        happened = event({**ADDED, "user": user})
        assert rules.wanted(happened) == frozenset()
        (match,) = rules.match(happened, {})
        assert not match.presumed


def test_only_an_event_that_hangs_on_a_list_wants_it() -> None:
    """Nothing is looked up for an event that cannot match whatever the list holds."""
    rules = guard(GRANT, playbook("s: {action: push}\ncondition: s", number=2))
    assert rules.wanted(event(ADDED)) == {"org_owners"}
    assert rules.wanted(event({"action": "push", "user": "eve"})) == frozenset()


def test_every_call_brings_its_own_lists() -> None:
    """What one organisation's list holds has no part in another's verdict."""
    rules = guard(GRANT)
    for _ in range(2):
        assert rules.match(event(ADDED), {"org_owners": ("eve",)}) == ()
        assert len(rules.match(event(ADDED), {"org_owners": ("olivia",)})) == 1


def test_a_looked_up_value_has_no_wildcards() -> None:
    """A sign that would be a wildcard in a playbook is taken as it is."""
    assert literal(["a*", "b?", "c\\"]) == ("a\\*", "b\\?", "c\\\\")
    rules = guard(GRANT)
    assert len(rules.match(event(ADDED), {"org_owners": ["*"]})) == 1
    assert rules.match(event({**ADDED, "user": "*"}), {"org_owners": ["*"]}) == ()


def test_matches_come_in_the_playbooks_order() -> None:
    """A playbook with a live list takes its place among the others."""
    plain = [playbook("s: {action: repo.add_member}\ncondition: s", number=n) for n in (1, 3)]
    texts = [plain[0], GRANT, plain[1]]
    found = guard(*texts).match(event(ADDED), {"org_owners": []})
    assert [match.playbook.id for match in found] == [rule(text).playbook.id for text in texts]


def test_lists_too_large_to_compile_are_as_good_as_unknown() -> None:
    """More values than can be held ask a person; they do not stop the delivery."""
    text = playbook(
        "s: {user|expand: '%org_owners%-%team:x%'}\ncondition: s",
    )
    size = int(MOST_VALUES**0.5) + 2
    lists = {name: [f"{n}" for n in range(size)] for name in ("org_owners", "team:x")}
    (match,) = guard(text).match(event({"action": "push", "user": "eve"}), lists)
    assert match.presumed


def test_a_playbooks_own_lists_go_before_the_shared_ones() -> None:
    """An organisation may give one playbook a list of its own, even in a live list's place."""
    text = playbook("s: {user|expand: ['%names%', '%org_owners%']}\ncondition: s")
    own = replace(rule(text), lists={"names": ["eve"], "org_owners": []})
    rules = compile_live([own], {"names": ["bob"]})
    assert len(rules.match(event({"action": "push", "user": "eve"}))) == 1
    assert rules.match(event({"action": "push", "user": "bob"})) == ()
    assert rules.wanted(event({"action": "push", "user": "bob"})) == frozenset()


TESTS = """
tests:
  - name: an owner
    event: {action: repo.add_member, user: eve}
    lists: {org_owners: [eve]}
    match: false
  - name: forgotten
    event: {action: repo.add_member, user: eve}
    match: true
  - name: not needed
    event: {action: push, user: eve}
    match: false
"""


def test_a_playbooks_test_gives_what_github_would_say() -> None:
    """A test that hangs on a live list and does not give it fails, and says what to add."""
    outcomes = run_tests(rule(GRANT + TESTS.lstrip("\n")), {}, now=NOW)
    assert [outcome.failure for outcome in outcomes] == [
        "",
        "hangs on what GitHub would say: add 'lists: {org_owners: [...]}' to the test",
        "",
    ]


NAMES = ("a", "b")
PLACE = rule(GRANT).playbook.place


def _test(named: Sequence[str]) -> Question:
    return Question(
        field="user",
        operands=tuple(
            Text(parts=(Placeholder(word.strip("%")),) if word.startswith("%") else (word,))
            for word in named
        ),
        words=tuple(named),
        selection="s",
        place=PLACE,
    )


TREES: st.SearchStrategy[Condition] = st.recursive(
    st.lists(st.sampled_from(["%a%", "%b%", "x", "y"]), min_size=1, max_size=3).map(_test),
    lambda inner: (
        inner.map(lambda child: Not(child=child))
        | st.lists(inner, min_size=1, max_size=3).map(lambda each: All(children=tuple(each)))
        | st.lists(inner, min_size=1, max_size=3).map(lambda each: AnyOf(children=tuple(each)))
    ),
    max_leaves=8,
)


def holds(condition: Condition | bool, user: str, lists: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a condition is true, in the plainest way."""
    if isinstance(condition, bool):
        return condition
    if isinstance(condition, Not):
        return not holds(condition.child, user, lists)
    if isinstance(condition, Question):
        return any(
            user in lists[word.strip("%")] if word.startswith("%") else user == word
            for word in condition.words
        )
    every = [holds(child, user, lists) for child in condition.children]
    return all(every) if isinstance(condition, All) else any(every)


LISTS = st.fixed_dictionaries({name: st.lists(st.sampled_from("xyz")) for name in NAMES})


@given(TREES, st.sets(st.sampled_from(NAMES)), st.sampled_from("xyz"), LISTS)
def test_a_condition_lies_between_its_bounds(
    tree: Condition, unknown: set[str], user: str, lists: Mapping[str, Sequence[str]]
) -> None:
    """Whatever the unknown lists hold: least implies true, and true implies at most."""
    least = holds(bound(tree, frozenset(unknown), upper=False), user, lists)
    most = holds(bound(tree, frozenset(unknown), upper=True), user, lists)
    assert least <= holds(tree, user, lists) <= most


@given(TREES, st.sampled_from("xyz"), LISTS)
def test_bounds_ask_for_no_unknown_list(
    tree: Condition, user: str, lists: Mapping[str, Sequence[str]]
) -> None:
    """A bound can be answered without what is not known."""
    for upper in (True, False):
        limit = bound(tree, frozenset({"a"}), upper=upper)
        assert holds(limit, user, {"b": lists["b"]}) in (True, False)
