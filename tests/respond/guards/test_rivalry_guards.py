"""Guards about others who change the same thing, at their edges."""

from typing import Any

import pytest

from bot.respond.guards import Allow, Ask, Refuse, Wait, check
from bot.respond.subject import Gentleness
from tests.respond.guards.build import facts, rival

REVERTING, RESTRICTING, REMOVING = (
    Gentleness.REVERTING,
    Gentleness.RESTRICTING,
    Gentleness.REMOVING,
)


@pytest.mark.parametrize(
    ("own", "other", "ahead", "waits"),
    [
        (REMOVING, REVERTING, False, True),
        (RESTRICTING, REVERTING, False, True),
        (REVERTING, REVERTING, True, True),
        (REVERTING, REVERTING, False, False),
        (REVERTING, REMOVING, True, False),
        (REVERTING, RESTRICTING, True, False),
    ],
)
def test_of_two_answers_to_one_event_the_gentler_goes_first(
    own: Gentleness, other: Gentleness, ahead: bool, waits: bool
) -> None:
    """Between equals the one recorded first; the other waits for what becomes of it."""
    decision = check(facts(gentleness=own, rivals=(rival(gentleness=other, ahead=ahead),)))
    assert isinstance(decision, Wait if waits else Allow)


@pytest.mark.parametrize("own", list(Gentleness))
@pytest.mark.parametrize("other", list(Gentleness))
def test_of_two_open_answers_exactly_one_goes_first(own: Gentleness, other: Gentleness) -> None:
    """Seen from either side: never both, and never neither."""
    first = check(facts(gentleness=own, rivals=(rival(gentleness=other, ahead=False),)))
    second = check(facts(gentleness=other, rivals=(rival(gentleness=own, ahead=True),)))
    assert {type(first), type(second)} == {Allow, Wait}


def test_what_the_winner_has_done_is_not_done_over() -> None:
    """The loser is refused, with a sentence that names the winner."""
    decision = check(facts(gentleness=REMOVING, rivals=(rival(done=True),)))
    assert isinstance(decision, Refuse)
    assert "'Put admins back'" in decision.reason
    assert "revert" in decision.reason


def test_done_counts_although_it_was_the_harder_one() -> None:
    """To do the gentler afterwards would be the fight."""
    done = rival(done=True, gentleness=REMOVING, ahead=False)
    assert isinstance(check(facts(gentleness=REVERTING, rivals=(done,))), Refuse)


@pytest.mark.parametrize(
    ("done", "ahead", "kind"),
    [(True, True, Refuse), (False, True, Wait), (True, False, Allow), (False, False, Allow)],
)
def test_an_answer_to_a_later_event_wins(done: bool, ahead: bool, kind: type) -> None:
    """However hard it is: what happened later is what is so now."""
    other = rival(same_event=False, ahead=ahead, done=done, gentleness=REMOVING)
    assert isinstance(check(facts(gentleness=REVERTING, rivals=(other,))), kind)


@pytest.mark.parametrize("given", [{"done": True}, {"done": False}])
def test_a_persons_word_is_above_the_order(given: dict[str, Any]) -> None:
    """They have seen both."""
    assert check(facts(rivals=(rival(**given),), approved_by="olivia")) == Allow()


@pytest.mark.parametrize(("rounds", "asks"), [(0, False), (2, False), (3, True), (9, True)])
def test_after_three_rounds_it_asks(rounds: int, asks: bool) -> None:
    """Three changes of one thing within a day; the fourth waits for a person."""
    decision = check(facts(actor="other[bot]", rounds=rounds))
    assert isinstance(decision, Ask if asks else Allow)
    if isinstance(decision, Ask):
        assert "other[bot]" in decision.reason
        assert "the role of eve in acme/payments" in decision.reason


def test_an_approval_ends_the_waiting_for_that_one_round() -> None:
    """The next one asks again."""
    assert check(facts(rounds=3, approved_by="olivia")) == Allow()
