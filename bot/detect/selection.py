"""The named selections of a playbook's ``detection``, as conditions."""

import re
from collections.abc import Mapping
from typing import Any

from sigma import types as sigma
from sigma.conditions import ConditionAND
from sigma.exceptions import SigmaError
from sigma.modifiers import modifier_mapping
from sigma.rule.detection import SigmaDetectionItem

from bot.detect.condition import All, AnyOf, Condition, Not, Operand, Regex, Test, Text, Wild
from bot.detect.document import Path
from bot.detect.operand import Unfit, read_operands, split_placeholders
from bot.detect.regex import fault
from bot.detect.section import Section, shown
from bot.detect.suggest import did_you_mean
from bot.detect.wording import explain_value

_ALIASES = {"utf16le": "wide"}  # Sigma names both; pySigma knows one
_ENCODINGS = ("base64", "base64offset", "wide", "utf16", "utf16be", "fieldref")


def read_selection(section: Section, name: str) -> Condition | None:
    """Return the condition of one selection, ``None`` when it is not usable."""
    return _Selection(section, name).read()


class _Selection:
    """One selection, while it is read."""

    def __init__(self, section: Section, name: str) -> None:
        self.section = section
        self.name = name

    def read(self) -> Condition | None:
        return self._definition(self.section.data[self.name], (self.name,))

    def _definition(self, found: Any, at: Path) -> Condition | None:
        if isinstance(found, Mapping | list) and not found:
            self._wrong(f"selection '{self.name}' is empty: add 'field: value'", at)
            return None
        if isinstance(found, Mapping):
            return _join(All, [self._item(key, found[key], (*at, key)) for key in found])
        if isinstance(found, list) and any(isinstance(item, Mapping | list) for item in found):
            inner = [self._definition(item, (*at, place)) for place, item in enumerate(found)]
            return _join(AnyOf, inner)
        return self._item(None, found, at)

    def _wrong(self, message: str, at: Path) -> None:
        self.section.note(message, *at)

    def _item(self, key: str | None, value: Any, at: Path) -> Condition | None:
        if not self._check_key(key, at) or not self._check_value(key, value, at):
            return None
        try:
            item = SigmaDetectionItem.from_mapping(_known_key(key), _known_dashes(key, value))
            return self._link(item, key, value, at)
        except (SigmaError, Unfit) as error:
            self._wrong(explain_value(error, key or "keyword"), at)
            return None

    def _check_key(self, key: str | None, at: Path) -> bool:
        modifiers = _modifiers(key)
        place = self.section.document.key_place(*self.section.path, *at)
        field = (key or "").partition("|")[0]
        if field != field.strip():
            message = f"the field '{field}' begins or ends with a space, which no event's does"
            self.section.note_at(message, place, severity="warning")
        for modifier in modifiers:
            if modifier not in modifier_mapping and modifier not in _ALIASES:
                hint = did_you_mean(modifier, {*modifier_mapping, *_ALIASES})
                self.section.note_at(f"unknown modifier '{modifier}'{hint}", place)
                return False
        if "expand" in modifiers:
            later = modifiers[modifiers.index("expand") + 1 :]
            for modifier in later:
                if _ALIASES.get(modifier, modifier) in _ENCODINGS:
                    self.section.note_at(
                        f"'expand' before '{modifier}' would treat the list's name, not its "
                        "values: write the values out",
                        place,
                    )
                    return False
        return True

    def _check_value(self, key: str | None, value: Any, at: Path) -> bool:
        values = value if isinstance(value, list) else [value]
        if not values:
            self._wrong("the list is empty: add a value, or write null to ask for none", at)
            return False
        for number, one in enumerate(values):
            place = (*at, number) if isinstance(value, list) else at
            if not isinstance(one, str | int | float | None):
                self._wrong(f"'{key}' takes a value or a list of values, not {shown(one)}", place)
                return False
            if "re" in _modifiers(key) and (wrong := _regex_fault(key, one)) is not None:
                self._wrong(f"'{key}': {wrong}", place)
                return False
        return True

    def _link(
        self, item: SigmaDetectionItem, key: str | None, value: Any, at: Path
    ) -> Condition | None:
        written = item.original_value or item.value
        plain = value if isinstance(value, list) else [value]
        groups = [
            tuple((operand, _words(key, one)) for operand in read_operands(item, made, source))
            for made, source, one in zip(item.value, written, plain, strict=True)
        ]
        self._warn_of_everything(item, written, at)
        if "all" in _modifiers(key) and "expand" not in _modifiers(key) and len(plain) == 1:
            message = f"'{key}': 'all' of one value says nothing: leave 'all' out"
            self.section.note(message, *at, severity="warning")
        if item.value_linking is ConditionAND:
            linked: Condition = _all(tuple(self._test(item, group, at) for group in groups))
        else:
            linked = self._test(item, tuple(pair for group in groups for pair in group), at)
        return Not(child=linked) if item.negated else linked

    def _test(
        self, item: SigmaDetectionItem, pairs: tuple[tuple[Operand, str], ...], at: Path
    ) -> Test:
        return Test(
            field=item.field,
            operands=tuple(operand for operand, _ in pairs),
            words=tuple(words for _, words in pairs),
            selection=self.name,
            place=self.section.document.place(*self.section.path, *at),
        )

    def _warn_of_everything(
        self, item: SigmaDetectionItem, written: list[sigma.SigmaType], at: Path
    ) -> None:
        for made, source in zip(item.value, written, strict=True):
            if not isinstance(made, sigma.SigmaString) or not isinstance(source, sigma.SigmaString):
                continue
            operand = read_operands(item, made, source)[0]
            if source.original == "" and operand in _EVERYTHING:
                self.section.note("an empty text is part of every text", *at, severity="warning")


_FLAGS = {"i": "i", "ignorecase": "i", "m": "m", "multiline": "m", "s": "s", "dotall": "s"}
_DASH = re.compile(r"\B[–—―]\b")  # noqa: RUF001 -- Sigma names all of them
_EVERYTHING = tuple(Text(parts=(Wild.MANY,), cased=cased) for cased in (False, True))


def _modifiers(key: str | None) -> list[str]:
    return key.split("|")[1:] if key else []


def _regex_fault(key: str | None, value: object) -> str | None:
    """Ask RE2 before pySigma does, which would also write its complaint to standard error."""
    if not isinstance(value, str):
        return "a regular expression must be a text: quote it"
    modifiers = _modifiers(key)
    return fault(
        Regex(
            parts=split_placeholders(value) if "expand" in modifiers else (value,),
            flags="".join(sorted({_FLAGS[name] for name in modifiers if name in _FLAGS})),
            starts="startswith" in modifiers,
            ends="endswith" in modifiers,
        )
    )


def _known_key(key: str | None) -> str | None:
    if key is None:
        return None
    field, *modifiers = key.split("|")
    return "|".join((field, *(_ALIASES.get(modifier, modifier) for modifier in modifiers)))


def _known_dashes(key: str | None, value: Any) -> Any:
    """Return a ``windash`` value with every kind of dash as pySigma knows it."""
    if "windash" not in _modifiers(key):
        return value
    if isinstance(value, list):
        return [_known_dashes(key, one) for one in value]
    return _DASH.sub("-", value) if isinstance(value, str) else value


def _words(key: str | None, value: Any) -> str:
    spelt = "null" if value is None else str(value).lower() if isinstance(value, bool) else value
    return f"{key}: {spelt}" if key else str(spelt)


def _all(children: tuple[Condition, ...]) -> Condition:
    return children[0] if len(children) == 1 else All(children=children)


def _join(kind: type[All] | type[AnyOf], children: list[Condition | None]) -> Condition | None:
    """Join children; one that is not usable makes the whole not usable."""
    good = tuple(child for child in children if child is not None)
    if len(good) < len(children):
        return None
    return good[0] if len(good) == 1 else kind(children=good)
