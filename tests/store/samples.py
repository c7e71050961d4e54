"""Small, whole values for the store's tests."""

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.core.delivery import Delivery
from bot.core.playbook import Level, Mode, Playbook, Reason
from bot.core.problem import Place
from bot.respond.alert import Alert, Case, Plan
from bot.respond.step import Step, StepState
from bot.store import Store

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SOON = NOW + timedelta(seconds=1)
LATER = NOW + LEASE + timedelta(microseconds=1)
BEYOND = LATER + LEASE + timedelta(microseconds=1)


def make_delivery(name: str = "d1", at: datetime = NOW, body: bytes = b"{}") -> Delivery:
    """Make a webhook delivery."""
    return Delivery(
        id=name,
        source="webhook",
        event="member",
        received_at=at,
        body=body,
        headers={"x-github-event": "member"},
    )


def make_step(alert: str | None, position: int = 0, **changes: Any) -> Step:
    """Make a step of an alert, planned and due."""
    values = {
        "id": f"{alert}:{position}",
        "case_id": "proposed",
        "alert_id": alert,
        "installation": 7,
        "position": position,
        "action": "open-issue",
        "params": {"labels": ["tipstaff"]},
        "next_at": NOW,
    }
    return Step(**{**values, **changes})


def make_plan(
    name: str = "a1",
    *,
    key: str | None = None,
    level: Level = Level.MEDIUM,
    steps: int = 1,
    states: tuple[StepState, ...] | None = None,
    at: datetime = NOW,
    playbook: str = "p1",
    lane: str | None = None,
) -> Plan:
    """Make a plan of one alert with some steps, in a case named after it."""
    states = states or (StepState.PLANNED,) * steps
    case = Case(
        id=f"case-{name}", key=key or f"key-{name}", org="acme", installation=7, opened_at=at
    )
    alert = Alert(
        id=name,
        delivery_id="d1",
        case_id=case.id,
        installation=7,
        org="acme",
        repo="acme/site",
        actor="mallory",
        person="mallory",
        mode=Mode.ENFORCE,
        playbook=Playbook(
            id=playbook, title="Somebody was made admin", level=level, place=Place(path="p.yml")
        ),
        reasons=(
            Reason(
                selection="selection", field="permission", value="admin", test="permission: admin"
            ),
        ),
        action="repo.add_member",
        fields={"permission": "admin"},
        happened_at=at,
        created_at=at,
    )
    made = tuple(
        make_step(name, position, case_id=case.id, state=state, lane=lane)
        for position, state in enumerate(states)
    )
    return Plan(case=case, alert=alert, steps=made)


async def record(store: Store, *plans: Plan, name: str = "d1") -> None:
    """Bring plans into the store by the way they come: a delivery, claimed and completed."""
    assert await store.accept(make_delivery(name))
    await store.claim_deliveries("recorder", now=NOW, lease=LEASE, limit=1)
    assert await store.complete(
        name, worker="recorder", now=NOW, action="repo.add_member", plans=plans
    )


async def claim(
    store: Store, worker: str = "w1", now: datetime = NOW, limit: int = 10
) -> list[str]:
    """Claim steps; return their ids."""
    return [
        task.step.id for task in await store.claim_steps(worker, now=now, lease=LEASE, limit=limit)
    ]


async def states(store: Store) -> dict[str, StepState]:
    """Return the state of every step."""
    return {step.id: step.state for step in await store.steps()}
