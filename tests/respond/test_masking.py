"""Secrets, hidden."""

import pytest

from bot.respond.masking import mask

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


def test_masking_a_hostile_text_is_quick() -> None:
    """No expression runs away on a text made for it."""
    for text in (
        "-----BEGIN PRIVATE KEY-----" * 700,
        "token" * 4_000,
        "a" * 20_000,
        "://a:" * 4_000,
    ):
        mask(text)
