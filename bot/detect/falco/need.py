"""What the event's own fields must say so that a comparison of a Falco rule can be true.

The comparison itself is asked only where they say so: by this the index finds the rule. Careful
rather than sharp: it is never false where the comparison is true.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from bot.core.problem import Place
from bot.detect.condition import All, AnyOf, Condition, Exists, Operand, Part, Test, Text, Wild
from bot.detect.falco.fields import FIELDS, Source
from bot.detect.falco.syntax import Operand as Side
from bot.detect.falco.syntax import Transformed

_MANY: Final = Wild.MANY
_NOWHERE: Final = Place(path="")

_FORMS: Final[Mapping[str, Callable[[str, str], tuple[Part, ...]]]] = {
    **dict.fromkeys(("=", "in", "intersects"), lambda cut, value: (f"{cut}{value}",)),
    **dict.fromkeys(("contains", "icontains"), lambda _, value: (_MANY, value, _MANY)),
    "startswith": lambda cut, value: (f"{cut}{value}", _MANY),
    "endswith": lambda _, value: (_MANY, value),
    **dict.fromkeys(("glob", "iglob"), lambda cut, value: tuple(_glob(f"{cut}{value}"))),
}
"""How the text of an event's own field looks where an operator accepts the Falco field's."""


def needed(left: Side, operator: str, right: tuple[str | int, ...] | Side) -> Condition | None:
    """Return a condition that is true whenever the comparison is; ``None`` when none is known."""
    folded = operator in {"icontains", "iglob"}
    while isinstance(left, Transformed):
        if left.transformer not in {"tolower", "toupper"}:
            return None
        left, folded = left.inner, True
    source, form = FIELDS[left.name].source, _FORMS.get(operator)
    values = right if isinstance(right, tuple) else ()
    if source is None or form is None or not all(_tells(source, operator, one) for one in values):
        return None
    texts = tuple(
        Text(parts=form(cut, str(value)), cased=not folded)
        for cut in dict.fromkeys((source.cut, ""))
        for value in values
    )
    return AnyOf(children=tuple(_tests(source, texts))) if texts else None


def _tells(source: Source, operator: str, value: str | int) -> bool:
    """Say whether a value can be looked for in the event's own fields."""
    text = str(value)
    if operator in {"glob", "iglob"}:
        return not source.joined and not set(text) & set("[\\") and bool(text.strip("*"))
    return bool(text) and not (source.joined and "," in text)


def _tests(source: Source, texts: tuple[Operand, ...]) -> Iterator[Condition]:
    for path in source.paths:
        yield _test(path, texts)
        if source.made:
            absent, there = Exists(value=False), Exists(value=True)
            yield All(children=(_test(path, (absent,)), _test(source.made, (there,))))


def _test(path: str, operands: tuple[Operand, ...]) -> Test:
    return Test(
        field=path, operands=operands, words=("",) * len(operands), selection="", place=_NOWHERE
    )


def _glob(pattern: str) -> Iterator[Part]:
    """Yield a pattern without brackets and escapes as the tree spells it."""
    plain = ""
    for letter in pattern:
        if letter in "*?":
            if plain:
                yield plain
            plain = ""
            yield Wild.MANY if letter == "*" else Wild.ONE
        else:
            plain += letter
    if plain:
        yield plain
