"""Tests of what is seen by a text's start and end alone."""

from itertools import product

import pytest

from bot.detect.condition import tests as parts
from bot.detect.edge import WAYS, edges
from bot.detect.judge import Judges
from bot.detect.regex import compile_pattern, found, heads
from bot.detect.view import View
from tests.detect.build import event, rule, selecting

PATTERNS = {
    "^ab": {"ab"},
    "^acme/web-[a-z]+-1": {"acme/web-"},
    r"^a\.b\-": {"a.b-"},
    "^(svc|tmp)-1": {"svc-1", "tmp-1"},
    "^(?:a|bb)": {"a", "bb"},
    "^(a|bb)?c": set(),
    "^(a|bb)+c": {"a", "bb"},
    "^ab*": {"a"},
    "^ab?c": {"a"},
    "^ab{0,2}": {"a"},
    "^ab+": {"ab"},
    r"^a\.*b": {"a"},
    r"^a\d": {"a"},
    "^a*": set(),
    "^ab|c": set(),
    "^ab(c|d)": set(),
    "ab": set(),
    "^": set(),
    "^(a)(b)": {"a"},
    "(?i)^ab": set(),
    "(?m)^ab": set(),
    r"\A(?:ab)": set(),
    "^ä": set(),
    "^aä": {"a"},
    "^a\nb": {"a"},
}
TEXTS = ["".join(letters) for size in range(5) for letters in product("abc.", repeat=size)]


@pytest.mark.parametrize(("pattern", "expected"), PATTERNS.items())
def test_how_a_text_starts_is_read_from_the_patterns_beginning(
    pattern: str, expected: set[str]
) -> None:
    """What may be missing, or be one of several things, is not said to be there."""
    assert heads(pattern) == expected


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_is_found_only_in_what_starts_so(pattern: str) -> None:
    """RE2 finds nothing in a text that starts otherwise."""
    starts = tuple(heads(pattern))
    compiled = compile_pattern(pattern)
    hits = [text for text in [*TEXTS, "svc-1", "tmp-12", "acme/web-x-1"] if found(compiled, text)]
    assert all(text.startswith(starts) for text in hits if starts)


@pytest.mark.parametrize(
    "body",
    [
        *("f|startswith: Ab", "f|endswith: [b, Cb]", "f: ['a*c', '*b']", "f: 'ab?c'"),
        *("f|cased: 'aB*'", "f|re: '^ab'", "f: ['', 'A*']", "f|startswith: [a, ab, abc, abca]"),
        *("f|startswith: ab\nf|endswith: bc", "f: [true, 'ab*']"),
    ],
)
def test_a_test_is_true_only_of_texts_with_its_edges(body: str) -> None:
    """What has none of the texts where it is cut makes no test true, unless it is empty."""
    condition = rule(selecting(body)).condition
    cuts = edges(parts(condition))
    judge = Judges().make(condition)
    assert cuts
    for text in [*TEXTS, *map(str.upper, TEXTS), "true", "aB\N{KELVIN SIGN}", "\u0130ab"]:
        if text and judge(View(event({"f": text}))):
            assert any(text[cut] in texts for cut, texts in cuts), text


@pytest.mark.parametrize(
    "body", ["f|contains: a", "f|re: a", "f|exists: true", "f: null", "f: 1", "f: ä*", "f: 'abi*'"]
)
def test_where_edges_tell_nothing_there_are_none(body: str) -> None:
    """A search, another kind of value, and letters that change their number tell nothing."""
    condition = rule(selecting(body)).condition
    assert edges(parts(condition)) == ()


def test_a_cut_is_spelt_in_all_ways() -> None:
    """Every letter that is one of the text's in lower case stands there, whatever alphabet."""
    condition = rule(selecting("f|startswith: [ab, bk]")).condition
    ((_, spelt),) = edges(parts(condition))
    letters = [one for one in map(chr, range(0x110000)) if one.lower() in {*"abk"}]
    assert spelt == {
        x + y for x, y in product(letters, repeat=2) if (x + y).lower() in {"ab", "bk"}
    }


def test_a_long_cut_with_too_many_spellings_is_cut_short() -> None:
    """What is kept of a text stays small, however many letters it has."""
    condition = rule(selecting(f"f|startswith: {'ab' * 40}")).condition
    ((cut, spelt),) = edges(parts(condition))
    assert len(spelt) <= WAYS
    assert ("AB" * 40)[cut] in spelt


@pytest.mark.parametrize("key", ["f|re: ^{}", "f|cased: {}*"])
def test_where_large_and_small_letters_differ_a_cut_is_long(key: str) -> None:
    """There is only one way to spell it, so nothing is cut short."""
    condition = rule(selecting(key.format("Ab" * 40))).condition
    assert edges(parts(condition)) == ((slice(80), frozenset({"Ab" * 40})),)
