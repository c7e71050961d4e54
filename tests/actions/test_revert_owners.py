"""Owners whom somebody made, or lost: put back, or left to a person."""

import pytest

from bot.core.errors import Forbidden, Unavailable
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT
from tests.actions.opening import open_bench


async def test_a_new_owner_becomes_a_member_again(bench: Bench) -> None:
    """The effect is recorded, so that the roster knows whose act it was; undo makes an owner."""
    bench.sim.add_member("Carol")
    await bench.sim.by("olivia").make_owner("Carol")
    file = await bench.play(bench.roster("Carol"), REVERT)
    receipt = receipt_of(file)
    assert receipt.state is StepState.DONE
    assert receipt.effect == "org-role:acme/carol=member"
    assert bench.sim.org_role("Carol") == "member"
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.effect == "org-role:acme/carol=admin"
    assert bench.sim.org_role("Carol") == "admin"


async def test_the_last_owner_is_never_demoted(bench: Bench) -> None:
    """An organisation without an owner would be lost: nothing is even tried."""
    file = await bench.play(bench.roster("olivia"), REVERT)
    assert receipt_of(file).state is StepState.BLOCKED
    assert "only owner" in receipt_of(file).summary
    assert bench.writes() == []


async def test_a_protected_owner_is_never_demoted(bench: Bench) -> None:
    """Whatever the playbook says, the settings' list wins."""
    bench.sim.add_owner("root-account")
    bench.protected = frozenset({"Root-Account"})
    file = await bench.play(bench.roster("root-account"), REVERT)
    assert receipt_of(file).state is StepState.BLOCKED
    assert bench.sim.org_role("root-account") == "admin"


async def test_an_owner_who_left_is_left_alone(bench: Bench) -> None:
    """Setting a role would invite them back."""
    file = await bench.play(bench.roster("gone"), REVERT)
    assert receipt_of(file).state is StepState.UNCHANGED
    assert bench.writes() == []


async def test_an_unavailable_list_of_owners_decides_nothing(bench: Bench) -> None:
    """An API error is never a verdict: nothing is written, and it is tried again."""
    bench.sim.add_owner("carol")
    bench.sim.faults.add(Fault(method="GET", path=r"/orgs/acme/members$", kind="status", times=9))
    with pytest.raises(Unavailable):
        await bench.play(bench.roster("carol"), REVERT)
    assert bench.writes() == []


async def test_a_lost_owner_is_a_persons_matter(bench: Bench) -> None:
    """Tipstaff makes nobody an owner by itself."""
    event = bench.made("org.update_member", user="mallory", permission="read")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.BLOCKED
    assert bench.writes() == []


async def test_a_write_whose_answer_was_lost_is_not_made_again(bench: Bench) -> None:
    """The write took effect: the second try sees it, says done, and can still be undone."""
    bench.sim.add_owner("carol")
    bench.lose("PUT", r"/memberships/carol$")
    event = bench.roster("carol")
    file = bench.case(event, REVERT)
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    file = await bench.step(file, file.steps[0].id, sent=True)
    assert receipt_of(file).state is StepState.DONE
    assert receipt_of(file).undoable
    assert bench.writes() == ["PUT /orgs/acme/memberships/carol"]


async def test_a_missing_permission_is_refused_and_named() -> None:
    """An App that may only read cannot put back: the error says which permission it lacks."""
    async with open_bench({"members": "read", "issues": "write", "metadata": "read"}) as bench:
        bench.sim.add_owner("carol")
        with pytest.raises(Forbidden, match="members"):
            await bench.play(bench.roster("carol"), REVERT)
        assert bench.sim.org_role("carol") == "admin"
