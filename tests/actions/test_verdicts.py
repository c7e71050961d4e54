"""Verdicts on commits, and the edges of the other actions on repositories."""

from typing import Any

import pytest

from bot.core.errors import Forbidden, NotFound, Refused, Unavailable
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import Receipt, StepState
from bot.simulator import Call, Fault
from bot.simulator.state.checks import CheckRun
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.scenes.settings import published, pushed
from tests.actions.scenes.things import opened, secret_put_aside
from tests.actions.scenes.webhooks import events_chosen, hook_added, hook_given_events

CHECK = playbook("check-run")


def runs(bench: Bench) -> list[CheckRun]:
    """Return every check in the repository."""
    return list(bench.sim.world.repository("widgets").check_runs.values())


async def done(bench: Bench, event: Event, action: str, **params: Any) -> Receipt:
    """Return the receipt of one step."""
    return receipt_of(await bench.play(event, playbook((action, params))))


async def planned(bench: Bench, event: Event) -> CaseFile:
    """Return a case with a verdict to be given."""
    return bench.case(event, CHECK)


async def test_a_commit_gets_a_verdict(bench: Bench) -> None:
    """On the commit that the event names, in bland words: whoever sees the commit reads them."""
    event = await pushed(bench)
    receipt = receipt_of(await bench.play(event, CHECK))
    (run,) = runs(bench)
    assert receipt.state is StepState.DONE
    assert receipt.summary == (
        f"Gave the verdict failure on the commit {run.sha[:10]} of acme/widgets, in the check "
        "tipstaff."
    )
    assert (run.sha, run.conclusion, run.status) == (event.fields["after"], "failure", "completed")
    assert run.output == {"title": "An example", "summary": "An example (level: high)"}
    assert receipt.url == f"https://github.com/acme/widgets/runs/{run.id}"


async def test_a_verdict_is_given_once(bench: Bench) -> None:
    """A lost answer is settled by the step's own mark, which says nothing to others."""
    file = await planned(bench, await pushed(bench))
    bench.sim.faults.add(Fault(method="POST", path="/check-runs$", kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[0].id)
    receipt = receipt_of(await bench.step(file, file.steps[0].id, resumed=True))
    assert receipt.summary.endswith("An earlier try did it.")
    (run,) = runs(bench)
    assert file.alerts[0].id not in run.external_id


async def test_a_check_of_the_same_name_is_not_taken_for_ones_own(bench: Bench) -> None:
    """Two alerts on one commit give two verdicts."""
    event = await pushed(bench)
    await bench.play(event, CHECK)
    await bench.play(event, playbook(("check-run", {"conclusion": "neutral"}), "check-run"))
    assert len(runs(bench)) == 2


async def test_a_withdrawn_verdict_is_neutral(bench: Bench) -> None:
    """GitHub deletes no check; a second undo finds nothing to withdraw."""
    file = await bench.play(await pushed(bench), CHECK)
    assert receipt_of(file).undoable
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.DONE
    assert [run.conclusion for run in runs(bench)] == ["neutral"]
    again = await bench.undo(file, file.steps[0].id)
    assert again.state is StepState.UNCHANGED
    assert "is neutral now" in again.summary


async def test_a_verdict_that_is_gone_needs_no_withdrawing(bench: Bench) -> None:
    """GitHub drops old checks by itself."""
    file = await bench.play(await pushed(bench), CHECK)
    bench.sim.world.repository("widgets").check_runs.clear()
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.UNCHANGED


@pytest.mark.parametrize("sha", ["HEAD", "0" * 40, "abc123"])
async def test_what_is_no_commits_whole_id_gets_no_verdict(bench: Bench, sha: str) -> None:
    """A name could be moved to another commit before the call."""
    receipt = await done(bench, await pushed(bench), "check-run", sha=sha)
    assert receipt.state is StepState.BLOCKED
    assert runs(bench) == []


async def test_an_event_without_a_commit_gets_no_verdict(bench: Bench) -> None:
    """The case says so."""
    receipt = await done(bench, await published(bench), "check-run")
    assert receipt.summary.startswith("The event names no commit")


@pytest.mark.parametrize(("status", "error"), [(403, Forbidden), (404, NotFound), (422, Refused)])
async def test_a_refused_verdict_is_told(bench: Bench, status: int, error: type[Exception]) -> None:
    """The step fails with GitHub's words, after one try."""
    file = await planned(bench, await pushed(bench))
    fault = Fault(method="POST", path="/check-runs$", kind="status", status=status)
    bench.sim.faults.add(fault)
    with pytest.raises(error, match=str(status)):
        await bench.step(file, file.steps[0].id)
    assert [call.path for call in bench.sim.calls].count("/repos/acme/widgets/check-runs") == 1
    assert runs(bench) == []


async def test_a_commit_that_is_not_there_gets_no_verdict(bench: Bench) -> None:
    """GitHub says so."""
    with pytest.raises(Refused, match="No commit found for SHA"):
        await done(bench, await pushed(bench), "check-run", sha="a" * 40)


async def test_a_private_repository_is_not_shown_to_the_enterprise(bench: Bench) -> None:
    """`internal` is wider than private: nothing is shown to more people than now."""
    event = await pushed(bench)
    receipt = await done(bench, event, "set-visibility", visibility="internal")
    assert receipt.state is StepState.BLOCKED
    assert bench.sim.visibility("widgets") == "private"


async def test_the_repository_of_the_cases_is_never_archived(bench: Bench) -> None:
    """Archived, it could take no more cases, and Tipstaff would be silent."""
    event = await pushed(bench)
    receipt = await done(bench, event, "archive-repository", repository="acme/Security")
    assert receipt.state is StepState.BLOCKED
    assert "where cases are opened" in receipt.summary
    assert bench.writes() == []


@pytest.mark.parametrize(
    ("action", "effect"),
    [("set-visibility", {"visibility": "public"}), ("archive-repository", {"archived": False})],
)
async def test_a_success_that_changes_nothing_is_not_believed(
    bench: Bench, action: str, effect: dict[str, Any]
) -> None:
    """GitHub said yes and shows the former state: looked at again later, then a person's matter."""
    event = await published(bench)
    repo = bench.sim.world.repository("widgets")

    def forget(call: Call, _: Any) -> None:
        if call.method == "PATCH":
            for name, value in effect.items():
                setattr(repo, name, value)

    bench.sim.observers.append(forget)
    file = bench.case(event, playbook(action))
    with pytest.raises(Unavailable, match="GitHub accepted the change") as told:
        await bench.step(file, file.steps[0].id)
    assert told.value.sent


async def test_a_webhooks_address_is_kept_nowhere(bench: Bench) -> None:
    """It may hold a secret: the receipt tells the host and the events."""
    receipt = await done(bench, await hook_added(bench), "delete-webhook")
    assert "T0KEN" not in str(receipt)
    assert receipt.before["details"] == {"host": "evil.example", "events": ["push"]}


async def test_a_webhook_takes_only_the_permission_of_its_place(bench: Bench) -> None:
    """A repository's webhook needs nothing of the organisation."""
    await done(bench, await hook_added(bench), "disable-webhook")
    asked = [call.body for call in bench.sim.calls if call.path.endswith("/access_tokens")]
    assert asked[0]["permissions"] == {"repository_hooks": "write", "metadata": "read"}


async def test_a_webhook_can_be_named_by_the_playbook(bench: Bench) -> None:
    """Of the organisation, whatever repository the event is about."""
    number = await bench.sim.by("mallory").add_webhook(None, "https://evil.example/")
    params = {"scope": "organization", "hook_id": number}
    receipt = await done(bench, await pushed(bench), "disable-webhook", **params)
    assert receipt.state is StepState.DONE
    assert not bench.sim.world.hooks[number].active


@pytest.mark.parametrize(
    ("action", "field"),
    [
        ("delete-webhook", "webhook"),
        ("disable-webhook", "webhook"),
        ("delete-deploy-key", "deploy key"),
        ("lock-conversation", "conversation"),
    ],
)
async def test_an_event_that_names_nothing_leaves_everything(
    bench: Bench, action: str, field: str
) -> None:
    """Nothing is guessed: the case asks a person to look."""
    receipt = await done(bench, await published(bench), action)
    assert receipt.state is StepState.BLOCKED
    assert f"does not say which {field}" in receipt.summary


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("hook.active_changed", {"active": False}),
        ("hook.events_changed", {"events": ["*"]}),
    ],
)
async def test_a_webhook_whose_former_state_is_not_told_is_a_persons_matter(
    bench: Bench, action: str, fields: dict[str, Any]
) -> None:
    """The audit log may leave it out."""
    event = bench.made(action, repo="acme/widgets", hook_id=1, **fields)
    receipt = await done(bench, event, "revert")
    assert receipt.state is StepState.BLOCKED
    assert "settings under Webhooks" in receipt.summary


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("repo.transfer", "Transfer ownership"),
        ("repo.destroy", "Deleted repositories"),
        ("git.push", "--force-with-lease"),
        ("hook.destroy", "with a new secret"),
        ("repository_branch_protection_evaluation.disable", "Branches and Rules"),
    ],
)
async def test_what_only_a_person_can_put_back_comes_with_the_steps(
    bench: Bench, action: str, says: str
) -> None:
    """The case says where to click, or what to type."""
    receipt = await done(bench, bench.made(action, repo="acme/widgets"), "revert")
    assert receipt.state is StepState.BLOCKED
    assert says in receipt.summary


async def test_a_key_that_somebody_added_again_is_not_added_twice(bench: Bench) -> None:
    """An undo finds it by its content."""
    await bench.sim.by("mallory").add_deploy_key("widgets", "ci")
    key = bench.sim.deploy_keys("widgets")[0]["key"]
    file = await bench.play(bench.event("public_key.create"), playbook("delete-deploy-key"))
    bench.sim.add_deploy_key("widgets", "by hand").key = key
    assert (await bench.undo(file, file.steps[0].id)).state is StepState.DONE
    assert [each["title"] for each in bench.sim.deploy_keys("widgets")] == ["by hand"]


async def test_a_conversation_that_is_gone_is_told(bench: Bench) -> None:
    """Deleted meanwhile: nothing is locked."""
    event = await opened(bench)
    await bench.sim.by("olivia").delete_issue("widgets", 1)
    receipt = await done(bench, event, "lock-conversation")
    assert receipt.state is StepState.BLOCKED
    assert "is gone" in receipt.summary


async def test_events_that_somebody_chose_since_are_left_alone(bench: Bench) -> None:
    """Also when the event gave it all of them, which GitHub writes as a star."""
    event = await hook_given_events(bench)
    await events_chosen(bench)
    receipt = await done(bench, event, "revert")
    assert receipt.state is StepState.UNCHANGED
    assert "is now fork" in receipt.summary
    assert bench.writes() == []


async def test_the_secret_of_an_alert_is_never_asked_for(bench: Bench) -> None:
    """GitHub shows it to whoever does not say no."""
    await bench.play(await secret_put_aside(bench), playbook("revert"))
    reads = [call for call in bench.sim.calls if "/secret-scanning/" in call.path]
    assert {call.query.get("hide_secret") for call in reads if call.method == "GET"} == {"true"}
