"""What is told is what was seen: a 404 is no verdict, a 409 no success, and half is not whole."""

import re
from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import NotFound, Refused, Unavailable
from bot.respond.step import StepState
from bot.simulator import Call, Fault
from bot.simulator.state.workflows import SelectedActions
from tests.actions import plays
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.cases import planned
from tests.actions.scenes.people import acts
from tests.actions.scenes.roles import role_given

LISTED = (
    ("deny-token-request", plays.requested, "POST", "/personal-access-token-requests/"),
    ("revoke-token", plays.granted, "POST", "/personal-access-tokens/"),
    ("deauthorize-sso-credential", plays.authorised, "DELETE", "/credential-authorizations/"),
)
each_listed = pytest.mark.parametrize(
    ("action", "prepare", "method", "path"), LISTED, ids=[each[0] for each in LISTED]
)


@each_listed
async def test_a_404_for_what_is_still_listed_is_a_refusal(
    bench: Bench, action: str, prepare: Any, method: str, path: str
) -> None:
    """GitHub hides with it what one may not do; it is never told as gone."""
    file = planned(bench, await prepare(bench), action)
    bench.sim.faults.add(Fault(method=method, path=path, kind="status", status=404))
    with pytest.raises(NotFound):
        await bench.step(file, file.steps[0].id)


@each_listed
async def test_a_404_for_what_is_listed_no_more_is_nothing_to_do(
    bench: Bench, action: str, prepare: Any, method: str, path: str
) -> None:
    """Somebody was quicker: nothing is claimed."""
    event = await prepare(bench)
    credentials = bench.sim.world.credentials

    def quicker(call: Call, _: Any) -> None:
        if call.method == "GET" and path.strip("/") in call.path:
            for kept in (credentials.requests, credentials.tokens, credentials.authorizations):
                kept.clear()

    bench.sim.observers.append(quicker)
    receipt = receipt_of(await bench.play(event, playbook(action)))
    assert receipt.state is StepState.UNCHANGED
    assert receipt.summary.startswith("Nothing to do")


async def test_a_cancelling_that_is_refused_is_not_told_as_accepted(bench: Bench) -> None:
    """409: GitHub's words, another look later, and in the end a person's matter."""
    file = planned(bench, await plays.running(bench), "cancel-run")
    fault = Fault(method="POST", path="/cancel$", kind="status", status=409, times=2)
    bench.sim.faults.add(fault)
    with pytest.raises(Unavailable, match="GitHub answered 409") as told:
        await bench.step(file, file.steps[0].id)
    assert not told.value.sent
    assert told.value.retry_at is not None
    with pytest.raises(Refused, match="GitHub answered 409"):
        await bench.act(file, replace(file.steps[0], attempts=5))


async def test_a_change_that_cannot_be_looked_at_afterwards_is_recorded_all_the_same(
    bench: Bench,
) -> None:
    """It was accepted: told so, with what was there, so that it can be undone."""
    bench.sim.add_member("eve")
    file = planned(bench, acts(bench, "eve"), "remove-member")

    def shut(call: Call, _: Any) -> None:
        if call.method == "DELETE":
            path = "/orgs/acme/memberships/eve$"
            bench.sim.faults.add(Fault(method="GET", path=path, kind="status", status=403))

    bench.sim.observers.append(shut)
    file = await bench.step(file, file.steps[0].id)
    receipt = receipt_of(file)
    assert (receipt.state, receipt.undoable) == (StepState.DONE, True)
    assert "it can't be looked at since: GET /orgs/acme/memberships/eve" in receipt.summary
    bench.sim.observers.clear()
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE


async def test_an_undo_cut_short_goes_on_with_what_is_missing(bench: Bench) -> None:
    """Which repositories may run which actions takes three calls; the first alone is half of it."""
    actions, widgets = bench.sim.world.actions, bench.sim.world.repository("widgets")
    actions.enabled, actions.allowed = "selected", "selected"
    actions.repositories = {widgets.id}
    actions.selected = SelectedActions(
        github_owned_allowed=False, verified_allowed=True, patterns_allowed=("z/*", "acme/*")
    )
    event = bench.made("git.clone", repo="acme/widgets")
    file = planned(bench, event, "disable-actions", scope="organization")
    file = await bench.step(file, file.steps[0].id)
    actions.selected = SelectedActions(
        github_owned_allowed=True, verified_allowed=True, patterns_allowed=()
    )
    path = "/orgs/acme/actions/permissions$"
    bench.sim.faults.add(Fault(method="PUT", path=path, kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.undo(file, file.steps[0].id)
    assert actions.repositories == set()
    undone = await bench.undo(file, file.steps[0].id, sent=True)
    assert undone.state is StepState.DONE
    assert actions.repositories == {widgets.id}
    assert set(actions.selected.patterns_allowed) == {"z/*", "acme/*"}
    again = await bench.undo(file, file.steps[0].id, sent=True)
    assert "An earlier try did it." in again.summary


async def test_a_role_taken_by_an_unheard_try_is_seen_although_a_team_gives_it_too(
    bench: Bench,
) -> None:
    """What is left by the team is no reason to say that nothing could be done."""
    event = await role_given(bench)
    (role,) = bench.sim.world.org.roles.values()
    bench.sim.add_team("guards", ["eve"])
    await bench.sim.by("mallory").assign_role_to_team(role.id, "guards")
    file = planned(bench, event, "remove-organization-role")
    path = "/organization-roles/users/"
    bench.lose("DELETE", path)
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    receipt = receipt_of(await bench.step(file, file.steps[0].id, sent=True))
    assert receipt.state is StepState.DONE
    assert "still have it by the team guards" in receipt.summary


@pytest.mark.parametrize("play", plays.CHANGES.values(), ids=plays.CHANGES)
async def test_a_change_whose_answer_was_lost_can_be_undone_like_any_other(
    bench: Bench, play: plays.Play
) -> None:
    """It is looked at once: a later try would see it made, and not know what was there."""
    file = await plays.arranged(bench, play)
    heard, last = await plays.undisturbed(play)
    path = f"{re.escape(last.path)}$"
    bench.sim.faults.add(Fault(method=last.method, path=path, kind="reset_after_effect"))
    receipt = receipt_of(await bench.step(file, file.steps[0].id))
    assert receipt.state is StepState.DONE
    assert "GitHub's answer was lost, and it shows the change." in receipt.summary
    assert (receipt.before, receipt.undoable) == (heard.before, heard.undoable)
