"""What each value and modifier of Sigma accepts."""

from typing import Any

import pytest

from tests.detect.build import match, selecting

MILLISECONDS = 1795329000000  # 2026-11-22T06:30:00Z, a Sunday in ISO week 47

ACCEPTED: list[tuple[str, Any]] = [
    # plain values
    ("f: admin", "admin"),
    ("f: admin", "ADMIN"),
    ("f: ÄRGER", "ärger"),
    ("f: ΣΑΣ", "σας"),
    ("f: [a, b]", "b"),
    ("f: ''", ""),
    ("f: 5", 5),
    ("f: 5", 5.0),
    ("f: 5", "5"),
    ("f: '5'", 5),
    ("f: 2.5", 2.5),
    ("f: -3", "-3"),
    ("f: 10000000000000000000000", 10**22),
    ("f: true", True),
    ("f: true", "True"),
    ("f: 'true'", True),
    ("f: false", False),
    ("f: null", None),
    ("f: [null, a]", None),
    # wildcards and escapes
    ("f: 'a*'", "abc"),
    ("f: '*c'", "abc"),
    ("f: '*b*'", "abc"),
    ("f: 'a*c'", "aXYZc"),
    ("f: 'a?c'", "abc"),
    ("f: 'a?c'", "aéc"),
    ("f: '*'", "anything"),
    ("f: '*'", ""),
    ("f: 'a*'", "a\nb"),
    (r"f: 'a\*b'", "a*b"),
    (r"f: 'a\?b'", "a?b"),
    (r"f: 'a\\*'", "a\\anything"),
    (r"f: 'a\b'", "a\\b"),
    ("f: '*.*(+)*'", "x.y(+)z"),
    # contains, startswith, endswith, all, cased, neq
    ("f|contains: B", "abc"),
    ("f|contains: [x, c]", "abc"),
    ("f|contains: 'a*c'", "-abc-"),
    ("f|contains: Σ", "ΑΣ"),
    ("f|startswith: AB", "abc"),
    ("f|endswith: BC", "abc"),
    ("f|contains|all: [a, c]", "abc"),
    ("f|all: ['a*', '*c']", "abc"),
    ("f|cased: Abc", "Abc"),
    ("f|contains|cased: Bc", "aBc"),
    ("f|cased|startswith: Ab", "Abc"),
    ("f|cased: 'A?c'", "Abc"),
    ("f|neq: x", "abc"),
    ("f|neq: [x, y]", "abc"),
    ("f|contains|neq: x", "abc"),
    # regular expressions
    ("f|re: '^ab+c$'", "abbc"),
    ("f|re: b", "abc"),
    ("f|re|i: '^AB'", "abc"),
    ("f|re|m: '^b$'", "a\nb"),
    ("f|re|s: 'a.b'", "a\nb"),
    ("f|re|i|s: 'A.B'", "a\nb"),
    (r"f|re: '\d{3}\.\d'", "123.4"),
    ("f|re: ['x', 'b']", "abc"),
    ("f|re|contains: 'a|b'", "xbx"),
    ("f|re|startswith: 'a|b'", "bx"),
    ("f|re|endswith: 'a|b'", "xb"),
    (r"f|re: 'a\*b'", "a*b"),
    (r"f|re: 'a*\?'", "aa?"),
    ("f|re: '^5$'", 5),
    # networks
    ("f|cidr: 10.0.0.0/8", "10.1.2.3"),
    ("f|cidr: ['10.0.0.0/8', '192.168.0.0/16']", "192.168.7.7"),
    ("f|cidr: 2001:db8::/32", "2001:DB8::1"),
    ("f|cidr: 192.0.2.1", "192.0.2.1"),
    # numbers
    ("f|lt: 5", 4),
    ("f|lte: 5", 5),
    ("f|gt: 5", 5.5),
    ("f|gte: 5", "5"),
    ("f|gt: -1", 0),
    ("f|gt: 5", 10**30),
    # existence
    ("f|exists: true", "x"),
    ("f|exists: true", None),
    ("f|exists: true", []),
    # encodings
    ("f|base64: foo", "Zm9v"),
    ("f|base64|contains: foo", "xxZm9vxx"),
    ("f|base64offset|contains: foobar", "Zm9vYmFy"),
    ("f|base64offset|contains: foobar", "IGZvb2Jhcg=="),
    ("f|base64offset|contains: foobar", "ICBmb29iYXI="),
    ("f|wide: ab", "a\0b\0"),
    ("f|utf16le: ab", "a\0b\0"),
    ("f|utf16be: ab", "\0a\0b"),
    ("f|utf16: ab", "\ufeffa\0b\0"),
    ("f|wide|base64offset|contains: ping", "cABpAG4AZwA="),
    ("f|windash|contains: ' -enc'", "run /enc"),
    ("f|windash|contains: ' -enc'", "run \N{EN DASH}enc"),
    ("f|windash|contains|all: ['-a', '-b']", "/a -b"),
    # times
    ("f|minute: 30", MILLISECONDS),
    ("f|hour: 6", MILLISECONDS // 1000),
    ("f|hour: 6", "2026-11-22T06:30:00Z"),
    ("f|hour: 6", "2026-11-22T08:30:00+02:00"),
    ("f|day: 22", "2026-11-22"),
    ("f|week: 47", MILLISECONDS),
    ("f|month: 11", MILLISECONDS),
    ("f|year: 2026", str(MILLISECONDS)),
    ("f|hour|gte: 6", MILLISECONDS),
    ("f|hour|lt: 7", MILLISECONDS),
    ("f|hour: [5, 6]", MILLISECONDS),
]

REFUSED: list[tuple[str, Any]] = [
    ("f: admin", "administrator"),
    ("f: admin", None),
    ("f: admin", {"admin": "admin"}),
    ("f: ''", " "),
    ("f: 5", 6),
    ("f: 5", "five"),
    ("f: 5", True),
    ("f: 1", True),
    ("f: true", 1),
    ("f: true", "yes"),
    ("f: null", "null"),
    ("f: null", ""),
    ("f: null", 0),
    ("f: null", False),
    ("f: 'a*'", "ba"),
    ("f: 'a?c'", "ac"),
    (r"f: 'a\*b'", "aXb"),
    ("f: 'a.c'", "abc"),
    ("f: '*'", None),
    ("f|contains: x", "abc"),
    ("f|contains|all: [a, x]", "abc"),
    ("f|cased: abc", "Abc"),
    ("f|contains|cased: BC", "abc"),
    ("f|neq: ABC", "abc"),
    ("f|neq: [x, abc]", "abc"),
    ("f|re: '^AB'", "abc"),
    ("f|re: '^b$'", "a\nb"),
    ("f|re: 'a.b'", "a\nb"),
    ("f|re|startswith: 'a|b'", "xb"),
    ("f|re|endswith: 'a|b'", "bx"),
    ("f|cidr: 10.0.0.0/8", "11.0.0.1"),
    ("f|cidr: 10.0.0.0/8", "10.0.0"),
    ("f|cidr: 10.0.0.0/8", 167772161),
    ("f|cidr: 10.0.0.0/8", "2001:db8::1"),
    ("f|lt: 5", 5),
    ("f|gt: 5", "x"),
    ("f|gt: 5", None),
    ("f|gt: 0", True),
    ("f|gt: 0", float("nan")),
    ("f|gt: 0", "1_000"),
    ("f|gt: 0", "nan"),
    ("f|exists: false", None),
    ("f|base64: foo", "foo"),
    ("f|windash|contains: ' -enc'", "run enc"),
    ("f|hour: 6", "six"),
    ("f|hour: 6", None),
    ("f|hour: 6", 10**40),
    ("f|hour: 6", float("inf")),
    ("f|hour|gt: 6", MILLISECONDS),
]


@pytest.mark.parametrize(("asked", "given"), ACCEPTED)
def test_accepts(asked: str, given: Any) -> None:
    """A value that a selection asks for is accepted."""
    assert match(selecting(asked), {"f": given}) is not None


@pytest.mark.parametrize(("asked", "given"), REFUSED)
def test_refuses(asked: str, given: Any) -> None:
    """A value that a selection does not ask for is refused."""
    assert match(selecting(asked), {"f": given}) is None


@pytest.mark.parametrize(
    ("asked", "fields", "accepted"),
    [
        ("f|fieldref: g", {"f": "Eve", "g": "eve"}, True),
        ("f|fieldref: g", {"f": "eve", "g": "mallory"}, False),
        ("f|fieldref: g", {"f": "eve"}, False),
        ("f|fieldref: g", {"f": None, "g": None}, False),
        ("f|fieldref: g", {"f": 5, "g": "5"}, True),
        ("f|fieldref: g", {"f": ["a", "b"], "g": ["c", "b"]}, True),
        ("f|cased|fieldref: g", {"f": "Eve", "g": "eve"}, False),
        ("f|fieldref|startswith: g", {"f": "acme/x", "g": "ACME"}, True),
        ("f|fieldref|startswith: g", {"f": "acme", "g": "acme/x"}, False),
        ("f|fieldref|endswith: g", {"f": "acme/x", "g": "x"}, True),
        ("f|fieldref|contains: g", {"f": "acme/x", "g": "me/"}, True),
        ("f|fieldref|neq: g", {"f": "eve", "g": "mallory"}, True),
        ("f|fieldref: p.q", {"f": "x", "p": {"q": "x"}}, True),
    ],
)
def test_fieldref_compares_two_fields(asked: str, fields: dict[str, Any], accepted: bool) -> None:
    """A field can be compared with another of the same event."""
    assert (match(selecting(asked), fields) is not None) is accepted


@pytest.mark.parametrize(
    ("asked", "given", "accepted"),
    [
        ("f|expand: '%names%'", "ALICE", True),
        ("f|expand: '%names%'", "eve", False),
        ("f|expand: '%names%-bot'", "bob-bot", True),
        ("f|contains|expand: '%names%'", "x-bob-x", True),
        ("f|expand|startswith: '%names%'", "bobby", True),
        ("f|cased|expand: '%names%'", "ALICE", False),
        ("f|expand: ['%names%', eve]", "eve", True),
        ("f|expand: '%names% and %names%'", "bob and alice", True),
        ("f|expand|all: ['%names%', '*b']", "bob", True),
        ("f|expand|all: ['%names%', '*b']", "alice", False),
        ("f|expand: '%teams%'", "acme/security", True),
        ("f|expand: '%none%'", "", False),
        ("f|re|expand: '^(%names%)@'", "bob@example.com", True),
        ("f|re|expand: '^(%dots%)$'", "aXb", False),
        ("f|re|expand: '%none%'", "x", False),
        ("f|expand: '100%'", "100%", True),
        (r"f|expand: '\%plain%names%'", "%plainBOB", True),
        (r"f|expand: '\%plain%names%'", "plainbob", False),
        (r"f|expand|contains: '\%*%names%'", "a % and bob", True),
    ],
)
def test_expand_takes_the_values_of_lists(asked: str, given: str, accepted: bool) -> None:
    """A placeholder stands for every value of its list, wildcards included."""
    lists = {"names": ["alice", "bob"], "teams": ["*/security"], "none": [], "dots": ["a.b"]}
    assert (match(selecting(asked), {"f": given}, lists=lists) is not None) is accepted
