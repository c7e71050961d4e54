"""Regular expressions by RE2: linear time, whatever text somebody sends."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Final, Protocol

import re2

from bot.detect.condition import Placeholder, Regex
from bot.detect.wording import explain_regex

LARGEST: Final = 1_000
"""RE2's instructions of a pattern that is asked as a set of one, by the memory a set has."""

LONGEST: Final = 4_096
"""Characters of a text that a set of one is asked about."""

_PLAIN: Final = r"(?:[A-Za-z0-9 _/@:,-]|\\[./_-])"  # what stands for itself in a pattern
_HEAD: Final = re.compile(
    rf"\^(?:\((?:\?:)?(?P<choices>{_PLAIN}+(?:\|{_PLAIN}+)*)\))?(?P<same>{_PLAIN}*)(?P<rest>.*)",
    re.DOTALL | re.ASCII,
)
_REPEATS: Final = ("*", "?", "{")  # what comes before may not be there at all


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


def heads(pattern: str) -> frozenset[str]:
    """Return texts with one of which a text must start for the pattern to be found in it.

    Empty where that cannot be told for sure by the pattern's beginning.
    """
    read = _HEAD.fullmatch(pattern)
    if read is None or "|" in read["rest"]:
        return frozenset()
    same = read["same"]
    if read["rest"][:1] in _REPEATS:
        if not same:
            return frozenset()
        same = same[: -2 if same[-2:-1] == "\\" else -1]
    choices = (read["choices"] or "").split("|")
    return frozenset((choice + same).replace("\\", "") for choice in choices) - {""}


@lru_cache(maxsize=1024)
def searcher(pattern: str) -> Callable[[str], bool]:
    """Return the function that says whether a pattern is in a text.

    It only says so, and not where: a set of one takes a fifth of the time that `found` takes. But
    a set's memory may be too small for a large pattern, which it would not say, and long texts
    that it cannot keep up with cost it more.
    """
    compiled, starts = compile_pattern(pattern), tuple(heads(pattern)) or ""
    if size(compiled) > LARGEST:
        return lambda text: found(compiled, text)
    options = re2.Options()
    options.log_errors = False
    alone = re2.Set.SearchSet(options)
    alone.Add(pattern)
    alone.Compile()

    def search(text: str) -> bool:
        if not text.startswith(starts):
            return False
        if len(text) > LONGEST:
            return found(compiled, text)
        try:
            return bool(alone.Match(text.encode()))
        except UnicodeEncodeError:
            return bool(alone.Match(text.encode("utf-8", "replace")))

    return search


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
