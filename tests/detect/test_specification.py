r"""Sigma's specification (rules 2.0, modifiers 2.1, filters 2.1), sentence by sentence.

https://github.com/SigmaHQ/sigma-specification. What the other files of this room already promise
of a modifier is not repeated here; what the specification asks for and we refuse is in
``test_bad_playbooks``.
"""

from typing import Any

import pytest

from bot.core.delivery import Delivery
from bot.core.normalise import normalise
from bot.detect.matcher import compile_rules
from bot.detect.parse import parse
from tests.detect.build import ID, NOW, event, match, playbook, rule, selecting

HEAD = "title: T\nlogsource: {product: github, service: audit}\n"
DETECTION = "detection: {selection: {action: a}, condition: selection}\n"

ESCAPES = [
    ("a plain backslash may be single", r"f: 'C:\x'", "C:\\x", True),
    ("or double", r"f: 'C:\\x'", "C:\\x", True),
    ("an escaped star is a star", r"f: '\*'", "*", True),
    ("and nothing else", r"f: '\*'", "x", False),
    ("an escaped question mark is one", r"f: '\?'", "?", True),
    ("and nothing else", r"f: '\?'", "x", False),
    ("an escaped backslash before a star leaves the star", r"f: 'a\\*'", "a\\xyz", True),
    ("and needs the backslash", r"f: 'a\\*'", "axyz", False),
    ("three backslashes escape both", r"f: 'a\\\*'", r"a\*", True),
    ("so the star is plain", r"f: 'a\\\*'", r"a\x", False),
    ("three are handled as double", r"f: 'a\\\b'", r"a\\b", True),
    ("and so are four", r"f: 'a\\\\b'", r"a\\b", True),
    ("four are not one", r"f: 'a\\\\b'", r"a\b", False),
    ("a UNC path", r"f: '\\\\host\share'", r"\\host\share", True),
    ("also inside of what modifiers add", r"f|contains: '\\\*'", r"x\*y", True),
    ("a backslash at the end", r"f|endswith: '\'", "a\\", True),
    ("nothing else needs an escape", "f: 'a.b[c](d)+^$|{1}'", "a.b[c](d)+^$|{1}", True),
    ("quotes as YAML has them", "f: 'it''s'", "it's", True),
]


@pytest.mark.parametrize(("sentence", "asked", "given", "expected"), ESCAPES)
def test_escapes(sentence: str, asked: str, given: str, expected: bool) -> None:
    """Escape character: every sentence of the section."""
    assert (match(selecting(asked), {"f": given}) is not None) is expected, sentence


GENERAL = [
    ("values are case-insensitive strings", "f: ABC", {"f": "abc"}, True),
    ("a question mark is one mandatory character", "f: prog?.exe", {"f": "progA.exe"}, True),
    ("mandatory", "f: prog?.exe", {"f": "prog.exe"}, False),
    ("only one", "f: prog?.exe", {"f": "progAB.exe"}, False),
    ("a star is unbounded", "f: virus_V*.exe", {"f": "virus_V21.2.1.exe"}, True),
    ("also empty", "f: virus_V*.exe", {"f": "virus_V.exe"}, True),
    ("regular expressions are case-sensitive", "f|re: A", {"f": "a"}, False),
    ("elements of a map are joined by and", "f: a\ng: [1, 2]", {"f": "a", "g": 2}, True),
    ("so each is needed", "f: a\ng: [1, 2]", {"g": 2}, False),
    ("items of a list of maps by or", "- f: a\n- g: b", {"g": "b"}, True),
    ("strings may stand beside maps", "- f: a\n- needle", {"g": "a needle"}, True),
    ("hexadecimal in quotes is a text", "f: '0x17'", {"f": "0x17"}, True),
    ("and no number", "f: '0x17'", {"f": 23}, False),
    ("a number is compared with a text as well", "f: 517", {"f": "517"}, True),
    ("an empty value", "f: ''", {"f": ""}, True),
    ("is not a missing one", "f: ''", {}, False),
    ("null is a missing one", "f: null", {}, True),
    ("null beside values", "f: [null, '']", {"f": ""}, True),
    ("a date without quotes is a text", "f: 2022-01-01", {"f": "2022-01-01"}, True),
    ("a percent sign alone is plain", "f: '%name%'", {"f": "%name%"}, True),
    ("any value of an array", "f|contains: b", {"f": ["xa", "xb"]}, True),
    ("a keyword in all of the event", "- EVIL", {"a": {"b": ["an evil thing"]}}, True),
    ("keywords with all", "'|all':\n  - one\n  - two", {"a": "one", "b": "two"}, True),
    ("each of them", "'|all':\n  - one\n  - two", {"a": "one"}, False),
]


@pytest.mark.parametrize(("sentence", "asked", "fields", "expected"), GENERAL)
def test_values(sentence: str, asked: str, fields: dict[str, Any], expected: bool) -> None:
    """General, wildcards, lists, maps, special values, keywords."""
    assert (match(selecting(asked), fields) is not None) is expected, sentence


MODIFIERS = [
    ("exists asks for presence only", "f|exists: true", {"f": ""}, True),
    ("of a false value, too", "f|exists: true", {"f": False}, True),
    ("and for absence", "f|exists: false", {"f": None}, False),
    ("neq is different from each of the values", "f|neq: [a, b]", {"f": "c"}, True),
    ("so none may be equal", "f|neq: [a, b]", {"f": "B"}, False),
    ("neq takes a number", "f|neq: 5", {"f": 5}, False),
    ("neq after another modifier", "f|endswith|neq: '[bot]'", {"f": "x[bot]"}, False),
    ("neq with fieldref", "f|fieldref|neq: g", {"f": "x", "g": "X"}, False),
    ("neq with re", "f|re|neq: '^a'", {"f": "ba"}, True),
    ("neq with a comparison", "f|gt|neq: 5", {"f": 5}, True),
    ("neq with a network", "f|cidr|neq: 10.0.0.0/8", {"f": "10.0.0.1"}, False),
    ("windash: from a slash", "f|windash|contains: ' /x'", {"f": "c -x"}, True),
    ("to an em dash", "f|windash|contains: ' -x'", {"f": "c \N{EM DASH}x"}, True),
    ("to a horizontal bar", "f|windash|contains: ' -x'", {"f": "c \N{HORIZONTAL BAR}x"}, True),
    ("from an en dash", "f|windash|contains: ' \N{EN DASH}x'", {"f": "c /x"}, True),
    ("not inside a word", "f|windash|contains: ' a-x'", {"f": "c a/x"}, False),
    ("modifiers apply in order", "f|base64|contains: ab", {"f": "xYWIy"}, False),
    ("re: wildcard", "f|re: 'a.c'", {"f": "abc"}, True),
    ("re: anchors", "f|re: '^b$'", {"f": "abc"}, False),
    ("re: quantifiers", "f|re: 'a{2,3}b?c+d*'", {"f": "aacc"}, True),
    ("re: classes", "f|re: '[a-c][^x]'", {"f": "by"}, True),
    ("re: groups and alternation", "f|re: '(ab|cd)+e'", {"f": "abcde"}, True),
    ("re: any of a list", "f|re: ['^x', '^y']", {"f": "yes"}, True),
    ("re: all of a list", "f|re|all: ['^y', 's$']", {"f": "yes"}, True),
    ("re: all means all", "f|re|all: ['^y', 'o$']", {"f": "yes"}, False),
    ("comparisons take fractions", "f|lte: 0.5", {"f": 0.5}, True),
    ("and negative numbers", "f|lt: -1", {"f": -2}, True),
    ("any of a list", "f|gt: [9, 3]", {"f": 4}, True),
    ("two comparisons make a range", "f|gte: 3\nf|lt: 5", {"f": 5}, False),
    ("week of the year", "f|week: 1", {"f": "2026-01-01T00:00:00Z"}, True),
    ("cidr: any of a list", "f|cidr: [10.0.0.0/8, 'fc00::/7']", {"f": "fd00::1"}, True),
    ("cased with contains", "f|contains|cased: Key", {"f": "a key"}, False),
    ("a name of a field may hold dots", "a.b: x", {"a.b": "x"}, True),
    ("or spaces and signs", "'@a b-c': x", {"@a b-c": "x"}, True),
]


@pytest.mark.parametrize(("sentence", "asked", "fields", "expected"), MODIFIERS)
def test_modifiers(sentence: str, asked: str, fields: dict[str, Any], expected: bool) -> None:
    """The modifiers appendix: what is not in `test_modifiers`."""
    assert (match(selecting(asked), fields) is not None) is expected, sentence


CONDITIONS = [
    ("or binds least", "a or b and c", {"a": 1}, True),
    ("not binds more than and", "not a and b", {"b": 1}, True),
    ("one of a pattern", "1 of sel_*", {"x": 1}, True),
    ("a star anywhere in it", "all of *_one", {"x": 1}, True),
    ("in the middle", "all of s*_*e", {"x": 1}, True),
    ("not one of a pattern", "a and not 1 of sel_*", {"a": 1, "y": 1}, False),
    ("them leaves out underscores", "1 of them", {"hidden": 1}, False),
    ("unless they are named", "_h", {"hidden": 1}, True),
    ("a list of conditions is any of them", "[a and b, c]", {"c": 1}, True),
]


@pytest.mark.parametrize(("sentence", "condition", "fields", "expected"), CONDITIONS)
def test_conditions(sentence: str, condition: str, fields: dict[str, Any], expected: bool) -> None:
    """The section Condition: what is not in `test_semantics`."""
    names = {"a": "a", "b": "b", "c": "c", "sel_one": "x", "sel_two": "y", "_h": "hidden"}
    body = "".join(f"{name}: {{{field}: 1}}\n" for name, field in names.items())
    parsed = parse(playbook(f"{body}condition: {condition}"), "p.yml")
    assert all(problem.severity == "warning" for problem in parsed.problems)  # not all are used
    (only,) = parsed.rules
    found = compile_rules([only], {}).match(event(fields))
    assert bool(found) is expected, sentence


METADATA = [
    ("nothing but a title is needed", ""),
    ("references to other rules", f"related: [{{id: {ID}, type: derived}}]"),
    ("and that a correlation uses it", f"related: [{{id: {ID}, type: correlation}}]"),
    ("a date with hyphens", "date: 2026-07-06"),
    ("or slashes, as older rules have it", "date: 2026/07/06"),
    ("keys left empty", "modified:\nreferences:\ntags:\nfields:\nlicense:\nauthor:"),
    ("one false positive, as the schema allows", "falsepositives: Unknown"),
    ("every status", "status: unsupported"),
    ("whatever its case", "status: Test"),
    ("a scope", "scope: [server]"),
    ("a taxonomy", "taxonomy: sigma"),
    ("keys of one's own", "regression_tests_path: x\nsimulation: [{type: y}]"),
    ("a name", "name: rule_one"),
    (
        "tags of nested namespaces",
        "tags: [attack.t1098.001, cve.2021-44228, detection.emerging-threats]",
    ),
]


@pytest.mark.parametrize(("sentence", "more"), METADATA)
def test_metadata(sentence: str, more: str) -> None:
    """Components: what a rule may say of itself without a word from us."""
    parsed = parse(f"{HEAD}id: {ID}\nlevel: low\n{more}\n{DETECTION}", "p.yml")
    assert [str(problem) for problem in parsed.problems] == [], sentence
    assert len(parsed.rules) == 1


SLIPS = [
    "tags: [no-namespace]",
    "tags: attack.t1098",
    "references: https://example.com",
    "author: [Alice, Bob]",
    "date: 6.7.2026",
    "modified: 2026-02-30",
    "status: beta",
    "related: [{id: x, type: derived}]",
    f"related: [{{id: {ID}, type: cousin}}]",
    "related: {}",
    "fields: action",
    "license: 5",
    "scope: server",
    "id: RULE-001",
]


@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_in_what_only_describes_keeps_nothing_from_matching(slip: str) -> None:
    """A public rule stands guard in spite of it, and the author is told once."""
    parsed = parse(f"{HEAD}level: low\n{slip}\n{DETECTION}", "p.yml")
    told = [problem for problem in parsed.problems if "no 'id'" not in problem.message]
    assert [problem.severity for problem in told] == ["warning"]
    assert len(parsed.rules) == 1


def test_an_id_that_is_no_uuid_always_becomes_the_same_one() -> None:
    """Alerts are told apart by it, so it must not change with the title."""
    text = f"{HEAD}id: RULE-001\nlevel: low\n{DETECTION}"
    (one,) = parse(text, "p.yml").rules
    (other,) = parse(text.replace("title: T", "title: Another"), "q.yml").rules
    assert one.playbook.id == other.playbook.id


def test_one_author_of_several_and_one_reference_are_kept() -> None:
    """What was said in another form than Sigma's still reaches the alert."""
    more = "author: [Alice, Bob]\nreferences: https://example.com\nfalsepositives: None known\n"
    (only,) = parse(f"{HEAD}level: low\n{more}{DETECTION}", "p.yml").rules
    assert only.playbook.author == "Alice, Bob"
    assert only.playbook.references == ("https://example.com",)
    assert only.playbook.falsepositives == ("None known",)


@pytest.mark.parametrize(
    "source",
    [
        "{product: github}",
        "{product: GitHub, service: audit, definition: Stream the audit log}",
        "{product: github, service: }",
        "{category: application, product: github, service: audit}",
        "{product: github_enterprise, service: audit_log}",
        "{service: github}",
        "{category: github.audit}",
    ],
)
def test_a_log_source_of_github_is_known_by_any_of_its_parts(source: str) -> None:
    """Category, product and service can be used alone or in any combination."""
    text = f"title: T\nid: {ID}\nlevel: low\nlogsource: {source}\n{DETECTION}"
    assert match(text, {"action": "a"}) is not None


@pytest.mark.parametrize(
    "source", ["{product: githb}", "{product: githubby}", "{service: audit}", "{product: git-hub}"]
)
def test_a_log_source_that_is_nearly_githubs_is_refused(source: str) -> None:
    """A slip of the pen would be a playbook that never guards."""
    parsed = parse(f"title: T\nlogsource: {source}\n{DETECTION}", "p.yml")
    assert parsed.rules == ()
    assert any("only GitHub's events are judged" in each.message for each in parsed.problems)


@pytest.mark.parametrize(
    ("condition", "offset", "word"),
    [("selection AND NOT x", 24, "and"), ("All of them", 14, "all"), ("1 Of them", 16, "of")],
)
def test_a_capital_word_of_a_condition_is_told(condition: str, offset: int, word: str) -> None:
    """Sigma's words are small; older rules shout them."""
    text = playbook(f"selection: {{a: 1}}\nx: {{b: 1}}\ncondition: {condition}")
    (problem,) = parse(text, "p.yml").problems
    assert str(problem) == f"p.yml:8:{offset}: write '{word}' in small letters"


def test_a_rule_with_a_timeframe_that_counts_nothing_is_used() -> None:
    """As pySigma has it: without a count, the time says nothing."""
    text = playbook("selection: {action: a}\ntimeframe: 5m\ncondition: selection")
    assert len(parse(text, "p.yml").rules) == 1


DOTTED: list[tuple[str, dict[str, Any], bool]] = [
    ("data.user.login", {"data": {"user": {"login": "x"}}}, True),
    ("data.user.login", {"data.user.login": "x"}, True),
    ("data.user.login", {"data.user": {"login": "x"}}, True),
    ("data.user.login", {"data": {"user.login": "x"}}, True),
    ("data.user.login", {"data": "y", "data.user": {"login": "x"}}, True),
    ("data.user.login", {"data": {"user": [{"login": "y"}, {"login": "x"}]}}, True),
    ("data.user.login", {"data": [{"user": {"login": "x"}}]}, True),
    ("data.user.login", {"data": {"user": {"name": "x"}}}, False),
    ("data.user.login", {"data": {"user": "x"}}, False),
    ("data.user", {"data": {"user": {"login": "x"}}}, False),
    ("data.0", {"data": ["x"]}, False),
]


@pytest.mark.parametrize(("field", "fields", "expected"), DOTTED)
def test_dotted_names(field: str, fields: dict[str, Any], expected: bool) -> None:
    """A dotted name is a path, whichever of its dots a collector has left in a key."""
    for event_fields, raw in ((fields, {}), ({}, fields)):
        assert (match(selecting(f"{field}: x"), event_fields, raw=raw) is not None) is expected


def test_an_entry_of_the_audit_log_is_read_as_exported() -> None:
    """Times in milliseconds, places, arrays, numbers and truth values: as GitHub's export has."""
    entry = {
        "@timestamp": 1795329000000,
        "_document_id": "x1",
        "action": "protected_branch.policy_override",
        "actor": "Mona",
        "actor_id": 583231,
        "actor_ip": "203.0.113.7",
        "actor_location": {"country_code": "DE"},
        "created_at": 1795329000000,
        "data": {"old_permission": "read", "reasons": [{"code": "policy_override"}]},
        "public_repo": False,
        "overridden_codes": ["review_policy_not_satisfied", "required_status_check"],
        "token_id": None,
    }
    asked = [
        "action: protected_branch.policy_override",
        "actor: mona",
        "actor_id: 583231",
        "actor_id|gte: 583231",
        "actor_ip|cidr: 203.0.113.0/24",
        "actor_location.country_code: [DE, AT]",
        "created_at|hour: 6",
        "'@timestamp|year': 2026",
        "data.old_permission: read",
        "data.reasons.code: policy_override",
        "public_repo: false",
        "overridden_codes|contains|all: [review, status]",
        "token_id: null",
        "token_id|exists: true",
        "hashed_token|exists: false",
    ]
    assert match(selecting("\n".join(asked)), entry) is not None
    for line in asked:
        assert match(selecting(line), entry) is not None, line


def test_the_last_of_two_equal_keys_of_a_delivery_counts() -> None:
    """JSON leaves it open; what GitHub signed is read as most readers do."""
    body = b'{"action": "added", "member": {"login": "bob", "login": "eve"}, "action": "removed"}'
    found = normalise(
        Delivery(id="1", source="webhook", event="member", received_at=NOW, body=body, headers={})
    )
    asked = selecting("user: eve\nwebhook_action: removed")
    assert compile_rules([rule(asked)], {}).match(found)


def test_rules_of_a_collection_are_separate_documents() -> None:
    """Several rules in one file, as collections are handed on."""
    one = f"{HEAD}id: {ID}\nlevel: low\n{DETECTION}"
    parsed = parse(f"---\n{one}...\n---\n{one.replace(ID, ID.replace('1', '2'))}", "p.yml")
    assert (len(parsed.rules), parsed.problems) == (2, ())


@pytest.mark.parametrize("change", [lambda t: t.replace("\n", "\r\n"), lambda t: "\ufeff" + t])
def test_a_file_from_windows_is_read(change: Any) -> None:
    """Line ends of Windows, and a byte order mark."""
    assert rule(change(selecting("action: a"))).playbook.title == "T"
