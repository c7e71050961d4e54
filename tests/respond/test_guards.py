"""The guards, at their edges."""

from typing import Any

import pytest

from bot.core.playbook import Mode
from bot.respond.guards import Allow, Ask, Facts, Refuse, check


def facts(**given: Any) -> Facts:
    """Return facts about an ordinary change, with some of them different."""
    return Facts(own_login="tipstaff[bot]", **given)


def test_an_ordinary_change_is_allowed() -> None:
    """No guard stands in the way of what is nobody's special case."""
    assert check(facts(actor="mallory", subject="eve")) == Allow()


@pytest.mark.parametrize("ceiling", [Mode.ASK, Mode.OBSERVE])
def test_a_mode_lowered_since_the_plan_asks(ceiling: Mode) -> None:
    """Unless somebody approved this very step."""
    assert isinstance(check(facts(ceiling=ceiling)), Ask)
    assert check(facts(ceiling=ceiling, approved_by="olivia")) == Allow()


@pytest.mark.parametrize("who", ["actor", "subject"])
def test_tipstaff_neither_answers_nor_touches_itself(who: str) -> None:
    """Its own act, or its own access, whatever the case of the letters."""
    assert isinstance(check(facts(**{who: "TIPSTAFF[bot]"})), Refuse)


@pytest.mark.parametrize("login", ["root", "ROOT", "@root"])
def test_a_protected_login_is_never_touched(login: str) -> None:
    """Whoever approves it, and however the list spells it."""
    decision = check(facts(subject="Root", protected=frozenset({login}), approved_by="olivia"))
    assert isinstance(decision, Refuse)
    assert "protected" in decision.reason


@pytest.mark.parametrize(
    ("owners", "allowed"),
    [
        ({"carol", "olivia"}, True),
        ({"carol"}, False),
        ({"CAROL"}, False),
        (set(), False),
        ({"olivia"}, True),
    ],
)
def test_an_organisation_keeps_an_owner(owners: set[str], allowed: bool) -> None:
    """Never zero owners; an empty list says nothing and allows nothing."""
    decision = check(facts(subject="carol", takes_owner_role=True, owners=frozenset(owners)))
    assert isinstance(decision, Allow if allowed else Refuse)


@pytest.mark.parametrize(("made", "stops"), [(0, False), (9, False), (10, True), (11, True)])
def test_from_the_cap_on_a_person_is_asked(made: int, stops: bool) -> None:
    """Ten an hour means ten: the eleventh asks."""
    decision = check(facts(changes_last_hour=made, cap_per_hour=10))
    assert isinstance(decision, Ask if stops else Allow)


def test_a_cap_of_zero_asks_for_everything() -> None:
    """The operator may want to be asked each time."""
    assert isinstance(check(facts(cap_per_hour=0)), Ask)


def test_a_persons_word_lifts_the_cap_and_nothing_else() -> None:
    """Approval does not open what no one may do."""
    over = {"changes_last_hour": 99, "cap_per_hour": 10, "approved_by": "olivia"}
    assert check(facts(**over)) == Allow()
    assert isinstance(check(facts(subject="carol", takes_owner_role=True, **over)), Refuse)


def test_a_refusal_is_told_before_a_question() -> None:
    """Nobody is asked to approve what cannot be done."""
    decision = check(
        facts(subject="root", protected=frozenset({"root"}), changes_last_hour=99, cap_per_hour=10)
    )
    assert isinstance(decision, Refuse)
