"""A playbook file's text to rules: the one door through which playbooks come in."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeVar

from bot.core.playbook import Playbook, Response
from bot.core.problem import Place, Problem
from bot.detect.baseline import read_baseline
from bot.detect.collection import expand
from bot.detect.condition import lists_needed
from bot.detect.correlation.read import read_correlation
from bot.detect.correlation.salvage import salvage, salvage_text
from bot.detect.detection import read_detection
from bot.detect.document import read
from bot.detect.example import read_tests
from bot.detect.filter import read_filter
from bot.detect.metadata import read_logsource, read_playbook
from bot.detect.response import read_response
from bot.detect.rule import NOTHING, Filter, LogSource, Parsed, PlaybookTest, Rule
from bot.detect.section import Section

T = TypeVar("T")

BLANK: Final = "there is no playbook in this file: write one, or delete the file"
"""What is said of a file that holds nothing."""


def parse(text: str, path: str) -> Parsed:
    """Return the usable playbooks of a file and every problem found; never raises.

    ``text`` holds one or more YAML documents, ``path`` is what problems name. A playbook with an
    error is left out; its neighbours in the file are not. What correlations and filters refer to
    is looked for later, over all files: `bot.detect.linking`.
    """
    documents, problems = read(text, path)
    rules: list[Rule] = []
    filters: list[Filter] = []
    found = list(problems)
    broken = list(salvage_text(text, path)) if problems else []
    full = [document for document in documents if document.data is not None]
    if not full and not found:
        found.append(Problem(place=Place(path=path), message=BLANK, severity="warning"))
    for document in expand(full, found):  # a trailing '---' makes an empty document
        section = Section(document, (), found, name="a playbook")
        if "filter" in section.data:
            section.name = "a filter"
            filters += _usable(read_filter(section))
        elif isinstance(document.data, Mapping):
            rule = _playbook(section)
            rules += _usable(rule)
            if rule is None:
                broken += _usable(salvage(section.data.get("correlation"), document.place()))
    return Parsed(
        rules=tuple(rules),
        filters=tuple(filters),
        broken=tuple(broken),
        problems=tuple(sorted(found)),
    )


def _usable(found: T | None) -> Sequence[T]:
    return () if found is None else (found,)


def _playbook(section: Section) -> Rule | None:
    before = len(section.problems)
    playbook = read_playbook(section, _response(section))
    name = section.text("name") if isinstance(section.data.get("name"), str) else None
    tests = read_tests(section, named="logsource" not in section.data or _about_github(section))
    read_it = _correlating if "correlation" in section.data else _detecting
    rule = read_it(section, playbook, name or "", tests)
    wrong = any(problem.severity == "error" for problem in section.problems[before:])
    return None if wrong else rule


def _detecting(
    section: Section, playbook: Playbook, name: str, tests: tuple[PlaybookTest, ...]
) -> Rule | None:
    logsource = None
    if section.require("logsource", "'logsource: {product: github, service: audit}'"):
        logsource = read_logsource(_inner(section, "logsource"))
    condition = None
    if section.require("detection", "'detection:' with a selection and a condition"):
        condition = read_detection(_inner(section, "detection"))
    baseline = read_baseline(_inner(section, "baseline")) if "baseline" in section.data else None
    if logsource is None or condition is None:
        return None
    return Rule(
        playbook=playbook,
        condition=condition,
        logsource=logsource,
        tests=tests,
        placeholders=lists_needed(condition),
        name=name,
        baseline=baseline,
    )


def _about_github(section: Section) -> bool:
    """Say whether a playbook's log source is GitHub's, without a word on what is wrong with it."""
    source = read_logsource(Section(section.document, ("logsource",), [], name="logsource"))
    return source is None or source.github


def _correlating(
    section: Section, playbook: Playbook, name: str, tests: tuple[PlaybookTest, ...]
) -> Rule | None:
    for key in ("detection", "baseline"):
        if key in section.data:
            section.note_key(
                f"a correlation has no '{key}': put it into a rule that the correlation names", key
            )
    correlation = read_correlation(_inner(section, "correlation"))
    if correlation is None:
        return None
    return Rule(
        playbook=playbook,
        condition=NOTHING,
        logsource=LogSource(product="github"),
        tests=tests,
        name=name,
        correlation=correlation,
    )


def _inner(section: Section, key: str) -> Section:
    names = {"correlation": "a correlation", "baseline": "a baseline"}
    return Section(section.document, (key,), section.problems, name=names.get(key, key))


def _response(section: Section) -> Response:
    """Read what to do; a playbook without a response only alerts."""
    return read_response(_inner(section, "response")) if "response" in section.data else Response()
