"""What comes in at the door is GitHub's own, or is turned away with the right answer."""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from bot.core.errors import ConfigurationError, DeliveryError
from bot.sources.webhook import Secrets, receive, verify

SECRET = "it's a secret to everybody"
SECRETS = Secrets(SECRET)
NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
BODY = orjson.dumps({"action": "added", "member": {"login": "eve"}})


def sign(body: bytes, secret: str = SECRET) -> str:
    """Return GitHub's signature of a body."""
    return "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex()


def headers(body: bytes = BODY, /, **changes: str | None) -> dict[str, str]:
    """Return the headers GitHub sends; a change of ``None`` leaves one out."""
    given_headers: dict[str, str | None] = {
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/1234567",
        "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
        "X-GitHub-Event": "member",
        "X-GitHub-Hook-ID": "1",
        "X-Hub-Signature": "sha1=" + "0" * 40,
        "X-Hub-Signature-256": sign(body),
    }
    given_headers.update({name.replace("_", "-"): value for name, value in changes.items()})
    return {name: value for name, value in given_headers.items() if value is not None}


def refusal(given_headers: Mapping[str, str], body: bytes = BODY) -> DeliveryError:
    """Return how a delivery is turned away."""
    with pytest.raises(DeliveryError) as caught:
        receive(given_headers, body, secrets=SECRETS, received_at=NOW)
    return caught.value


def test_a_signed_delivery_becomes_a_delivery_with_its_raw_bytes() -> None:
    """What GitHub signed is kept byte for byte under its GUID, event and time."""
    delivery = receive(headers(), BODY, secrets=SECRETS, received_at=NOW)
    assert (delivery.id, delivery.event) == ("72d3162e-cc78-11e3-81ab-4c9367dc0958", "member")
    assert (delivery.source, delivery.body, delivery.received_at) == ("webhook", BODY, NOW)


def test_only_github_headers_are_kept_and_in_lower_case() -> None:
    """Neither the signature nor any header of a proxy is recorded."""
    delivery = receive(headers(Cookie="a=b"), BODY, secrets=SECRETS, received_at=NOW)
    assert set(delivery.headers) == {"x-github-delivery", "x-github-event", "x-github-hook-id"}


def test_both_secrets_are_good_while_one_replaces_the_other() -> None:
    """During rotation a delivery signed with the former secret still gets in."""
    both = Secrets("new", SECRET)
    verify(headers(), BODY, both)
    verify(headers(X_Hub_Signature_256=sign(BODY, "new")), BODY, both)
    with pytest.raises(DeliveryError):
        verify(headers(X_Hub_Signature_256=sign(BODY, "older")), BODY, both)


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_there_are_no_empty_secrets(blank: str) -> None:
    """An empty secret, with which anybody can sign, stops the start and names the variable."""
    with pytest.raises(ConfigurationError, match="WEBHOOK_SECRET"):
        Secrets(blank)
    with pytest.raises(ConfigurationError, match="WEBHOOK_SECRET_PREVIOUS"):
        Secrets("good", blank)


def test_secrets_do_not_show_themselves() -> None:
    """Printing the secrets prints no secret."""
    assert "hidden" not in repr(Secrets("hidden-1", "hidden-2"))


SIGNATURES = {
    "sha-1 only": ({"X_Hub_Signature_256": None}, "X-Hub-Signature-256"),
    "unsigned": ({"X_Hub_Signature_256": None, "X_Hub_Signature": None}, "not signed"),
    "empty": ({"X_Hub_Signature_256": ""}, "64 hex digits"),
    "no prefix": ({"X_Hub_Signature_256": "0" * 64}, "64 hex digits"),
    "too short": ({"X_Hub_Signature_256": "sha256=abc"}, "64 hex digits"),
    "not hex": ({"X_Hub_Signature_256": "sha256=" + "z" * 64}, "64 hex digits"),
    "trailing line": ({"X_Hub_Signature_256": sign(BODY) + "\n"}, "64 hex digits"),
    "wrong secret": ({"X_Hub_Signature_256": sign(BODY, "guess")}, "WEBHOOK_SECRET"),
    "empty key": ({"X_Hub_Signature_256": sign(BODY, "")}, "WEBHOOK_SECRET"),
}


@pytest.mark.parametrize(("changes", "says"), SIGNATURES.values(), ids=SIGNATURES.keys())
def test_a_bad_signature_is_not_authorised(changes: dict[str, str | None], says: str) -> None:
    """Without a good SHA-256 signature the answer is 401 and says what to look at."""
    error = refusal(headers(**changes))
    assert error.status == 401
    assert says in str(error)


HEADERS = {
    "no event": ({"X_GitHub_Event": None}, 400, "x-github-event"),
    "empty event": ({"X_GitHub_Event": ""}, 400, "x-github-event"),
    "event with a space": ({"X_GitHub_Event": "push me"}, 400, "x-github-event"),
    "event too long": ({"X_GitHub_Event": "a" * 65}, 400, "x-github-event"),
    "no guid": ({"X_GitHub_Delivery": None}, 400, "x-github-delivery"),
    "guid of another source": ({"X_GitHub_Delivery": "roster:acme:1"}, 400, "x-github-delivery"),
    "guid too long": ({"X_GitHub_Delivery": "a" * 129}, 400, "x-github-delivery"),
    "form": ({"Content_Type": "application/x-www-form-urlencoded"}, 415, "application/json"),
    "text": ({"Content_Type": "text/plain"}, 415, "application/json"),
    "no type": ({"Content_Type": None}, 415, "application/json"),
}


@pytest.mark.parametrize(("changes", "status", "says"), HEADERS.values(), ids=HEADERS.keys())
def test_a_header_that_is_not_sane_is_refused(
    changes: dict[str, str | None], status: int, says: str
) -> None:
    """Signed but mislabelled deliveries get their own 4xx, which names the header or the fix."""
    error = refusal(headers(**changes))
    assert (error.status, says in str(error)) == (status, True)


BODIES = {
    "empty": b"",
    "not json": b"payload=%7B%7D",
    "cut off": b'{"action": "ad',
    "nan": b'{"a": NaN}',
    "infinity": b'{"a": Infinity}',
    "lone surrogate": b'{"a": "\\ud800"}',
    "not utf-8": b'{"a": "\xff"}',
    "array": b"[]",
    "string": b'"push"',
    "null": b"null",
    "number": b"1",
    "deep": b'{"a":' + b"[" * 101 + b"]" * 101 + b"}",
    "bomb": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "open bomb": b"[" * 1_000_000,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_no_json_object_is_a_bad_request(body: bytes) -> None:
    """Whatever is signed but no sound JSON object gets a 400 of one line."""
    error = refusal(headers(body), body)
    assert error.status == 400
    assert "\n" not in str(error)


def test_many_brackets_are_not_depth() -> None:
    """A wide payload, or brackets within text, is no bomb."""
    body = orjson.dumps({"commits": [{"added": []}] * 500, "text": "[" * 5000})
    assert receive(headers(body), body, secrets=SECRETS, received_at=NOW).body == body


def test_the_signature_is_judged_before_anything_else() -> None:
    """Who can't sign learns nothing about what else was wrong."""
    error = refusal(
        headers(X_Hub_Signature_256=sign(b"x"), X_GitHub_Event=None, Content_Type=None), b"{"
    )
    assert error.status == 401


def test_header_names_may_be_spelled_in_any_case() -> None:
    """A proxy may change the case of header names, and HTTP/2 does."""
    lower = {name.lower(): value for name, value in headers().items()}
    assert receive(lower, BODY, secrets=SECRETS, received_at=NOW).event == "member"
    server = CIMultiDict(headers(Content_Type="Application/JSON; charset=utf-8"))
    assert receive(server, BODY, secrets=SECRETS, received_at=NOW).event == "member"


def test_a_header_given_twice_is_refused() -> None:
    """Two GUIDs on one delivery can't be told apart, so neither is believed."""
    doubled = CIMultiDict(headers())
    doubled.add("X-GitHub-Delivery", "another")
    assert refusal(doubled).status == 400


@given(st.binary(max_size=300), st.integers(min_value=0), st.integers(0, 7))
def test_one_changed_bit_spoils_the_signature(body: bytes, place: int, bit: int) -> None:
    """No body but the one that was signed gets in."""
    signed = headers(body or b"x")
    tampered = bytearray(body or b"x")
    tampered[place % len(tampered)] ^= 1 << bit
    with pytest.raises(DeliveryError) as caught:
        verify(signed, bytes(tampered), SECRETS)
    assert caught.value.status == 401


@given(st.binary(max_size=200))
def test_any_signed_bytes_are_recorded_or_refused(body: bytes) -> None:
    """Whatever the bytes, the answer is a delivery or a 400: never another error."""
    try:
        delivery = receive(headers(body), body, secrets=SECRETS, received_at=NOW)
        outcome = (202, delivery.body)
    except DeliveryError as error:
        outcome = (error.status, body)
    assert outcome in {(202, body), (400, body)}
