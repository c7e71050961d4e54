"""Playbooks judged together, by masks and what is remembered, are judged as each alone."""

import tracemalloc
from itertools import product
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.detect.clause import MOST, cover
from bot.detect.explain import Explainer
from bot.detect.judge import Judges
from bot.detect.matcher import compile_rules
from bot.detect.plan import OFTEN
from bot.detect.rule import Rule
from bot.detect.view import View
from tests.detect.build import event, match, playbook, rule, ruleset, selecting

FIELDS = ["action", "user", "deep.x"]
KEYS: dict[str, list[Any]] = {
    "": ["a", "A*", "*b", "*a*", "a?b", "a*b", "", "*", "5", 5, 1, "1", 2.5, True, None],
    "|cased": ["a", "A*", "*b*", "a?b", "?"],
    "|contains": ["a", "ab", "b", "aa", "ba", "B", "10.", "\N{GREEK SMALL LETTER SIGMA}"],
    "|contains|all": [["a", "b"]],
    "|startswith": ["a", "ab", "b", "aab", "ß", "i", "ai", "k"],
    "|endswith": ["a", "ab", "b", "baa", "i", "ib", "k"],
    "|re": ["^a", "^(a|bb)A", "^ab?", "^a|B", "b$", "a+b", "(a|b){2,}", "^$", "^(a+)+$", r"\d"],
    "|re|i": ["^A", "B$"],
    "|cidr": ["10.0.0.0/8", "10.1.0.0/16", "2001:db8::/32"],
    "|exists": [True, False],
    "|gte": [0, 5],
    "|lt": [5, 2.5],
    "|hour": [6, [7, 8]],
    "|day|gt": [20],
    "|fieldref": ["user", "deep.x"],
    "|neq": ["a", ["b", None], 5],
}
items = st.sampled_from(sorted(KEYS)).flatmap(
    lambda key: st.tuples(
        st.builds("{}{}".format, st.sampled_from(FIELDS), st.just(key)), st.sampled_from(KEYS[key])
    )
)
selections = (
    st.lists(items, min_size=1, max_size=3).map(dict)
    | st.lists(st.lists(items, min_size=1, max_size=2).map(dict), min_size=2, max_size=3)
    | st.sampled_from([["a"], ["ab*", 5], {"|re": "b$"}])
)
conditions = st.sampled_from(
    [
        *("a and b", "a or b and c", "a and not b", "not a and not (b or c)", "1 of them"),
        *("not all of them", "(a or b) and (b or c) and (a or not c)", "a and not 1 of b"),
    ]
)
single = (
    st.text(alphabet="aAbB", max_size=5)
    | st.sampled_from(
        [
            "10.1.2.3",
            "2001:db8::1",
            "2026-11-22T06:30:00Z",
            "\N{GREEK SMALL LETTER FINAL SIGMA}",
            "\ud800a",
            "ß",
            "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}b",
            "a\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}",
            "\N{KELVIN SIGN}",
        ]
    )
    | st.sampled_from([None, True, False, 0, 1, 1.0, 5, 5.0, 2.5, 1795329000000, float("nan")])
)
values = single | st.lists(single | st.lists(single, max_size=2), max_size=3)
events = st.fixed_dictionaries(
    {},
    optional={
        "action": values,
        "user": values,
        "deep.x": values,
        "deep": st.fixed_dictionaries({}, optional={"x": values}),
    },
)


def generated(parts: tuple[Any, Any, Any, str], number: int) -> Rule:
    """Return the playbook with these selections."""
    a, b, c, condition = parts
    named = {"a": a, "b": b, "c": c}
    used = {name: named[name] for name in named if name in condition or "them" in condition}
    text = yaml.safe_dump({**used, "condition": condition}, sort_keys=False)
    return rule(playbook(text, number=number))


@given(
    parts=st.lists(
        st.tuples(selections, selections, selections, conditions), min_size=1, max_size=6
    ),
    given_events=st.lists(st.tuples(events, events), min_size=1, max_size=6),
    memory=st.sampled_from([0, 2_000, 1 << 20]),
)
def test_together_and_by_memory_verdict_and_reasons_are_those_of_each_condition_asked_alone(
    parts: list[tuple[Any, Any, Any, str]],
    given_events: list[tuple[dict[str, Any], dict[str, Any]]],
    memory: int,
) -> None:
    """Whatever was judged before, and however little is remembered."""
    rules = [generated(part, number + 1) for number, part in enumerate(parts)]
    compiled = compile_rules(rules, {}, memory=memory)
    each = [
        (one.playbook.id, Judges().make(one.condition), Explainer(one.condition)) for one in rules
    ]
    for fields, raw in given_events * 2:
        found = event(fields, raw)
        view = View(found)
        alone = [(name, why.reasons(view)) for name, is_true, why in each if is_true(view)]
        assert [(one.playbook.id, one.reasons) for one in compiled.match(found)] == alone


def test_what_is_remembered_is_bounded() -> None:
    """Values that never come again do not pile up."""
    rules = [
        rule(playbook(f"s: {{user|contains: e{n}, f|re: 'x{n}'}}\ncondition: s", number=n + 1))
        for n in range(50)
    ]
    compiled = compile_rules(rules, {}, memory=100_000)
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for n in range(20_000):
        compiled.match(event({"user": f"{n:030}", "f": [f"x{n}", n], "action": f"a{n}"}))
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 2 * 100_000 + 200_000


def test_what_is_prepared_is_bounded_too() -> None:
    """Many a playbook is compiled for one organisation's lists, and may remember little."""
    actions = [f"act.name{n}" for n in range(600)]
    rules = [rule(playbook(f"s: {{action: {actions}}}\ncondition: s"))]
    taken = {}
    for memory in (1 << 20, 0, 64 << 10, 1 << 20):  # the first fills what all share
        tracemalloc.start()
        compiled = compile_rules(rules, {}, memory=memory)
        taken[memory], _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert compiled.match(event({"action": "act.name7"}))
    assert taken[64 << 10] - taken[0] < 2 * (64 << 10) < taken[1 << 20] - taken[0]


def test_texts_that_come_once_or_again_and_again_are_judged_alike() -> None:
    """Whether or not a text is worth remembering, and when that changes, the verdict is its own."""
    rules = [
        rule(playbook("s: {user|startswith: 'Ann-', f|endswith: '7'}\ncondition: s", number=1)),
        rule(playbook("s: {user|re: '5$', user|contains: '-1'}\ncondition: s", number=2)),
        rule(playbook("s: {g: true, user|endswith: '3'}\ncondition: not s", number=3)),
    ]
    compiled = compile_rules(rules, {}, memory=200_000)
    once = [(f"{'ann' if n % 3 else 'bob'}-{n}", f"f{n}") for n in range(6_000)]
    again = [(f"ann-{n % 50}", f"f{n % 70}") for n in range(6_000)]
    for user, f in (*once, *again, *once[:3_000]):
        found = event({"user": user, "f": f, "g": True})
        expected = [user.startswith("ann-") and f.endswith("7")]
        expected += [user.endswith("5") and "-1" in user, not user.endswith("3")]
        ids = {one.playbook.id[-1] for one in compiled.match(found)}
        assert [str(n + 1) in ids for n in range(3)] == expected


@pytest.mark.parametrize("times", [1, OFTEN, OFTEN + 1])
def test_what_comes_seldom_and_what_comes_often_are_judged_alike(times: int) -> None:
    """Bound clauses are asked one by one at first, and by what is remembered later."""
    bodies = [
        "user|startswith: ann",
        "user|re: '5$'",
        "user|re: '^(Ann|Eve)[4-6]'",
        "f: true",
        "g.h|contains: x",
        "user: null",
    ]
    rules = [
        rule(playbook(f"s: {{action: [a, b]}}\nt: {{{body}}}\ncondition: {condition}", number=n))
        for n, (body, condition) in enumerate(product(bodies, ["s and t", "s and not t", "s or t"]))
    ]
    compiled = compile_rules(rules, {})
    shown = [
        event({"action": action, **fields})
        for action in ("a", "B", "c")
        for fields in ({}, {"user": "Ann5", "f": True}, {"user": None, "g": {"h": ["ax", 1]}})
    ]
    for found in shown * times:
        compiled.match(found)
    for found in shown:
        alone = [match for one in rules for match in compile_rules([one], {}).match(found)]
        assert list(compiled.match(found)) == alone


def test_a_number_is_not_taken_for_the_truth_that_it_equals() -> None:
    """Python takes 1 for true and null for missing; what is remembered does not."""
    compiled = ruleset(
        playbook("s: {f: true}\ncondition: s", number=1),
        playbook("s: {f: 1}\ncondition: s", number=2),
        playbook("s: {f: null}\nt: {f|exists: true}\ncondition: s and t", number=3),
    )
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"f": True}, ["1"]),
        ({"f": 1}, ["2"]),
        ({"f": 1.0}, ["2"]),
        ({"f": None}, ["3"]),
        ({}, []),
        ({"f": [True, 1]}, ["1", "2"]),
    ]
    for fields, expected in cases * 2 + cases[::-1]:
        assert [one.playbook.id[-1] for one in compiled.match(event(fields))] == expected


def test_a_condition_of_many_alternatives_is_covered_by_few_clauses() -> None:
    """What would multiply out to thousands is asked less precisely, and judged all the same."""
    names = [f"s{n}" for n in range(12)]
    body = "\n".join(f"{name}: [{{a{name}: 1, b: 1}}, {{c{name}: 2, d: 2}}]" for name in names)
    text = playbook(f"{body}\ncondition: {' and '.join(names)}")
    covered = cover(rule(text).condition)
    assert len(covered.clauses) <= MOST
    assert not covered.exact
    fields: dict[str, Any] = {f"c{name}": 2 for name in names} | {"d": 2}
    assert match(text, fields)
    assert not match(text, fields | {"cs7": 3})


HOSTILE = {
    "one letter": "a" * 5_000_000,
    "no letter": "\N{GRINNING FACE}" * 1_000_000,
    "half pairs": "\ud800" * 1_000_000,
    "nearly": "a" * 2_000_000 + "!",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_huge_text_is_answered(name: str) -> None:
    """Three hundred playbooks that search a text of megabytes come to an end, without a match."""
    compiled = ruleset(
        *(
            playbook(
                f"s: {{f|contains: 'a{n}'}}\nt: {{f|re: '^(a+)+b{n}$'}}\nu: {{f: '*aa*{n}?'}}\n"
                "condition: 1 of them",
                number=n + 1,
            )
            for n in range(300)
        )
    )
    assert compiled.match(event({"f": HOSTILE[name]})) == ()


def test_a_pattern_that_would_backtrack_for_ever_is_answered() -> None:
    """RE2 takes time in proportion to the text."""
    assert match(selecting("f|re: '^(a|a)*(a|a)*(a|a)*$'"), {"f": "a" * 50_000 + "!"}) is None


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 140_000])
def test_a_long_text_is_searched_to_its_end(size: int) -> None:
    """Where a long text is cut for searching, nothing is lost."""
    words = ["needle", "x" * 40, "pin", "nail", "tack"]
    text = playbook(f"s: {{f|contains: {words}}}\ncondition: s")
    for place in (0, size - 3, size, size + 3, size * 2):
        assert match(text, {"f": "-" * place + "needle" + "-" * size})
    assert not match(text, {"f": "-" * size + "needl" + "-" * size})
