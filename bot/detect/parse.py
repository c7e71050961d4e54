"""A playbook file's text to rules: the one door through which playbooks come in."""

from collections.abc import Mapping

from bot.core.playbook import Response
from bot.core.problem import Place, Problem
from bot.detect.condition import Condition, placeholders, tests
from bot.detect.detection import read_detection
from bot.detect.document import Document, read
from bot.detect.example import read_tests
from bot.detect.metadata import read_logsource, read_playbook
from bot.detect.response import read_response
from bot.detect.rule import Parsed, Rule
from bot.detect.section import Section

_FOREIGN = {
    "correlation": "correlation rules are not supported by this version",
    "filter": "filter rules are not supported by this version",
    "baseline": "'baseline' is not supported by this version",
    "action": "collections ('action: global') are not supported: write each playbook out",
}


def parse(text: str, path: str) -> Parsed:
    """Return the usable playbooks of a file and every problem found; never raises.

    ``text`` holds one or more YAML documents, ``path`` is what problems name. A playbook with an
    error is left out; its neighbours in the file are not.
    """
    documents, problems = read(text, path)
    rules: list[Rule] = []
    found = list(problems)
    full = [document for document in documents if document.data is not None]
    if not full and not found:
        message = "there is no playbook in this file: write one, or delete the file"
        found.append(Problem(place=Place(path=path), message=message, severity="warning"))
    for document in full:  # a trailing '---' makes an empty document
        rule, complaints = _playbook(document)
        found.extend(complaints)
        if rule is not None:
            rules.append(rule)
    return Parsed(rules=tuple(rules), problems=tuple(sorted(found)))


def _playbook(document: Document) -> tuple[Rule | None, list[Problem]]:
    problems: list[Problem] = []
    section = Section(document, (), problems, name="a playbook")
    foreign = [key for key in _FOREIGN if key in section.data]
    for key in foreign:
        section.note_key(_FOREIGN[key], key)
    if foreign or not isinstance(document.data, Mapping):
        return None, problems
    playbook = read_playbook(section, _response(section))
    logsource = None
    if section.require("logsource", "'logsource: {product: github, service: audit}'"):
        logsource = read_logsource(_inner(section, "logsource"))
    condition = _condition(section)
    examples = read_tests(section)
    if logsource is None or condition is None:
        return None, problems
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    rule = Rule(
        playbook=playbook,
        condition=condition,
        logsource=logsource,
        tests=examples,
        placeholders=_needed(condition),
    )
    return rule, problems


def _inner(section: Section, key: str) -> Section:
    return Section(section.document, (key,), section.problems, name=key)


def _response(section: Section) -> Response:
    """Read what to do; a playbook without a response only alerts."""
    return read_response(_inner(section, "response")) if "response" in section.data else Response()


def _condition(section: Section) -> Condition | None:
    if not section.require("detection", "'detection:' with a selection and a condition"):
        return None
    return read_detection(_inner(section, "detection"))


def _needed(condition: Condition) -> frozenset[str]:
    return frozenset(
        name
        for test in tests(condition)
        for operand in test.operands
        for name in placeholders(operand)
    )
