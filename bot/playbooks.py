"""Playbooks and lists from folders: what is usable is loaded, what is not is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.actions.catalogue import check_response
from bot.core.errors import ConfigurationError
from bot.core.problem import Place, Problem
from bot.detect.lists import NamedList, parse_list
from bot.detect.matcher import Ruleset, compile_rules
from bot.detect.parse import parse
from bot.detect.placeholder import check_lists
from bot.detect.rule import Rule

log = structlog.get_logger(__name__)

_SUFFIXES = (".yml", ".yaml")


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """The usable playbooks of a folder, compiled, and every problem found on the way."""

    rules: tuple[Rule, ...]
    lists: Mapping[str, Sequence[str]]
    ruleset: Ruleset
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that kept something from being loaded."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def load_all(folder: Path, lists: Path) -> Loaded:
    """Load the playbooks and lists of a running app; log each problem.

    Raises `ConfigurationError` when there is no folder of playbooks; lists may be missing.
    """
    if not folder.is_dir():
        raise ConfigurationError(
            f"there is no folder {folder} of playbooks; set TIPSTAFF_PLAYBOOKS to one"
        )
    loaded = load(folder, lists if lists.is_dir() else None)
    for problem in loaded.problems:
        log.warning("playbook.problem", problem=str(problem))
    return loaded


def load(folder: Path, lists: Path | None = None) -> Loaded:
    """Load every playbook of a folder (or a single file), and the lists of another.

    Folders are read with all folders inside, in the order of their paths. A playbook with an
    error is reported and left out; nothing about a file raises.
    """
    problems: list[Problem] = []
    values = _load_lists(lists, problems) if lists is not None else {}
    rules: dict[str, Rule] = {}
    for path in _files(folder, "playbooks", problems):
        text = _text(path, problems)
        if text is None:
            continue
        parsed = parse(text, str(path))
        problems.extend(parsed.problems)
        for rule in parsed.rules:
            found = (*_check_twin(rule, rules), *check_lists(rule, values))
            found += check_response(rule.playbook.response)
            problems.extend(found)
            if not any(problem.severity == "error" for problem in found):
                rules[rule.playbook.id] = rule
    usable = tuple(rules.values())
    return Loaded(
        rules=usable,
        lists=values,
        ruleset=compile_rules(usable, values),
        problems=tuple(sorted(problems)),
    )


def _load_lists(folder: Path, problems: list[Problem]) -> Mapping[str, tuple[str, ...]]:
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
    return {name: found.values for name, found in known.items()}


def _check_twin(rule: Rule, rules: Mapping[str, Rule]) -> tuple[Problem, ...]:
    if (other := rules.get(rule.playbook.id)) is None:
        return ()
    message = (
        f"the id {rule.playbook.id} is already that of {other.playbook.place}: "
        "give each playbook its own"
    )
    return (Problem(place=rule.playbook.place, message=message),)


def _files(folder: Path, what: str, problems: list[Problem]) -> list[Path]:
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        message = f"there is no such folder: create it, or say where the {what} are"
        problems.append(Problem(place=Place(path=str(folder)), message=message))
        return []
    return sorted(path for path in folder.rglob("*") if path.suffix in _SUFFIXES and path.is_file())


def _text(path: Path, problems: list[Problem]) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        message = f"not UTF-8 (byte {error.start}): save the file as UTF-8"
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
    problems.append(Problem(place=Place(path=str(path)), message=message))
    return None
