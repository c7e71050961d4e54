"""Playbooks as pure Sigma, for sigma-cli's back ends: our own keys left out, our lists put in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import yaml

from bot.core.problem import Problem, Severity
from bot.detect.collection import expand
from bot.detect.condition import Placeholder
from bot.detect.document import Document, Path, read
from bot.detect.operand import split_placeholders
from bot.detect.placeholder import MOST_VALUES, Lists
from bot.detect.regex import escape

OURS: Final = ("response", "tests", "baseline")
"""The keys of a playbook that Sigma does not know."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exported:
    """The Sigma rules of a file as YAML, how many, and what could not be said in Sigma.

    ``left_out`` are the names and ids of the playbooks that are not among them.
    """

    text: str
    count: int = 0
    problems: tuple[Problem, ...] = ()
    left_out: frozenset[str] = frozenset()


def export_files(texts: Mapping[str, str], lists: Lists) -> dict[str, Exported]:
    """Return the playbooks of several files, by path, as pure Sigma; never raises.

    What names a playbook that is left out is left out as well: no reader of Sigma would take it.
    """
    without: frozenset[str] = frozenset()
    while True:
        found = {path: export(text, path, lists, without) for path, text in texts.items()}
        missing = frozenset[str]().union(*(each.left_out for each in found.values()))
        if missing <= without:
            return found
        without |= missing


def export(text: str, path: str, lists: Lists, without: frozenset[str] = frozenset()) -> Exported:
    """Return a file's playbooks as pure Sigma; never raises.

    A value with ``|expand`` becomes the values of its lists. A playbook with something that has
    no words in Sigma is left out and told, and so is a correlation of one ``without`` which it
    has to do; what merely loses something is told as a warning.
    """
    documents, found = read(text, path)
    problems = list(found)
    rules: list[Any] = []
    left_out: set[str] = set()
    for document in expand(documents, problems):
        if not isinstance(document.data, Mapping):
            if document.data is not None:
                message = "not a Sigma rule: a rules file of Falco has no words in Sigma"
                problems.append(Problem(place=document.place(), message=message))
            continue
        writer = _Writer(document, lists)
        rule = writer.rule()
        writer.check_rules(without)
        problems.extend(writer.problems)
        if not any(problem.severity == "error" for problem in writer.problems):
            rules.append(rule)
        else:
            left_out |= {str(rule[key]) for key in ("name", "id") if key in rule}
    return Exported(
        text=_spell(rules),
        count=len(rules),
        problems=tuple(sorted(problems)),
        left_out=frozenset(left_out),
    )


def _spell(rules: Sequence[Any]) -> str:
    return "---\n".join(
        yaml.dump(rule, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100)
        for rule in rules
    )


class _Dumper(yaml.SafeDumper):
    """YAML without anchors, so that every reader of Sigma takes it."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 -- PyYAML asks it so
        return True


class _Writer:
    """One playbook, while it is rewritten."""

    def __init__(self, document: Document, lists: Lists) -> None:
        self.document = document
        self.lists = lists
        self.problems: list[Problem] = []

    def rule(self) -> dict[str, Any]:
        """Return the playbook's Sigma rule."""
        data: Mapping[str, Any] = self.document.data
        if "baseline" in data:
            message = "Sigma has no 'baseline': every value then matches, not only new ones"
            self._note(message, ("baseline",), warning=True)
        rule = {key: value for key, value in data.items() if key not in OURS}
        for key in ("detection", "filter"):
            if isinstance(rule.get(key), Mapping):
                rule[key] = {
                    name: value if name in {"condition", "rules"} else self._put(value, (key, name))
                    for name, value in rule[key].items()
                }
        return rule

    def check_rules(self, without: frozenset[str]) -> None:
        """Note every rule that a correlation names and that is left out."""
        correlation = self.document.data.get("correlation")
        rules = correlation.get("rules") if isinstance(correlation, Mapping) else None
        for number, name in enumerate(rules if isinstance(rules, list) else ()):
            if str(name) in without:
                message = f"the rule '{name}' is left out, so nothing can join it"
                self._note(message, ("correlation", "rules", number))

    def _put(self, value: Any, at: Path) -> Any:
        """Return a selection with its lists put in, however deep it is."""
        if isinstance(value, Mapping):
            return dict(self._item(key, item, (*at, key)) for key, item in value.items())
        if isinstance(value, list):
            return [self._put(item, (*at, number)) for number, item in enumerate(value)]
        return value

    def _item(self, key: str, value: Any, at: Path) -> tuple[str, Any]:
        """Return one line of a selection without ``|expand``."""
        field, *modifiers = key.split("|")
        if "expand" not in modifiers:
            return key, self._put(value, at)
        values = value if isinstance(value, list) else [value]
        pattern = "re" in modifiers
        groups = [list(self._expanded(str(one), at, pattern=pattern)) for one in values]
        if "all" in modifiers and len(groups) > 1:
            if any(len(group) > 1 for group in groups):
                message = "'all' of several lists has no words in Sigma: make a selection of each"
                self._note(message, at)
        elif "all" in modifiers:
            modifiers.remove("all")  # of one list, any value is meant
        modifiers.remove("expand")
        flat = list(dict.fromkeys(one for group in groups for one in group))
        return "|".join((field, *modifiers)), flat[0] if len(flat) == 1 else flat

    def _expanded(self, value: str, at: Path, *, pattern: bool) -> Iterator[str]:
        """Yield every value that one with lists in it stands for."""
        parts = split_placeholders(value)
        names = [part.name for part in parts if isinstance(part, Placeholder)]
        for name in names:
            if name not in self.lists:
                message = (
                    f"the list '{name}' is not here, so its values cannot be written out: give "
                    f"them with --list {name}=VALUE,VALUE"
                )
                self._note(message, at)
                return
            if not self.lists[name]:
                message = f"the list '{name}' is empty: its name is written, which nothing equals"
                self._note(message, at, warning=True)
        choices = [
            self._choices(part.name, pattern=pattern) if isinstance(part, Placeholder) else [part]
            for part in parts
        ]
        size = 1
        for choice in choices:
            size *= len(choice)
        if size > MOST_VALUES:
            self._note(f"the lists of this value make more than {MOST_VALUES:,} texts", at)
            return
        yield from ("".join(chosen) for chosen in product(*choices))

    def _choices(self, name: str, *, pattern: bool) -> Sequence[str]:
        values = self.lists[name] or (f"%{name}%",)
        return [f"(?:{'|'.join(map(escape, values))})"] if pattern else values

    def _note(self, message: str, at: Path, *, warning: bool = False) -> None:
        place = self.document.place(*at)
        severity: Severity = "warning" if warning else "error"
        self.problems.append(Problem(place=place, message=message, severity=severity))
