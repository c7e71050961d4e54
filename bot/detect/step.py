"""The steps of a response: what is done, in which order, when, and what if it fails."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.core.playbook import After, StepSpec, Unless
from bot.core.times import parse_span
from bot.detect.section import Section, shown
from bot.detect.suggest import did_you_mean

LONGEST_DELAY: Final = timedelta(days=30)

_KEYS: Final = ("action", "with", "name", "if", "on-failure", "after")
_RESCUE_KEYS: Final = ("action", "with", "name", "if")
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
_AFTER: Final = re.compile(r"\s*([0-9a-z]+)(?:\s+unless\s+(.+?))?\s*", re.IGNORECASE)
_WORDS: Final = re.compile(r"\s*(?:\||,|\bor\b)\s*")


def read_steps(section: Section) -> tuple[StepSpec, ...]:
    """Return the steps of a response in the order in which they are made.

    Those under a step's ``on-failure`` come right after it. What is not usable is noted.
    """
    reader = _Reader()
    for each in section.sections("steps", name="a step"):
        reader.read(each)
    return tuple(reader.steps)


class _Reader:
    """The steps read so far; a step's position is its place in this list."""

    def __init__(self) -> None:
        self.steps: list[StepSpec] = []
        self._names: set[str] = set()

    def read(self, section: Section) -> None:
        section.check_keys(_KEYS)
        after = _after(section)
        stops = section.data.get("on-failure") == "stop"
        position = self._add(section, after=after, stops=stops)
        if "on-failure" in section.data and not stops:
            self._read_rescues(section, position)

    def _read_rescues(self, section: Section, position: int | None) -> None:
        given = section.data["on-failure"]
        if given == "continue":
            return
        if not isinstance(given, list) or not given:
            section.note(
                "'on-failure' must be continue (the next steps are made all the same), stop (they "
                f"are not), or a list of steps to make then, not {shown(given)}",
                "on-failure",
            )
            return
        for each in section.sections("on-failure", name="a step under 'on-failure'"):
            each.check_keys(_RESCUE_KEYS)
            self._add(each, rescues=position)

    def _add(self, section: Section, **more: Any) -> int | None:
        """Add a step; return its position, or ``None`` when it is not usable."""
        if not section.require("action", "'action: ...'"):
            return None
        action = section.text("action")
        params: Mapping[str, Any] = section.mapping("with") or {}
        name, condition = self._name(section), _condition(section)
        if action is None:
            return None
        place = section.document.place
        spec = StepSpec(
            action=action,
            params=params,
            place=place(*section.path),
            name=name,
            condition=condition,
            condition_place=place(*section.path, "if") if condition else None,
            **more,
        )
        self.steps.append(spec)
        return len(self.steps) - 1

    def _name(self, section: Section) -> str:
        name = section.text("name")
        if name is None:
            return ""
        if not _NAME.fullmatch(name):
            section.note(
                f"'{name}' is no name for a step: write letters, digits and _ only, such as "
                f"'{re.sub(r'[^A-Za-z0-9_]+', '_', name).strip('_').lower() or 'put_back'}', so "
                "that others can say steps.NAME",
                "name",
            )
            return ""
        if name in self._names:
            section.note(f"another step is called '{name}' already: give it another name", "name")
            return ""
        self._names.add(name)
        return name


def _condition(section: Section) -> str:
    given = section.data.get("if")
    if isinstance(given, bool):  # which YAML makes of `if: true`
        return str(given).lower()
    return section.text("if") or ""


def _after(section: Section) -> After | None:
    given = section.text("after")
    found = _AFTER.fullmatch(given) if given is not None else None
    if given is not None and found is None:
        _note_after(section, given)
    if given is None or found is None:
        return None
    try:
        span = parse_span(found[1])
    except ValueError:
        span = None
    if span is None:
        _note_after(section, given)
        return None
    if span > LONGEST_DELAY:
        section.note(f"'after' is at most {LONGEST_DELAY.days}d, not {found[1]}", "after")
        return None
    return After(span=span, unless=_unless(section, found[2]))


def _unless(section: Section, words: str | None) -> tuple[Unless, ...]:
    known = [str(each) for each in Unless]
    found: list[Unless] = []
    for word in _WORDS.split(words.strip().lower()) if words else ():
        if word in known:
            found.append(Unless(word))
        else:
            section.note(
                f"unknown word '{word}' after 'unless'{did_you_mean(word, known)}", "after"
            )
    return tuple(dict.fromkeys(found))


def _note_after(section: Section, given: str) -> None:
    section.note(
        f"'after: {given}' is no delay: write a number and s, m, h, d or w, and after 'unless' "
        "what makes it needless, such as 30m unless acknowledged or closed",
        "after",
    )
