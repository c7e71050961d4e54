"""Playbooks, lists and overlay from disk: what is usable is loaded, what is not is told."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from errno import ENOENT
from functools import lru_cache, partial
from pathlib import Path

from bot.actions.catalogue import check_response
from bot.core.problem import Place, Problem
from bot.detect.correlation.salvage import Broken
from bot.detect.detector import Detector
from bot.detect.falco import is_falco, parse_falco_files
from bot.detect.foreign import set_apart
from bot.detect.linking import link
from bot.detect.lists import NamedList, parse_list
from bot.detect.live_ruleset import LiveRuleset, compile_live
from bot.detect.overlay import Overlay, apply, check_change, check_overlay, parse_overlay
from bot.detect.parse import parse
from bot.detect.placeholder import check_lists
from bot.detect.rule import Filter, Parsed, Rule
from bot.detect.zone import in_zone

_SUFFIXES = (".yml", ".yaml")

# A set that is loaded again has changed in a file or two: only these are parsed anew.
_parse_file = lru_cache(maxsize=4096)(parse)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """The usable playbooks of a folder, compiled, and every problem found on the way.

    ``rules`` are as they hold in the end, ``guarding`` those of them that GitHub's events are
    judged by; ``disabled`` are those that the overlay switches off.
    """

    rules: tuple[Rule, ...]
    guarding: tuple[Rule, ...]
    lists: Mapping[str, Sequence[str]]
    ruleset: LiveRuleset
    detector: Detector
    problems: tuple[Problem, ...]
    list_places: Mapping[str, Place] = field(default_factory=dict)
    overlay: Overlay = field(default_factory=Overlay)
    disabled: tuple[Rule, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that kept something from being loaded."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def overlay_errors(self) -> tuple[Problem, ...]:
        """The errors in the overlay: with one, these are not the playbooks the operator meant."""
        return tuple(error for error in self.errors if error.place.path == self.overlay.path)


def load(folder: Path, lists: Path | None = None, config: Path | None = None) -> Loaded:
    """Load every playbook of a folder (or a single file), the lists of another, and the overlay.

    Folders are read with all folders inside, in the order of their paths. A playbook with an
    error is reported and left out; nothing about a file raises.
    """
    problems: list[Problem] = []
    overlay = _load_overlay(config, problems) if config is not None else Overlay()
    named = _load_lists(lists, problems) if lists is not None else {}
    values = {**{name: found.values for name, found in named.items()}, **overlay.lists}
    read: list[Rule] = []
    filters: list[Filter] = []
    rules: dict[str, Rule] = {}
    disabled: list[Rule] = []
    broken: list[Broken] = []
    for parsed in _parse(folder, config, problems):
        problems.extend(parsed.problems)
        filters.extend(parsed.filters)
        broken.extend(parsed.broken)
        for given in parsed.rules:
            read.append(given)
            rule, changed = _changed(given, overlay)
            problems.extend(changed)
            if overlay.disables(rule.playbook):
                disabled.append(rule)
                broken.extend(_parts_of(rule, told=False))
                continue
            found = (*_check_twin(rule, rules), *check_lists(rule, {**values, **rule.lists}))
            found += check_response(rule.playbook.response)
            problems.extend(found)
            if not any(problem.severity == "error" for problem in (*changed, *found)):
                rules[rule.playbook.id] = rule
            else:
                broken.extend(_parts_of(rule, told=True))
    complete = all(
        problem.severity == "warning" or problem.place.path == overlay.path for problem in problems
    )
    problems.extend(check_overlay(overlay, read, named, complete=complete))
    usable, unlinked = link(tuple(rules.values()), filters, values, broken)
    problems.extend(unlinked)
    if overlay.zone is not None:
        usable = tuple(in_zone(rule, overlay.zone) for rule in usable)
    guarding, foreign = set_apart(usable)
    problems.extend(foreign)
    ruleset = compile_live([rule for rule in guarding if rule.correlation is None], values)
    return Loaded(
        rules=usable,
        guarding=guarding,
        lists=values,
        ruleset=ruleset,
        detector=Detector(guarding, ruleset),
        problems=tuple(sorted(problems)),
        list_places={
            **{name: found.place for name, found in named.items()},
            **overlay.list_places,
        },
        overlay=overlay,
        disabled=tuple(disabled),
    )


def _parts_of(rule: Rule, *, told: bool) -> Iterator[Broken]:
    """Yield what a correlation that is not used would have been made of."""
    asks = rule.correlation
    if asks is not None and not asks.generate:
        yield Broken(rules=frozenset(asks.rules), place=rule.playbook.place, told=told)


def _parse(folder: Path, config: Path | None, problems: list[Problem]) -> Iterator[Parsed]:
    """Yield what is in each playbook file, and last what all of Falco's rules files say."""
    foreign: list[tuple[str, str]] = []
    for path in _files(folder, "playbooks", problems):
        skipped = _is_same(path, config) or path.stem.endswith(".test")  # tests beside a file
        text = None if skipped else _text(path, problems)
        if text is None:
            continue
        if is_falco(text):
            foreign.append((text, str(path)))
        else:
            yield _parse_file(text, str(path))
    if foreign:
        yield parse_falco_files(foreign)


def _is_same(path: Path, other: Path | None) -> bool:
    """Say whether a file is the overlay, which may lie among the playbooks."""
    return other is not None and path.resolve() == other.resolve()


def files(*places: Path) -> list[Path]:
    """Return every file that `load` reads in these folders, or that they are; in a fixed order."""
    found: list[Path] = []
    for place in places:
        if place.exists():
            found += _files(place, "", [])
    return found


def _load_overlay(path: Path, problems: list[Problem]) -> Overlay:
    text = _text(path, problems)
    overlay = parse_overlay(text or "", str(path))
    problems.extend(overlay.problems)
    return overlay


def _changed(rule: Rule, overlay: Overlay) -> tuple[Rule, tuple[Problem, ...]]:
    change = overlay.change_of(rule.playbook)
    return (rule, ()) if change is None else (apply(change, rule), check_change(change, rule))


def _load_lists(folder: Path, problems: list[Problem]) -> Mapping[str, NamedList]:
    known: dict[str, NamedList] = {}
    for path in _files(folder, "lists", problems):
        text = _text(path, problems)
        if text is None:
            continue
        parsed = parse_list(text, str(path))
        problems.extend(parsed.problems)
        if parsed.found is None:
            continue
        if (twin := known.get(parsed.found.name)) is not None:
            message = f"the list '{twin.name}' is already in {twin.place}: rename one of them"
            problems.append(Problem(place=parsed.found.place, message=message))
            continue
        known[parsed.found.name] = parsed.found
    return known


def _check_twin(rule: Rule, rules: Mapping[str, Rule]) -> tuple[Problem, ...]:
    if (other := rules.get(rule.playbook.id)) is None:
        return ()
    message = (
        f"the id {rule.playbook.id} is already that of {other.playbook.place}: "
        "give each playbook its own"
    )
    return (Problem(place=rule.playbook.place, message=message),)


def _files(folder: Path, what: str, problems: list[Problem]) -> list[Path]:
    try:
        if folder.is_file():
            return [folder]
        if folder.is_dir():
            return sorted(_walk(folder, problems))
    except OSError as error:
        _note(problems, error)
        return []
    message = f"there is no such folder: create it, or say where the {what} are"
    problems.append(Problem(place=Place(path=str(folder)), message=message))
    return []


def _walk(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Yield the YAML files of a folder and of those in it, at last the linked ones, each once.

    Hidden ones are out of sight, such as the other copies in a mounted ConfigMap. A link that
    leads nowhere is told: a playbook that is gone must not look like one that nobody wrote.
    """
    seen: set[str] = set()
    pending = [folder]
    while pending:
        links: list[Path] = []
        for place, folders, names in os.walk(pending.pop(), onerror=partial(_note, problems)):
            folders[:] = [name for name in folders if not name.startswith(".")]
            links += [link for name in folders if (link := Path(place, name)).is_symlink()]
            seen.add(os.path.realpath(place))
            yield from _yaml_files(Path(place), names, problems)
        pending += [link for link in sorted(links, reverse=True) if not _is_in(link, seen)]


def _note(problems: list[Problem], error: OSError) -> None:
    message = f"cannot be read: {error.strerror}"
    problems.append(Problem(place=Place(path=str(error.filename)), message=message))


def _is_in(link: Path, seen: set[str]) -> bool:
    """Say whether a linked folder is one that was seen, and mark it as seen."""
    real = os.path.realpath(link)
    known = real in seen
    seen.add(real)
    return known


def _yaml_files(place: Path, names: list[str], problems: list[Problem]) -> Iterator[Path]:
    for name in names:
        path = place / name
        if path.suffix not in _SUFFIXES or name.startswith("."):
            continue
        try:
            if path.is_file():
                yield path
            elif path.is_symlink() and not path.exists():
                raise FileNotFoundError(ENOENT, "the link leads nowhere", str(path))
        except OSError as error:
            _note(problems, error)


def _text(path: Path, problems: list[Problem]) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 (byte {error.start}): save the file as UTF-8"
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    problems.append(Problem(place=Place(path=str(path)), message=message))
    return None
