"""People are told beside the case's issue: assigned, called, labelled for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import Forbidden, NotFound, Refused, Unavailable
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, playbook, receipt_of
from tests.actions.crowd import act, opened

BESIDE: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("assign", {"assignees": ["olivia", "mallory"]}, "/assignees$"),
    ("label", {"labels": ["outsider", "urgent"]}, "/labels$"),
    ("escalate", {"to": ["team:security", "olivia"]}, "/comments$"),
)
every_one = pytest.mark.parametrize(
    ("action", "params", "write"), BESIDE, ids=[name for name, _, _ in BESIDE]
)


def look(bench: Bench) -> tuple[set[str], set[str], int]:
    """Return who is assigned, the labels that were added, and how many comments there are."""
    (issue,) = bench.sim.issues("acme/widgets")
    return (
        {person["login"] for person in issue["assignees"]},
        {label["name"] for label in issue["labels"]} - {"tipstaff", "high"},
        len(bench.sim.comments("widgets", issue["number"])),
    )


AFTER = {
    "assign": ({"olivia", "mallory"}, set(), 0),
    "label": (set(), {"outsider", "urgent"}, 0),
    "escalate": (set(), {"escalated"}, 1),
}
UNDONE = {**AFTER, "assign": (set(), set(), 0), "label": (set(), set(), 0)} | {
    "escalate": (set(), set(), 1)
}


@every_one
async def test_it_is_done_once_and_undone(
    bench: Bench, action: str, params: Mapping[str, Any], write: str
) -> None:
    """What the step added is there; an undo takes off what it added, and no more."""
    file = await opened(bench, action, params)
    file = await bench.step(file, file.steps[1].id)
    assert receipt_of(file, 1).state is StepState.DONE
    assert look(bench) == AFTER[action]
    assert (await bench.undo(file, file.steps[1].id)).state is StepState.DONE
    assert look(bench) == UNDONE[action]


@every_one
async def test_a_lost_answer_is_settled_by_looking(
    bench: Bench, action: str, params: Mapping[str, Any], write: str
) -> None:
    """Nobody is called or assigned twice."""
    file = await opened(bench, action, params)
    bench.sim.faults.add(Fault(method="POST", path=write, kind="reset_after_effect"))
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[1].id)
    file = await bench.step(file, file.steps[1].id, sent=True)
    assert receipt_of(file, 1).state is StepState.DONE
    assert look(bench) == AFTER[action]


@every_one
async def test_what_is_so_already_is_left_alone(
    bench: Bench, action: str, params: Mapping[str, Any], write: str
) -> None:
    """Another alert of the same case changes nothing more."""
    file = await opened(bench, action, params)
    file = await bench.step(file, file.steps[1].id)
    again = replace(file.steps[1], id="another:1", receipt=None, attempts=0)
    file = replace(file, steps=(*file.steps, again))
    file = await bench.step(file, again.id)
    assert receipt_of(file, 2).state is StepState.UNCHANGED
    assert look(bench) == AFTER[action]


@every_one
async def test_a_case_without_an_issue_has_nothing_to_write_beside(
    bench: Bench, action: str, params: Mapping[str, Any], write: str
) -> None:
    """Told; while the issue is still to come, it is waited for."""
    file = await bench.play(act(bench), playbook((action, params)))
    assert receipt_of(file).state is StepState.UNCHANGED
    plan = bench.plan(act(bench), playbook("open-issue", (action, params)))
    waiting = CaseFile(case=plan.case, alerts=(plan.alert,), steps=plan.steps)
    with pytest.raises(Unavailable, match="not open yet"):
        await bench.step(waiting, waiting.steps[1].id)


@pytest.mark.parametrize(
    ("status", "error"), [(403, Forbidden), (404, NotFound), (409, Refused), (422, Refused)]
)
@pytest.mark.parametrize("action", ["assign", "label"])
async def test_a_refusal_is_told_in_githubs_words(
    bench: Bench, action: str, status: int, error: type[Exception]
) -> None:
    """The step fails, and the case stays as it was."""
    _, params, write = next(each for each in BESIDE if each[0] == action)
    file = await opened(bench, action, params)
    bench.sim.faults.add(Fault(method="POST", path=write, kind="status", status=status))
    with pytest.raises(error, match=str(status)):
        await bench.step(file, file.steps[1].id)
    assert look(bench) == (set(), set(), 0)


async def test_a_label_takes_the_place_of_others(bench: Bench) -> None:
    """Those that are not there are passed over; an undo brings back what was taken off."""
    file = await opened(bench, "label", {"labels": ["new"], "remove": ["high", "never"]})
    file = await bench.step(file, file.steps[1].id)
    assert "no more labelled high." in receipt_of(file, 1).summary
    names = {label["name"] for label in bench.sim.issues("widgets")[0]["labels"]}
    assert names == {"tipstaff", "new"}
    await bench.undo(file, file.steps[1].id)
    assert look(bench)[1] == set()


async def test_who_cannot_be_assigned_is_told(bench: Bench) -> None:
    """GitHub passes over them in silence."""
    file = await opened(bench, "assign", {"assignees": ["olivia", "nobody-here"]})
    file = await bench.step(file, file.steps[1].id)
    assert "did not accept nobody-here" in receipt_of(file, 1).summary
    file = await opened(bench, "assign", {"assignees": ["nobody-here"]})
    with pytest.raises(Refused, match="none of nobody-here"):
        await bench.step(file, file.steps[1].id)


async def test_those_who_were_there_before_stay_when_it_is_undone(bench: Bench) -> None:
    """Only what the step added is taken off."""
    plan = bench.plan(
        act(bench),
        playbook(
            ("open-issue", {"assignees": ["olivia"]}),
            ("assign", {"assignees": ["olivia", "mallory"]}),
        ),
    )
    file = CaseFile(case=plan.case, alerts=(plan.alert,), steps=plan.steps)
    for step in plan.steps:
        file = await bench.step(file, step.id)
    await bench.undo(file, file.steps[1].id)
    assert look(bench)[0] == {"olivia"}


@pytest.mark.parametrize("action", ["assign", "label"])
async def test_an_undo_that_finds_nothing_of_the_steps_claims_nothing(
    bench: Bench, action: str
) -> None:
    """Somebody was quicker: nothing is written, and a second undo is none."""
    _, params, _ = next(each for each in BESIDE if each[0] == action)
    file = await opened(bench, action, params)
    file = await bench.step(file, file.steps[1].id)
    await bench.undo(file, file.steps[1].id)
    writes = bench.writes()
    again = await bench.undo(file, file.steps[1].id)
    assert (again.state, again.summary[:13]) == (StepState.UNCHANGED, "Nothing to do")
    assert bench.writes() == writes


async def test_a_label_that_was_there_before_stays_when_it_is_undone(bench: Bench) -> None:
    """Also when the step took another one off."""
    plan = bench.plan(
        act(bench),
        playbook(
            ("open-issue", {"labels": ["mine", "old"]}),
            ("label", {"labels": ["mine"], "remove": ["old"]}),
        ),
    )
    file = CaseFile(case=plan.case, alerts=(plan.alert,), steps=plan.steps)
    for step in plan.steps:
        file = await bench.step(file, step.id)
    assert receipt_of(file, 1).after == {"labels": [], "removed": ["old"]}
    await bench.undo(file, file.steps[1].id)
    assert look(bench)[1] == {"mine", "old"}


async def test_an_escalation_calls_the_organisations_own_team(bench: Bench) -> None:
    """By a live mention; a team of another organisation, or a strange word, is only text."""
    to = ["team:security", "acme/ops", "elsewhere/team", "olivia"]
    file = await opened(bench, "escalate", {"to": to, "summary": "Somebody has to decide."})
    await bench.step(file, file.steps[1].id)
    body = bench.sim.comments("widgets", 1)[0]["body"]
    assert "@acme/security @acme/ops `elsewhere/team` @olivia\n\nSomebody has to decide." in body


async def test_only_those_who_were_not_called_are_called(bench: Bench) -> None:
    """A second step of the case with one name more."""
    file = await opened(bench, "escalate", {"to": ["olivia"]})
    file = await bench.step(file, file.steps[1].id)
    more = replace(
        file.steps[1], id="a:9", params={"to": ["@Olivia", "mallory"]}, receipt=None, attempts=0
    )
    file = await bench.step(replace(file, steps=(*file.steps, more)), more.id)
    assert receipt_of(file, 2).after["called"] == ["mallory"]


async def test_an_escalation_without_its_label_is_still_one(bench: Bench) -> None:
    """People were called: that GitHub takes no label is told."""
    file = await opened(bench, "escalate", {"to": ["olivia"]})
    bench.sim.faults.add(Fault(method="POST", path="/labels$", kind="status", status=403))
    file = await bench.step(file, file.steps[1].id)
    receipt = receipt_of(file, 1)
    assert (receipt.state, receipt.undoable) == (StepState.DONE, False)
    assert "could not be added" in receipt.summary
