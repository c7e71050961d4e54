"""The ``tests`` part of a playbook: what it promises about events."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from bot.core.forms import Entry, Told, read_forms
from bot.detect.moment import read_time
from bot.detect.rule import Moment, PlaybookTest
from bot.detect.section import Section, shown
from bot.detect.timespan import parse_timespan
from bot.detect.zone import KEY, read_zone

_KEYS = ("name", "event", "delivery", "sequence", "match", "steps", "lists", KEY)
_SUBJECTS = ("event", "delivery", "sequence")
_MOMENT_KEYS = ("at", "event", "delivery")
_DELIVERY_KEYS = ("event", "payload")
NO_ACTION: Final = "the event has no 'action': add one, such as repo.add_member"


def read_tests(section: Section, *, named: bool) -> tuple[PlaybookTest, ...]:
    """Return the tests of a playbook; one that is not usable is noted and left out.

    ``named``: its events need an action, as all of GitHub's have.
    """
    found = [read_test(test, named=named) for test in section.sections("tests", name="a test")]
    return tuple(test for test in found if test is not None)


def read_test(
    section: Section,
    *,
    named: bool,
    besides: tuple[str, ...] = (),
    told: Sequence[Told] | None = None,
) -> PlaybookTest | None:
    """Return one test, ``None`` if it is not usable; ``besides`` are keys it may have as well.

    ``told`` are its events, where they stand elsewhere.
    """
    before = len(section.problems)
    section.check_keys((*_KEYS, *besides))
    section.require("name", "'name: ...' (the promise in one sentence)")
    section.require("match", "'match: true' or 'match: false'")
    name, match = section.text("name"), section.flag("match")
    _check_subject(section, named=named, elsewhere=told is not None)
    event, delivery = _subject(section)
    sequence = tuple(map(_told_moment, told)) if told is not None else _sequence(section, named)
    lists, zone = _lists(section), read_zone(section)
    steps = section.texts("steps") if section.data.get("steps") != [] else ()
    if len(section.problems) > before or name is None or match is None:
        return None
    return PlaybookTest(
        name=name,
        match=match,
        place=section.document.place(*section.path),
        event=event,
        delivery=delivery,
        sequence=sequence,
        steps=steps,
        lists=lists,
        zone=zone,
    )


def unnamed(test: PlaybookTest) -> bool:
    """Say whether an event of a test has no action."""
    events = (test.event, *(moment.event for moment in test.sequence))
    return any(each is not None and not isinstance(each.get("action"), str) for each in events)


def _check_subject(
    section: Section,
    subjects: tuple[str, ...] = _SUBJECTS,
    *,
    named: bool,
    elsewhere: bool = False,
) -> None:
    given = [key for key in subjects if key in section.data]
    if section.usable and len(given) + elsewhere != 1:
        keys = (*subjects, "event-file") if elsewhere else subjects
        several = " or ".join(f"'{key}'" for key in keys)
        section.note(f"{section.name} needs exactly one of {several}")
    if given == ["event"] and named:
        _check_event(section)
    if given == ["delivery"] and isinstance(section.data["delivery"], Mapping):
        _check_delivery(section)


def _sequence(section: Section, named: bool) -> tuple[Moment, ...]:
    if section.data.get("sequence") == []:
        section.note("'sequence' is empty: add '- {at: +0m, event: {...}}'", "sequence")
    return tuple(_moment(each, named) for each in section.sections("sequence", name="an item"))


def _moment(section: Section, named: bool) -> Moment:
    section.check_keys(_MOMENT_KEYS)
    _check_subject(section, ("event", "delivery"), named=named)
    offset, at = _time(section)
    event, delivery = _subject(section)
    return Moment(offset=offset, at=at, event=event, delivery=delivery)


def _told_moment(told: Told) -> Moment:
    """Return an event that stands elsewhere, at its own time if it has one."""
    if isinstance(told, Entry):
        time = told.fields.get("@timestamp", told.fields.get("created_at"))
        return Moment(at=read_time(time), event=told.fields)
    return Moment(
        at=read_time(told.at), delivery={"event": told.event, "payload": dict(told.payload)}
    )


def _subject(section: Section) -> tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]:
    """Return the event or the delivery; an event in a form of another tool's is opened."""
    event, delivery = section.mapping("event"), section.mapping("delivery")
    told = _opened(event) if event is not None else None
    if told is None:
        return event, delivery
    if isinstance(told, Entry):
        return told.fields, delivery
    return None, {"event": told.event, "payload": dict(told.payload)}


def _opened(event: Mapping[str, Any]) -> Told | None:
    """Return what an event holds that is no entry of the audit log as it stands."""
    action = event.get("action")
    if isinstance(action, str) and "." in action:
        return None
    found = list(read_forms(event))
    return found[0] if len(found) == 1 else None


def _time(section: Section) -> tuple[timedelta, datetime | None]:
    """Return when an item comes: ``+5m`` after the sequence's beginning, or at a time."""
    given = section.data.get("at", "+0m")
    event = section.data.get("event")
    if "at" not in section.data and isinstance(event, Mapping) and "@timestamp" in event:
        return timedelta(0), read_time(event["@timestamp"])
    if isinstance(given, str):
        offset = parse_timespan(given[1:]) if given.startswith("+") else None
        if offset is not None or given[:2] == "+0":
            return offset or timedelta(0), None
        if not given.startswith("+") and (at := read_time(given)) is not None:
            return timedelta(0), at
    section.note(
        f"'at' must be a span after the beginning, such as '+5m', or a time in ISO 8601, not "
        f"{shown(given)}",
        "at",
    )
    return timedelta(0), None


def _check_event(section: Section) -> None:
    event = section.data["event"]
    if not isinstance(event, Mapping) or isinstance(event.get("action"), str):
        return
    if _opened(event) is None:
        section.note(NO_ACTION, "event")


def _check_delivery(section: Section) -> None:
    inner = Section(
        section.document, (*section.path, "delivery"), section.problems, name="a delivery"
    )
    inner.check_keys(_DELIVERY_KEYS)
    inner.require("event", "'event: ...' (GitHub's name, such as member)")
    inner.require("payload", "'payload: {...}'")
    inner.text("event")
    inner.mapping("payload")


def _lists(section: Section) -> Mapping[str, tuple[str, ...]]:
    given = section.mapping("lists")
    if not given:
        return {}
    inner = Section(section.document, (*section.path, "lists"), section.problems, name="lists")
    return {name: inner.texts(name) or () for name in given if given[name] != []} | {
        name: () for name in given if given[name] == []
    }
