"""What pySigma made of a value, as operands of our own."""

import re
from collections.abc import Iterator
from itertools import groupby

from sigma import types as sigma
from sigma.modifiers import (
    SigmaCaseSensitiveModifier,
    SigmaEndswithModifier,
    SigmaExpandModifier,
    SigmaStartswithModifier,
)
from sigma.rule.detection import SigmaDetectionItem

from bot.detect.condition import (
    Boolean,
    Compare,
    Exists,
    Network,
    Null,
    Number,
    Operand,
    Part,
    Placeholder,
    Reference,
    Regex,
    Text,
    TimePart,
    Unit,
    Wild,
)

_WILD = {
    sigma.SpecialChars.WILDCARD_MULTI: Wild.MANY,
    sigma.SpecialChars.WILDCARD_SINGLE: Wild.ONE,
}
_FLAGS = {
    sigma.SigmaRegularExpressionFlag.IGNORECASE: "i",
    sigma.SigmaRegularExpressionFlag.MULTILINE: "m",
    sigma.SigmaRegularExpressionFlag.DOTALL: "s",
}
_PLACEHOLDER = re.compile(r"%([^%\\]+)%")
_ESCAPED = re.compile(r"\\%|%([^%\\]+)%")


class Unfit(ValueError):
    """A value that cannot be asked for there; the text says what to write."""


def read_operands(
    item: SigmaDetectionItem, value: sigma.SigmaType, written: sigma.SigmaType
) -> tuple[Operand, ...]:
    """Return the operands that one value of a detection item stands for.

    ``written`` is the value before modifiers. More than one operand comes from modifiers that
    expand (``windash``, ``base64offset``). Raises `Unfit`.
    """
    if isinstance(value, sigma.SigmaExpansion):
        return tuple(
            operand for inner in value.values for operand in read_operands(item, inner, written)
        )
    if isinstance(value, sigma.SigmaRegularExpression):
        return (_regex(item, value, written),)
    if item.field is None:
        return (_keyword(item, value),)
    return (_plain(item, value),)


def split_placeholders(pattern: str) -> tuple[str | Placeholder, ...]:
    """Return a regular expression with ``%name%`` told apart from the rest."""
    return tuple(
        Placeholder(piece) if number % 2 else piece
        for number, piece in enumerate(_PLACEHOLDER.split(pattern))
        if piece
    )


def _plain(item: SigmaDetectionItem, value: sigma.SigmaType) -> Operand:  # noqa: PLR0911 -- one line for each type
    match value:
        case sigma.SigmaString():
            return Text(parts=_parts(value), cased=isinstance(value, sigma.SigmaCasedString))
        case sigma.SigmaBool():
            return Boolean(value=value.boolean)
        case sigma.SigmaNull():
            return Null()
        case sigma.SigmaExists():
            return Exists(value=value.exists)
        case sigma.SigmaCIDRExpression():
            return Network(cidr=str(value.network))
        case sigma.SigmaFieldReference():
            cased = SigmaCaseSensitiveModifier in item.modifiers
            return Reference(
                field=value.field, starts=value.starts_with, ends=value.ends_with, cased=cased
            )
        case sigma.SigmaCompareExpression():
            return _number(value.number, Compare(value.op.name.lower()))
        case sigma.SigmaNumber():
            return _number(value, Compare.EQ)
        case _:
            raise Unfit(f"a value of the type {type(value).__name__} is not supported")


def _number(value: sigma.SigmaNumber, compare: Compare) -> Number | TimePart:
    if isinstance(value, sigma.SigmaTimestampPart):
        unit = Unit(value.timestamp_part.name.lower())
        return TimePart(unit=unit, number=int(value.number), compare=compare)
    return Number(value=value.number, compare=compare)


def _keyword(item: SigmaDetectionItem, value: sigma.SigmaType) -> Text:
    """Read a value without a field: it is looked for inside every value of the event."""
    match value:
        case sigma.SigmaString():
            parts, cased = _parts(value), isinstance(value, sigma.SigmaCasedString)
        case sigma.SigmaTimestampPart():
            raise Unfit("a part of a time needs a field: write 'field|hour: 3'")
        case sigma.SigmaNumber():
            parts, cased = (str(value.number),), False
        case sigma.SigmaBool():
            parts, cased = (str(value.boolean).lower(),), False
        case _:
            raise Unfit("a keyword must be a text, a number or a |re: name a field before it")
    if {SigmaStartswithModifier, SigmaEndswithModifier}.isdisjoint(item.modifiers):
        parts = _inside(parts)
    return Text(parts=parts, cased=cased)


def _inside(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    before = () if parts[:1] == (Wild.MANY,) else (Wild.MANY,)
    after = () if parts[-1:] == (Wild.MANY,) else (Wild.MANY,)
    return (*before, *parts, *after)


def _parts(value: sigma.SigmaString) -> tuple[Part, ...]:
    """Return a text's parts, neighbours merged, so that equal texts are equal values."""
    parts: list[Part] = []
    for part in _read_parts(value):
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        elif part is not Wild.MANY or parts[-1:] != [Wild.MANY]:
            parts.append(part)
    return tuple(part for part in parts if part != "")


def _read_parts(value: sigma.SigmaString) -> Iterator[Part]:
    r"""Yield a text's parts; ``\%`` beside placeholders is a plain ``%``, unlike in pySigma."""
    escapes = any(isinstance(raw, sigma.Placeholder) for raw in value.s)
    for special, raws in groupby(value.s, lambda raw: isinstance(raw, sigma.SpecialChars)):
        if special:
            yield from (_WILD[raw] for raw in raws if isinstance(raw, sigma.SpecialChars))
            continue
        text = "".join(
            f"%{raw.name}%" if isinstance(raw, sigma.Placeholder) else str(raw) for raw in raws
        )
        yield from _split_escaped(text) if escapes else (text,)


def _split_escaped(text: str) -> Iterator[Part]:
    done = 0
    for found in _ESCAPED.finditer(text):
        yield text[done : found.start()]
        yield Placeholder(found[1]) if found[1] else "%"
        done = found.end()
    yield text[done:]


def _regex(
    item: SigmaDetectionItem, value: sigma.SigmaRegularExpression, written: sigma.SigmaType
) -> Regex:
    """Take the pattern as it was written: pySigma's copy has its own idea of ``*`` and ``?``."""
    pattern = written.original if isinstance(written, sigma.SigmaString) else str(value.regexp)
    parts: tuple[str | Placeholder, ...] = (pattern,)
    if SigmaExpandModifier in item.modifiers:
        parts = split_placeholders(pattern)
    return Regex(
        parts=parts,
        flags="".join(sorted(_FLAGS[flag] for flag in value.flags)),
        starts=SigmaStartswithModifier in item.modifiers,
        ends=SigmaEndswithModifier in item.modifiers,
    )
