"""No credential survives in a text for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.github import redact

CREDENTIALS = [
    "ghp_" + "a1" * 18,
    "ghs_" + "Ab1._" * 100,
    "gho_16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_11ABCDE0A0abcdefghij_" + "x" * 59,
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.c2lnbmF0dXJl",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nMIIEow",
]


@pytest.mark.parametrize("credential", CREDENTIALS)
@given(
    before=st.text(alphabet=" \n\"'={}:", max_size=5), after=st.text(alphabet=" \n\"'", max_size=3)
)
def test_a_credential_is_taken_out_wherever_it_stands(
    credential: str, before: str, after: str
) -> None:
    """Of a token, JWT or key not even a part is left."""
    cleaned = redact(before + credential + after)
    assert "[redacted]" in cleaned
    assert credential[-8:] not in cleaned


def test_ordinary_words_are_left_alone() -> None:
    """What only looks a little like a token stays readable."""
    text = "PUT /orgs/acme/memberships/ghs_short: GitHub answered 403, highs_and_lows"
    assert redact(text) == text
