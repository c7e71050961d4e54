"""The shape of the mapping tables: what a delivery becomes, said as data.

A `Family` is everything known of one GitHub event; its rows are tried in order. Documentation,
the linter's vocabulary and the running code all read the same rows.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from bot.core.normalise.payload import Payload

Operation = Literal["create", "modify", "remove", "access", "transfer"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One normalised field: its name, where it comes from in words, and how it is read.

    ``read`` returns ``None`` when the payload does not say; the field is then left out.
    """

    name: str
    origin: str
    read: Callable[[Payload], Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """What must hold of the payload for a row to apply, in words and as code."""

    says: str
    holds: Callable[[Payload], bool]


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One payload action of an event, and the audit-log action it becomes.

    ``action`` is the payload's own (``None``: the event has none). ``coined`` marks a name that
    GitHub's audit log does not have; it is then made in the audit log's style.
    """

    action: str | None
    becomes: str
    operation: Operation | None = None
    when: Condition | None = None
    fields: tuple[Field, ...] = ()
    coined: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Family:
    """All that is known of one event of one source.

    ``fields`` are read from every delivery of the event, whichever row applies and also when none
    does (the action is then ``<event>.<action>``). ``notes`` are for the documentation.
    """

    event: str
    about: str
    rows: tuple[Row, ...] = ()
    fields: tuple[Field, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = "webhook"
    _index: dict[str | None, list[Row]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[str | None, list[Row]] = {}
        for row in self.rows:
            index.setdefault(row.action, []).append(row)
        object.__setattr__(self, "_index", index)

    def row(self, action: str | None, payload: Payload) -> Row | None:
        """Return the first row that applies to a payload, if any."""
        for row in self._index.get(action, ()):
            if row.when is None or row.when.holds(payload):
                return row
        return None


def unnamed(event: str, action: str | None) -> str:
    """Return the action of a delivery that no row names: ``<event>.<action>`` or ``<event>``."""
    return f"{event}.{action}" if action else event
