"""Markdown as plain text, in which nothing that is not ours comes alive."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.notify.text import plain
from bot.respond.inert import cell, code, codes

LIVE = ("@", "://", "www.", "<", ">")
PIECES = ("`", "@", "<", "://", "www.", "http", "\\", "|", " ", "\n", "x")
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@given(HOSTILE)
def test_a_value_in_code_is_broken_whatever_it_is(value: str) -> None:
    """No quoting of theirs gets it out of its code span, in running text or in a table."""
    for shown in (code(value), cell(value), codes([value, value])):
        text = plain(f"Somebody did {shown} here.")
        assert not any(live in text for live in LIVE), text


def test_the_authors_own_words_stay() -> None:
    """A runbook's address is the playbook author's."""
    text = "See https://wiki.example.com/tokens, and ask @olivia about `https://evil.example.com`."
    told = plain(text)
    assert told.startswith("See https://wiki.example.com/tokens, and ask @olivia about ")
    assert "https[:]//evil.example.com" in told


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("`a`", "a"),
        ("`` a`b ``", "a'b"),
        ("`a` and `b`", "a and b"),
        ("a `` b", "a `` b"),
        ("`a\\|b`", "a|b"),
        ("x" * 5_000, "x" * 2_999 + "…"),
    ],
)
def test_code_spans_lose_their_backticks(markdown: str, text: str) -> None:
    """As GitHub shows them; what is no span stays, and a long text is cut."""
    assert plain(markdown) == text
