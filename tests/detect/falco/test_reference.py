"""Conditions compiled answer as a slow and obvious reading of Falco does."""

import re
from collections.abc import Callable, Mapping
from fnmatch import translate
from typing import Any

from hypothesis import event as note
from hypothesis import given
from hypothesis import strategies as st

from bot.detect.expression import Unreadable
from bot.detect.falco.grammar import read_condition, unquote
from bot.detect.falco.syntax import (
    Check,
    Conjunction,
    Disjunction,
    Expression,
    FieldName,
    MacroName,
    Negation,
    Operand,
    Transformed,
)
from tests.detect.falco.build import delivery, holds

# Few letters, so that conditions and events meet.
words = st.text(alphabet="aAb/.*?", max_size=4)
quotable = st.text(alphabet="aA' \"\\/\n\t(),=", max_size=6)
paths = ["sender/login", "repository/description", "missing", "webhook"]

FIELDS: dict[str, Callable[[Mapping[str, Any]], str | None]] = {
    "github.type": lambda _: "push",
    "github.action": lambda payload: payload.get("action", ""),
    "github.user": lambda payload: payload.get("sender", {}).get("login", ""),
    "github.repo.description": lambda payload: payload.get("repository", {}).get("description", ""),
    "json.value[/x]": lambda payload: payload.get("x"),
    "json.value[/gone]": lambda _: None,
}

payloads = st.fixed_dictionaries(
    {},
    optional={
        "action": words,
        "sender": st.fixed_dictionaries({}, optional={"login": words}),
        "repository": st.fixed_dictionaries({}, optional={"description": words}),
        "x": words,
    },
)


def quoted(text: str) -> str:
    """Return the text as Falco reads it back."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


fields = st.sampled_from(sorted(FIELDS))
lefts = fields | st.builds("tolower({})".format, fields) | st.builds("basename({})".format, fields)
singles = ["=", "==", "!=", "contains", "icontains", "startswith", "endswith", "glob"]
checks = (
    st.builds(
        "{} {} {}".format,
        lefts,
        st.sampled_from(singles),
        words.map(quoted) | st.builds("val({})".format, fields),
    )
    | st.builds("{} exists".format, lefts)
    | st.builds(
        lambda left, operator, values: f"{left} {operator} ({', '.join(values)})",
        lefts,
        st.sampled_from(["in", "intersects", "pmatch"]),
        st.lists(
            words.map(lambda word: quoted(word.replace("*", "").replace("?", ""))), max_size=3
        ),
    )
)
conditions = st.recursive(
    checks,
    lambda inner: (
        st.builds("not {}".format, inner.map("({})".format))
        | st.builds("{} and {}".format, inner.map("({})".format), inner)
        | st.builds("{} or {}".format, inner, inner)
        | st.builds("{} and not {}".format, checks, checks)
    ),
    max_leaves=6,
)


def evaluate(expression: Expression, payload: Mapping[str, Any]) -> bool:
    """Answer a condition by walking what was read."""
    match expression:
        case Conjunction(children=children):
            return all(evaluate(child, payload) for child in children)
        case Disjunction(children=children):
            return any(evaluate(child, payload) for child in children)
        case Negation(child=child):
            return not evaluate(child, payload)
        case Check():
            return compare(expression, payload)
        case MacroName():
            raise AssertionError("no macro is generated")


def compare(check: Check, payload: Mapping[str, Any]) -> bool:
    """Answer one comparison: missing is false, then letter by letter."""
    value = look(check.left, payload)
    if value is None:
        return False
    if check.right is None:
        return True
    if isinstance(check.right, tuple):
        return accepts(check.operator, value, check.right)
    other = look(check.right, payload)
    return other is not None and accepts(check.operator, value, (other,))


def look(operand: Operand, payload: Mapping[str, Any]) -> str | None:
    """Return what an expression holds."""
    if isinstance(operand, Transformed):
        value = look(operand.inner, payload)
        if value is None or operand.transformer == "val":
            return value
        return value.lower() if operand.transformer == "tolower" else value.split("/")[-1]
    assert isinstance(operand, FieldName)
    return FIELDS[str(operand)](payload)


def accepts(operator: str, value: str, wanted: tuple[str, ...]) -> bool:
    """Answer one operator, as its documentation says it."""
    if operator in {"in", "intersects"}:
        return value in wanted
    if operator == "pmatch":
        given = [part for part in value.split("/") if part]
        splits = ([part for part in one.split("/") if part] for one in wanted)
        return any(given[: len(one)] == one for one in splits)
    (only,) = wanted
    answers = {
        "=": value == only,
        "!=": value != only,
        "contains": only in value,
        "icontains": only.lower() in value.lower(),
        "startswith": value.startswith(only),
        "endswith": value.endswith(only),
        "glob": re.fullmatch(translate(only), value) is not None,
    }
    return answers[operator]


@given(condition=conditions, payload=payloads)
def test_a_condition_answers_as_its_slow_reading_does(
    condition: str, payload: dict[str, Any]
) -> None:
    """Any condition and any delivery: compiled and read slowly, the verdict is the same."""
    expected = evaluate(read_condition(condition), payload)
    note(f"holds: {expected}")
    assert holds(condition, delivery("push", payload)) is expected


@given(text=quotable)
def test_a_quoted_text_reads_back_as_itself(text: str) -> None:
    """Quotes and escapes hold any text, but for a backslash at its very end."""
    if text.endswith("\\"):
        text += "."
    found = read_condition(f"github.user = {quoted(text)}")
    assert isinstance(found, Check)
    assert found.right == (text,)
    assert unquote(quoted(text)) == text


@given(condition=conditions)
def test_blanks_and_brackets_change_nothing(condition: str) -> None:
    """A condition in brackets, or begun on a new line, says the same."""
    strip = re.compile(r"offset=\d+")
    plain = strip.sub("", repr(read_condition(condition)))
    assert strip.sub("", repr(read_condition(f"(\n {condition} )"))) == plain


@given(text=st.text(alphabet="ab.=()'\" \\notandri,[]/<>5", max_size=40))
def test_whatever_is_written_is_read_or_told(text: str) -> None:
    """No condition makes the parser fail otherwise than by saying what is wrong."""
    try:
        read_condition(text)
    except Unreadable as refusal:
        told = refusal
    else:
        return
    assert str(told)
    assert 0 <= told.offset <= len(text)
