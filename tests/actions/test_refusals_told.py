"""Whatever GitHub refuses, and whichever the action: the step ends as stated, and the case says so.

The calls are found by making each action once; every one that writes is then refused in each of
GitHub's documented ways. An action that is new in the catalogue is tried without being named here.
"""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any, cast

import pytest

from bot.actions.catalogue import ACTIONS, CHANGING
from bot.actions.opening import OPENING
from bot.core.errors import Refused, Unavailable
from bot.core.event import Event
from bot.core.playbook import Mode
from bot.pipeline import Pipeline, Policy
from bot.rehearsal.notebook import Notebook
from bot.respond.step import Step, StepState
from bot.simulator import Call, Fault
from tests.actions.bench import OWN_LOGIN, Bench, playbook
from tests.actions.opening import open_bench
from tests.actions.plays import PLAYS, Play

REFUSALS = (403, 404, 409, 422)
each_play = pytest.mark.parametrize("play", PLAYS, ids=[play.name for play in PLAYS])


class Standing:
    """A set of playbooks in which every one is as it was."""

    def mode_of(self, playbook_id: str) -> Mode:
        """Every playbook may enforce."""
        del playbook_id
        return Mode.ENFORCE


@dataclass(frozen=True, kw_only=True)
class Told:
    """How the step ended (``raised``: it has to be tried again), and all that its case says."""

    step: Step
    case: str
    calls: tuple[Call, ...]
    raised: Unavailable | None = None


@asynccontextmanager
async def staged(play: Play) -> AsyncIterator[tuple[Bench, Event]]:
    """Give an organisation in which the play's event has just happened."""
    async with open_bench() as bench:
        yield bench, await play.prepare(bench)


async def take(bench: Bench, event: Event, play: Play, *faults: Fault) -> Told:
    """Take an action's step in a case that has its issue, and what follows from it."""
    opens = () if play.action in OPENING else (("open-issue", {"repository": "security"}),)
    notebook = Notebook(bench.plan(event, playbook(*opens, (play.action, play.params))), event)
    pipeline = pipeline_of(bench, notebook)
    *first, last = notebook.file().steps
    for step in first:
        await pipeline.act(notebook.turn(step.id, bench.clock()))
    before = len(bench.sim.calls)
    for fault in faults:
        bench.sim.faults.add(fault)
    raised = None
    try:
        await pipeline.act(notebook.turn(last.id, bench.clock()))
    except Unavailable as error:
        raised = error
    calls = tuple(call for call in bench.sim.calls[before:] if "/access_tokens" not in call.path)
    bench.sim.faults.clear()
    while (due := notebook.due()) is not None:
        await pipeline.act(notebook.turn(due.id, bench.clock()))
    step = next(each for each in notebook.file().steps if each.id == last.id)
    return Told(step=step, case=said(bench, notebook), calls=calls, raised=raised)


def said(bench: Bench, notebook: Notebook) -> str:
    """Return the text of a case's issue, with its comments."""
    issue = notebook.file().case.issue
    if issue is None:
        return ""
    opened = bench.sim.issues(issue.repository)
    body = next(each["body"] for each in opened if each["number"] == issue.number)
    written = bench.sim.comments(issue.repository, issue.number)
    return "\n".join([body, *(comment["body"] for comment in written)])


def pipeline_of(bench: Bench, notebook: Notebook) -> Pipeline:
    """Return the path of a step, with the bench's organisation at its end."""
    return Pipeline(
        records=notebook,
        apps=bench.app,
        judge=lambda: cast("Any", Standing()),
        lists=cast("Any", None),
        policy=Policy(
            ceiling=Mode.ENFORCE,
            security_repository="security",
            protected=frozenset(),
            cap_per_hour=1_000,
        ),
        notifier=bench.outbox,
        own_login=OWN_LOGIN,
        clock=bench.clock,
        worker="test",
    )


OTHERWISE: Mapping[tuple[str, str, int], str] = {
    # The case goes on where it can.
    ("open-issue", "/issues", 403): "Opened the case's issue",
    ("open-issue", "/issues", 404): "Opened the case's issue",
    ("comment", "/comments", 403): "goes on here",
    ("comment", "/comments", 404): "goes on here",
    ("escalate", "/comments", 403): "goes on here",
    ("escalate", "/comments", 404): "goes on here",
    # People were called: the label is an addition.
    **{("escalate", "/labels", status): "could not be added" for status in REFUSALS},
    # What only looks like a token is none.
    ("revoke-leaked-credential", "/credentials/revoke", 422): "it takes them for no tokens",
}
"""What is told instead of a failure, by the action, the end of the refused call's path, and why."""

BUSY = {("set-base-permission", 409), ("cancel-run", 409)}
"""Refusals that pass: the step looks again later, and says why."""


def otherwise(action: str, path: str, status: int) -> str | None:
    """Return what is told instead of a failure, if anything."""
    return next(
        (
            text
            for (name, end, code), text in OTHERWISE.items()
            if (name, code) == (action, status) and path.endswith(end)
        ),
        None,
    )


@each_play
async def test_every_refusal_of_every_write_is_told_on_the_case(play: Play) -> None:
    """Failed, in GitHub's words, after one try at the call; or what else is stated above."""
    async with staged(play) as (bench, event):
        clean = await take(bench, event, play)
        assert clean.step.state is StepState.DONE, clean.step
    writes = list(dict.fromkeys((call.method, call.path) for call in clean.calls if call.writes))
    shared = writes[:1] if play.action in CHANGING else []
    async with staged(play) as (bench, event):
        for write, status in product(
            shared, REFUSALS
        ):  # a first call that is refused changed nothing
            await refused(bench, event, play, write, status)
    for write, status in product(writes[len(shared) :], REFUSALS):
        async with staged(play) as (bench, event):
            await refused(bench, event, play, write, status)


async def refused(
    bench: Bench, event: Event, play: Play, write: tuple[str, str], status: int
) -> None:
    """Refuse one call, and hold what comes of it against what is stated."""
    method, path = write
    fault = Fault(method=method, path=f"{re.escape(path)}$", kind="status", status=status)
    told = await take(bench, event, play, fault)
    what = f"{method} {path} {status}: {told.step.state} {told.step.error}\n{told.case}"
    assert [(call.method, call.path) for call in told.calls].count(write) == 1, what
    if (play.action, status) in BUSY:
        assert told.raised is not None, what
        assert str(status) in str(told.raised), what
    elif (instead := otherwise(play.action, path, status)) is not None:
        assert instead in f"{told.case} {told.step.receipt} {told.step.error}", what
    else:
        assert told.step.state is StepState.FAILED, what
        assert f"GitHub answered {status}" in told.step.error, what
        assert play.action in OPENING or f"answered {status}" in told.case, what


CHANGES = {play.action: play for play in PLAYS if play.action in CHANGING}


@pytest.mark.parametrize("play", CHANGES.values(), ids=CHANGES)
async def test_a_look_that_is_refused_is_no_verdict(play: Play) -> None:
    """Who may not look does not know: nothing is done, nothing is found right, the case says so."""
    async with staged(play) as (bench, event):
        clean = await take(bench, event, play)
    first = next((at for at, call in enumerate(clean.calls) if call.writes), 0)
    looks = dict.fromkeys(call.path for call in clean.calls[:first])
    async with staged(play) as (bench, event):
        for path in looks:
            if "/history" in path:
                continue  # without a ruleset's history, there is what the event says
            fault = Fault(method="GET", path=f"{re.escape(path)}$", kind="status", status=403)
            told = await take(bench, event, play, fault)
            assert told.step.state is StepState.FAILED, f"{path}: {told.step}"
            assert "answered 403" in told.case, path
            assert not [call for call in told.calls if call.writes], path


async def test_a_place_that_takes_no_notice_is_told_on_the_case() -> None:
    """What is sent outside of GitHub can be refused there, too."""
    play = next(play for play in PLAYS if play.action == "notify")
    async with staged(play) as (bench, event):
        bench.outbox.failures.append(Refused("'chat' answered 410, no_service", status=410))
        told = await take(bench, event, play)
    assert told.step.state is StepState.FAILED
    assert "answered" in told.case
    assert "410" in told.case


def test_every_action_is_played() -> None:
    """A new one has to be added to the plays: then all of this is asked of it."""
    assert {play.action for play in PLAYS} == set(ACTIONS)
