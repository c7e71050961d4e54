import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import MASK, Redactor, configure, redacted

INSTALLATION_TOKEN = "ghs_" + "16C7e42F292c6912E7710c838347Ae178B4a"
LONG_TOKEN = "ghs_" + "A1b2" * 120 + "." + "c3D4" * 20
CLASSIC_TOKEN = "ghp_" + "a1B2c3D4e5F6a1B2c3D4e5F6a1B2c3D4e5F6"
FINE_TOKEN = "github_pat_" + "11ABCDEFG0" + "_" + "x" * 59
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxMjM0NSJ9." + "s" * 86
KIND = "RSA PRIVATE KEY"
KEY = f"-----BEGIN {KIND}-----\nMIIEpAIBAAKCAQEA\nq83vEjRWeJCr\n-----END {KIND}-----\n"
SECRET = "correct horse"
ALL = (INSTALLATION_TOKEN, LONG_TOKEN, CLASSIC_TOKEN, FINE_TOKEN, JWT, KEY)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Configure logging into a string, and put back what was before."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure(level="info", json=True, stream=stream, secrets=[SECRET, KEY])
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def event(**members: Any) -> dict[str, Any]:
    """Return an event dict after the redactor."""
    return dict(Redactor([SECRET])(None, "info", dict(members)))


@pytest.mark.parametrize("secret", ALL)
def test_whatever_looks_like_a_credential_is_masked(secret: str) -> None:
    """GitHub's tokens of every kind, JWTs and private keys are masked inside any text."""
    assert redacted(f"before {secret} after").startswith(f"before {MASK}")
    assert secret not in redacted(f'{{"x":"{secret}"}}')


def test_a_key_cut_short_or_with_escaped_line_ends_is_masked_too() -> None:
    """Neither half a private key nor one on a single line gets through."""
    for text in (KEY[:60], KEY.replace("\n", "\\n"), repr(KEY)):
        assert "MIIE" not in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: Bearer abcdef",
        "authorization: token abcdef",
        "{'Authorization': 'token abcdef'}",
        '{"authorization":"Basic abcdef=="}',
        "[(b'Authorization', b'Bearer abcdef')]",
        "Proxy-Authorization: Basic abcdef",
        "sent Bearer abcdefabcdefabcdef",
        "postgresql://tipstaff:abcdef@localhost/db",
    ],
)
def test_credentials_in_headers_and_addresses_are_masked(text: str) -> None:
    """What follows an Authorization header or a colon before an @ in a URL is masked."""
    found = redacted(text)
    assert "abcdef" not in found
    assert MASK in found


@pytest.mark.parametrize(
    "text",
    [
        "deadbeef" * 5,
        "a token request with far too much",
        "hashed_token=6CqyTKCtPmFIOcuJ0MaAFNcrpY1WjHvYLfZKVQhFRIA=",
        "https://github.com/acme/widgets/issues/1",
        "ghs_short",
        "the authorization endpoint",
        "12:34:56 user@example.com",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    """Commit hashes, hashed tokens, addresses and prose stay readable."""
    assert redacted(text) == text


def test_the_configured_secrets_are_masked_wherever_they_stand() -> None:
    """The webhook secret is masked as a text of its own, with the longest first."""
    assert redacted(f"x{SECRET}y", [SECRET]) == f"x{MASK}y"
    both = Redactor(["abcd", "abcdefgh"])
    assert both(None, "info", {"event": "abcdefgh"}) == {"event": MASK}


def test_a_secret_in_the_depths_is_found() -> None:
    """Mappings, lists, bytes, keys, sets and exceptions are searched, however nested."""
    found = event(
        event="x",
        nested={"a": [{"b": ({"c": CLASSIC_TOKEN},)}]},
        raw=CLASSIC_TOKEN.encode(),
        error=ValueError(f"with {CLASSIC_TOKEN}"),
        members={CLASSIC_TOKEN},
        keys={CLASSIC_TOKEN: 1},
    )
    assert CLASSIC_TOKEN not in json.dumps(found)
    assert found["nested"] == {"a": [{"b": [{"c": MASK}]}]}


def test_a_structure_without_end_is_cut() -> None:
    """A value deeper than a log line should be is still searched, as text."""
    deep: Any = CLASSIC_TOKEN
    for _ in range(100):
        deep = [deep]
    assert CLASSIC_TOKEN not in json.dumps(event(deep=deep))


@pytest.mark.parametrize(
    "name",
    ["Authorization", "webhook_secret", "token", "private_key", "Set-Cookie", "password",
     "client_secret", "access_token"],
)  # fmt: skip
def test_a_member_named_like_a_secret_is_masked_whatever_it_holds(name: str) -> None:
    """A value under a telling name is masked even if it looks like nothing."""
    assert event(**{name: "x"}) == {name: MASK}
    assert event(inner={name: ["x"]}) == {"inner": {name: MASK}}


def test_members_that_only_sound_alike_are_shown() -> None:
    """What an investigator needs is not masked: ids, hashes, absent values, numbers."""
    shown = {"token_id": 7, "hashed_token": "abc", "secret_type": "aws", "token": None, "ok": True}
    assert event(**shown) == shown


@given(st.text(), st.sampled_from(ALL), st.text())
def test_no_surrounding_text_brings_a_token_through(before: str, secret: str, after: str) -> None:
    """Whatever stands after a blank or quote and a token, the token's own text is not shown."""
    assert secret.strip() not in redacted(f'{before} "{secret}" {after}')


def test_a_line_is_one_json_object_with_time_level_and_logger(lines: io.StringIO) -> None:
    """Each line parses by itself and says when, how serious and where from."""
    structlog.get_logger("bot.web").info("delivery received", delivery="guid\n-1")
    (line,) = lines.getvalue().splitlines()
    found = json.loads(line)
    assert found.pop("at").endswith("Z")
    assert found == {
        "level": "info",
        "event": "delivery received",
        "logger": "bot.web",
        "delivery": "guid\n-1",
    }


def test_an_exception_is_logged_without_its_secrets(lines: io.StringIO) -> None:
    """A traceback is part of the line, and masked like everything else."""
    try:
        raise RuntimeError(f"{SECRET} and {INSTALLATION_TOKEN}")
    except RuntimeError:
        structlog.get_logger("bot").exception("failed", authorization=SECRET)
    text = lines.getvalue()
    assert "RuntimeError" in text
    assert SECRET not in text.replace('f"{SECRET}', "")
    assert INSTALLATION_TOKEN not in text


def test_other_libraries_lines_look_the_same_and_are_masked_too(lines: io.StringIO) -> None:
    """The standard library's loggers go through the same processors."""
    logging.getLogger("gidgethub").warning("token %s", CLASSIC_TOKEN, extra={"key": KEY})
    found = json.loads(lines.getvalue())
    assert (found["event"], found["logger"], found["level"]) == (
        f"token {MASK}",
        "gidgethub",
        "warning",
    )
    assert "MIIE" not in lines.getvalue()


def test_a_line_of_a_key_is_a_secret_too(lines: io.StringIO) -> None:
    """A configured key is masked even if only one of its lines is logged."""
    structlog.get_logger("bot").info("odd", text="MIIEpAIBAAKCAQEA")
    assert "MIIEpAIBAAKCAQEA" not in lines.getvalue()


def test_lines_below_the_level_are_not_written(lines: io.StringIO) -> None:
    """At info, debug lines and every request's access line are left out."""
    structlog.get_logger("bot").debug("no")
    logging.getLogger("aiohttp.access").info("no")
    logging.getLogger("x").debug("no")
    assert lines.getvalue() == ""


def test_no_value_keeps_a_line_from_being_written(lines: io.StringIO) -> None:
    """Lone surrogates, huge integers and strange objects make a line, not an error."""
    structlog.get_logger("bot").info("odd", a="\ud800", b=2**200, c=object(), d=float("nan"))
    assert json.loads(lines.getvalue())["b"] == 2**200


def test_text_for_people_cannot_be_broken_by_a_value(lines: io.StringIO) -> None:
    """In text form a value with line ends or terminal codes stays on its line, and inert."""
    stream = io.StringIO()
    configure(level="info", json=False, stream=stream, secrets=[SECRET])
    structlog.get_logger("bot").info("hello", login="a\nfake line\x1b[2J", hidden=SECRET)
    (line,) = stream.getvalue().splitlines()
    assert "hello" in line
    assert "\x1b" not in line
    assert SECRET not in line
