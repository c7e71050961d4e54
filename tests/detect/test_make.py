"""Tests of how matches are made."""

from dataclasses import fields, replace

from bot.core.playbook import Match, Reason
from bot.detect.make import make_match
from tests.detect.build import playbook, rule


def test_a_match_made_quickly_is_one_like_any_other() -> None:
    """It has every field that a match has, equals the same made slowly, and can be changed."""
    book = rule(playbook("s: {f: a}\ncondition: s")).playbook
    reasons = (Reason(selection="s", field="f", value="a", test="f: a"),)
    made = make_match(book, "e1", reasons, "words")
    assert made == Match(playbook=book, event_id="e1", reasons=reasons, output="words")
    assert [getattr(made, field.name) for field in fields(Match)] == [book, "e1", reasons, "words"]
    assert replace(made, event_id="e2").event_id == "e2"
