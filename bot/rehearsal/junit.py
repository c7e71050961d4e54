"""Results of playbooks' tests as JUnit XML, which CI systems show."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from bot.core.problem import Problem
from bot.rehearsal.run import Rehearsed

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_junit(results: Sequence[Rehearsed], errors: Iterable[Problem]) -> str:
    """Return an XML document: a suite for each playbook, and one for what cannot be loaded."""
    root = Element("testsuites", name="tipstaff")
    broken = list(errors)
    if broken:
        suite = _suite(root, "playbooks that cannot be used", len(broken), errors=len(broken))
        for problem in broken:
            case = SubElement(
                suite, "testcase", name=_text(str(problem.place)), classname="loading"
            )
            SubElement(case, "error", message=_text(problem.message)).text = _text(str(problem))
    for title, group in groupby(results, key=lambda result: result.playbook):
        tests = list(group)
        failed = sum(not test.passed for test in tests)
        suite = _suite(root, title, len(tests), failures=failed)
        for test in tests:
            _case(suite, test)
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, name: str, tests: int, *, failures: int = 0, errors: int = 0) -> Element:
    return SubElement(
        root,
        "testsuite",
        name=_text(name),
        tests=str(tests),
        failures=str(failures),
        errors=str(errors),
    )


def _case(suite: Element, test: Rehearsed) -> None:
    path, _, rest = test.place.rpartition(":")[0].rpartition(":")
    case = SubElement(
        suite,
        "testcase",
        name=_text(test.test),
        classname=_text(test.playbook),
        file=_text(path),
        line=rest,
        time=f"{test.seconds:.3f}",
    )
    if not test.passed:
        failure = SubElement(case, "failure", message=_text(test.why))
        failure.text = _text(f"{test.place}: {test.why}")
    if test.calls:
        SubElement(case, "system-out").text = _text("\n".join(test.calls))


def _text(text: str) -> str:
    """Return a text without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
