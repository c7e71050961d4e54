"""Lists of values that playbooks name: ``%name%`` in a value with ``|expand``."""

from dataclasses import dataclass

from bot.core.problem import Place, Problem
from bot.detect.document import read
from bot.detect.live import is_live
from bot.detect.section import Section, shown

_KEYS = ("name", "description", "values")


@dataclass(frozen=True, kw_only=True, slots=True)
class NamedList:
    """A list and its name; a value may hold Sigma's wildcards ``*`` and ``?``."""

    name: str
    values: tuple[str, ...]
    place: Place


@dataclass(frozen=True, kw_only=True, slots=True)
class ParsedList:
    """The list of a file, or ``None``, and everything found wrong with it."""

    found: NamedList | None
    problems: tuple[Problem, ...] = ()


def parse_list(text: str, path: str) -> ParsedList:
    """Return the list that a file's text holds, and every problem found; never raises."""
    documents, found = read(text, path)
    problems = list(found)
    if len(documents) != 1:
        if not problems:
            message = "a list file holds exactly one list: 'name: ...' and 'values: [...]'"
            problems.append(Problem(place=Place(path=path), message=message))
        return ParsedList(found=None, problems=tuple(problems))
    section = Section(documents[0], (), problems, name="a list")
    section.check_keys(_KEYS)
    section.require("name", "'name: ...' (playbooks write %name%)")
    section.require("values", "'values: [...]'")
    name = section.text("name")
    section.text("description")
    if name is not None and set(name) & set("%\\ \t\n"):
        section.note("a list's name holds no spaces, % or \\", "name")
    if name is not None and is_live(name):
        section.note(f"'{name}' is a live list, which GitHub fills: choose another name", "name")
    values = read_values(section, "values")
    if problems or name is None:
        return ParsedList(found=None, problems=tuple(sorted(problems)))
    return ParsedList(found=NamedList(name=name, values=values, place=section.document.place()))


def read_values(section: Section, key: str) -> tuple[str, ...]:
    """Return the values of a list under a key; one that is no text is noted."""
    given = section.data.get(key, [])
    if not isinstance(given, list):
        section.note(f"'{key}' must be a list, not {shown(given)}", key)
        return ()
    for number, value in enumerate(given):
        if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
            section.note(f"a value must be a text: quote {shown(value)}", key, number)
    return tuple(str(value) for value in given)
