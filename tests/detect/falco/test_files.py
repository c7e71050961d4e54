"""Rules files: macros, lists, changes to rules, exceptions, and what becomes of a rule."""

from pathlib import Path

import pytest

from bot.actions.catalogue import check_response
from bot.core.playbook import Level, Mode
from bot.core.problem import Place
from bot.detect.falco import is_falco, parse_falco, parse_falco_files
from bot.detect.matcher import compile_rules
from bot.playbooks import load
from tests.detect.falco.build import delivery, holds, matches, parsed, problems, rules_file

PUSH = delivery("push", {"sender": {"login": "bob"}, "repository": {"private": True}})
MEMBER = delivery(
    "member",
    {
        "action": "added",
        "sender": {"login": "bob"},
        "member": {"login": "eve"},
        "changes": {"permission": {"to": "admin"}},
        "organization": {"login": "acme"},
        "repository": {"html_url": "https://github.com/acme/site", "private": True},
    },
)

USERS = "- list: users\n  items: [alice, bob]\n"
PUSHED = "- macro: pushed\n  condition: github.type = push\n"


def titles(*texts: str) -> list[str]:
    """Return the titles of the rules that match a push, the texts being files in this order."""
    found = parse_falco_files([(text, f"{number}.yaml") for number, text in enumerate(texts)])
    assert [str(p) for p in found.problems if p.severity == "error"] == []
    return [match.playbook.title for match in compile_rules(found.rules, {}).match(PUSH)]


# ---------------------------------------------------------------------------------- what they are


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("- rule: x", True),
        ("# c\n\n---\n- rule: x", True),
        ("\ufeff- list: x", True),
        ("%YAML 1.2\n---\n  - rule: x", True),
        ("[{rule: x}]", True),
        ("-\n  rule: x", True),
        ("title: x\ndetection: [a]", False),
        ("---\ntitle: x\n---\n- no", False),
        ("-1: x", False),
        ("", False),
    ],
)
def test_a_rules_file_is_known_by_being_a_list(text: str, answer: bool) -> None:
    """No playbook is taken for one, however it begins."""
    assert is_falco(text) is answer


def test_a_rule_becomes_a_playbook_that_observes() -> None:
    """Nothing of Falco's rule is lost, and nothing is done before somebody says so."""
    text = rules_file(
        "github.type = push",
        output='"  by %github.user  "',
        rest="  tags: [T1098, mitre_defense_evasion, own]\n",
    )
    (rule,) = parsed(text).rules
    book = rule.playbook
    assert (book.title, book.description, book.level) == ("R", "D", Level.MEDIUM)
    assert book.tags == ("attack.t1098", "attack.defense-evasion", "own")
    assert book.response.mode is Mode.OBSERVE
    assert [step.action for step in book.response.steps] == ["open-issue"]
    assert check_response(book.response) == ()
    assert book.place == Place(path="r.yaml", line=1, column=3)
    assert matches(text, PUSH)[0].output == "by bob"


def test_a_rules_id_follows_from_its_name() -> None:
    """The same rule is the same playbook wherever its file is, another is another."""
    first, again = (
        parse_falco(rules_file("a.b exists or github.type exists"), path) for path in "xy"
    )
    assert first.rules == again.rules == ()
    ids = {
        parse_falco(rules_file("github.type = push").replace("rule: R", f"rule: {name}"), path)
        .rules[0]
        .playbook.id
        for name, path in (("R", "a"), ("R", "b"), ("S", "a"))
    }
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("priority", "level"),
    [
        ("Emergency", "critical"),
        ("ALERT", "critical"),
        ("critical", "critical"),
        ("Error", "high"),
        ("WARNING", "medium"),
        ("notice", "low"),
        ("Informational", "informational"),
        ("INFO", "informational"),
        ("debug", "informational"),
    ],
)
def test_priorities_become_levels(priority: str, level: str) -> None:
    """Each of Falco's eight priorities, in any case, is one of Sigma's five levels."""
    text = rules_file("github.type = push").replace("WARNING", priority)
    assert parsed(text).rules[0].playbook.level == level


# ------------------------------------------------------------------------------- lists and macros


@pytest.mark.parametrize(
    ("before", "condition", "expected"),
    [
        (USERS, "github.user in (users)", True),
        (USERS, "github.user in (users, x)", True),
        (USERS, "github.user in (x,users)", True),
        (USERS, "not github.user in ( users )", False),
        (USERS, "github.user in (users2)", False),
        ("- list: one\n  items: [bob]\n", "github.user = one", True),
        ("- list: none\n  items: []\n", "github.user in (none)", False),
        ("- list: none\n  items: []\n", "github.user in (none, bob)", True),
        ("- list: none\n  items: []\n", "github.user in (bob, none)", True),
        (f"{USERS}- list: more\n  items: [users, x]\n", "github.user in (more)", True),
        (
            f"{USERS}- list: a\n  items: [users]\n- list: b\n  items: [a]\n",
            "github.user in (b)",
            True,
        ),
        ("- list: more\n  items: [users, x]\n" + USERS, "github.user in (x)", False),
        ("- list: spaced\n  items: [a b, bob]\n", "github.user in (spaced)", True),
        ("- list: quoted\n  items: [\"'a b'\", bob]\n", "github.user in (quoted)", True),
        (f"{USERS}- list: users\n  append: true\n  items: [x]\n", "github.user in (users)", True),
        (f"{USERS}- list: users\n  items: [x]\n", "github.user in (users)", False),
        (
            f"{USERS}- list: users\n  items: [x]\n  override: {{items: append}}\n",
            "github.user in (users)",
            True,
        ),
        (
            f"{USERS}- list: users\n  items: [x]\n  override: {{items: replace}}\n",
            "github.user in (users)",
            False,
        ),
        (PUSHED, "pushed", True),
        (PUSHED, "not pushed", False),
        (PUSHED, "pushed and(github.user = bob)", True),
        (f"{PUSHED}- macro: both\n  condition: pushed and github.user = bob\n", "both", True),
        (
            f"{PUSHED}- macro: pushed\n  append: true\n  condition: and github.user = x\n",
            "pushed",
            False,
        ),
        (
            (
                f"{PUSHED}- macro: pushed\n  condition: or github.user = x\n"
                "  override: {condition: append}\n"
            ),
            "pushed",
            True,
        ),
        (f"{PUSHED}- macro: pushed\n  condition: github.type = x\n", "pushed", False),
        (f"- macro: m\n  condition: github.user in (users)\n{USERS}", "m", True),
        # a macro is one operand, whatever is in it
        ("- macro: m\n  condition: github.type = x or github.type = push\n", "not m", False),
        (
            "- macro: m\n  condition: github.type = push or github.type = x\n",
            "m and github.user = x",
            False,
        ),
    ],
)
def test_lists_and_macros_are_put_in(before: str, condition: str, expected: bool) -> None:
    """Lists as text, macros as a whole; the last definition counts, appended ones add up."""
    assert holds(condition, PUSH, before=before) is expected


def test_a_rule_may_use_a_later_macro_and_a_later_file() -> None:
    """Only among macros must what is used come first."""
    assert titles(rules_file("pushed and github.user in (users)") + PUSHED, USERS) == ["R"]


# -------------------------------------------------------------------------------- changes to rules

NEVER = rules_file("github.type = never")
ALWAYS = rules_file("github.type = push")


@pytest.mark.parametrize(
    ("first", "change", "fires"),
    [
        (ALWAYS, "- rule: R\n  append: true\n  condition: and github.user = x\n", False),
        (NEVER, "- rule: R\n  append: true\n  condition: or github.user = bob\n", True),
        (
            NEVER,
            "- rule: R\n  condition: or github.user = bob\n  override: {condition: append}\n",
            True,
        ),
        (
            NEVER,
            "- rule: R\n  condition: github.user = bob\n  override: {condition: replace}\n",
            True,
        ),
        (ALWAYS, "- rule: R\n  enabled: false\n", False),
        (ALWAYS, "- rule: R\n  enabled: false\n  override: {enabled: replace}\n", False),
        (ALWAYS + "- rule: R\n  enabled: false\n", "- rule: R\n  enabled: true\n", True),
        (ALWAYS.replace("  source", "  enabled: false\n  source"), "", False),
        (NEVER, ALWAYS, True),
        (ALWAYS, NEVER, False),
    ],
)
def test_a_later_file_changes_a_rule(first: str, change: str, fires: bool) -> None:
    """What is appended, replaced or switched off later is what counts."""
    assert titles(first, change) == (["R"] if fires else [])


def test_what_is_appended_is_joined() -> None:
    """Output, description and tags of a rule grow by `override: append`; priority is replaced."""
    change = (
        "- rule: R\n  output: to %github.repo.public\n  desc: and E\n  tags: [b, a]\n"
        "  priority: critical\n"
        "  override: {output: append, desc: append, tags: append, priority: replace}\n"
    )
    found = parsed(rules_file("github.type = push", rest="  tags: [a]\n") + change)
    book = found.rules[0].playbook
    assert (book.description, book.tags, book.level) == ("D and E", ("a", "b"), Level.CRITICAL)
    assert compile_rules(found.rules, {}).match(PUSH)[0].output == "x to false"


def test_a_rule_defined_again_keeps_its_place() -> None:
    """The order of rules is that of their first definitions."""
    second = ALWAYS.replace("rule: R", "rule: S")
    assert titles(ALWAYS, second, ALWAYS.replace("desc: D", "desc: E")) == ["R", "S"]


# -------------------------------------------------------------------------------------- exceptions


def excepted(exception: str, *, change: str = "") -> bool:
    """Say whether a rule about an added member is kept from matching by its exception."""
    text = rules_file(
        "github.type = member or github.type = push", rest=f"  exceptions:\n{exception}"
    )
    return not matches(text + change, MEMBER)


@pytest.mark.parametrize(
    ("exception", "expected"),
    [
        ("  - {name: e, fields: github.user, values: [alice, bob]}\n", True),
        ("  - {name: e, fields: github.user, values: [alice]}\n", False),
        ("  - {name: e, fields: github.user}\n", False),
        ("  - {name: e, fields: github.user, values: []}\n", False),
        ("  - {name: e, fields: github.repo, comps: in, values: [x]}\n", False),
        ("  - {name: e, fields: [github.user, github.org], values: [[bob, acme]]}\n", True),
        (
            "  - {name: e, fields: [github.user, github.org], values: [[bob, x], [bob, acme]]}\n",
            True,
        ),
        (
            "  - {name: e, fields: [github.user, github.org], values: [[bob, x], [x, acme]]}\n",
            False,
        ),
        ("  - {name: e, fields: [github.user], comps: [startswith], values: [[bo]]}\n", True),
        ("  - {name: e, fields: [github.user], comps: [in], values: [[[x, bob]]]}\n", True),
        ("  - {name: e, fields: [github.user], comps: [in], values: [[bob]]}\n", True),
        ("  - {name: e, fields: [github.user], comps: [=], values: [[bob]]}\n", True),
        ("  - {name: e, fields: [github.user], comps: [in], values: [['(bob, x)']]}\n", True),
        ("  - {name: e, fields: [github.repo], comps: [contains], values: [[a b]]}\n", False),
        (
            (
                "  - {name: a, fields: github.user, values: [x]}\n"
                "  - {name: b, fields: github.org, values: [acme]}\n"
            ),
            True,
        ),
        # two of one name: both hold
        (
            (
                "  - {name: a, fields: github.user, values: [bob]}\n"
                "  - {name: a, fields: github.org, values: [x]}\n"
            ),
            True,
        ),
    ],
)
def test_an_exception_excludes_what_it_names(exception: str, expected: bool) -> None:
    """All fields of one of its values must agree, for the whole condition."""
    assert excepted(exception) is expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("  append: true\n  exceptions: [{name: e, values: [bob]}]\n", True),
        ("  override: {exceptions: append}\n  exceptions: [{name: e, values: [bob]}]\n", True),
        (
            (
                "  override: {exceptions: append}\n"
                "  exceptions: [{name: f, fields: github.org, values: [acme]}]\n"
            ),
            True,
        ),
        (
            (
                "  override: {exceptions: replace}\n"
                "  exceptions: [{name: f, fields: github.org, values: [x]}]\n"
            ),
            False,
        ),
    ],
)
def test_exceptions_are_appended_and_replaced(change: str, expected: bool) -> None:
    """More values for an exception that is there, or one more exception, or others."""
    exception = "  - {name: e, fields: github.user, values: [alice]}\n"
    assert excepted(exception, change=f"- rule: R\n{change}") is expected


# ------------------------------------------------------------------------------------------ output


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        ("%github.user added %github.collaborator.name", "bob added eve"),
        ("role=%github.collaborator.role.", "role=admin."),
        ("%github.repo %github.repo.name", "https://github.com/acme/site acme/site"),
        ("%github.repository", "https://github.com/acme/sitesitory"),
        ("%toupper(github.user)", "BOB"),
        ("%len(%x", None),
        ("%tolower(toupper(github.user))!", "bob!"),
        ("%len(github.user)", "3"),
        ("%json.value[/member/login] %json.value[/gone]", "eve <NA>"),
        ("secrets: %github.diff.committed_secrets.desc", "secrets: <NA>"),
        ("[%5github.user][%2github.user]", "[bob  ][bo]"),
        ("* %evt.time.s", "06:30:00"),
        ("plain", "plain"),
        ("x%container.info", "x"),
    ],
)
def test_the_output_is_the_alerts_text(output: str, expected: str | None) -> None:
    """Fields stand for their values, the longest name counts, and what is missing is <NA>."""
    text = rules_file("github.type = member", output=f'"{output}"')
    if expected is None:
        assert parse_falco(text, "r.yaml").rules == ()
    else:
        assert matches(text, MEMBER)[0].output.strip() == expected


# ---------------------------------------------------------------------------------------- mistakes

MISTAKES: dict[str, tuple[str, list[str]]] = {
    "no mapping": ("- x\n", ["1:3: an item must be a mapping (key: value)"]),
    "a second document": (
        f"{ALWAYS}---\ntitle: x\n",
        ["8:1: a rules file is a list: begin each item with '- rule:' or the like"],
    ),
    "unknown item": (
        "- rul: x\n",
        ["1:3: warning: an item that is neither rule, macro nor list is ignored"],
    ),
    "missing keys": (
        "- rule: R\n  condition: github.type = push\n  priority: INFO\n",
        [
            "1:3: an item has no 'desc': add 'desc: ...'",
            "1:3: an item has no 'output': add 'output: ...'",
        ],
    ),
    "priority": (
        ALWAYS.replace("WARNING", "high"),
        [
            (
                "5:13: 'priority' must be one of emergency, alert, critical, error, warning, "
                "notice, informational, info, debug, not 'high'"
            )
        ],
    ),
    "operator": (
        rules_file("github.type ~ push"),
        [
            (
                "3:26: the condition cannot be read at '~ push': an operator is expected: exists, "
                "= != < <= > >=, contains icontains startswith endswith glob iglob regex, "
                "in intersects pmatch"
            )
        ],
    ),
    "field": (
        rules_file("github.type = push and github.usr = x"),
        ["3:37: there is no field 'github.usr'; did you mean 'github.user'?"],
    ),
    "in a folded text": (
        rules_file(">\n    github.type = push\n    and github.usr = x"),
        ["5:9: there is no field 'github.usr'; did you mean 'github.user'?"],
    ),
    "in a literal text": (
        rules_file("|\n    github.type = push\n\n    and github.usr = x"),
        ["6:9: there is no field 'github.usr'; did you mean 'github.user'?"],
    ),
    "in quotes": (
        rules_file("'github.usr = x'"),
        ["3:15: there is no field 'github.usr'; did you mean 'github.user'?"],
    ),
    "after a list": (
        USERS + rules_file("github.user in (users) and github.usr = x"),
        ["5:41: there is no field 'github.usr'; did you mean 'github.user'?"],
    ),
    "in what was appended": (
        ALWAYS + "- rule: R\n  append: true\n  condition: and github.usr = x\n",
        ["9:18: there is no field 'github.usr'; did you mean 'github.user'?"],
    ),
    "in an exception": (
        rules_file(
            "github.type = push",
            rest="  exceptions:\n  - {name: e, fields: github.usr, values: [x]}\n",
        ),
        ["8:5: there is no field 'github.usr'; did you mean 'github.user'?"],
    ),
    "macro": (
        rules_file("pushd", before=PUSHED),
        ["5:14: there is no macro 'pushd'; did you mean 'pushed'?"],
    ),
    "no macro at all": (
        rules_file("pushd"),
        ["3:14: there is no macro 'pushd': define it, or name a field"],
    ),
    "a later macro": (
        "- macro: a\n  condition: b\n- macro: b\n  condition: github.type = x\n" + rules_file("a"),
        [
            (
                "2:14: there is no macro 'b' (a macro may only use macros before it): define it, "
                "or name a field"
            )
        ],
    ),
    "a macro that uses itself": (
        "- macro: a\n  condition: github.type = x\n- macro: b\n  condition: a\n"
        "- macro: a\n  condition: b\n" + rules_file("a"),
        ["4:14: the macro 'a' uses itself: a -> b -> a"],
    ),
    "a broken macro nobody uses": (
        "- macro: a\n  condition: github.type =\n",
        [
            (
                "2:26: the condition cannot be read at its end: a value is expected, in quotes if "
                "it holds blanks or any of ( ) = ,"
            )
        ],
    ),
    "regular expression": (
        rules_file("github.user regex \\d+"),
        [
            (
                r"3:26: RE2 does not take this regular expression: 'invalid escape sequence: \d' "
                r"(Falco's regular expressions are POSIX: [0-9] for \d, [[:space:]] for \s)"
            )
        ],
    ),
    "bytes": (
        rules_file("github.user bcontains 6162"),
        ["3:26: 'bcontains' is for bytes: write 'contains'"],
    ),
    "text operator on a number": (
        rules_file("evt.rawtime contains 1"),
        ["3:26: 'contains' is for texts, and this is a number"],
    ),
    "text for a number": (
        rules_file("evt.rawtime = x"),
        ["3:26: 'x' is no whole number, and the field is one"],
    ),
    "number with text": (
        rules_file("evt.rawtime = val(github.user)"),
        ["3:26: evt.rawtime is a number and val(github.user) a text: they cannot be compared"],
    ),
    "argument missing": (
        rules_file("json.value = x"),
        ["3:14: write 'json.value[/path/in/the/payload]'"],
    ),
    "argument too many": (
        rules_file("'github.user[x] = x'"),
        ["3:15: 'github.user' takes no argument: delete '[...]'"],
    ),
    "field as a text": (
        rules_file("github.user = github.owner"),
        [
            (
                "3:14: warning: this compares with the text 'github.owner': for the field write "
                "val(github.owner)"
            )
        ],
    ),
    "letters, not numbers": (
        rules_file("github.webhook.id > 5"),
        ["3:14: warning: github.webhook.id is a text: '>' compares letters, not numbers"],
    ),
    "only Falco knows": (
        rules_file("github.diff.has_secrets = true"),
        [
            (
                "3:14: warning: only Falco's own scanner knows github.diff.has_secrets, GitHub "
                "does not send it: here it is empty"
            )
        ],
    ),
    "output": (
        rules_file("github.type = push", output='"by %github.usr"'),
        ["4:11: output: there is no field '%github.usr'; did you mean 'github.user'?"],
    ),
    "another source": (
        ALWAYS.replace("source: github", "source: k8s_audit"),
        ["1:3: warning: the rule is about 'k8s_audit', not about GitHub: it is skipped"],
    ),
    "no source": (
        ALWAYS.replace("  source: github\n", ""),
        [
            "1:3: warning: no 'source': GitHub is assumed; Falco itself needs 'source: github'",
        ],
    ),
    "a system call's rule": (
        rules_file("proc.name = bash").replace("  source: github\n", ""),
        [
            (
                "1:3: warning: the rule names no source, which Falco takes for 'syscall': skipped "
                "(there is no field 'proc.name': docs/falco.md names those there are)"
            )
        ],
    ),
    "skipped when unknown": (
        rules_file("github.new = x", rest="  skip-if-unknown-filter: true\n"),
        [
            (
                "3:14: warning: there is no field 'github.new'; did you mean 'github.owner'?: the "
                "rule is skipped, as it says"
            )
        ],
    ),
    "append to nothing": (
        "- rule: R\n  append: true\n  condition: and github.type = x\n",
        ["1:3: there is no rule 'R' before this to change"],
    ),
    "append a list to nothing": (
        "- list: l\n  append: true\n  items: [x]\n",
        ["1:3: there is no list 'l' before this to append to"],
    ),
    "override says nothing of a key": (
        ALWAYS + "- rule: R\n  desc: E\n  priority: INFO\n  override: {desc: replace}\n",
        ["9:3: 'priority' is not named under 'override': add 'priority: replace' there"],
    ),
    "override of what is not there": (
        ALWAYS + "- rule: R\n  override: {desc: replace}\n",
        ["8:20: 'desc' is to be overridden (replace), and is not here: add it"],
    ),
    "priority cannot be appended": (
        ALWAYS + "- rule: R\n  priority: INFO\n  override: {priority: append}\n",
        ["9:24: 'priority' cannot be overridden by 'append': write replace"],
    ),
    "lengths differ": (
        rules_file(
            "github.type = push",
            rest="  exceptions:\n  - {name: e, fields: [github.user, github.org], values: [[x]]}\n",
        ),
        ["8:59: each of 'values' must be a list as long as 'fields' (2)"],
    ),
    "single field, list of values": (
        rules_file(
            "github.type = push",
            rest="  exceptions:\n  - {name: e, fields: github.user, values: [[x]]}\n",
        ),
        ["8:45: with a single field each of 'values' must be a text"],
    ),
    "comparison of a single field": (
        rules_file(
            "github.type = push",
            rest="  exceptions:\n  - {name: e, fields: github.user, comps: =, values: [x]}\n",
        ),
        ["8:43: with a single field 'comps' must be in, pmatch or intersects"],
    ),
    "name of a macro": (
        "- macro: a-b\n  condition: github.type = x\n",
        [
            (
                "1:10: warning: the name of a macro should hold letters, digits and '_', a letter "
                "first: rename it"
            )
        ],
    ),
    "fields of an exception that are none": (
        rules_file(
            "github.type = push",
            rest="  exceptions:\n  - {name: e, fields: [], values: [[x]]}\n",
        ),
        ["8:23: 'fields' must name a field, or a list of some"],
    ),
    "an appended exception without values": (
        ALWAYS + "- rule: R\n  append: true\n  exceptions: [{name: e, value: x}]\n",
        [
            "9:16: a new exception needs 'fields' and 'values'",
            "9:16: warning: it adds nothing to the exception: add 'values: [...]'",
            "9:26: warning: unknown key 'value' is ignored; known: comps, fields, name, values",
        ],
    ),
    "two exceptions of one name": (
        rules_file(
            "github.type = push",
            rest=(
                "  exceptions:\n  - {name: e, fields: github.user, values: [x]}\n"
                "  - {name: e, fields: github.org, values: [y]}\n"
            ),
        ),
        ["9:12: warning: there are two exceptions named 'e', and both hold: rename one"],
    ),
    "name of a list": (
        "- list: a b\n  items: [x]\n",
        [
            (
                "1:9: warning: the name of a list should hold no blanks and none of ( ) \" ' = ,: "
                "rename it"
            )
        ],
    ),
    "unknown key": (
        "- list: l\n  items: [x]\n  itmes: [y]\n",
        ["3:3: warning: unknown key 'itmes' is ignored; known: append, items, list, override"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_at_its_place(name: str) -> None:
    """Each problem names file, line and column, and what to write."""
    text, expected = MISTAKES[name]
    found = [line.removeprefix("r.yaml:") for line in problems(text)]
    assert found == expected


def test_a_mistake_costs_only_its_own_rule() -> None:
    """The neighbours of a broken rule stand guard."""
    found = parse_falco(rules_file("github.type ~ x") + ALWAYS.replace("rule: R", "rule: S"), "r")
    assert [rule.playbook.title for rule in found.rules] == ["S"]


def test_macros_that_double_are_refused() -> None:
    """A few lines must not become millions of comparisons."""
    text = "- macro: m0\n  condition: github.type = push\n"
    for number in range(1, 40):
        text += f"- macro: m{number}\n  condition: m{number - 1} or m{number - 1}\n"
    assert any("20,000 comparisons" in line for line in problems(text + rules_file("m39")))


def test_lists_that_double_are_refused() -> None:
    """Nor must a list that holds lists."""
    text = "- list: l0\n  items: [" + ", ".join(f"item{n}" for n in range(2000)) + "]\n"
    line = "github.user in (" + ", ".join(["l0"] * 200) + ")"
    assert any("longer than 200,000" in one for one in problems(text + rules_file(line)))


def test_a_folder_of_playbooks_may_hold_rules_files(tmp_path: Path) -> None:
    """They are read among the playbooks, as one set; a file of tests beside them is none."""
    (tmp_path / "a.yaml").write_text(rules_file("pushed"))
    (tmp_path / "b.yml").write_text(PUSHED)
    (tmp_path / "a.test.yml").write_text("- rule: R\n  name: n\n  event: {}\n  match: true\n")
    loaded = load(tmp_path)
    assert [str(problem) for problem in loaded.problems] == []
    assert [match.output for match in loaded.ruleset.match(PUSH)] == ["x"]


def test_the_page_holds_a_rules_file_that_works() -> None:
    """What docs/falco.md shows can be copied, and does what it says."""
    page = (Path(__file__).parents[3] / "docs" / "falco.md").read_text(encoding="utf-8")
    text = page.partition("```yaml falco\n")[2].partition("```")[0]
    assert parse_falco(text, "r.yaml").problems == ()
    (match,) = matches(text, MEMBER)
    assert match.output == "bob let eve into acme/site (role=admin)"
