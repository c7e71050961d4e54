"""Regular expressions by RE2: linear time, whatever text somebody sends."""

from collections.abc import Iterator
from typing import Protocol

import re2

from bot.core.problem import Problem
from bot.detect.condition import Condition, Placeholder, Regex, tests
from bot.detect.wording import explain_regex


class Pattern(Protocol):
    """What RE2 compiles to, as far as it is used."""

    def search(self, text: str) -> object:
        """Return something true when the pattern is found anywhere in the text."""
        ...


def compile_pattern(pattern: str) -> Pattern:
    """Compile a pattern; raises ``re2.error``."""
    options = re2.Options()
    options.log_errors = False
    compiled: Pattern = re2.compile(pattern, options)
    return compiled


def spell(regex: Regex) -> str:
    """Return an operand without placeholders as RE2 spells it."""
    body = "".join(part for part in regex.parts if isinstance(part, str))
    if regex.starts or regex.ends:
        start, end = r"\A" if regex.starts else "", r"\z" if regex.ends else ""
        body = f"{start}(?:{body}){end}"
    return f"(?{regex.flags}){body}" if regex.flags else body


def escape(text: str) -> str:
    """Return the pattern that finds exactly this text."""
    escaped: str = re2.escape(text)
    return escaped


def found(pattern: Pattern, text: str) -> bool:
    """Say whether the pattern is in the text; half of a surrogate pair counts as ``?``."""
    try:
        return bool(pattern.search(text))
    except UnicodeEncodeError:
        return bool(pattern.search(text.encode("utf-8", "replace").decode()))


def check_regexes(condition: Condition) -> Iterator[Problem]:
    """Yield a problem for every regular expression that RE2 does not take as a whole."""
    for test in tests(condition):
        for operand, words in zip(test.operands, test.words, strict=True):
            if isinstance(operand, Regex):
                sample = "".join("" if isinstance(p, Placeholder) else p for p in operand.parts)
                try:
                    compile_pattern(spell(Regex(parts=(sample,), flags=operand.flags)))
                except re2.error as error:
                    key = words.partition(":")[0]
                    yield Problem(place=test.place, message=f"'{key}': {explain_regex(str(error))}")
