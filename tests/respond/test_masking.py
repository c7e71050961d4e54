"""Secrets, hidden."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import re2
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.respond.masking import github_tokens, mask

PLAYBOOKS = Path(__file__).parents[2] / "playbooks"

SECRETS = [
    "AKIAIOSFODNN7EXAMPLE",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "ghs_" + "x" * 300,
    "github_pat_11ABCDEFG0aBcDeFgHiJkL_abcdefghijklmnopqrstuvwxyz",
    "xoxb-123456789012-abcdefghijkl",
    "glpat-abcdefghijklmnopqrst",
    "AIza" + "b" * 35,
    "sk_live_" + "c" * 24,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijk",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("around", ["{}", "key={} please", "'{}'", "x {}\n{}"])
def test_a_known_kind_of_secret_is_hidden(secret: str, around: str) -> None:
    """Wherever it stands; its first characters tell its owner which one it is."""
    masked = mask(around.format(secret, secret))
    assert secret not in masked
    assert secret[:4] in masked
    assert "***" in masked


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("password=hunter2hunter2", "hunter2hunter2"),
        ("DB_PASSWORD: 'correct-horse'", "correct-horse"),
        ('"api_key": "0123456789abcdef"', "0123456789abcdef"),
        ("client-secret => s3cr3ts3cr3t", "s3cr3ts3cr3t"),
        ("password:      SuperSecretValue1234567", "SuperSecretValue1234567"),
        ("client_secret :=\n        AnotherSecretValue999888", "AnotherSecretValue999888"),
        ("token\t\t=\t\t'AnotherSecretValue999888'", "AnotherSecretValue999888"),
        ("password: client_secret = SuperSecretValue1234567", "SuperSecretValue1234567"),
        ("token my_long_access_token: SuperSecretValue1234567", "SuperSecretValue1234567"),
        ("xoxb-my-client-secret = SuperSecretValue1234567", "SuperSecretValue1234567"),
        ("password=SuperSecretValue1234567***", "SuperSecret"),
        ("PRIVATE KEY-----\nMIIEowIBAAKCAQEA", "MIIEowIBAAKCAQEA"),
        ("-----begin rsa private key-----\nMIIEowIBAAKCAQEA", "MIIEowIBAAKCAQEA"),
        ("https://bob:s3cr3ts3cr3t@example.com/x", "s3cr3ts3cr3t"),
        ("Authorization: Bearer abcdefghijklmnopqrstuv", "abcdefghijklmnopqrstuv"),
        ("https://hooks.slack.com/services/T0/B0/XXXXXXXX", "T0/B0/XXXXXXXX"),
    ],
)
def test_what_is_called_a_secret_is_hidden(text: str, hidden: str) -> None:
    """By the name beside it."""
    assert hidden not in mask(text)


@pytest.mark.parametrize("ending", ["\n-----END RSA PRIVATE KEY-----", ""])
def test_a_private_key_is_hidden_whole(ending: str) -> None:
    """Also when it was cut."""
    body = "MIIEowIBAAKCAQEA" * 20
    masked = mask(f"see -----BEGIN RSA PRIVATE KEY-----\n{body}{ending}")
    assert body[:32] not in masked
    assert "[private key hidden]" in masked


@pytest.mark.parametrize(
    "text",
    [
        "acme/widgets",
        "organization:members:write",
        "refs/heads/fix-token-refresh",
        "the token was revoked",
        "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    """Names, permissions and commits stay readable."""
    assert mask(text) == text


def test_masking_twice_changes_nothing_more() -> None:
    """What is stored masked shows the same."""
    for secret in SECRETS:
        assert mask(mask(f"token={secret}")) == mask(f"token={secret}")


def test_masking_a_hostile_text_comes_to_an_end() -> None:
    """No expression runs away on a text made for it."""
    for text in (
        "-----BEGIN PRIVATE KEY-----" * 700,
        "token" * 4_000,
        "a" * 20_000,
        "://a:" * 4_000,
        "secret" + " " * 20_000,
        "secret=" + "\t" * 20_000,
        "secret " * 4_000,
        "secret==" * 4_000,
        "secret=a b=" * 3_000,
        "secret=" + "abcdefgh = " * 3_000,
        "private key-----" * 2_000,
    ):
        assert len(mask(text)) <= len(text) + 8


def _patterns() -> Iterator[str]:
    """Yield every regular expression by which a shipped playbook finds a secret in a text."""
    for path in sorted(PLAYBOOKS.glob("*.yml")):
        documents = yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        parts = [part for each in documents for part in each.get("detection", {}).items()]
        for name, section in parts:
            if not name.startswith("secret_"):
                continue
            for field, values in section.items():
                _, *modifiers = field.split("|")
                for value in values if isinstance(values, list) else [values]:
                    if "re" in modifiers:
                        yield f"(?i){value}" if "i" in modifiers else value


PATTERNS = tuple(_patterns())

AROUND = ("", "token ", "secret: ", "xoxb-my-", "password:   ", "bearer ", "x = ", "a\n")


def test_there_are_playbooks_that_find_secrets() -> None:
    """Otherwise the next test would promise nothing."""
    assert len(PATTERNS) >= 9


@pytest.mark.parametrize("pattern", PATTERNS)
@given(data=st.data())
def test_what_a_shipped_playbook_finds_is_hidden(pattern: str, data: st.DataObject) -> None:
    """Whatever it matches, and wherever it stands, no eight characters of its end are shown."""
    made = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)
    text = data.draw(st.sampled_from(AROUND)) + data.draw(made) + data.draw(st.text(max_size=20))
    found = re2.search(pattern, text)
    assume(found is not None)
    masked = mask(text)
    assert re2.search(pattern, masked) is None
    secret = re.split(r"[:=\s\"']|/services/", found[0])[-1][-16:]
    beside = text.replace(found[0], " ", 1)  # where the same characters may stand by chance
    shown = [secret[at : at + 8] for at in range(len(secret) - 7)]
    assert not [part for part in shown if part in masked and part not in beside]


STATELESS = "ghs_" + "c" * 40 + ".eyJhbGciOiJ.eyJpc3MiOiI"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ghp_" + "a" * 36, ["ghp_" + "a" * 36]),
        ("(ghp_" + "a" * 36 + ").", ["ghp_" + "a" * 36]),
        ("x\ngho_" + "b" * 36 + " and gho_" + "b" * 36, ["gho_" + "b" * 36]),
        ("github_pat_" + "1_" * 41 + "!", ["github_pat_" + "1_" * 41]),
        (
            "ghs_" + "c" * 40 + ".eyJhbGciOiJ.eyJpc3MiOiI",
            ["ghs_" + "c" * 40 + ".eyJhbGciOiJ.eyJpc3MiOiI"],
        ),
        ("ghp_short, aghp_" + "a" * 36, []),
        ("AKIAIOSFODNN7EXAMPLE", []),
    ],
)
def test_githubs_own_tokens_are_found_to_the_letter(text: str, found: list[str]) -> None:
    """Each once, without what stands around it; other vendors' are not GitHub's to revoke."""
    assert github_tokens(text) == found


@given(st.text())
def test_what_is_found_as_a_token_is_hidden_as_one(text: str) -> None:
    """Nothing is handed to GitHub that would be shown to people."""
    token = "ghp_" + "a" * 36
    for each in github_tokens(f"{text} {token}"):
        assert each not in mask(f"{text} {token}")
