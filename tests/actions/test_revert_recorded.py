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
from bot.respond.step import StepState
from bot.respond.told import role_of, team_role_of, visibility_of
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, done
from tests.actions.parts import START
from tests.actions.records import told


async def raised(bench: Bench, former: str = "maintain") -> Event:
    """Let Eve, who had a role, be made an administrator; the webhook has three words for it."""
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", former)
    await bench.sim.by("mallory").set_collaborator("widgets", "eve", "admin")
    return bench.event("repo.update_member")


async def published(bench: Bench) -> Event:
    """Let a repository be made public."""
    await bench.sim.by("mallory").publicize("widgets")
    return bench.event("repo.access")


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
    assert (await done(bench, event)).state is StepState.DONE
    assert bench.sim.collaborator("widgets", "eve") == put_back


async def test_why_a_record_did_not_count_is_told(bench: Bench) -> None:
    """So that a person can give the role by hand at once."""
    event = await raised(bench)
    told(bench, role_of(event.fields), state="maintain", by="Mallory")
    assert (
        "may have been maintain, by the delivery guid-of-then of 2026-01-30; but whoever gave it "
        "made this change too, so write, which GitHub tells, counts."
    ) in (await done(bench, event)).summary


async def test_a_role_of_the_organisations_own_is_given_back_by_name(bench: Bench) -> None:
    """GitHub's webhook has only the word of the level it builds on."""
    event = await raised(bench)
    told(bench, role_of(event.fields), state="Release Maker")
    with pytest.raises(Exception, match="not a permission"):  # the simulator has no such role
        await done(bench, event)
    put = [call for call in bench.sim.calls if call.method == "PUT"]
    assert [call.body for call in put] == [{"permission": "Release Maker"}]


@pytest.mark.parametrize(("by", "put_back"), [("olivia", "maintain"), ("mallory", "push")])
async def test_a_teams_role_is_put_back_in_full(bench: Bench, by: str, put_back: str) -> None:
    """By the same rules as a person's."""
    bench.sim.add_team("core")
    bench.sim.set_team_repository("core", "widgets", "maintain")
    await bench.sim.by("mallory").set_team_repository("core", "widgets", "admin")
    event = bench.event("team.update_repository_permission")
    told(bench, team_role_of(event.fields), state="maintain", by=by)
    assert (await done(bench, event)).state is StepState.DONE
    assert bench.sim.team_repository("core", "widgets") == put_back


async def test_an_internal_repository_is_internal_again(bench: Bench) -> None:
    """GitHub's webhook does not say what it was; an earlier one did."""
    event = await published(bench)
    told(bench, visibility_of(event.fields), state="internal", by=None)
    receipt = await done(bench, event)
    assert receipt.state is StepState.DONE
    assert "It was internal, by the delivery guid-of-then of 2026-01-30." in receipt.summary
    assert bench.sim.visibility("widgets") == "internal"


async def test_what_was_made_internal_on_the_way_to_public_becomes_private(bench: Bench) -> None:
    """Nobody keeps the first half of the way."""
    event = await published(bench)
    told(bench, visibility_of(event.fields), state="internal", at=START - timedelta(minutes=5))
    receipt = await done(bench, event)
    assert "it had stood for less than a day, so please set that by hand" in receipt.summary
    assert bench.sim.visibility("widgets") == "private"


async def test_a_repository_recorded_as_private_needs_no_reminder(bench: Bench) -> None:
    """It is known not to have been internal."""
    event = await published(bench)
    told(bench, visibility_of(event.fields), state="private")
    assert "by hand" not in (await done(bench, event)).summary
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
