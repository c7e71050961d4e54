"""People are told beside the case's issue: assigned, called, labelled for, notified elsewhere."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import Forbidden, NotFound, Refused, Unavailable
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import StepState
from bot.simulator import Fault
from tests.actions.bench import Bench, playbook, receipt_of

BESIDE: tuple[tuple[str, Mapping[str, Any], str], ...] = (
    ("assign", {"assignees": ["olivia", "mallory"]}, "/assignees$"),
    ("label", {"labels": ["outsider", "urgent"]}, "/labels$"),
    ("escalate", {"to": ["team:security", "olivia"]}, "/comments$"),
)
every_one = pytest.mark.parametrize(
    ("action", "params", "write"), BESIDE, ids=[name for name, _, _ in BESIDE]
)


def act(bench: Bench) -> Event:
    """Return an event of Mallory making Eve an administrator."""
    return bench.made(
        "repo.add_member", repo="acme/widgets", user="eve", permission="admin", actor="mallory"
    )


async def opened(bench: Bench, action: str, params: Mapping[str, Any]) -> CaseFile:
    """Return a case whose issue is open, with one more step to take."""
    file = bench.case(act(bench), playbook("open-issue", (action, params)))
    return await bench.step(file, file.steps[0].id)


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


# Outside of GitHub


async def notified(bench: Bench, **params: Any) -> CaseFile:
    """Return a case after its issue was opened and a place was told."""
    file = await opened(bench, "notify", params)
    return await bench.step(file, file.steps[1].id)


async def test_a_place_is_told_with_the_cases_link(bench: Bench) -> None:
    """Title, sentence, level and link; the id is the step's own."""
    file = await notified(bench, to="chat")
    ((name, notice),) = bench.outbox.sent
    assert (name, receipt_of(file, 1).summary) == ("chat", "Told 'chat'.")
    assert notice.id == file.steps[1].id
    assert notice.title == "An example: acme/widgets"
    assert "`eve`" in notice.summary
    assert file.case.issue is not None
    assert notice.url == file.case.issue.url
    assert (await bench.undo(file, file.steps[1].id)).state is StepState.BLOCKED


async def test_what_the_event_says_is_inert_in_a_notice(bench: Bench) -> None:
    """A value in the author's Markdown is a code span."""
    event = bench.made("repo.rename", repo="acme/widgets", name="@all https://evil.example.com")
    book = playbook(("notify", {"to": "chat", "summary": "New name: {{ event.name }}"}))
    await bench.play(event, book)
    assert bench.outbox.sent[0][1].summary == "New name: `@all https://evil.example.com`"


@pytest.mark.parametrize(
    ("names", "to", "told"),
    [
        ((), "chat", "set one of TIPSTAFF_NOTIFY_WEBHOOK"),
        (("chat", "mail"), "", "say one with 'to': chat, mail"),
        (("chat", "mail"), "https://evil.example.com", "they name: chat, mail"),
    ],
    ids=["no place", "several", "an address"],
)
async def test_only_the_settings_name_places(
    bench: Bench, names: tuple[str, ...], to: str, told: str
) -> None:
    """Neither a playbook nor an event can."""
    bench.outbox.names = names
    with pytest.raises(Refused, match=told):
        await notified(bench, to=to)
    assert bench.outbox.sent == []


async def test_the_only_place_need_not_be_named(bench: Bench) -> None:
    """There is no other."""
    bench.outbox.names = ("chat",)
    await notified(bench)
    assert [name for name, _ in bench.outbox.sent] == ["chat"]


async def test_a_place_that_is_silent_is_tried_again_with_the_same_id(bench: Bench) -> None:
    """So that who got it after all can drop the second."""
    bench.outbox.failures.append(Unavailable("'chat' can't be reached", sent=True))
    file = await opened(bench, "notify", {"to": "chat"})
    with pytest.raises(Unavailable):
        await bench.step(file, file.steps[1].id)
    file = await bench.step(file, file.steps[1].id, sent=True)
    assert [notice.id for _, notice in bench.outbox.sent] == [file.steps[1].id]


async def test_who_was_left_out_is_told(bench: Bench) -> None:
    """In the receipt."""
    bench.outbox.remark = "the mail server refused 1 of 2 recipients"
    assert "refused 1 of 2" in receipt_of(await notified(bench, to="mail"), 1).summary
