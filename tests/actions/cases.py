"""Cases as they are made, and between two steps: some are taken, approved, or yet to come."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.core.event import Event
from bot.core.playbook import Playbook
from bot.respond.alert import CaseFile
from bot.respond.step import Receipt, Step
from tests.actions.bench import Bench, playbook, receipt_of

REVERT = playbook("revert")


def planned(bench: Bench, event: Event, action: str, **params: Any) -> CaseFile:
    """Return a case with one step, before anything was done."""
    return bench.case(event, playbook((action, params)))


async def done(bench: Bench, event: Event, action: str = "revert", **params: Any) -> Receipt:
    """Take one step about an event; return its receipt."""
    return receipt_of(await acted(bench, event, action, **params))


async def acted(bench: Bench, event: Event, action: str = "revert", **params: Any) -> CaseFile:
    """Take one step about an event; return the case."""
    return await bench.play(event, playbook((action, params)))


def altered(event: Event, **fields: Any) -> Event:
    """Return the event with other fields; ``None`` takes one away."""
    kept = {**event.fields, **fields}
    return replace(event, fields={k: v for k, v in kept.items() if v is not None})


def case_of(bench: Bench, events: Sequence[Event], book: Playbook = REVERT) -> CaseFile:
    """Return one case about several events, each of which is to be put back."""
    plans = [bench.plan(replace(each, id=f"event-{n}"), book) for n, each in enumerate(events)]
    case = plans[0].case
    alerts = tuple(replace(plan.alert, case_id=case.id) for plan in plans)
    steps = tuple(replace(step, case_id=case.id) for plan in plans for step in plan.steps)
    return CaseFile(case=case, alerts=alerts, steps=steps)


async def taken(bench: Bench, file: CaseFile, order: Sequence[int]) -> CaseFile:
    """Take the steps of a case in this order."""
    for position in order:
        file = await bench.step(file, file.steps[position].id)
    return file


def approved(file: CaseFile) -> CaseFile:
    """Return the case after an owner's word on every step."""
    return replace(file, steps=tuple(replace(step, approved_by="olivia") for step in file.steps))


def reply(file: CaseFile, body: str = "Noted.") -> Step:
    """Return the step that answers a person's command."""
    return Step(
        id="answer:d-1:0",
        case_id=file.case.id,
        alert_id=None,
        installation=file.case.installation,
        position=0,
        action="comment",
        params={"body": body},
        attempts=1,
        next_at=file.case.opened_at,
    )
