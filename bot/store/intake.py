"""Taking deliveries in: the one place where every microsecond counts.

The statement is written by hand and the columns' own conversions are looked up once, because
SQLAlchemy's way through the same insert costs as much as SQLite's whole work for it.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect

from bot.core.delivery import Delivery
from bot.store.rows import delivery_row
from bot.store.tables import deliveries

_NAMES = (
    "id",
    "source",
    "event",
    "received_at",
    "state",
    "next_at",
    "attempts",
    "error",
    "headers",
    "body",
)


def take_in(connection: Connection, batch: Sequence[Delivery]) -> list[bool]:
    """Record deliveries; say of each, in order, whether it is new."""
    convert = _converters(connection.dialect)
    values: list[Any] = []
    for delivery in batch:
        row = delivery_row(delivery)
        values.extend([change(row[name]) for name, change in convert])
    statement = _statement(connection.dialect.positional, len(batch))
    new = set(connection.exec_driver_sql(statement, tuple(values)).scalars())
    answers = []
    for delivery in batch:
        answers.append(delivery.id in new)
        new.discard(delivery.id)  # the same id twice in one batch is new once
    return answers


@lru_cache(maxsize=512)
def _statement(question_marks: bool, count: int) -> str:
    mark = "?" if question_marks else "%s"
    group = f"({', '.join([mark] * len(_NAMES))})"
    return (
        f"INSERT INTO deliveries ({', '.join(_NAMES)}) VALUES {', '.join([group] * count)} "  # noqa: S608 - only names and marks of our own
        "ON CONFLICT (id) DO NOTHING RETURNING id"
    )


@lru_cache(maxsize=8)
def _converters(dialect: Dialect) -> list[tuple[str, Callable[[Any], Any]]]:
    found: list[tuple[str, Callable[[Any], Any]]] = []
    for name in _NAMES:
        kind = deliveries.c[name].type.dialect_impl(dialect)
        found.append((name, kind.bind_processor(dialect) or _same))
    return found


def _same(value: Any) -> Any:
    return value
