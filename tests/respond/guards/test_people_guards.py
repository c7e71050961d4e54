"""Guards about people, and the order of all guards."""

import pytest

from bot.respond.guards import Allow, Ask, Refuse, check
from tests.respond.guards.build import facts


def test_an_ordinary_change_is_allowed() -> None:
    """No guard stands in the way of what is nobody's special case."""
    assert check(facts(actor="mallory", subject="eve")) == Allow()


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


@pytest.mark.parametrize("who", ["actor", "subject"])
@pytest.mark.parametrize("login", ["fire", "FIRE", "@fire"])
def test_who_may_act_in_an_emergency_is_asked_about(who: str, login: str) -> None:
    """Their act, and a change of their own access, is told and waits for a person."""
    decision = check(facts(**{who: "Fire"}, break_glass=frozenset({login})))
    assert isinstance(decision, Ask)
    assert "emergency" in decision.reason


def test_an_approval_lets_even_an_emergency_act_be_changed() -> None:
    """The list asks; it does not protect as the list of protected logins does."""
    listed = frozenset({"fire"})
    assert check(facts(actor="fire", break_glass=listed, approved_by="olivia")) == Allow()
    assert check(facts(actor="mallory", subject="eve", break_glass=listed)) == Allow()
