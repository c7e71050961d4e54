"""Every event of docs/events.md is put back, or a person is told how, or it changed nothing."""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from bot.actions.revert.action import BY_EVENT
from bot.actions.revert.advice import ADVICE, advice_on, family_of, tells_no_change
from bot.actions.revert.content import NO_CHANGE, OF_FAMILY
from bot.core.errors import Unavailable
from bot.core.normalise import KNOWN_ACTIONS
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import REVERT, done
from tests.actions.put_back import PLAYED

BY_HAND: Mapping[str, Mapping[str, Any]] = {
    "protected_branch.update_name": {"changes_from": {"name": {"from": "main"}}},
    "protected_branch.update_merge_queue_enforcement_level": {
        "changes_from": {"merge_queue_enforcement_level": {"from": "everyone"}}
    },
    "protected_branch.update_ignore_approvals_from_contributors": {
        "changes_from": {"ignore_approvals_from_contributors": {"from": True}}
    },
}
"""What GitHub's API can't set, although such an event may tell of other changes beside."""

TOLD = sorted(name for name in KNOWN_ACTIONS if name not in BY_EVENT and not tells_no_change(name))
SILENT = sorted(name for name in KNOWN_ACTIONS if tells_no_change(name))
STEPS = re.compile(r"\bcan\b|\bthe action `|\bcan't\b")


def test_every_event_is_in_exactly_one_class() -> None:
    """Put back; told to a person with steps; or no change at all."""
    for name in KNOWN_ACTIONS:
        advised = name in ADVICE or (name not in BY_EVENT and family_of(name) in OF_FAMILY)
        classes = (name in BY_EVENT, advised and not tells_no_change(name), tells_no_change(name))
        assert sum(classes) == 1, (name, classes)


def test_every_event_that_is_put_back_is_played_here() -> None:
    """And nothing is played that no event tells; other events come with the audit log."""
    put_back = {name for name in BY_EVENT if name in KNOWN_ACTIONS}
    assert put_back - BY_HAND.keys() <= PLAYED.keys()
    assert PLAYED.keys() | BY_HAND.keys() == BY_EVENT.keys()


def test_no_class_holds_a_name_that_no_event_has() -> None:
    """A word that matches nothing would only look like an answer."""
    families = {family_of(name) for name in KNOWN_ACTIONS}
    assert OF_FAMILY.keys() <= families
    assert families | KNOWN_ACTIONS.keys() >= NO_CHANGE


@pytest.mark.parametrize("name", PLAYED)
async def test_an_event_put_back_leaves_the_state_of_before(bench: Bench, name: str) -> None:
    """It comes about, is put back, and all is as it was; once more there is nothing to do."""
    scene = PLAYED[name]
    before, event = await scene.happen(bench, name)
    assert event.action == name
    file = await bench.play(event, REVERT)
    assert receipt_of(file).state is StepState.DONE, receipt_of(file).summary
    assert scene.look(bench) == before
    assert (await done(bench, event)).state is StepState.UNCHANGED


FINAL = {"hook.create", "repo.register_self_hosted_runner", "org.register_self_hosted_runner"}
"""What nothing brings back, so that no undo of it is offered."""


@pytest.mark.parametrize("name", PLAYED)
async def test_an_undo_brings_back_what_the_event_left(bench: Bench, name: str) -> None:
    """A person has the last word, but for what nothing brings back."""
    scene = PLAYED[name]
    _, event = await scene.happen(bench, name)
    left = scene.look(bench)
    file = await bench.play(event, REVERT)
    assert receipt_of(file).undoable is (name not in FINAL)
    if name in FINAL:
        return
    undone = await bench.undo(file, file.steps[0].id)
    assert undone.state is StepState.DONE, undone.summary
    # A person who was taken out has to be asked first.
    assert scene.look(bench) == ("invited" if name == "org.add_member" else left)


@pytest.mark.parametrize("name", PLAYED)
async def test_lost_answers_change_nothing_about_it(bench: Bench, name: str) -> None:
    """Whatever takes effect unheard: in the end all is as before."""
    scene = PLAYED[name]
    before, event = await scene.happen(bench, name)
    file = bench.case(event, REVERT)
    for method in ("PUT", "POST", "PATCH", "DELETE"):
        bench.sim.faults.add(Fault(method=method, path="/(repos|orgs)/", kind="reset_after_effect"))
    sent = False
    for _ in range(4):
        try:
            file = await bench.step(file, file.steps[0].id, sent=sent)
        except Unavailable as lost:
            sent = sent or lost.sent
        else:
            break
    assert receipt_of(file).state is StepState.DONE
    assert scene.look(bench) == before


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        ("git.push", {"before": "1a" * 20, "branch": "main"}, f"origin {'1a' * 20}:main`"),
        ("git.push", {"before": "0" * 40, "branch": "main"}, "origin BEFORE:main`"),
        ("git.push", {"before": "$(id)", "branch": "a`;id"}, "origin BEFORE:BRANCH`"),
        ("branch.create", {"branch": "-f"}, "--delete BRANCH`"),
        ("tag.create", {"tag": "v1.2"}, "--delete v1.2`"),
    ],
)
async def test_the_steps_name_what_the_event_tells_if_it_is_safe_to_type(
    bench: Bench, name: str, fields: Mapping[str, str], told: str
) -> None:
    """A command that can be copied; nothing in it is of an attacker's making."""
    file = await bench.play(bench.made(name, repo="acme/widgets", **fields), REVERT)
    assert told in receipt_of(file).summary


async def test_an_event_that_is_not_put_back_tells_a_person_the_steps(bench: Bench) -> None:
    """Nothing is written, and the receipt says who can do what."""
    for name in TOLD:
        file = await bench.play(bench.made(name, repo="acme/widgets"), REVERT)
        receipt = receipt_of(file)
        assert receipt.state is StepState.BLOCKED, name
        assert advice_on(name) in receipt.summary
        assert STEPS.search(advice_on(name)), advice_on(name)
    assert bench.writes() == []


@pytest.mark.parametrize("name", BY_HAND)
async def test_a_part_that_the_api_cannot_set_tells_a_person_where(bench: Bench, name: str) -> None:
    """The rule's pattern, its merge queue, and whose approvals count."""
    level = {"pull_request_reviews_enforcement_level": "off"}
    event = bench.made(name, repo="acme/widgets", name="main", **level, **BY_HAND[name])
    receipt = await done(bench, event)
    assert receipt.state is StepState.BLOCKED
    assert "in the repository's settings under Branches" in receipt.summary
    assert bench.writes() == []


async def test_an_event_that_changed_nothing_says_so(bench: Bench) -> None:
    """There is nothing to put back, and nobody is sent to look for it."""
    for name in SILENT:
        receipt = await done(bench, bench.made(name))
        assert receipt.state is StepState.BLOCKED, name
        assert receipt.summary.endswith(f"{name}: it tells of nothing that was changed.")
