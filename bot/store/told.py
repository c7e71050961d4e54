"""What events told of who may do what: kept for ever, read when such an event is put back."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import Connection, select

from bot.respond.standing import is_same
from bot.respond.told import Told, may_be
from bot.store.tables import effects, told
from bot.store.turns import SPENT

_NAMES: Final = tuple(each.name for each in fields(Told))

_APART: Final = timedelta(minutes=10)
"""How far an act of our own and its event may be apart."""

_USUAL: Final = "private"
"""A state that is only worth a row where the thing was known to be in another one."""


def record(connection: Connection, found: Sequence[Told], *, alerted: bool) -> None:
    """Save what a delivery told; ``alerted`` says that it raised an alert.

    What an event only shows is saved when it is not what was known anyway.
    """
    rows = [
        _row(each, alerted=alerted and each.by is not None)
        for each in found
        if each.by is not None or _is_news(connection, each)
    ]
    if rows:
        connection.execute(told.insert(), rows)


def _row(each: Told, *, alerted: bool) -> dict[str, Any]:
    return {**{name: getattr(each, name) for name in _NAMES}, "alerted": alerted}


def _is_news(connection: Connection, each: Told) -> bool:
    known = connection.execute(_LAST, {"thing": each.thing, "until": each.at, "but": ""}).first()
    if known is None:
        return each.state != _USUAL
    return (known.state, known.exact) != (each.state, each.exact)


def last(connection: Connection, thing: str, *, until: datetime, but: str, own: str) -> Told | None:
    """Return what was last told of a thing until then, by another delivery than ``but``.

    What the event of an act of our ``own`` does not tell in full, its receipt does.
    """
    found = connection.execute(_LAST, {"thing": thing, "until": until, "but": but})
    row = found.mappings().one_or_none()
    if row is None:
        return None
    value = Told(**{name: row[name] for name in _NAMES})
    if value.exact or value.state is None or not is_same(value.by, own):
        return value
    set_to = _set_by_us(connection, thing, value.at)
    fits = set_to is not None and set_to != SPENT and may_be(set_to, value.state)
    return replace(value, state=set_to, exact=True) if fits else value


def _set_by_us(connection: Connection, thing: str, at: datetime) -> str | None:
    """Return what our own step set a thing to about then."""
    return connection.scalar(
        select(effects.c.value)
        .where(effects.c.key == thing, effects.c.at >= at - _APART, effects.c.at <= at + _APART)
        .order_by(effects.c.seq.desc())
        .limit(1)
    )


_LAST: Final = (
    select(told)
    .where(
        told.c.thing == sa.bindparam("thing", type_=told.c.thing.type),
        told.c.at <= sa.bindparam("until", type_=told.c.at.type),
        told.c.delivery_id != sa.bindparam("but", type_=told.c.delivery_id.type),
    )
    .order_by(told.c.at.desc(), told.c.seq.desc())
    .limit(1)
)
