"""Regular expressions by RE2: linear time, whatever text somebody sends."""

from dataclasses import replace
from functools import lru_cache
from typing import Protocol

import re2

from bot.detect.condition import Placeholder, Regex
from bot.detect.wording import explain_regex


class Pattern(Protocol):
    """What RE2 compiles to, as far as it is used."""

    @property
    def programsize(self) -> int:
        """How many instructions it compiled to."""
        ...

    def search(self, text: str) -> object:
        """Return something true when the pattern is found anywhere in the text."""
        ...


@lru_cache(maxsize=1024)
def compile_pattern(pattern: str) -> Pattern:
    """Compile a pattern; raises ``re2.error``."""
    options = re2.Options()
    options.log_errors = False
    compiled: Pattern = re2.compile(pattern, options)
    return compiled


def size(pattern: Pattern) -> int:
    """Return a pattern's size, which is its share of the cost of each character searched."""
    return pattern.programsize


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


def fault(regex: Regex) -> str | None:
    """Return why RE2 does not take a pattern and what to write instead; ``None`` when it does.

    A list in the pattern counts as any one word here.
    """
    parts = tuple("(?:x)" if isinstance(part, Placeholder) else part for part in regex.parts)
    try:
        compile_pattern(spell(replace(regex, parts=parts)))
    except re2.error as error:
        return explain_regex(error.args[0] if error.args else error)
    return None
