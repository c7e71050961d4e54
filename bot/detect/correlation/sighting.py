"""A sighting: a rule matched an event, kept until its companions can no longer come."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice, product
from typing import Final

from bot.core.event import Event
from bot.detect.correlation.model import Correlation
from bot.detect.text import fold, number, plain

MOST_GROUPS: Final = 16
"""Groups that one event may belong to, when fields of ``group-by`` hold several values."""

MOST_VALUES: Final = 50
"""Values that one event may bring, when the measured field holds several."""

_LONGEST: Final = 80
_LARGEST: Final = 1e300


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """One event that counts for one correlation in one group.

    ``rule`` is the id of the rule that matched, ``at`` the event's time, ``values`` what the
    measured field holds (folded texts, or numbers), ``words`` the event in a few words.
    ``presumed``: the match rests on a list that could not be read.
    """

    correlation: str
    group: str
    rule: str
    event_id: str
    at: datetime
    values: tuple[str | float, ...] = ()
    words: str = ""
    presumed: bool = False


def groups(event: Event, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the keys of the groups an event belongs to, by its organisation and these fields.

    Upper and lower case are the same. An event that lacks one of the fields belongs to none.
    """
    return tuple(labels(event, names))


def labels(event: Event, names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return those keys, each with the organisation and the values that it stands for."""
    chosen = [tuple(dict.fromkeys(_folded(event, name))) for name in names]
    keys = islice(product(*chosen), MOST_GROUPS)
    owner = fold(event.org or "")
    return {digest(owner, *key): (owner, *key) for key in keys}


def measured(event: Event, correlation: Correlation, rule: str) -> tuple[str | float, ...]:
    """Return what the measured fields of an event hold, as the correlation counts it."""
    fields = [correlation.field_of(name, rule) for name in correlation.fields]
    if not fields:
        return ()
    if correlation.kind.numeric:
        return tuple(islice(_numbers(event, fields[0]), MOST_VALUES))
    several = product(*(dict.fromkeys(_folded(event, field)) for field in fields))
    return tuple("\0".join(each) for each in islice(several, MOST_VALUES))


def tell(event: Event) -> str:
    """Say in a few words what an event was: who did what, to whom and where."""
    words = [event.action[:_LONGEST]]
    for word, value in (("by", event.actor), ("of", event.user), ("in", event.repo or event.org)):
        if value:
            words.append(f"{word} {value[:_LONGEST]}")
    return " ".join(words)


def digest(*parts: str) -> str:
    """Return a short, stable name for some texts."""
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:24]


def _folded(event: Event, field: str) -> Iterator[str]:
    for value in event.values(field):
        if (text := plain(value)) is not None:
            yield fold(text)


def _numbers(event: Event, field: str) -> Iterator[float]:
    for value in event.values(field):
        # What is not finite or beyond calculation (NaN is neither less nor more) counts as none.
        if (found := number(value)) is not None and abs(found) < _LARGEST:
            yield float(found)
