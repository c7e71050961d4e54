"""Ready-made alerts, steps and cases for the tests of this room."""

from datetime import UTC, datetime
from typing import Any

from bot.core.event import Event
from bot.core.playbook import Level, Match, Mode, Playbook, Reason, Response, StepSpec
from bot.core.problem import Place
from bot.respond.alert import Alert, CaseFile, Plan
from bot.respond.plan import plan
from bot.respond.standing import Standing
from bot.respond.step import Receipt, Step, StepState

NOW = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
OWN_LOGIN = "tipstaff[bot]"
CHANGING = frozenset({"revert", "revoke-token", "remove-member"})
OWNER = Standing(org_role="admin")
PLACE = Place(path="playbooks/example.yml", line=12, column=5)


def event(action: str = "repo.add_member", **fields: Any) -> Event:
    """Return an event of Mallory making Eve an administrator of a repository."""
    usual = {
        "actor": "mallory",
        "user": "eve",
        "org": "acme",
        "repo": "acme/widgets",
        "permission": "admin",
    }
    given = {**usual, **fields, "action": action}
    return Event(
        id="d-1",
        source="webhook",
        kind="member",
        at=NOW,
        installation=7,
        fields={name: value for name, value in given.items() if value is not None},
        raw={"sender": {"type": "User"}, "commits": [{"id": "a1"}, {"id": "b2"}]},
    )


def playbook(
    *steps: tuple[str, dict[str, Any]], mode: Mode = Mode.ENFORCE, **more: Any
) -> Playbook:
    """Return a playbook; by default it reverts and opens an issue."""
    specs = steps or (("revert", {}), ("open-issue", {}))
    response = {name: more.pop(name) for name in ("about", "group_by") if name in more}
    return Playbook(
        id="pb-1",
        title="Collaborator made administrator",
        level=Level.HIGH,
        place=PLACE,
        response=Response(
            mode=mode,
            steps=tuple(StepSpec(action=name, params=p, place=PLACE) for name, p in specs),
            **response,
        ),
        **more,
    )


def planned(
    happened: Event | None = None,
    book: Playbook | None = None,
    ceiling: Mode = Mode.ENFORCE,
    why: tuple[Reason, ...] = (),
) -> Plan:
    """Return the plan for an event and a playbook."""
    what, how = happened or event(), book or playbook()
    reason = Reason(
        selection="selection", field="permission", value="admin", test="permission: admin"
    )
    made = plan(
        what,
        Match(playbook=how, event_id=what.id, reasons=why or (reason,)),
        own_login=OWN_LOGIN,
        ceiling=ceiling,
        now=NOW,
        changing=CHANGING,
    )
    assert made is not None
    return made


def alert(**fields: Any) -> Alert:
    """Return the alert for an event with these fields."""
    return planned(event(**fields)).alert


def case(*steps: Step, made: Plan | None = None) -> CaseFile:
    """Return the recorded case of a plan, with these steps in place of its own."""
    made = made or planned()
    return CaseFile(case=made.case, alerts=(made.alert,), steps=steps or made.steps)


def step(state: StepState, position: int = 0, *, undoable: bool = False) -> Step:
    """Return a revert of the usual alert in a state, with a receipt when it was done."""
    made = planned()
    done = state is StepState.DONE
    return Step(
        id=f"{made.alert.id}:{position}",
        case_id=made.case.id,
        alert_id=made.alert.id,
        installation=7,
        position=position,
        action="revert",
        params={},
        state=state,
        next_at=NOW,
        receipt=Receipt(state=state, summary="Done.", undoable=undoable) if done else None,
    )
