"""Every mistake in a playbook is told at its line and column, with what to write instead."""

import pytest

from bot.detect.parse import parse
from tests.detect.build import HEAD, ID, playbook, selecting

GOOD = selecting("action: a")


def good(old: str, new: str) -> str:
    """Return the good playbook with one thing changed."""
    assert old in GOOD
    return GOOD.replace(old, new)


LEVELS = "informational, low, medium, high, critical"
PROPOSED = "id: 8fb30992-7f6c-5896-b865-c6afa03d40bf"

TABLE: dict[str, tuple[str, list[str]]] = {
    # YAML
    "text": ("x", ["1:1: a playbook must be a mapping (key: value)"]),
    "list": ("- a", ["1:1: a playbook must be a mapping (key: value)"]),
    "empty": (
        "# nothing",
        ["1:1: warning: there is no playbook in this file: write one, or delete the file"],
    ),
    "tab": ("a:\n\t- b", ["2:1: not YAML: indented by a tab; use spaces"]),
    "control": (
        "a: 1\nb: \x01",
        ["2:4: a control character, which YAML forbids: delete it"],
    ),
    "unclosed": (
        "a: [1\n",
        ["2:1: not YAML: did not find expected ',' or ']' while parsing a flow sequence"],
    ),
    "deep": ("a: " + "[" * 60, ["1:53: nested more than 50 deep: make it flatter"]),
    "very deep": ("[" * 200_000, ["1:51: nested more than 50 deep: make it flatter"]),
    "cycle": ("a: &a [*a]", ["1:8: '*a' stands inside of what it repeats"]),
    "unknown anchor": ("a: *z", ["1:4: there is no anchor '&z' before this"]),
    "merge of no mapping": ("<<: 5", ["1:5: '<<' takes a mapping, or a list of mappings"]),
    "not what its tag says": ("a: !!bool x", ["1:4: not a value that can be read: quote it"]),
    "endless number": (
        "a: " + "9" * 5000,
        ["1:4: not a value that can be read: quote it"],
    ),
    "unknown tag": (
        good("action: a", "action: !!foo a"),
        ["7:13: the tag !!foo is not known: leave it out"],
    ),
    "twice": (
        good("level: high", "level: high\nlevel: low"),
        ["4:1: 'level' is written twice (first in line 3): keep one of them"],
    ),
    "boolean key": (
        good("level: high", "level: high\non: x"),
        ["4:1: the key on is not a text: put it in quotes"],
    ),
    # metadata
    "no id": (
        good(f"id: {ID}\n", "response: {steps: [{action: open-issue}]}\n"),
        [f"1:1: a playbook has no 'id': add '{PROPOSED}'"],
    ),
    "no id in a rule that only alerts": (
        good(f"id: {ID}\n", ""),
        [f"1:1: warning: no 'id': it is made from the title; add '{PROPOSED}' to keep it for ever"],
    ),
    "bad id": (
        good(ID, "abc\nresponse: {steps: [{action: open-issue}]}"),
        [f"2:5: 'id' must be a UUID such as '{PROPOSED}', not 'abc'"],
    ),
    "bad id in a rule that only alerts": (
        good(ID, "abc"),
        [
            (
                "2:5: warning: 'id' should be a UUID, not 'abc': "
                "'id: c08857b5-f36d-5879-93e6-8b4ea15abd49' is made from it"
            )
        ],
    ),
    "number as id": (good(ID, "5"), [f"2:5: 'id' must be a UUID such as '{PROPOSED}', not 5"]),
    "no title": (
        good("title: T\n", ""),
        ["1:1: a playbook has no 'title': add 'title: ...' (what happened, in a few words)"],
    ),
    "title": (good("title: T", "title: 5"), ["1:8: 'title' must be a text, not 5"]),
    "long title": (
        good("title: T", "title: " + "x" * 257),
        ["1:8: 'title' must not be longer than 256 characters"],
    ),
    "level": (good("high", "urgent"), [f"3:8: 'level' must be one of {LEVELS}, not 'urgent'"]),
    "no level": (
        good("level: high\n", ""),
        [f"1:1: warning: no 'level': medium is assumed; write one of {LEVELS}"],
    ),
    "other metadata": (
        good(
            "level: high",
            "level: high\nstatus: new\ndate: tomorrow\ntags: [x]\nreferences: a\nrelated: [5]",
        ),
        [
            (
                "4:9: warning: 'status' must be one of unsupported, deprecated, experimental, "
                "test, stable, not 'new'"
            ),
            "5:7: warning: 'date' must be a date: write yyyy-mm-dd, not 'tomorrow'",
            "6:7: warning: 'tags' must each be 'namespace.name', such as attack.t1098",
            "7:13: warning: 'references' must be a list of texts, not 'a'",
            (
                "8:10: warning: 'related' must be a list of mappings with 'id' (a UUID) and "
                "'type' (such as derived)"
            ),
        ],
    ),
    "another taxonomy": (
        good("level: high", "level: high\ntaxonomy: ecs"),
        [
            (
                "4:11: warning: the taxonomy 'ecs' is not translated: its fields are looked up as "
                "they are written; write those of GitHub's audit log"
            )
        ],
    ),
    "name": (good("level: high", "level: high\nname: 5"), ["4:7: 'name' must be a text, not 5"]),
    "near miss": (
        good("level: high", "level: high\nrespons: {}\nowner: me"),
        ["4:1: warning: unknown key 'respons' is ignored; did you mean 'response'?"],
    ),
    # log source
    "no log source": (
        good("logsource: {product: github, service: audit}\n", ""),
        ["1:1: a playbook has no 'logsource': add 'logsource: {product: github, service: audit}'"],
    ),
    "another product": (
        good("product: github", "product: githubb"),
        [
            (
                "4:22: the log source is 'githubb', and only GitHub's events are judged: write "
                "'product: github' and 'service: audit'"
            )
        ],
    ),
    "log source": (
        good("{product: github, service: audit}", "5"),
        ["4:12: logsource must be a mapping (key: value)"],
    ),
    "collection": (
        "action: golbal\ntitle: x\n",
        [
            (
                "1:9: unknown action 'golbal' of a collection; did you mean 'global'?: beside "
                "'title' it is global, repeat or reset; an event's action belongs into 'detection'"
            )
        ],
    ),
    "nothing to repeat": (
        "action: repeat\ntitle: x\n",
        ["1:9: 'action: repeat' has nothing before it to repeat"],
    ),
    # selections
    "no detection": (
        HEAD,
        ["1:1: a playbook has no 'detection': add 'detection:' with a selection and a condition"],
    ),
    "detection": (HEAD + "detection: 5", ["5:12: detection must be a mapping (key: value)"]),
    "no selection": (
        playbook("condition: selection"),
        ["6:3: detection has no selection: add one, such as 'selection: {action: ...}'"],
    ),
    "empty selection": (
        playbook("selection: {}\ncondition: selection"),
        ["6:14: selection 'selection' is empty: add 'field: value'"],
    ),
    "empty list": (
        selecting("action: []"),
        ["7:13: the list is empty: add a value, or write null to ask for none"],
    ),
    "mapping as value": (
        selecting("action: {b: c}"),
        ["7:13: 'action' takes a value or a list of values, not a mapping"],
    ),
    "list in list": (
        selecting("action: [a, [b]]"),
        ["7:17: 'action' takes a value or a list of values, not a list"],
    ),
    "not a number": (
        selecting("action: .nan"),
        ["7:13: 'action': not a number that can be compared"],
    ),
    "unused selection": (
        playbook("selection: {a: b}\nother: {c: d}\ncondition: selection"),
        ["7:3: warning: selection 'other' is not used by the condition"],
    ),
    "timeframe": (
        playbook("selection: {a: b}\ntimeframe: 5m\ncondition: selection"),
        [
            (
                "7:3: warning: 'timeframe' was replaced by correlation rules, and is ignored: "
                "write 'timespan' in one"
            ),
        ],
    ),
    "contains nothing": (
        selecting("action|contains: ''"),
        ["7:22: warning: an empty text is part of every text"],
    ),
    # modifiers
    "space beside a field": (
        selecting("'action |contains': a"),
        ["7:5: warning: the field 'action ' begins or ends with a space, which no event's does"],
    ),
    "unknown modifier": (
        selecting("action|contain: a"),
        ["7:5: unknown modifier 'contain'; did you mean 'contains'?"],
    ),
    "lookahead": (
        selecting("action|re: '(?=a)'"),
        [
            (
                "7:16: 'action|re': RE2 has no lookaround: match without it, and exclude by a "
                "second "
                "selection and 'and not' in the condition"
            )
        ],
    ),
    "lookbehind in a list": (
        selecting("action|re: [a, '(?<!a)b']"),
        [
            (
                "7:20: 'action|re': RE2 has no lookaround: match without it, and exclude by a "
                "second "
                "selection and 'and not' in the condition"
            )
        ],
    ),
    "backreference": (
        selecting(r"action|re: '(a)\1'"),
        ["7:16: 'action|re': RE2 has no backreferences: write the repeated part out"],
    ),
    "possessive": (
        selecting("action|re: 'a++'"),
        [
            (
                "7:16: 'action|re': RE2 has no possessive or atomic groups and needs none: "
                "leave the "
                "extra sign out"
            )
        ],
    ),
    "too large": (
        selecting("action|re: 'a{2000}'"),
        [
            (
                "7:16: 'action|re': the regular expression is too large for RE2: repeat at "
                "most 1,000 "
                "times"
            )
        ],
    ),
    "unbalanced": (
        selecting("action|re: '(a'"),
        ["7:16: 'action|re': RE2 does not take this regular expression: 'missing ): (a'"],
    ),
    "unbalanced by a list": (
        selecting(r"action|re|expand: 'a\%x%'"),
        [
            (
                "7:23: 'action|re|expand': RE2 does not take this regular expression: "
                r"'unexpected ): a\(?:x)'"
            )
        ],
    ),
    "number as pattern": (
        selecting("action|re: 5"),
        ["7:16: 'action|re': a regular expression must be a text: quote it"],
    ),
    "re after another": (
        selecting("action|contains|re: a"),
        ["7:25: 'action|contains|re': 're' must be the first modifier"],
    ),
    "address as network": (
        selecting("action|cidr: 10.0.0.1/8"),
        ["7:18: 'action|cidr': '10.0.0.1/8' is an address, not a network: write '10.0.0.0/8'"],
    ),
    "not a network": (
        selecting("action|cidr: x"),
        ["7:18: 'action|cidr': not a network: write one such as '10.0.0.0/8' or '2001:db8::/32'"],
    ),
    "cidr after another": (
        selecting("action|contains|cidr: 10.0.0.0/8"),
        ["7:27: 'action|contains|cidr': 'cidr' must be the only modifier"],
    ),
    "text compared as number": (
        selecting("action|gt: '5'"),
        ["7:16: 'action|gt': the modifier 'gt' needs a number (without quotes)"],
    ),
    "exists": (
        selecting("action|exists: 'x'"),
        ["7:20: 'action|exists': the modifier 'exists' needs true or false"],
    ),
    "hour": (
        selecting("action|hour: x"),
        ["7:18: 'action|hour': the modifier 'hour' needs a number"],
    ),
    "wildcard encoded": (
        selecting("action|base64: 'a*'"),
        [
            (
                "7:20: 'action|base64': a text with wildcards cannot be encoded: write the plain "
                r"text, or \* for a star"
            )
        ],
    ),
    "wide": (selecting("action|wide: é"), ["7:18: 'action|wide': 'wide' takes ASCII texts only"]),
    "list encoded": (
        selecting("action|expand|base64: '%a%'"),
        [
            (
                "7:5: 'expand' before 'base64' would treat the list's name, not its values: write "
                "the values out"
            )
        ],
    ),
    "field with wildcard": (
        selecting("action|fieldref: 'a*'"),
        ["7:22: 'action|fieldref': the name of a field has no wildcards"],
    ),
    "many dashes": (
        selecting("action|windash: '-a -b -c -d'"),
        ["7:21: 'action|windash': 'windash' takes at most three dashes in a value: split it"],
    ),
    "null keyword": (
        playbook("selection: [null]\ncondition: selection"),
        ["6:14: 'keyword': a keyword must be a text, a number or a |re: name a field before it"],
    ),
    "hour keyword": (
        selecting("'|hour': 5"),
        ["7:14: '|hour': a part of a time needs a field: write 'field|hour: 3'"],
    ),
    # conditions
    "no condition": (
        playbook("selection: {a: b}"),
        ["6:3: detection has no 'condition': add 'condition: selection'"],
    ),
    "unknown selection": (
        good("condition: selection", "condition: selecton"),
        ["8:14: there is no selection 'selecton'; did you mean 'selection'?"],
    ),
    "misspelt and": (
        good("condition: selection", "condition: selection adn x"),
        ["8:24: the condition cannot be read at 'adn x': join selections by 'and', 'or', 'not'"],
    ),
    "misspelt and in quotes": (
        good("condition: selection", "condition: 'selection adn x'"),
        ["8:25: the condition cannot be read at 'adn x': join selections by 'and', 'or', 'not'"],
    ),
    "unfinished": (
        good("condition: selection", "condition: selection and"),
        ["8:27: the condition ends where a selection is expected"],
    ),
    "two of": (
        good("condition: selection", "condition: 2 of sel*"),
        ["8:14: '2 of' is not known: write '1 of' (any) or 'all of'"],
    ),
    "count": (
        good("condition: selection", "condition: selection | count() > 5"),
        [
            (
                "8:24: counting by '|' in a condition was replaced by correlation rules: "
                "write one that refers to this rule"
            )
        ],
    ),
    "pattern": (
        good("condition: selection", "condition: 1 of foo*"),
        ["8:14: no selection is named like 'foo*'; known: selection"],
    ),
    "number as condition": (
        good("condition: selection", "condition: 5"),
        ["8:14: 'condition' must be a text, not 5"],
    ),
    "second of a list": (
        good("condition: selection", "condition: [selection, x]"),
        ["8:26: there is no selection 'x'; known: selection"],
    ),
    "deep condition": (
        good("condition: selection", "condition: " + "(" * 21 + "selection" + ")" * 21),
        ["8:34: more than 20 parentheses within each other"],
    ),
    # response
    "response": (GOOD + "response: 5\n", ["9:11: response must be a mapping (key: value)"]),
    "no steps": (
        GOOD + "response: {mode: ask}\n",
        ["9:11: response has no 'steps': add 'steps:' with at least one '- action: ...'"],
    ),
    "empty steps": (
        GOOD + "response: {steps: []}\n",
        ["9:19: 'steps' is empty: add '- action: ...', or leave 'response' out"],
    ),
    "response keys": (
        GOOD + "response:\n  mod: x\n  mode: force\n  about: 5\n  group-by: org\n  steps:\n"
        "    - {action: a}\n",
        [
            "10:3: unknown key 'mod' in response; did you mean 'mode'?",
            "11:9: 'mode' must be one of observe, ask, enforce, not 'force'",
            "12:10: 'about' must be a text, not 5",
            "13:13: 'group-by' must be a list of texts, not 'org'",
        ],
    ),
    "steps": (
        GOOD + "response:\n  steps:\n    - action: 5\n    - act: revert\n    - revert\n"
        "    - action: a\n      wit: {}\n    - action: b\n      with: 5\n",
        [
            "11:15: 'action' must be a text, not 5",
            "12:7: a step has no 'action': add 'action: ...'",
            "12:7: unknown key 'act' in a step; did you mean 'action'?",
            "13:7: a step must be a mapping (key: value)",
            "15:7: unknown key 'wit' in a step; did you mean 'with'?",
            "17:13: 'with' must be a mapping (key: value), not 5",
        ],
    ),
    # tests
    "tests": (GOOD + "tests: 5\n", ["9:8: 'tests' must be a list, not 5"]),
    "a test": (
        GOOD + "tests:\n  - {name: 5, match: 1, event: {}}\n  - {name: a, match: true}\n  - 5\n",
        [
            "10:12: 'name' must be a text, not 5",
            "10:22: 'match' must be true or false, not 1",
            "10:32: the event has no 'action': add one, such as repo.add_member",
            "11:5: a test needs exactly one of 'event' or 'delivery' or 'sequence'",
            "12:5: a test must be a mapping (key: value)",
        ],
    ),
    "a delivery": (
        GOOD + "tests:\n  - {name: a, match: true, delivery: {even: x}}\n",
        [
            "10:38: a delivery has no 'event': add 'event: ...' (GitHub's name, such as member)",
            "10:38: a delivery has no 'payload': add 'payload: {...}'",
            "10:39: unknown key 'even' in a delivery; did you mean 'event'?",
        ],
    ),
    "a test's lists": (
        GOOD + "tests:\n  - {name: a, match: true, event: {action: b}, lists: {a: 5}, steps: x}\n",
        [
            "10:59: 'a' must be a list of texts, not 5",
            "10:70: 'steps' must be a list of texts, not 'x'",
        ],
    ),
}


@pytest.mark.parametrize("name", TABLE)
def test_a_mistake_is_told_at_its_place(name: str) -> None:
    """Each problem reads `path:line:column: what is wrong: what to write`, and nothing else."""
    text, expected = TABLE[name]
    assert [str(problem) for problem in parse(text, "p.yml").problems] == [
        f"p.yml:{line}" for line in expected
    ]


@pytest.mark.parametrize("name", TABLE)
def test_only_an_error_keeps_a_playbook_from_being_used(name: str) -> None:
    """Warnings do not cost the playbook, errors always do."""
    parsed = parse(TABLE[name][0], "p.yml")
    errors = [problem for problem in parsed.problems if problem.severity == "error"]
    assert not (errors and parsed.rules)
    assert errors or parsed.rules or name == "empty"


def test_aliases_that_explode_are_refused() -> None:
    """A few lines of YAML must not become millions of values."""
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    (problem,) = parse("\n".join(lines), "p.yml").problems
    assert "too many nodes" in problem.message


def test_a_number_too_long_to_read_is_told() -> None:
    """A number of thousands of digits is a finding, not a crash."""
    (problem,) = parse(good("action: a", f"action: {'9' * 5000}"), "p.yml").problems
    assert "quote it" in problem.message
