"""Which actions an event may have, and which fields with each: what the linter checks against."""

from collections.abc import Iterator, Mapping
from typing import Final

from bot.core.normalise.catalogue import DELIVERIES
from bot.core.normalise.envelope import ENVELOPE
from bot.core.normalise.families import FAMILIES
from bot.core.normalise.table import Family, Field, unnamed


def _named() -> Iterator[tuple[str, tuple[Field, ...]]]:
    """Yield every action that a table gives, with the fields its deliveries may carry."""
    for family in FAMILIES:
        for row in family.rows:
            yield row.becomes, (*family.fields, *row.fields)


def _unnamed() -> Iterator[tuple[str, tuple[Field, ...]]]:
    """Yield the action of every delivery that may come although no row names it for certain."""
    covered = {family.event: family for family in FAMILIES if family.source == "webhook"}
    for event, actions in DELIVERIES.items():
        family = covered.get(event)
        fields = family.fields if family else ()
        for action in actions or (None,):
            if family is None or not _always_named(family, action):
                yield unnamed(event, action), fields


def _always_named(family: Family, action: str | None) -> bool:
    return any(row.action == action and row.when is None for row in family.rows)


def _known() -> dict[str, tuple[str, ...]]:
    names: dict[str, dict[str, None]] = {}
    for action, fields in (*_named(), *_unnamed()):
        known = names.setdefault(action, dict.fromkeys(ENVELOPE))
        known.update(dict.fromkeys(field.name for field in fields))
    return {action: tuple(names[action]) for action in sorted(names)}


KNOWN_ACTIONS: Final[Mapping[str, tuple[str, ...]]] = _known()
"""Every action an event from a webhook or the roster may have, and its normalised fields.

Fields of ``raw`` are not listed; ``repository_dispatch.<event type>`` is free and not listed.
"""
