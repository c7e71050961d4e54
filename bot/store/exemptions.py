"""Exemptions: written with the comment that asks for them, and kept after they ended."""

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from bot.respond.exemption import Exemption
from bot.store.tables import alerts, exemptions
from bot.store.upsert import insert

_NAMES = tuple(each.name for each in fields(Exemption))


def value(row: RowMapping) -> Exemption:
    """Read an exemption."""
    return Exemption(**{name: row[name] for name in _NAMES})


def _row(exemption: Exemption) -> dict[str, Any]:
    return {**{name: getattr(exemption, name) for name in _NAMES}, "key": exemption.key}


def write(connection: Connection, granted: Sequence[Exemption], now: datetime) -> None:
    """Save exemptions; each takes the place of what exempts the same act already."""
    for each in granted:
        connection.execute(
            update(exemptions)
            .where(
                exemptions.c.key == each.key,
                exemptions.c.id != each.id,
                exemptions.c.ended_at.is_(None),
                exemptions.c.until > now,
            )
            .values(ended_at=now, ended_by=each.by)
        )
        connection.execute(
            insert(connection, exemptions).on_conflict_do_nothing(index_elements=[exemptions.c.id]),
            _row(each),
        )


def end(connection: Connection, ids: Collection[str], *, by: str, now: datetime) -> list[str]:
    """End exemptions that are in force; return the ids of those that were."""
    ended = connection.execute(
        update(exemptions)
        .where(exemptions.c.id.in_(ids), exemptions.c.ended_at.is_(None), exemptions.c.until > now)
        .values(ended_at=now, ended_by=by)
        .returning(exemptions.c.id)
    )
    return sorted(ended.scalars())


def of_actor(connection: Connection, org: str, actor: str, now: datetime) -> list[Exemption]:
    """Return the exemptions in force for what somebody does in an organisation."""
    found = connection.execute(
        select(exemptions).where(
            func.lower(exemptions.c.org) == org.lower(),
            exemptions.c.actor == actor.casefold(),
            exemptions.c.ended_at.is_(None),
            exemptions.c.until > now,
        )
    ).mappings()
    return [value(row) for row in found]


def of_case(connection: Connection, case_id: str) -> tuple[Exemption, ...]:
    """Return the exemptions that were written on a case and not ended early."""
    found = connection.execute(
        select(exemptions)
        .where(exemptions.c.case_id == case_id, exemptions.c.ended_at.is_(None))
        .order_by(exemptions.c.since, exemptions.c.id)
    ).mappings()
    return tuple(value(row) for row in found)


def listed(connection: Connection, now: datetime, *, ended: bool) -> list[tuple[Exemption, int]]:
    """Return exemptions by their end, each with how many alerts it covered.

    Those that ended only when ``ended`` asks for them.
    """
    counts = (
        select(alerts.c.exemption, func.count().label("covered"))
        .where(alerts.c.exemption.is_not(None))
        .group_by(alerts.c.exemption)
        .subquery()
    )
    query = (
        select(exemptions, func.coalesce(counts.c.covered, 0).label("covered"))
        .outerjoin(counts, counts.c.exemption == exemptions.c.id)
        .order_by(exemptions.c.until, exemptions.c.id)
    )
    if not ended:
        query = query.where(exemptions.c.ended_at.is_(None), exemptions.c.until > now)
    rows = connection.execute(query).mappings()
    return [(value(row), row["covered"]) for row in rows]
