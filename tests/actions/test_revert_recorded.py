"""What `revert` does where only an earlier event told what was before."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from bot.actions.base import NoParameters, Situation
from bot.actions.port import Reply
from bot.actions.revert.action import Revert
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import Receipt, StepState
from bot.respond.told import Told, role_of, team_role_of, visibility_of
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, approved, taken
from tests.actions.parts import START

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


async def team_out(bench: Bench) -> Event:
    """Let a team lose a repository; the webhook tells no role."""
    bench.sim.add_team("core")
    bench.sim.set_team_repository("core", "widgets", "maintain")
    await bench.sim.by("mallory").remove_team_repository("core", "widgets")
    return bench.event("team.remove_repository")


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

    file = await taken(bench, approved(file), [0])
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") == recorded["state"]


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


@pytest.mark.parametrize(
    ("recorded", "why"),
    [
        ({"state": "admin"}, "nobody is given that from a record alone"),
        ({"state": "maintain", "alerted": True}, "that itself raised an alert"),
        ({"state": "maintain", "by": "mallory"}, "whoever gave it made this change too"),
        ({"state": "maintain", "at": START}, "it had stood for less than a day"),
    ],
)
async def test_a_role_in_doubt_of_a_team_that_lost_the_repository_asks_first(
    bench: Bench, recorded: dict[str, Any], why: str
) -> None:
    """A team let in against the rules, and put out by an owner, does not come back by itself."""
    event = await team_out(bench)
    told(bench, team_role_of(event.fields), **recorded)
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.AWAITING
    assert receipt_of(file).summary.endswith(f"without your word: {why}.")
    assert bench.sim.team_repository("core", "widgets") is None

    file = await taken(bench, approved(file), [0])
    assert receipt_of(file).state is StepState.DONE
    assert bench.sim.team_repository("core", "widgets") == recorded["state"]


@pytest.mark.parametrize("recorded", [None, {"state": None}, {"state": "write", "exact": False}])
async def test_a_lost_role_of_a_team_that_nobody_knows_is_a_persons_matter(
    bench: Bench, recorded: dict[str, Any] | None
) -> None:
    """It is never guessed; what is known is told."""
    event = await team_out(bench)
    if recorded is not None:
        told(bench, team_role_of(event.fields), **recorded)
    receipt = await revert(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "an administrator of acme/widgets can let the team in again" in receipt.summary
    assert ("write, by the delivery guid-of-then" in receipt.summary) == (
        recorded is not None and recorded["state"] == "write"
    )
    assert bench.writes() == []


async def test_a_team_that_was_let_in_again_since_is_left_alone(bench: Bench) -> None:
    """Somebody decided otherwise meanwhile."""
    event = await team_out(bench)
    told(bench, team_role_of(event.fields), state="maintain")
    await bench.sim.by("olivia").add_team_repository("core", "widgets", "pull")
    assert (await revert(bench, event)).state is StepState.UNCHANGED
    assert bench.sim.team_repository("core", "widgets") == "pull"


async def test_a_team_by_another_name_gets_its_repository_back(bench: Bench) -> None:
    """By its number, though another team has its slug by now; and the repository's likewise."""
    event = await team_out(bench)
    told(bench, team_role_of(event.fields), state="maintain")
    await bench.sim.by("mallory").rename_team("core", "Kernel")
    bench.sim.add_team("core")
    await bench.sim.by("mallory").rename("widgets", "gears")
    assert (await revert(bench, event)).state is StepState.DONE
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
    receipt = await revert(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert says in receipt.summary
    assert bench.writes() == []


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


class OwnRoles:
    """GitHub, with eve in a role of the organisation's own, of which the simulator has none."""

    def __init__(self, role: str) -> None:
        self.role = role

    async def call(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Show the repository and eve, or give her a role."""
        del variables
        if method == "PUT" and body is not None:
            self.role = body["permission"]
            return Reply(status=204)
        shown = {"login": "eve", "full_name": "acme/widgets", "owner": {"login": "acme", "id": 1}}
        return Reply(status=200, data={**shown, "id": 6 if "/users/" in url else 5})

    async def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """List who is in the repository."""
        del url, variables, key
        yield {"login": "eve", "role_name": self.role}


@pytest.mark.parametrize(
    ("action", "permission", "left"),
    [
        ("repo.update_member", "write", "triage"),
        ("repo.update_member", "admin", "Release Maker"),  # that word means nothing else
        ("repo.add_member", "write", "Release Maker"),  # such an event names the role itself
    ],
)
async def test_a_role_of_its_own_that_a_webhook_calls_write_is_put_back(
    bench: Bench, action: str, permission: str, left: str
) -> None:
    """It is what the event gave, though it is shown by another name."""
    gh = OwnRoles("Release Maker")
    people = {"user": "eve", "user_id": 6, "repo": "acme/widgets", "repo_id": 5}
    event = bench.made(action, **people, permission=permission, old_permission="triage")
    plan = bench.plan(event, REVERT)
    situation = Situation(
        step=plan.steps[0],
        alert=plan.alert,
        file=CaseFile(case=plan.case, alerts=(plan.alert,), steps=plan.steps),
        gh=gh,
        view=lambda _: gh,
        anonymous=gh,
        notifier=bench.outbox,
        original=_nothing,
        own_login="tipstaff[bot]",
        security_repository="acme/security",
        protected=frozenset(),
        now=START,
        resumed=False,
    )
    done = await Revert().apply(situation, NoParameters())
    assert gh.role == left
    if left == "triage":
        await Revert().undo(situation, NoParameters(), done)
        assert gh.role == "Release Maker"
    else:
        assert done.state is StepState.UNCHANGED


async def _nothing() -> None:
    return None
