"""Where actions on repositories stop, or leave something to a person, and say why."""

from typing import Any

import pytest

from bot.core.errors import Unavailable
from bot.respond.step import StepState
from bot.simulator import Call
from tests.actions.bench import Bench, playbook
from tests.actions.cases import done
from tests.actions.scenes.settings import published, pushed
from tests.actions.scenes.things import opened, secret_put_aside
from tests.actions.scenes.webhooks import events_chosen, hook_added, hook_given_events


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
