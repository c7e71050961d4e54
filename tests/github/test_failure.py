"""Every answer of GitHub's becomes the error that says what to do."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import ApiError, Forbidden, NotFound, Refused, Suspended, Unavailable
from bot.github.failure import Answer, failure_of, is_global_limit

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes."


def failure(
    status: int,
    body: object = None,
    *,
    method: str = "PUT",
    **headers: str,
) -> ApiError | None:
    """Judge one answer; underscores in header names stand for hyphens."""
    answer = Answer(
        status=status,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        body=body if isinstance(body, bytes) else orjson.dumps(body or {}),
    )
    return failure_of(
        answer, method=method, path="/orgs/acme", now=NOW, backoff=timedelta(seconds=60)
    )


@pytest.mark.parametrize("status", [200, 201, 202, 204, 304])
def test_a_success_is_no_failure(status: int) -> None:
    """2xx and a 304 to our ETag are what was asked for."""
    assert failure(status) is None


@pytest.mark.parametrize(
    ("status", "message", "kind"),
    [
        (400, "Problems parsing JSON", Refused),
        (401, "Bad credentials", Forbidden),
        (403, "Resource not accessible by integration", Forbidden),
        (403, "This installation has been suspended", Suspended),
        (404, "Not Found", NotFound),
        (409, "Conflict", Refused),
        (410, "Issues are disabled for this repo", NotFound),
        (418, "", Refused),
        (422, "Validation Failed", Refused),
        (500, "Server Error", Unavailable),
        (502, "", Unavailable),
        (599, "", Unavailable),
        (307, "Moved", Refused),
    ],
)
def test_the_kind_says_what_to_do(status: int, message: str, kind: type[ApiError]) -> None:
    """Each status has one meaning, and the error keeps status, message and body."""
    error = failure(status, {"message": message})
    assert type(error) is kind
    assert error.status == status
    assert message in str(error)
    assert message in error.body


@pytest.mark.parametrize(("method", "sent"), [("GET", False), ("PUT", True), ("POST", True)])
def test_a_broken_server_may_have_done_a_write(method: str, sent: bool) -> None:
    """After a 502 a write may have taken effect; a read can't have changed a thing."""
    error = failure(502, b"<html>Bad Gateway</html>", method=method)
    assert isinstance(error, Unavailable)
    assert error.sent is sent


LIMITS = {
    "429": (429, "", {}, 60),
    "retry-after": (403, "", {"retry_after": "30"}, 30),
    "retry-after as a date": (403, "", {"retry_after": "Sun, 01 Jun 2025 12:00:45 GMT"}, 45),
    "retry-after that is nonsense": (429, "", {"retry_after": "soon"}, 60),
    "primary": (
        403,
        "API rate limit exceeded for installation",
        {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW.timestamp()) + 1200)},
        1200,
    ),
    "primary that is over": (
        403,
        "",
        {"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW.timestamp()) - 5)},
        1,
    ),
    "retry-after before reset": (
        403,
        SECONDARY,
        {"retry_after": "7", "x_ratelimit_remaining": "0", "x_ratelimit_reset": "9999999999"},
        7,
    ),
    "secondary with words only": (403, SECONDARY, {"x_ratelimit_remaining": "4000"}, 60),
    "absurdly long": (429, "", {"retry_after": "9" * 30}, 86_400),
}


@pytest.mark.parametrize(("status", "message", "headers", "after"), LIMITS.values(), ids=LIMITS)
def test_a_limit_says_when_to_come_back(
    status: int, message: str, headers: dict[str, str], after: int
) -> None:
    """retry-after is honoured first, then the reset, then the backoff; nothing was done."""
    error = failure(status, {"message": message}, **headers)
    assert isinstance(error, Unavailable)
    assert error.retry_at == NOW + timedelta(seconds=after)
    assert not error.sent


def test_a_limit_of_one_resource_does_not_stop_the_others() -> None:
    """An exhausted search limit is no reason to stop everything else."""
    search = {"x-ratelimit-remaining": "0", "x-ratelimit-resource": "search"}
    core = {"x-ratelimit-remaining": "0", "x-ratelimit-resource": "core"}
    assert not is_global_limit(Answer(status=403, headers=search, body=b""))
    assert is_global_limit(Answer(status=403, headers=core, body=b""))
    assert is_global_limit(Answer(status=403, headers={"retry-after": "5"}, body=b""))


def test_a_missing_permission_is_named() -> None:
    """The text carries GitHub's words and the permission the endpoint takes."""
    error = failure(
        403,
        {"message": "Resource not accessible by integration"},
        x_accepted_github_permissions="members=write",
    )
    assert "Resource not accessible by integration" in str(error)
    assert "members=write" in str(error)


def test_the_list_of_errors_is_told() -> None:
    """Objects, objects with words, and plain strings in ``errors`` are all told."""
    errors = [
        {"resource": "Issue", "field": "title", "code": "missing_field"},
        {"message": "body is too long"},
        "and a string",
    ]
    text = str(failure(422, {"message": "Validation Failed", "errors": errors}))
    assert "Issue title missing_field; body is too long; and a string" in text


def test_a_credential_in_an_answer_is_not_repeated() -> None:
    """Neither text nor body of the error holds a token GitHub sent back."""
    token = "ghp_" + "a" * 36
    error = failure(422, {"message": f"bad credential {token}", "errors": [token]})
    assert error is not None
    assert token not in str(error) + error.body + repr(error)


@given(st.integers(400, 999), st.binary(max_size=100), st.text(max_size=12), st.text(max_size=12))
def test_any_answer_has_a_meaning(status: int, body: bytes, reset: str, after: str) -> None:
    """No status, body or header GitHub might send makes the judgement itself fail."""
    answer = Answer(
        status=status,
        headers={
            "retry-after": after,
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": reset,
        },
        body=body,
    )
    error = failure_of(answer, method="GET", path="/", now=NOW, backoff=timedelta(seconds=60))
    assert isinstance(error, ApiError)
    if isinstance(error, Unavailable) and error.retry_at is not None:
        assert error.retry_at <= NOW + timedelta(hours=24)
