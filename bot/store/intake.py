"""Taking deliveries in: the one place where every microsecond counts.

The statement is written by hand and the columns' own conversions are looked up once, because
SQLAlchemy's way through the same insert costs as much as SQLite's whole work for it.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, Dialect

from bot.core.delivery import Delivery
from bot.store.tables import DeliveryState, deliveries

_NAMES = ("id", "source", "event", "received_at", "headers", "body")
# What every new delivery starts with, written into the statement; it is due when it came in.
_ALWAYS = {"state": f"'{DeliveryState.QUEUED}'", "attempts": "0", "error": "''"}


def take_in(connection: Connection, batch: Sequence[Delivery]) -> list[bool]:
    """Record deliveries; say of each, in order, whether it is new."""
    convert = _converters(connection.dialect)
    values: list[Any] = []
    for delivery in batch:
        row = [change(value) for change, value in zip(convert, _values(delivery), strict=True)]
        values += row
        values.append(row[_RECEIVED_AT])
    statement = _statement(connection.dialect.positional, len(batch))
    new = set(connection.exec_driver_sql(statement, tuple(values)).scalars())
    answers = []
    for delivery in batch:
        answers.append(delivery.id in new)
        new.discard(delivery.id)  # the same id twice in one batch is new once
    return answers


_RECEIVED_AT = _NAMES.index("received_at")
_values = attrgetter(*_NAMES)


@lru_cache(maxsize=512)
def _statement(question_marks: bool, count: int) -> str:
    mark = "?" if question_marks else "%s"
    group = f"({', '.join([mark] * (len(_NAMES) + 1))}, {', '.join(_ALWAYS.values())})"
    names = ", ".join((*_NAMES, "next_at", *_ALWAYS))
    return (
        f"INSERT INTO deliveries ({names}) VALUES {', '.join([group] * count)} "  # noqa: S608 - only names, marks and constants of our own
        "ON CONFLICT (id) DO NOTHING RETURNING id"
    )


@lru_cache(maxsize=8)
def _converters(dialect: Dialect) -> list[Callable[[Any], Any]]:
    kinds = (deliveries.c[name].type.dialect_impl(dialect) for name in _NAMES)
    return [kind.bind_processor(dialect) or _same for kind in kinds]


def _same(value: Any) -> Any:
    return value
