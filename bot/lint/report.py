"""Findings as machines read them: JSON, SARIF 2.1.0, and GitHub's workflow commands."""

import os
import re
from collections.abc import Sequence
from typing import Any, Final

from bot import __version__
from bot.core.problem import Problem

LOADING: Final = "playbook"
"""The name of findings that have none of their own: what loading a file finds."""

HELP: Final = {
    LOADING: "The file cannot be used as it is written.",
    "missing-description": "A playbook says what happened and why it matters.",
    "missing-falsepositives": "A playbook says what may look the same and is harmless.",
    "missing-tests": "A playbook's tests show that it fires, and that it keeps still.",
    "unknown-action": "Neither GitHub's audit log nor a webhook has such an action.",
    "unheard-action": "Only the audit log tells of what the playbook waits for; no webhook does.",
    "unreachable-condition": "No event can satisfy the condition, or an alternative in it.",
    "unknown-field": "The events that the playbook is about never have the field.",
    "foreign-source": "The playbook is about other events than GitHub's.",
    "cannot-revert": "Tipstaff cannot put back what these events change.",
    "reverts-one": "Of several events that were counted, only the last is put back.",
    "missing-permission": "The App may not do what a step does.",
    "missing-event": "The App is not told of what the playbook waits for.",
}
"""What each kind of finding is about."""


def as_text(problems: Sequence[Problem]) -> list[str]:
    """Return findings as lines for people: one each, whatever is in a file's name."""
    return [_printable(str(problem)) for problem in problems]


def _printable(text: str) -> str:
    """Return a text with what would break a line, or is no character, spelt out."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Return findings as plain data."""
    return [
        {
            "path": problem.place.path,
            "line": problem.place.line,
            "column": problem.place.column,
            "severity": problem.severity,
            "rule": problem.rule or LOADING,
            "message": problem.message,
        }
        for problem in problems
    ]


def as_sarif(problems: Sequence[Problem]) -> dict[str, Any]:
    """Return findings as a SARIF 2.1.0 log, which GitHub's code scanning takes.

    Paths are put in as they were given: run it in the repository's root.
    """
    rules = sorted({problem.rule or LOADING for problem in problems})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "tipstaff",
                        "version": __version__,
                        "rules": [
                            {"id": rule, "shortDescription": {"text": HELP.get(rule, rule)}}
                            for rule in rules
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(problem, rules) for problem in problems],
            }
        ],
    }


def _result(problem: Problem, rules: Sequence[str]) -> dict[str, Any]:
    rule, place = problem.rule or LOADING, problem.place
    return {
        "ruleId": rule,
        "ruleIndex": rules.index(rule),
        "level": problem.severity,
        "message": {"text": problem.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(place.path)},
                    "region": {"startLine": place.line, "startColumn": place.column},
                }
            }
        ],
    }


def _uri(path: str) -> str:
    """Return a path as a URI reference: what is not allowed in one is written as ``%xx``."""
    return re.sub(
        r"[^A-Za-z0-9._~/!$&'()*+,;=@-]",
        lambda found: "".join(f"%{byte:02X}" for byte in os.fsencode(found[0])),
        path.replace("\\", "/"),
    )


def as_github(problems: Sequence[Problem]) -> list[str]:
    """Return findings as workflow commands, which GitHub shows beside the lines of a pull request.

    Source: https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions.
    """
    return [
        f"::{problem.severity} file={_property(_utf8(problem.place.path))},"
        f"line={problem.place.line},col={problem.place.column},"
        f"title={_property(problem.rule or LOADING)}::"
        f"{_data(problem.message)}"
        for problem in problems
    ]


def _utf8(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "replace")


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
