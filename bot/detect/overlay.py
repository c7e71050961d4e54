"""An organisation's changes to playbooks it did not write: one file, ``tipstaff.yml``.

A playbook is named by its id or its file; what is named is changed and the rest stays as the
playbook has it. Everything is applied before playbooks are compiled.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.core.playbook import Level, Mode, Playbook, Response, StepSpec
from bot.core.problem import Place, Problem
from bot.detect import patience
from bot.detect.document import read
from bot.detect.lists import read_values
from bot.detect.live import is_live
from bot.detect.rule import Rule
from bot.detect.section import Section
from bot.detect.suggest import did_you_mean
from bot.detect.zone import KEY, read_zone

_KEYS = ("playbooks", "lists", patience.KEY, KEY)
_PLAYBOOK_KEYS = ("mode", "level", "disabled", "lists", "steps")


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What one entry changes in the playbooks that ``name`` stands for.

    ``lists`` hold for these playbooks only. ``steps`` holds parameters by the action's name;
    ``None`` takes a parameter away. ``places`` tells where each change is written, by its keys
    (``("steps", "open-issue", "labels")``).
    """

    name: str
    place: Place
    mode: Mode | None = None
    level: Level | None = None
    disabled: bool = False
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steps: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    places: Mapping[tuple[str, ...], Place] = field(default_factory=dict)

    def is_for(self, playbook: Playbook) -> bool:
        """Say whether a playbook is meant: by its id, or by its file's name or path."""
        path = "/" + playbook.place.path.replace("\\", "/")
        return self.name.lower() == playbook.id or path.endswith("/" + self.name)


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlay:
    """The changes of a file: for playbooks, and for the lists and the zone that all share.

    ``zone`` is the time zone in which hours and days are counted; ``None``: UTC. ``times`` are
    those of cases by level and kind, where they differ from the settings.
    """

    path: str = ""
    changes: tuple[Change, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    list_places: Mapping[str, Place] = field(default_factory=dict)
    zone: str | None = None
    zone_place: Place | None = None
    times: Mapping[Level, Mapping[str, timedelta | None]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def change_of(self, playbook: Playbook) -> Change | None:
        """Return the first change that is meant for a playbook."""
        return next((change for change in self.changes if change.is_for(playbook)), None)

    def disables(self, playbook: Playbook) -> bool:
        """Say whether a playbook is switched off."""
        change = self.change_of(playbook)
        return change is not None and change.disabled


def parse_overlay(text: str, path: str) -> Overlay:
    """Return what a file changes and every problem found in it; never raises.

    An entry with a mistake is left out: whoever loads playbooks must not go on as if it were not
    there.
    """
    documents, found = read(text, path)
    problems = list(found)
    full = [document for document in documents if document.data is not None]
    if len(full) > 1:
        message = "this file holds one document: delete the line '---' and what follows"
        problems.append(Problem(place=full[1].place(), message=message))
    if not full:
        return Overlay(path=path, problems=tuple(problems))
    section = Section(full[0], (), problems, name="this file")
    section.check_keys(_KEYS)
    changes = [_change(inner) for inner in _entries(section, "playbooks", "an entry")]
    lists, zone = _lists(section), read_zone(section)
    for name in lists:
        if is_live(name):
            section.note(f"'{name}' is a live list, which GitHub fills", "lists", name)
    return Overlay(
        path=path,
        changes=tuple(change for change in changes if change is not None),
        lists=lists,
        list_places={name: section.document.place("lists", name) for name in lists},
        zone=zone,
        times=patience.read_times(section),
        zone_place=None if zone is None else section.document.place(KEY),
        problems=tuple(sorted(problems)),
    )


def apply(change: Change, rule: Rule) -> Rule:
    """Return the rule as changed, each changed step with the place of its change."""
    playbook = rule.playbook
    response = replace(
        playbook.response,
        mode=playbook.response.mode if change.mode is None else change.mode,
        steps=tuple(_step(change, spec) for spec in playbook.response.steps),
    )
    level = playbook.level if change.level is None else change.level
    return replace(
        rule,
        playbook=replace(playbook, level=level, response=response),
        lists={**rule.lists, **change.lists},
    )


def check_change(change: Change, rule: Rule) -> tuple[Problem, ...]:
    """Return a problem for everything a change names that the playbook does not have."""
    return tuple(_misfits(change, rule))


def check_overlay(
    overlay: Overlay, rules: Sequence[Rule], lists: Collection[str], *, complete: bool
) -> list[Problem]:
    """Return a problem for every playbook or list named that is not there, or named twice.

    ``rules`` are all that were read, those that the overlay switches off as well; ``lists`` names
    those that have a file. Unless the reading was ``complete``, what is not there may be what
    could not be read, and no more than a warning is given.
    """
    known = {name for rule in rules for name in (rule.playbook.id, _file(rule.playbook))}
    problems = [
        Problem(
            place=change.place,
            message=f"there is no playbook '{change.name}'{_near(change.name, known)}",
            severity="error" if complete else "warning",
        )
        for change in overlay.changes
        if not any(change.is_for(rule.playbook) for rule in rules)
    ]
    for rule in rules:
        twins = [change for change in overlay.changes if change.is_for(rule.playbook)]
        problems += [
            Problem(
                place=twin.place,
                message=f"'{rule.playbook.title}' is already changed in {twins[0].place}: "
                "write both changes there",
            )
            for twin in twins[1:]
        ]
    wanted = {name for rule in rules for name in rule.placeholders}.union(lists)
    problems += [
        Problem(
            place=overlay.list_places[name],
            message=f"no playbook asks for a list '{name}'{did_you_mean(name, wanted)}",
            severity="error" if complete else "warning",
        )
        for name in overlay.lists
        if name not in wanted
    ]
    return list(dict.fromkeys(problems))


def _entries(section: Section, key: str, name: str) -> tuple[Section, ...]:
    found = section.mapping(key) or {}
    return tuple(
        Section(section.document, (*section.path, key, inner), section.problems, name=name)
        for inner in found
    )


def _change(section: Section) -> Change | None:
    if not section.usable:
        return None
    before = len(section.problems)
    section.check_keys(_PLAYBOOK_KEYS)
    mode = section.choice("mode", [str(mode) for mode in Mode])
    level = section.choice("level", list(Level))
    disabled = section.flag("disabled")
    lists = _lists(section)
    steps = {str(inner.path[-1]): inner.data for inner in _entries(section, "steps", "a step")}
    if len(section.problems) > before:
        return None
    if not section.data:
        section.note("this entry changes nothing: add 'mode: ...', or delete it")
        return None
    return Change(
        name=str(section.path[-1]),
        place=section.document.key_place(*section.path),
        mode=None if mode is None else Mode.parse(mode),
        level=None if level is None else Level(level),
        disabled=disabled is True,
        lists=lists,
        steps=steps,
        places={keys: section.document.place(*section.path, *keys) for keys in _keys(section)},
    )


def _keys(section: Section) -> Iterator[tuple[str, ...]]:
    """Yield the keys of everything that an entry changes."""
    for key, value in section.data.items():
        yield (key,)
        if key in ("lists", "steps"):
            for name, inner in value.items():
                yield (key, name)
                if key == "steps":
                    yield from ((key, name, parameter) for parameter in inner)


def _lists(section: Section) -> dict[str, tuple[str, ...]]:
    if section.mapping("lists") is None:
        return {}
    inner = Section(section.document, (*section.path, "lists"), section.problems, name="lists")
    return {name: read_values(inner, name) for name in inner.data}


def _step(change: Change, spec: StepSpec) -> StepSpec:
    given = change.steps.get(spec.action)
    if given is None:
        return spec
    params = {name: value for name, value in {**spec.params, **given}.items() if value is not None}
    return replace(spec, params=params, place=change.places["steps", spec.action])


def _misfits(change: Change, rule: Rule) -> Iterator[Problem]:
    response = rule.playbook.response
    actions = [spec.action for spec in response.steps]
    for action in change.steps:
        if action not in actions:
            message = (
                f"'{rule.playbook.title}' has no step '{action}'{did_you_mean(action, actions)}"
            )
            yield Problem(place=change.places["steps", action], message=message)
    yield from _takes_nothing(change, response)
    for name in change.lists:
        if name not in rule.placeholders:
            hint = did_you_mean(name, rule.placeholders)
            message = f"'{rule.playbook.title}' asks for no list '{name}'{hint}"
            yield Problem(place=change.places["lists", name], message=message)
    if change.mode is not None and not response.steps:
        message = f"'{rule.playbook.title}' takes no steps: a mode changes nothing about it"
        yield Problem(place=change.places[("mode",)], message=message, severity="warning")


def _takes_nothing(change: Change, response: Response) -> Iterator[Problem]:
    """Tell of parameters that are taken away, and that no such step has."""
    for action, params in change.steps.items():
        steps = [spec for spec in response.steps if spec.action == action]
        had = {name for spec in steps for name in spec.params}
        for name, value in params.items():
            if value is None and steps and name not in had:
                yield Problem(
                    place=change.places["steps", action, name],
                    message=f"'{action}' has no '{name}' to take away{did_you_mean(name, had)}",
                    severity="warning",
                )


def _file(playbook: Playbook) -> str:
    return playbook.place.path.replace("\\", "/").rpartition("/")[2]


def _near(name: str, known: set[str]) -> str:
    """Name the nearest only: a list of all ids would help nobody."""
    hint = did_you_mean(name, known)
    return hint if "did you mean" in hint else ": write its id, or its file's name"
