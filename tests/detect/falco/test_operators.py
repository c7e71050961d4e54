"""Every operator of Falco's conditions, on values that are there, empty and missing."""

from pathlib import Path

import pytest

from bot.detect.falco.fields import table
from tests.detect.falco.build import delivery, holds

EVENT = delivery(
    "push",
    {
        "action": "made",
        "sender": {"login": "Bob-1"},
        "organization": {"login": ""},
        "number": 42,
        "path": "/var/run/docker.sock",
        "code": "c2VjcmV0",
        "lines": "a\nb",
        "greek": "ΣΑΣ",
        "repository": {
            "html_url": "https://github.com/acme/site",
            "private": True,
            "owner": {"login": "acme"},
        },
        "commits": [{"added": ["a/b.py", "c.md"]}, {"added": ["d"]}],
    },
)

USER, PATH, GONE, NUMBER = (
    "github.user",
    "json.value[/path]",
    "json.value[/gone]",
    "json.value[/number]",
)

TABLE: list[tuple[str, bool]] = [
    # equality: letter by letter, case included
    ("github.type = push", True),
    ("github.type == push", True),
    ("github.type = Push", False),
    ("github.type != push", False),
    ("github.type != pull", True),
    (f"{USER} = Bob-1", True),
    (f"{USER} = bob-1", False),
    (f"{USER} != 'bob-1'", True),
    ("github.org = ''", True),
    ("github.org != ''", False),
    ('github.org = ""', True),
    ("github.action = made", True),
    ("github.action = ''", False),
    # missing: false, whatever is asked
    (f"{GONE} = x", False),
    (f"{GONE} != x", False),
    (f"not {GONE} = x", True),
    (f"{GONE} exists", False),
    (f"not {GONE} exists", True),
    (f"{GONE} in (x)", False),
    (f"{GONE} contains x", False),
    (f"{GONE} contains ''", False),
    (f"{GONE} glob *", False),
    (f"{GONE} regex .*", False),
    (f"{GONE} pmatch (/)", False),
    (f"{GONE} < 5", False),
    (f"{GONE} = val({GONE})", False),
    (f"len({GONE}) = 0", False),
    (f"{USER} = val({GONE})", False),
    (f"{USER} != val({GONE})", False),
    # there, empty or not
    (f"{USER} exists", True),
    ("github.org exists", True),
    ("github.diff.has_secrets exists", True),
    ("github.diff.has_secrets = ''", True),
    ("github.diff.committed_secrets.desc exists", False),
    ("github.workflow.has_miners != true", False),
    # parts of texts
    (f"{USER} contains ob", True),
    (f"{USER} contains OB", False),
    (f"{USER} icontains OB", True),
    (f"{USER} icontains OX", False),
    (f"{USER} startswith Bo", True),
    (f"{USER} startswith bo", False),
    (f"{USER} endswith -1", True),
    (f"{USER} endswith -2", False),
    ("github.org contains ''", True),
    ("github.commit.added contains c.md", True),
    ("github.commit.added = 'a/b.py,c.md,d'", True),
    ("github.commit.removed = ''", True),
    # fnmatch(3) without flags
    (f"{PATH} glob /var/*", True),
    (f"{PATH} glob /var/*.sock", True),
    (f"{PATH} glob /var/?un/*", True),
    (f"{PATH} glob /var", False),
    (f"{PATH} glob '/var/[pqr]un/*'", True),
    (f"{PATH} glob '/var/[!pqr]un/*'", False),
    (f"{PATH} glob '/var/[^pqr]un/*'", False),
    (f"{PATH} glob '/var/[a-s]un/*'", True),
    (f"{PATH} glob '/var/[[:alpha:]]un/*'", True),
    (f"{PATH} glob '/var/[[:digit:]]un/*'", False),
    (f"{PATH} glob '/var/\\\\run/*'", True),
    (f"{PATH} glob '\\\\*'", False),
    (f"{PATH} glob '[/var/*'", False),
    (f"{PATH} glob /VAR/*", False),
    (f"{PATH} iglob /VAR/*", True),
    ("json.value[/lines] glob a*b", True),
    # RE2, POSIX, the whole text
    (f"{USER} regex '[A-Z][a-z]+-[0-9]'", True),
    (f"{USER} regex 'ob'", False),
    (f"{USER} regex '.*ob.*'", True),
    (f"{USER} regex 'bob-1'", False),
    ("json.value[/lines] regex 'a.b'", False),
    ("json.value[/greek] regex '.{3}'", True),
    # sets
    (f"{USER} in (Bob-1, alice)", True),
    (f"{USER} in (bob-1, alice)", False),
    (f"{USER} in ()", False),
    (f"{USER} intersects (Bob-1, alice)", True),
    (f"{USER} intersects (alice)", False),
    ("github.type in (pull, push)", True),
    ("github.org in ('', x)", True),
    (f'{USER} in ("Bob-1")', True),
    (f"{USER} in Bob", False),
    # path prefixes, component by component
    (f"{PATH} pmatch (/var/run)", True),
    (f"{PATH} pmatch (/var/ru)", False),
    (f"{PATH} pmatch (/var/run/docker.sock/x)", False),
    (f"{PATH} pmatch (/etc, /var/*/docker.sock)", True),
    (f"{PATH} pmatch (/*/docker.sock)", False),
    (f"{PATH} pmatch (/)", True),
    (f"{PATH} pmatch (var//run/)", True),
    # order: texts by letters, numbers by size
    (f"{NUMBER} > 5", False),
    (f"{NUMBER} >= 42", True),
    (f"len({USER}) = 5", True),
    (f"len({USER}) != 5", False),
    (f"len({USER}) > 4", True),
    (f"len({USER}) < 0x5", False),
    (f"len({USER}) <= 0x5", True),
    (f"len({USER}) >= 6", False),
    (f"len({USER}) in (4, 5)", True),
    ("len(json.value[/greek]) = 6", True),
    ("len(github.org) = 0", True),
    ("evt.rawtime > 0", True),
    ("evt.rawtime.s = 1795329000", True),
    # transformers and fields on the right
    (f"tolower({USER}) = bob-1", True),
    (f"toupper({USER}) = BOB-1", True),
    (f"tolower(toupper({USER})) = bob-1", True),
    (f"basename({PATH}) = docker.sock", True),
    ("basename(github.commit.added) = 'b.py,c.md,d'", True),
    ("b64(json.value[/code]) = secret", True),
    (f"b64({PATH}) exists", False),
    (f"{USER} = val({USER})", True),
    (f"tolower({USER}) = val({USER})", False),
    (f"tolower({USER}) = tolower({USER})", True),
    ("github.repo.name startswith val(github.owner)", True),
    (f"{USER} in val(github.owner)", False),
    ("github.owner in val(github.owner)", True),
    ("evt.rawtime >= val(evt.rawtime)", True),
    ("github.owner glob val(github.owner)", True),
    # fields of Falco itself and of the JSON plugin
    ("evt.time.s = 06:30:00", True),
    ("evt.datetime = '2026-11-22 06:30:00.000000000'", True),
    ("evt.source = github", True),
    ("github.repo.public = false", True),
    ("github.repo.name = acme/site", True),
    ("github.repo = val(github.repo.url)", True),
    ("github.webhook.id = 0", True),
    ("json.value[/repository/private] = true", True),
    ("json.value[/commits/0/added/1] = c.md", True),
    ("json.value[/commits/7] exists", False),
    ('json.value[/commits/1] = \'{"added":["d"]}\'', True),
    ('json.value["/sender/login"] = Bob-1', True),
    # and, or, not
    ("github.type = x or github.type = push and github.type = push", True),
    ("github.type = push or github.type = x and github.type = y", True),
    ("(github.type = push or github.type = x) and github.type = y", False),
    ("not github.type = x and github.type = push", True),
    ("not (github.type = push or github.type = x)", False),
    ("not(github.type = push)", False),
    ("not not github.type = push", True),
    ("not  not  not github.type = push", False),
    ("github.type = push and not github.type = push or github.type = push", True),
    ("github.type=push and(github.type=push)and github.type=push", True),
    ("github.type=x or(github.type=push)", True),
    ("  github.type\n =\t push  ", True),
]


@pytest.mark.parametrize(("condition", "expected"), TABLE)
def test_a_condition_holds_as_in_falco(condition: str, expected: bool) -> None:
    """What the condition says of the event is what Falco would say."""
    assert holds(condition, EVENT) is expected


def test_half_a_character_harms_nothing() -> None:
    """A lone surrogate, which JSON can spell, is a character that no pattern names."""
    broken = delivery("push", {})
    broken = type(broken)(
        id="d",
        source="webhook",
        kind="push",
        at=broken.at,
        installation=None,
        fields=broken.fields,
        raw={"x": "a\ud800b", "y": ["\ud800"]},
    )
    assert holds("json.value[/x] glob 'a?b'", broken)
    assert holds("json.value[/x] regex 'a.b'", broken)
    assert holds("len(json.value[/x]) = 5", broken)
    assert not holds("json.value[/y] exists", broken)


def test_the_page_shows_every_field_and_where_it_comes_from() -> None:
    """docs/falco.md has the table that the code gives."""
    page = Path(__file__).parents[3] / "docs" / "falco.md"
    assert table() in page.read_text(encoding="utf-8")
