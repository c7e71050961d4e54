"""Guards about the mode and the global stop, at their edges."""

from datetime import timedelta

import pytest

from bot.core.playbook import Mode
from bot.respond.guards import Allow, Ask, Refuse, check
from bot.respond.pause import EVERYWHERE, SWITCH, Pause, holding
from tests.respond.guards.build import NOW, facts

STOP = Pause(org="acme", by="olivia", reason="the merger.", since=NOW)
ALL = Pause(org=EVERYWHERE, by="root", since=NOW + timedelta(hours=1))
LATER = Pause(org="acme", by="omar", since=NOW + timedelta(hours=2))


@pytest.mark.parametrize("ceiling", [Mode.ASK, Mode.OBSERVE])
def test_a_mode_lowered_since_the_plan_asks(ceiling: Mode) -> None:
    """Unless somebody approved this very step; what was planned under that mode goes on."""
    assert isinstance(check(facts(ceiling=ceiling)), Ask)
    assert check(facts(ceiling=ceiling, approved_by="olivia")) == Allow()
    assert check(facts(ceiling=ceiling, mode=ceiling)) == Allow()


def test_while_paused_every_change_asks() -> None:
    """With who paused it and why; a person's approval still counts."""
    decision = check(facts(pause=STOP))
    assert isinstance(decision, Ask)
    assert "in acme since 2026-03-01 12:00 UTC by olivia: the merger." in decision.reason
    assert check(facts(pause=STOP, approved_by="omar")) == Allow()


@pytest.mark.parametrize(("seconds", "asks"), [(-1, True), (0, False), (1, False)])
def test_what_was_approved_before_the_pause_asks_again(seconds: int, asks: bool) -> None:
    """Whoever stops everything means that too."""
    at = NOW + timedelta(seconds=seconds)
    decision = check(facts(pause=STOP, approved_by="omar", approved_at=at))
    assert isinstance(decision, Ask) is asks


def test_the_environments_switch_holds_against_approvals() -> None:
    """It is for the day on which nothing at all may happen."""
    decision = check(facts(pause=SWITCH, approved_by="olivia"))
    assert isinstance(decision, Ask)
    assert "TIPSTAFF_PAUSED" in decision.reason


def test_what_can_never_be_done_is_refused_although_paused() -> None:
    """Nobody is asked to approve it."""
    assert isinstance(check(facts(actor="tipstaff[bot]", pause=SWITCH)), Refuse)


@pytest.mark.parametrize(
    ("pauses", "org", "held"),
    [
        ((), "acme", None),
        ((STOP,), "acme", STOP),
        ((STOP,), "ACME", STOP),
        ((STOP,), "other", None),
        ((ALL,), "other", ALL),
        ((STOP, ALL), "acme", ALL),
        ((ALL, LATER), "acme", LATER),
        ((SWITCH, ALL, LATER), "acme", SWITCH),
    ],
)
def test_the_last_pause_is_the_one_that_counts(
    pauses: tuple[Pause, ...], org: str, held: Pause | None
) -> None:
    """Of everything, or the organisation's own; the environment's switch before both."""
    assert holding(pauses, org) == held
