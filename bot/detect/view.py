"""An event as the matcher asks it: each field is read, spelt and folded once."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from bot.core.event import MISSING, Event
from bot.detect.text import fold, plain


class View:
    """Answers about one event, remembered. A field of ``None`` means every value there is."""

    __slots__ = ("_answers", "_folded", "_texts", "_values", "event")

    def __init__(self, event: Event) -> None:
        self.event = event
        self._folded: dict[str | None, tuple[str, ...]] = {}
        self._values: dict[str | None, tuple[Any, ...]] = {}
        self._texts: dict[str | None, tuple[str, ...]] = {}
        self._answers: dict[Callable[[View], bool], bool] = {}

    def narrowed(self, field: str | None, value: Any) -> "View":
        """Return a view in which the field holds only this value."""
        view = View(self.event)
        view._values[field] = (value,)
        view._texts[field] = spelt = _spell(view._values[field])
        view._folded[field] = tuple(map(fold, spelt))
        return view

    def answer(self, check: "Callable[[View], bool]") -> bool:
        """Return what a check says of the event; it is asked once."""
        found = self._answers.get(check)
        if found is None:
            found = self._answers[check] = check(self)
        return found

    def exists(self, field: str) -> bool:
        """Say whether the event has the field, be it null."""
        return self.event.lookup(field) is not MISSING

    def values(self, field: str | None) -> tuple[Any, ...]:
        """Return every single value of a field, arrays flattened."""
        found = self._values.get(field)
        if found is None:
            found = self.event.values(field) if field is not None else tuple(leaves(self.event))
            self._values[field] = found
        return found

    def texts(self, field: str | None) -> tuple[str, ...]:
        """Return the texts of a field's values, as they are spelt."""
        found = self._texts.get(field)
        if found is None:
            only = self.event.fields.get(field) if field is not None else None
            found = (only,) if type(only) is str else _spell(self.values(field))
            self._texts[field] = found
        return found

    def folded(self, field: str | None) -> tuple[str, ...]:
        """Return the texts of a field's values with the case folded."""
        found = self._folded.get(field)
        if found is None:
            only = self.event.fields.get(field) if field is not None else None
            # One text is what a field holds almost always.
            found = (fold(only),) if type(only) is str else tuple(map(fold, self.texts(field)))
            self._folded[field] = found
        return found


def _spell(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple([text for text in map(plain, values) if text is not None])


def leaves(event: Event) -> Iterator[Any]:
    """Yield every single value anywhere in the event (no recursion: nesting may be deep)."""
    pending: list[Any] = [event.raw] if event.raw is event.fields else [event.raw, event.fields]
    while pending:
        item = pending.pop()
        if isinstance(item, Mapping):
            pending.extend(reversed(tuple(item.values())))
        elif isinstance(item, list | tuple):
            pending.extend(reversed(item))
        else:
            yield item
