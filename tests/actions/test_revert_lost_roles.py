"""What `revert` gives back to whom lost a role that only an earlier event told."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from bot.core.event import Event
from bot.respond.step import StepState
from bot.respond.told import role_of, team_role_of
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, approved, done, taken
from tests.actions.parts import START
from tests.actions.records import told


async def removed(bench: Bench, by: str = "mallory") -> Event:
    """Let Eve, a member, be removed from the repository; the webhook tells no role."""
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", "maintain")
    await bench.sim.by(by).remove_collaborator("widgets", "eve")
    return bench.event("repo.remove_member")


async def team_out(bench: Bench) -> Event:
    """Let a team lose a repository; the webhook tells no role."""
    bench.sim.add_team("core")
    bench.sim.set_team_repository("core", "widgets", "maintain")
    await bench.sim.by("mallory").remove_team_repository("core", "widgets")
    return bench.event("team.remove_repository")


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A role that somebody lost of which the event tells nothing; ``thing`` is its record."""

    prepare: Callable[[Bench], Awaitable[Event]]
    thing: Callable[[Mapping[str, Any]], str | None]
    look: Callable[[Bench], str | None]
    advice: str


PERSON = Lost(
    prepare=removed,
    thing=role_of,
    look=lambda bench: bench.sim.collaborator("widgets", "eve"),
    advice="can invite them again",
)
TEAM = Lost(
    prepare=team_out,
    thing=team_role_of,
    look=lambda bench: bench.sim.team_repository("core", "widgets"),
    advice="an administrator of acme/widgets can let the team in again",
)
of_either = pytest.mark.parametrize("lost", [PERSON, TEAM], ids=["a person", "a team"])


@of_either
@pytest.mark.parametrize(
    ("recorded", "why"),
    [
        ({"state": "admin"}, "nobody is given that from a record alone"),
        ({"state": "maintain", "alerted": True}, "that itself raised an alert"),
        ({"state": "maintain", "by": "mallory"}, "whoever gave it made this change too"),
        ({"state": "maintain", "at": START}, "it had stood for less than a day"),
    ],
)
async def test_a_lost_role_in_doubt_asks_first(
    bench: Bench, lost: Lost, recorded: dict[str, Any], why: str
) -> None:
    """Who was let in against the rules, and put out by an owner, does not come back by itself."""
    event = await lost.prepare(bench)
    told(bench, lost.thing(event.fields), **recorded)
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.AWAITING
    assert receipt_of(file).summary.endswith(f"without your word: {why}.")
    assert lost.look(bench) is None

    file = await taken(bench, approved(file), [0])
    assert receipt_of(file).state is StepState.DONE
    assert lost.look(bench) == recorded["state"]


@of_either
@pytest.mark.parametrize("recorded", [None, {"state": None}, {"state": "write", "exact": False}])
async def test_a_lost_role_that_nobody_knows_is_a_persons_matter(
    bench: Bench, lost: Lost, recorded: dict[str, Any] | None
) -> None:
    """It is never guessed; what is known is told."""
    event = await lost.prepare(bench)
    if recorded is not None:
        told(bench, lost.thing(event.fields), **recorded)
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert lost.advice in receipt.summary
    assert ("write, by the delivery guid-of-then" in receipt.summary) == (
        recorded is not None and recorded["state"] == "write"
    )
    assert bench.writes() == []


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


async def test_who_left_by_themselves_is_not_brought_back(bench: Bench) -> None:
    """A record does not change that."""
    event = await removed(bench, by="eve")
    told(bench, role_of(event.fields), state="maintain")
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "of their own accord" in receipt.summary


async def test_a_protected_person_is_left_alone_whatever_is_recorded(bench: Bench) -> None:
    """The guards come first, so nobody approves what can't be done."""
    bench.protected = frozenset({"eve"})
    event = await removed(bench)
    told(bench, role_of(event.fields), state="admin")
    assert (await done(bench, event)).state is StepState.BLOCKED


async def test_a_team_gets_the_repository_back_in_its_recorded_role(bench: Bench) -> None:
    """The receipt names the delivery that told it; undone, the team is out again."""
    event = await team_out(bench)
    told(bench, team_role_of(event.fields), state="maintain")
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.DONE
    assert receipt_of(file).summary == (
        "Set the role of the team acme/core on acme/widgets to maintain. The team acme/core was "
        "maintain, by the delivery guid-of-then of 2026-01-30."
    )
    # What Tipstaff gave is known in full from then on, whatever GitHub's event of it says.
    gave = f"{team_role_of(event.fields)}=maintain"
    assert receipt_of(file).effect == f"team-repo:acme/core/acme/widgets=there\n{gave}"
    assert bench.sim.team_repository("core", "widgets") == "maintain"
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert bench.sim.team_repository("core", "widgets") is None


async def test_a_team_that_was_let_in_again_since_is_left_alone(bench: Bench) -> None:
    """Somebody decided otherwise meanwhile."""
    event = await team_out(bench)
    told(bench, team_role_of(event.fields), state="maintain")
    await bench.sim.by("olivia").add_team_repository("core", "widgets", "pull")
    assert (await done(bench, event)).state is StepState.UNCHANGED
    assert bench.sim.team_repository("core", "widgets") == "pull"


async def test_a_team_by_another_name_gets_its_repository_back(bench: Bench) -> None:
    """By its number, though another team has its slug by now; and the repository's likewise."""
    event = await team_out(bench)
    told(bench, team_role_of(event.fields), state="maintain")
    await bench.sim.by("mallory").rename_team("core", "Kernel")
    bench.sim.add_team("core")
    await bench.sim.by("mallory").rename("widgets", "gears")
    assert (await done(bench, event)).state is StepState.DONE
    assert bench.sim.team_repository("kernel", "gears") == "maintain"
    assert bench.sim.team_repository("core", "gears") is None


@pytest.mark.parametrize(
    ("what", "says"), [("team", "The team acme/core is gone"), ("repository", "acme/widgets is")]
)
async def test_nobody_gets_back_into_what_is_gone(bench: Bench, what: str, says: str) -> None:
    """A team that was deleted since, or a repository."""
    event = await team_out(bench)
    told(bench, team_role_of(event.fields), state="maintain")
    if what == "team":
        await bench.sim.by("olivia").delete_team("core")
    else:
        await bench.sim.by("olivia").delete_repository("widgets")
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert says in receipt.summary
    assert bench.writes() == []
