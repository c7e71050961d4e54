"""What goes into the store comes out equal, whatever it holds."""

from collections.abc import Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from bot.core.delivery import Delivery
from bot.core.playbook import Level, Mode, Playbook, Reason, Response, StepSpec
from bot.core.problem import Place
from bot.respond.alert import Alert, Case, CaseState
from bot.respond.step import Issue, Receipt, Step, StepState
from bot.store import rows
from bot.store.engines import connect, parse
from bot.store.intake import take_in
from bot.store.tables import alerts, cases, deliveries, steps

# In columns of text U+0000 is replaced; in JSON every character survives but a lone surrogate,
# which no JSON that Tipstaff accepts can hold.
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
INSIDE = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | INSIDE,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(INSIDE, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(INSIDE, JSON, max_size=3)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 - hypothesis adds the zone itself
WORD_TUPLES = st.lists(INSIDE, max_size=3).map(tuple)
SMALL = st.integers(0, 2**31 - 1)
IDS = st.integers(1, 2**53)

PLACES = st.builds(Place, path=INSIDE, line=SMALL, column=SMALL)
SPECS = st.builds(StepSpec, action=INSIDE, params=OBJECTS, place=PLACES)
RESPONSES = st.builds(
    Response,
    mode=st.sampled_from(Mode),
    about=INSIDE,
    group_by=WORD_TUPLES,
    steps=st.lists(SPECS, max_size=2).map(tuple),
)
PLAYBOOKS = st.builds(
    Playbook,
    id=WORDS,
    title=INSIDE,
    level=st.sampled_from(Level),
    place=PLACES,
    description=INSIDE,
    tags=WORD_TUPLES,
    references=WORD_TUPLES,
    falsepositives=WORD_TUPLES,
    fields=WORD_TUPLES,
    response=RESPONSES,
)
REASONS = st.builds(Reason, selection=INSIDE, field=INSIDE, value=JSON, test=INSIDE)
ALERTS = st.builds(
    Alert,
    id=WORDS,
    delivery_id=WORDS,
    case_id=st.just("case"),
    installation=IDS,
    org=WORDS,
    repo=st.none() | WORDS,
    actor=st.none() | WORDS,
    person=st.none() | WORDS,
    mode=st.sampled_from(Mode),
    playbook=PLAYBOOKS,
    reasons=st.lists(REASONS, max_size=2).map(tuple),
    action=WORDS,
    fields=OBJECTS,
    happened_at=TIMES,
    created_at=TIMES,
)
ISSUES = st.builds(Issue, repository=WORDS, number=IDS, url=WORDS)
CASES = st.builds(
    Case,
    id=WORDS,
    key=WORDS,
    org=WORDS,
    installation=IDS,
    state=st.sampled_from(CaseState),
    issue=st.none() | ISSUES,
    opened_at=TIMES,
)
RECEIPTS = st.builds(
    Receipt,
    state=st.sampled_from(StepState),
    summary=INSIDE,
    before=OBJECTS,
    after=OBJECTS,
    effect=st.none() | INSIDE,
    url=st.none() | INSIDE,
    issue=st.none() | st.builds(Issue, repository=INSIDE, number=IDS, url=INSIDE),
)
STEPS = st.builds(
    Step,
    id=WORDS,
    case_id=st.just("case"),
    alert_id=st.none(),
    installation=IDS,
    position=SMALL,
    action=WORDS,
    params=OBJECTS,
    kind=st.sampled_from(["apply", "undo"]),
    undo_of=st.none() | WORDS,
    state=st.sampled_from(StepState),
    attempts=SMALL,
    next_at=TIMES,
    intent_at=st.none() | TIMES,
    finished_at=st.none() | TIMES,
    approved_by=st.none() | WORDS,
    error=WORDS,
    receipt=st.none() | RECEIPTS,
)
DELIVERIES = st.builds(
    Delivery,
    id=WORDS,
    source=WORDS,
    event=WORDS,
    received_at=TIMES,
    body=st.binary(max_size=200),
    headers=st.dictionaries(INSIDE, INSIDE, max_size=3),
)

often = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Connect to each database in turn."""
    made = connect(parse(database_url), connections=1)
    yield made
    made.dispose()


@often
@given(delivery=DELIVERIES)
def test_a_delivery_comes_back_equal(engine: Engine, delivery: Delivery) -> None:
    """To the byte and the microsecond."""
    with engine.connect() as connection:
        assert take_in(connection, [delivery]) == [True]
        row = connection.execute(sa.select(deliveries)).mappings().one()
        connection.rollback()
    assert rows.delivery_value(row) == delivery


@often
@given(case=CASES)
def test_a_case_comes_back_equal(engine: Engine, case: Case) -> None:
    """With its issue, or without."""
    assert rows.case_value(_there_and_back(engine, cases, rows.case_row(case))) == case


@often
@given(alert=ALERTS)
def test_an_alert_comes_back_equal(engine: Engine, alert: Alert) -> None:
    """With its whole playbook and every reason."""
    found = rows.alert_value(_there_and_back(engine, alerts, rows.alert_row(alert, "case")))
    assert found == alert
    assert _types(found) == _types(alert)


@often
@given(step=STEPS)
def test_a_step_comes_back_equal(engine: Engine, step: Step) -> None:
    """With its parameters and its receipt."""
    found = rows.step_value(_there_and_back(engine, steps, rows.step_row(step, "case", None)))
    assert found == step
    assert _types(found) == _types(step)


@often
@given(alert=ALERTS)
def test_times_come_back_in_utc(engine: Engine, alert: Alert) -> None:
    """Whatever zone they were given in."""
    found = rows.alert_value(_there_and_back(engine, alerts, rows.alert_row(alert, "case")))
    assert found.happened_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    """Nobody can know when it was."""
    naive = datetime(2026, 1, 1)  # noqa: DTZ001 - the point of it
    delivery = Delivery(id="d", source="s", event="e", received_at=naive, body=b"", headers={})
    with engine.connect() as connection, pytest.raises(ValueError, match="needs its zone"):
        take_in(connection, [delivery])


def _there_and_back(engine: Engine, table: sa.Table, row: dict[str, Any]) -> sa.RowMapping:
    """Insert a row, read it, and roll back; the case it belongs to is there."""
    with engine.connect() as connection:
        if table in (alerts, steps):
            case = Case(id="case", key="k", org="o", installation=1, opened_at=datetime.now(UTC))
            connection.execute(cases.insert(), rows.case_row(case))
        connection.execute(table.insert(), row)
        found = connection.execute(sa.select(table)).mappings().one()
        connection.rollback()
        return found


def _types(value: Any) -> dict[str, type]:
    """Return the types of a value's fields: `Level.HIGH == "high"` would hide a difference."""
    return {
        field.name: dict if isinstance(held := getattr(value, field.name), dict) else type(held)
        for field in fields(value)
    }
