"""Correlations held against the SQL that pySigma's SQLite back end makes of the same text."""

import sqlite3
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sigma.backends.sqlite.sqlite import sqliteBackend
from sigma.collection import SigmaCollection

from bot.detect.correlation.absence import elapsed
from bot.detect.correlation.evaluate import findings
from bot.detect.correlation.model import Correlation
from bot.detect.correlation.sighting import Sighting, groups, measured
from tests.detect.correlation.stage import START, base, correlation, faultless, happening

ROWS = st.lists(
    st.tuples(
        st.sampled_from("ab"),
        st.integers(0, 14),
        st.sampled_from(["eve", "bob"]),
        st.integers(0, 5),
    ),
    min_size=1,
    max_size=8,
)
Row = tuple[str, int, str, int]

BODIES = {
    "event_count": "rules: [a], condition: {gte: 2}",
    "event_count of few": "rules: [a, b], condition: {lt: 2}",
    "value_count": "rules: [a], condition: {gte: 2, field: n}",
    "value_sum": "rules: [a], condition: {gt: 5, field: n}",
    "value_avg": "rules: [a, b], condition: {gte: 2, field: n}",
    "value_median": "rules: [a], condition: {eq: 3, field: n}",
    "value_percentile": "rules: [a], condition: {gte: 3, field: n, percentile: 80}",
    "temporal": "rules: [a, b]",
    "temporal_ordered": "rules: [b, a]",
    "temporal with an or": "condition: a or b",
    "temporal_ordered with an and": "rules: [a, b], condition: a and b",
    "temporal with a not": "condition: a and not b",
    "temporal_ordered with a not": "condition: a and not b",
}


def by_sql(text: str, rows: list[Row]) -> set[tuple[str, datetime]]:
    """Return group and end of every window that the SQL finds."""
    backend = sqliteBackend(
        timestamp_field="ts", timestamp_format="unix", observation_end=START.timestamp() + 86_400
    )
    (query,) = backend.convert(SigmaCollection.from_yaml(text))
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE logs (ts INTEGER, action TEXT COLLATE NOCASE, actor TEXT, n INTEGER)"
    )
    connection.executemany(
        "INSERT INTO logs VALUES (?, ?, ?, ?)",
        [(int(START.timestamp()) + 60 * at, name, actor, n) for name, at, actor, n in rows],
    )
    cursor = connection.execute(query)
    names = [column[0] for column in cursor.description]
    found = [dict(zip(names, row, strict=True)) for row in cursor]
    connection.close()
    return {
        (str(row["group_keys"]), datetime.fromtimestamp(row["window_end"], UTC)) for row in found
    }


def by_us(asks: Correlation, ids: dict[str, str], rows: list[Row]) -> set[tuple[str, datetime]]:
    """Return group and end of every window that we find when all events are there."""
    seen = []
    for number, (name, at, actor, n) in enumerate(rows):
        event = happening(name, at, key=f"e{number}", actor=actor, n=n)
        if name in ids:
            (group,) = groups(event, asks.group_by)
            label = f'{{"actor":"{actor}"}}'
            values = measured(event, asks, ids[name])
            seen.append(
                (
                    label,
                    Sighting(
                        correlation="c",
                        group=group,
                        rule=ids[name],
                        event_id=event.id,
                        at=event.at,
                        values=values,
                    ),
                )
            )
    found = set()
    for label, one in seen:
        own = [other for name, other in seen if name == label]
        found |= {(label, finding.at) for finding in findings(asks, own, one.at)}
        if asks.waits and (passed := elapsed(asks, own, one.at)) is not None:
            found.add((label, passed.at))
    return found


@pytest.mark.parametrize("name", BODIES)
@settings(max_examples=40)
@given(rows=ROWS)
def test_we_find_the_windows_that_the_sql_finds(name: str, rows: list[Row]) -> None:
    """Both agree on every group and on the end of every window."""
    kind = name.split(maxsplit=1)[0]
    body = f"type: {kind}, timespan: 5m, group-by: [actor], {BODIES[name]}"
    documents = (correlation(body), base("a"), base("b", 2))
    rules = {rule.name: rule for rule in faultless(*documents)}
    asks = rules["c"].correlation
    assert asks is not None
    ids = {key: rules[key].playbook.id for key in "ab" if rules[key].playbook.id in asks.rules}
    used = [
        documents[0],
        *(document for key, document in zip("ab", documents[1:], strict=True) if key in ids),
    ]
    assert by_us(asks, ids, rows) == by_sql("---\n".join(used), rows)
