"""What `revert` does where only an earlier event told what was before."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import Receipt, StepState
from bot.respond.told import Told, role_of, team_role_of, visibility_of
from tests.actions.bench import START, Bench, playbook, receipt_of

REVERT = playbook("revert")
LONG_AGO = START - timedelta(days=30)


def told(bench: Bench, thing: str | None, **known: Any) -> None:
    """Let an event of a month ago have told this, in full, by the owner's act."""
    assert thing is not None
    usual = {"exact": True, "at": LONG_AGO, "delivery_id": "guid-of-then", "by": "olivia"}
    bench.told[thing] = Told(thing=thing, **{**usual, **known})


async def raised(bench: Bench, former: str = "maintain") -> Event:
    """Let Eve, who had a role, be made an administrator; the webhook has three words for it."""
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", former)
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    return bench.event("repo.update_member")


async def removed(bench: Bench, by: str = "mallory") -> Event:
    """Let Eve, a member, be removed from the repository; the webhook tells no role."""
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", "maintain")
    await bench.sim.by(by).remove_collaborator("widgets", "eve")
    return bench.event("repo.remove_member")


async def published(bench: Bench) -> Event:
    """Let a repository be made public."""
    await bench.sim.by("mallory").publicize("widgets")
    return bench.event("repo.access")


async def revert(bench: Bench, event: Event) -> Receipt:
    """Put an event back; return the receipt."""
    return receipt_of(await bench.play(event, REVERT))


async def test_a_maintainer_is_a_maintainer_again(bench: Bench) -> None:
    """The webhook says write; the receipt names the delivery that said more."""
    event = await raised(bench)
    told(bench, role_of(event.fields), state="maintain")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") == "maintain"
    assert "was maintain, by the delivery guid-of-then of 2026-01-30" in receipt_of(file).summary
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") == "admin"


@pytest.mark.parametrize(
    ("recorded", "put_back"),
    [
        ({}, "push"),  # nothing recorded
        ({"state": "write"}, "push"),
        ({"state": None}, "push"),
        ({"state": "triage"}, "push"),  # does not fit the event's word
        ({"state": "admin"}, "push"),
        ({"state": "maintain", "exact": False}, "push"),
        ({"state": "maintain", "alerted": True}, "push"),
        ({"state": "maintain", "by": "mallory"}, "push"),
        ({"state": "maintain", "at": START - timedelta(hours=23)}, "push"),
        ({"state": "maintain", "by": None}, "maintain"),
    ],
)
async def test_a_record_in_doubt_gives_no_more_than_the_event_tells(
    bench: Bench, recorded: dict[str, Any], put_back: str
) -> None:
    """Whoever first took maintain and then admin does not keep maintain by it."""
    event = await raised(bench)
    if recorded:
        told(bench, role_of(event.fields), **recorded)
    assert (await revert(bench, event)).state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") == put_back


async def test_why_a_record_did_not_count_is_told(bench: Bench) -> None:
    """So that a person can give the role by hand at once."""
    event = await raised(bench)
    told(bench, role_of(event.fields), state="maintain", by="Mallory")
    assert (
        "may have been maintain, by the delivery guid-of-then of 2026-01-30; but whoever gave it "
        "made this change too, so write, which GitHub tells, counts."
    ) in (await revert(bench, event)).summary


async def test_a_role_of_the_organisations_own_is_given_back_by_name(bench: Bench) -> None:
    """GitHub's webhook has only the word of the level it builds on."""
    event = await raised(bench)
    told(bench, role_of(event.fields), state="Release Maker")
    with pytest.raises(Exception, match="not a permission"):  # the simulator has no such role
        await revert(bench, event)
    put = [call for call in bench.sim.calls if call.method == "PUT"]
    assert [call.body for call in put] == [{"permission": "Release Maker"}]


async def test_who_was_removed_gets_the_recorded_role_back(bench: Bench) -> None:
    """As nobody objected to it for a month; undone, they are out again."""
    event = await removed(bench)
    told(bench, role_of(event.fields), state="maintain")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert "eve was maintain, by the delivery guid-of-then of 2026-01-30." in (
        receipt_of(file).summary
    )
    assert bench.sim.collaborator("widgets", "eve") == "maintain"
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") is None


@pytest.mark.parametrize(
    ("recorded", "why"),
    [
        ({"state": "admin"}, "nobody is given that from a record alone"),
        ({"state": "maintain", "alerted": True}, "that itself raised an alert"),
        ({"state": "maintain", "by": "mallory"}, "whoever gave it made this change too"),
        ({"state": "maintain", "at": START}, "it had stood for less than a day"),
    ],
)
async def test_a_removed_persons_role_in_doubt_asks_first(
    bench: Bench, recorded: dict[str, Any], why: str
) -> None:
    """Somebody let in against the rules, and put out by an owner, does not come back by itself."""
    event = await removed(bench)
    told(bench, role_of(event.fields), **recorded)
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.AWAITING
    assert receipt_of(file).summary.endswith(f"without your word: {why}.")
    assert bench.sim.collaborator("widgets", "eve") is None

    approved = approve(file)
    file = await bench.step(approved, approved.steps[0].id)
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") == recorded["state"]


def approve(file: CaseFile) -> CaseFile:
    """Return the case after an owner's word."""
    step = replace(file.steps[0], approved_by="olivia")
    return replace(file, steps=(step,))


@pytest.mark.parametrize("recorded", [None, {"state": None}, {"state": "write", "exact": False}])
async def test_a_removed_persons_role_that_nobody_knows_is_a_persons_matter(
    bench: Bench, recorded: dict[str, Any] | None
) -> None:
    """It is never guessed; what is known is told."""
    event = await removed(bench)
    if recorded is not None:
        told(bench, role_of(event.fields), **recorded)
    receipt = await revert(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "can invite them again" in receipt.summary
    assert ("write, by the delivery guid-of-then" in receipt.summary) == (
        recorded is not None and recorded["state"] == "write"
    )
    assert bench.writes() == []


async def test_who_left_by_themselves_is_not_brought_back(bench: Bench) -> None:
    """A record does not change that."""
    event = await removed(bench, by="eve")
    told(bench, role_of(event.fields), state="maintain")
    receipt = await revert(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "of their own accord" in receipt.summary


async def test_a_protected_person_is_left_alone_whatever_is_recorded(bench: Bench) -> None:
    """The guards come first, so nobody approves what can't be done."""
    bench.protected = frozenset({"eve"})
    event = await removed(bench)
    told(bench, role_of(event.fields), state="admin")
    assert (await revert(bench, event)).state is StepState.BLOCKED


@pytest.mark.parametrize(("by", "put_back"), [("olivia", "maintain"), ("mallory", "push")])
async def test_a_teams_role_is_put_back_in_full(bench: Bench, by: str, put_back: str) -> None:
    """By the same rules as a person's."""
    bench.sim.add_team("core")
    bench.sim.set_team_repository("core", "widgets", "maintain")
    await bench.sim.by("mallory").set_team_repository("core", "widgets", "admin")
    event = bench.event("team.update_repository_permission")
    told(bench, team_role_of(event.fields), state="maintain", by=by)
    assert (await revert(bench, event)).state is StepState.DONE
    assert bench.sim.team_repository("core", "widgets") == put_back


async def test_an_internal_repository_is_internal_again(bench: Bench) -> None:
    """GitHub's webhook does not say what it was; an earlier one did."""
    event = await published(bench)
    told(bench, visibility_of(event.fields), state="internal", by=None)
    receipt = await revert(bench, event)
    assert receipt.state is StepState.DONE
    assert "It was internal, by the delivery guid-of-then of 2026-01-30." in receipt.summary
    assert bench.sim.visibility("widgets") == "internal"


async def test_what_was_made_internal_on_the_way_to_public_becomes_private(bench: Bench) -> None:
    """Nobody keeps the first half of the way."""
    event = await published(bench)
    told(bench, visibility_of(event.fields), state="internal", at=START - timedelta(minutes=5))
    receipt = await revert(bench, event)
    assert "it had stood for less than a day, so please set that by hand" in receipt.summary
    assert bench.sim.visibility("widgets") == "private"


async def test_a_repository_recorded_as_private_needs_no_reminder(bench: Bench) -> None:
    """It is known not to have been internal."""
    event = await published(bench)
    told(bench, visibility_of(event.fields), state="private")
    assert "by hand" not in (await revert(bench, event)).summary
    assert bench.sim.visibility("widgets") == "private"
