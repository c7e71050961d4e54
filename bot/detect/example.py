"""The ``tests`` part of a playbook: what it promises about events."""

from collections.abc import Mapping

from bot.detect.rule import PlaybookTest
from bot.detect.section import Section

_KEYS = ("name", "event", "delivery", "match", "steps", "lists")
_DELIVERY_KEYS = ("event", "payload")


def read_tests(section: Section) -> tuple[PlaybookTest, ...]:
    """Return the tests of a playbook; one that is not usable is noted and left out."""
    found = [_test(test) for test in section.sections("tests", name="a test")]
    return tuple(test for test in found if test is not None)


def _test(section: Section) -> PlaybookTest | None:
    before = len(section.problems)
    section.check_keys(_KEYS)
    section.require("name", "'name: ...' (the promise in one sentence)")
    section.require("match", "'match: true' or 'match: false'")
    name, match = section.text("name"), section.flag("match")
    event, delivery = section.mapping("event"), section.mapping("delivery")
    _check_subject(section)
    lists = _lists(section)
    steps = section.texts("steps") if section.data.get("steps") != [] else ()
    if len(section.problems) > before or name is None or match is None:
        return None
    return PlaybookTest(
        name=name,
        match=match,
        place=section.document.place(*section.path),
        event=event,
        delivery=delivery,
        steps=steps,
        lists=lists,
    )


def _check_subject(section: Section) -> None:
    given = [key for key in ("event", "delivery") if key in section.data]
    if section.usable and len(given) != 1:
        section.note("a test needs either 'event' (audit-log fields) or 'delivery', not both")
    if given == ["event"]:
        _check_event(section)
    if given == ["delivery"] and isinstance(section.data["delivery"], Mapping):
        _check_delivery(section)


def _check_event(section: Section) -> None:
    event = section.data["event"]
    if isinstance(event, Mapping) and not isinstance(event.get("action"), str):
        section.note("the event has no 'action': add one, such as repo.add_member", "event")


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
