"""Guards about how much is changed, at their edges."""

import pytest

from bot.respond.guards import Allow, Ask, Share, check
from tests.respond.guards.build import facts


def share(changed: int, of: int | None, percent: int = 10, free: int = 5) -> Share:
    """Return how many people were changed."""
    return Share(sort="people", changed=changed, of=of, percent=percent, free=free)


@pytest.mark.parametrize(("made", "stops"), [(0, False), (9, False), (10, True), (11, True)])
def test_from_the_cap_on_a_person_is_asked(made: int, stops: bool) -> None:
    """Ten an hour means ten: the eleventh asks."""
    decision = check(facts(changes_last_hour=made, cap_per_hour=10))
    assert isinstance(decision, Ask if stops else Allow)


def test_a_cap_of_zero_asks_for_everything() -> None:
    """The operator may want to be asked each time."""
    assert isinstance(check(facts(cap_per_hour=0)), Ask)


@pytest.mark.parametrize(("made", "stops"), [(0, False), (9, False), (10, True), (11, True)])
def test_one_persons_acts_are_answered_so_often_and_no_more(made: int, stops: bool) -> None:
    """Whichever playbooks answered them; the sentence names the person and both numbers."""
    decision = check(facts(actor="mallory", actor_changes=made, cap_per_actor=10))
    if not stops:
        assert decision == Allow()
        return
    assert isinstance(decision, Ask)
    assert all(word in decision.reason for word in ("mallory", str(made), "10"))


def test_acts_of_nobody_known_have_no_cap_of_their_own() -> None:
    """Where GitHub names no actor, there is nobody to count for."""
    assert check(facts(actor=None, actor_changes=99, cap_per_actor=10)) == Allow()


@pytest.mark.parametrize(
    ("changed", "of", "stops"),
    [
        (5, 3, False),  # five may be changed in the smallest organisation
        (6, 3, True),
        (6, 59, True),  # a tenth of 59 is five and a bit: five
        (6, 60, False),
        (7, 60, True),
        (100, 1_000, False),
        (101, 1_000, True),
        (5, None, False),
        (6, None, True),  # GitHub does not tell: as in a small one
    ],
)
def test_beyond_a_share_of_the_organisation_it_asks(
    changed: int, of: int | None, stops: bool
) -> None:
    """A tenth, and five at least, this change counted in."""
    decision = check(facts(shares=(share(changed, of),)))
    assert isinstance(decision, Ask if stops else Allow)


def test_each_sort_has_its_own_share() -> None:
    """Many repositories count although few people do; the sentence says which."""
    few = share(1, 100)
    many = Share(sort="repositories", changed=30, of=200, percent=10, free=5)
    decision = check(facts(shares=(few, many)))
    assert isinstance(decision, Ask)
    assert "30 repositories of 200" in decision.reason


def test_a_persons_word_lifts_every_cap() -> None:
    """Who approves knows what they approve."""
    over = facts(
        actor="mallory",
        changes_last_hour=99,
        cap_per_hour=10,
        actor_changes=99,
        cap_per_actor=10,
        shares=(share(99, 100),),
        approved_by="olivia",
    )
    assert check(over) == Allow()
