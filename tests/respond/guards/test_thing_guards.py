"""Guards about things: repositories that are spared, and what has changed meanwhile."""

import pytest

from bot.respond.guards import Allow, Ask, Leave, Refuse, check, concurrent_change
from bot.respond.guards.things import EVERYWHERE, covers
from bot.respond.subject import OF_ACTION, Subject
from tests.respond.guards.build import facts


@pytest.mark.parametrize(
    ("listed", "repository", "found"),
    [
        ("acme/payments", "acme/payments", True),
        ("ACME/Payments", "acme/payments", True),
        (" payments ", "acme/payments", True),
        ("payments", "acme/payments-test", False),
        ("other/payments", "acme/payments", False),
        ("acme", "acme/payments", False),
        ("payments", "", False),
        ("", "", False),
    ],
)
def test_a_repository_is_listed_with_or_without_its_owner(
    listed: str, repository: str, found: bool
) -> None:
    """Its whole name, capitals aside; never a part of it."""
    assert covers({listed}, repository) is found


def test_a_protected_repository_is_never_changed() -> None:
    """Whoever approves it."""
    decision = check(facts(protected_repositories=frozenset({"payments"}), approved_by="olivia"))
    assert isinstance(decision, Refuse)
    assert "acme/payments" in decision.reason


def test_a_change_of_no_repository_is_no_matter_of_that_list() -> None:
    """Such as of a membership."""
    member = Subject(kind="membership", org="acme", person="eve")
    assert check(facts(thing=member, protected_repositories=frozenset({"acme"}))) == Allow()


@pytest.mark.parametrize("kind", sorted(EVERYWHERE))
def test_a_change_of_every_repository_asks_while_some_are_protected(kind: str) -> None:
    """It falls on the protected ones, too; a person may think it right all the same."""
    thing = Subject(kind=kind, org="acme", person="eve")
    spared = frozenset({"payments"})
    decision = check(facts(thing=thing, protected_repositories=spared))
    assert isinstance(decision, Ask)
    assert "every repository" in decision.reason
    assert check(facts(thing=thing)) == Allow()
    approved = facts(thing=thing, protected_repositories=spared, approved_by="olivia")
    assert check(approved) == Allow()


def test_in_another_repository_it_does_not_ask() -> None:
    """A ruleset of one repository holds in no other."""
    thing = Subject(kind="ruleset", org="acme", repo="acme/widgets", name="7")
    assert check(facts(thing=thing, protected_repositories=frozenset({"payments"}))) == Allow()


def test_the_kinds_that_hold_everywhere_are_kinds_of_subjects() -> None:
    """Or a kind that was renamed would not be asked about any more."""
    assert {shape.kind for shape, _ in OF_ACTION.values()} >= EVERYWHERE


@pytest.mark.parametrize(
    ("present", "wanted", "as_left", "says"),
    [
        ("admin", "push", True, None),
        (None, "push", True, None),
        ("push", "push", False, "push already"),
        (None, None, False, "gone already"),
        ("maintain", "push", False, "is now maintain"),
        (None, "push", False, "is now not there"),
    ],
)
def test_only_what_is_as_the_event_left_it_is_changed(
    present: str | None, wanted: str | None, as_left: bool, says: str | None
) -> None:
    """What is right already, or what somebody else has changed since, is left alone."""
    decision = concurrent_change("the role", present=present, wanted=wanted, as_left=as_left)
    if says is None:
        assert decision == Allow()
    else:
        assert isinstance(decision, Leave)
        assert says in decision.reason
