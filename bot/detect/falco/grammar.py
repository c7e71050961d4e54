"""The grammar of Falco's conditions, as libsinsp's own parser reads it.

From ``userspace/libsinsp/filter/parser.cpp`` and ``escaping.cpp`` of falcosecurity/libs: which
blanks matter, what a bare text may hold and where a quoted one ends are taken from there.
"""

from functools import cache
from typing import Any, Final

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken, VisitError

from bot.detect.expression import Unreadable
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

DEEPEST: Final = 100  # parentheses within each other, Falco's own limit
LONGEST: Final = 200_000  # characters, with the lists put in

# `or(` and `and(` need no blank, and then stand for exactly what is in their parentheses.
# A quoted text ends at the first quote that has no backslash before it.
_GRAMMAR: Final = r"""
?start: disjunction
?disjunction: conjunction (_OR conjunction | _OR_OPEN disjunction _CLOSE)*
?conjunction: negation (_AND negation | _AND_OPEN disjunction _CLOSE)*
?negation: check
    | NOT+ check -> negated
?check: _OPEN disjunction _CLOSE
    | IDENTIFIER -> macro
    | left EXISTS -> exists
    | left NUMERIC (HEX | NUMBER | transformed | val) -> compare
    | left EQUALITY (QUOTED | BARE | transformed | val) -> compare
    | left STRING (QUOTED | BARE | transformed | val) -> compare
    | left LIST (values | transformed | val | IDENTIFIER) -> compare
?left: FIELD | transformed
transformed: TRANSFORMER (FIELD | transformed) _CLOSE
val: _VAL FIELD _CLOSE
values: _OPEN ((QUOTED | BARE) (_COMMA (QUOTED | BARE))*)? _CLOSE

NOT.9: /not(?=[\s(])/
_OR.9: /or(?=\s)/
_OR_OPEN.9: /or\(/
_AND.9: /and(?=\s)/
_AND_OPEN.9: /and\(/
TRANSFORMER.8: /(?:tolower|toupper|b64|basename|len)\(/
_VAL.8: /val\(/
FIELD.7: /[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+(?:\[(?:"(?:[^"]|(?<=\\)")*(?<!\\)"|'(?:[^']|(?<=\\)')*(?<!\\)'|[^\]\[\s"']+)\])?/
EXISTS.6: /exists/
NUMERIC.6: /<=|<|>=|>/
EQUALITY.6: /==|=|!=/
STRING.6: /(?:i?glob|i?contains|bcontains|b?startswith|endswith|regex)(?=\s)/
LIST.6: /intersects|in|pmatch/
HEX.5: /0[xX][0-9a-zA-Z]+/
NUMBER.4: /[+-]?[0-9]+\.?[0-9]*(?:[eE][+-][0-9]+)?/
QUOTED.4: /"(?:[^"]|(?<=\\)")*(?<!\\)"|'(?:[^']|(?<=\\)')*(?<!\\)'/
IDENTIFIER.3: /[a-zA-Z][a-zA-Z0-9_]*/
BARE.2: /[^()"'\s=,]+/
_OPEN: "("
_CLOSE: ")"
_COMMA: ","
_BLANK: /[ \t\r\n\x08]+/
%ignore _BLANK
"""  # noqa: E501 -- a terminal's pattern must stand on one line

_ESCAPES: Final = {
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "\\": "\\",
    "/": "/",
    " ": "\\",  # an escaped blank is a backslash, as in Falco
}
_OPERATORS: Final = (
    "exists, = != < <= > >=, contains icontains startswith endswith glob iglob regex, "
    "in intersects pmatch"
)


def unquote(text: str, offset: int = 0) -> str:
    """Return what a quoted text stands for; raise `Unreadable` for an unknown escape."""
    letters: list[str] = []
    position, end = 1, len(text) - 1
    while position < end:
        letter = text[position]
        if letter == "\\":
            position += 1
            letter = _unescape(text, position, offset)
        letters.append(letter)
        position += 1
    return "".join(letters)


def _unescape(text: str, position: int, offset: int) -> str:
    letter = text[position]
    if letter in _ESCAPES:
        return _ESCAPES[letter]
    if letter == text[0]:
        return letter
    where = offset + position - 1
    if letter in "\"'":
        raise Unreadable(f"'{letter}' needs no backslash between {text[0]}: delete it", where)
    raise Unreadable(f"unknown escape '\\{letter}': write '\\\\{letter}' for a backslash", where)


class _Builder(Transformer[Token, Any]):
    """Turns what the parser has read into values, from the inside out."""

    def disjunction(self, children: list[Expression]) -> Disjunction:
        return Disjunction(children=tuple(children))

    def conjunction(self, children: list[Expression]) -> Conjunction:
        return Conjunction(children=tuple(children))

    def negated(self, children: list[Any]) -> Expression:
        *nots, child = children
        inner: Expression = child
        return Negation(child=inner) if len(nots) % 2 else inner

    def macro(self, children: list[Token]) -> MacroName:
        (name,) = children
        return MacroName(name=str(name), offset=name.start_pos or 0)

    def exists(self, children: list[Any]) -> Check:
        left, operator = children
        return Check(left=left, operator="exists", right=None, offset=operator.start_pos)

    def compare(self, children: list[Any]) -> Check:
        left, operator, right = children
        spelt = "=" if operator == "==" else str(operator)
        given = (str(right),) if isinstance(right, str) else right
        return Check(left=left, operator=spelt, right=given, offset=operator.start_pos)

    def transformed(self, children: list[Any]) -> Transformed:
        name, inner = children
        return Transformed(transformer=str(name)[:-1], inner=inner)

    def val(self, children: list[Operand]) -> Transformed:
        (inner,) = children
        return Transformed(transformer="val", inner=inner)

    def values(self, children: list[Any]) -> tuple[str, ...]:
        return tuple(str(child) for child in children)

    def FIELD(self, token: Token) -> FieldName:  # noqa: N802 -- named like the terminal
        name, bracket, rest = token.partition("[")
        start = token.start_pos or 0
        if not bracket:
            return FieldName(name=str(name), offset=start)
        argument = rest[:-1]
        if argument[0] in "\"'":
            argument = unquote(argument, start + len(name) + 1)
        return FieldName(name=name, argument=argument, offset=start)

    def QUOTED(self, token: Token) -> str:  # noqa: N802 -- named like the terminal
        return unquote(token, token.start_pos or 0)


@cache
def _parser() -> Lark:
    """Build the parser once, and only where there is a rules file to read."""
    return Lark(_GRAMMAR, parser="lalr", lexer="contextual", transformer=_Builder())


def read_condition(text: str) -> Expression:
    """Return what a condition says, with its lists put in; raise `Unreadable`."""
    _check_size(text)
    try:
        found: Expression = _parser().parse(text)  # type: ignore[assignment]  # lark types it as a tree, the builder makes values
    except UnexpectedInput as error:
        raise _explain(text, error) from error
    except VisitError as error:
        if isinstance(error.orig_exc, Unreadable):
            raise error.orig_exc from error
        raise
    return found


def _check_size(text: str) -> None:
    if not text.strip():
        raise Unreadable("the condition is empty: write 'field = value'")
    if len(text) > LONGEST:
        raise Unreadable(f"with its lists the condition is longer than {LONGEST:,} characters")
    depth = 0
    for offset, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if depth > DEEPEST:
            raise Unreadable(f"more than {DEEPEST} parentheses within each other", offset)


def _explain(text: str, error: UnexpectedInput) -> Unreadable:
    ended = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    met: int | None = getattr(error, "pos_in_stream", None)
    offset = len(text.rstrip()) if ended else met or 0
    rest = text[offset:].split("\n", maxsplit=1)[0].strip()[:40]
    at = f"at '{rest}'" if rest and not ended else "at its end"
    wanted = _wanted(_expected(error))
    if rest.startswith(")") and not ended and "')'" in wanted:
        wanted = "this ')' closes nothing"
    return Unreadable(f"the condition cannot be read {at}: {wanted}", offset)


def _expected(error: UnexpectedInput) -> frozenset[str]:
    if isinstance(error, UnexpectedCharacters):
        return frozenset(error.allowed or ())
    return frozenset(getattr(error, "expected", ()) or ())


def _wanted(expected: frozenset[str]) -> str:
    return next(
        words for there, absent, words in _WORDS if there <= expected and not absent & expected
    )


# What the parser could go on with tells what to write; the first that fits counts.
_WORDS: Final = tuple(
    (frozenset(there.split()), frozenset(absent.split()), words)
    for there, absent, words in (
        ("EXISTS", "", f"an operator is expected: {_OPERATORS}"),
        ("NUMBER", "", "a number is expected, or val(field)"),
        (
            "BARE",
            "_CLOSE",
            "a value is expected, in quotes if it holds blanks or any of ( ) = ,",
        ),
        ("BARE", "", "the list goes on with a value or ends with ')'"),
        ("_COMMA", "", "the list goes on with ',' or ends with ')'"),
        ("_AND _CLOSE", "", "'and' or 'or' is expected, or ')'"),
        ("_AND", "", "'and' or 'or' is expected"),
        ("IDENTIFIER", "FIELD", "a list is expected: (a, b), (name_of_a_list) or val(field)"),
        ("FIELD", "", "a field, a macro, 'not' or '(' is expected"),
        ("_OR", "", "'or' is expected (after 'or(...)' an 'and' needs brackets around both)"),
        ("", "", "')' is expected"),
    )
)
