"""What a token has above an allowance."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.actions.token.allowance import Allowance, Token, excess
from bot.actions.token.inventory import scopes

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def token(**given: object) -> Token:
    """Return a token that may do nothing, with some facts different."""
    return Token(name="deploy", owner="eve", **given)  # type: ignore[arg-type]  # as in the tests


def above(allowance: Allowance, **given: object) -> tuple[str, ...]:
    """Return what such a token has above the allowance."""
    return excess(token(**given), allowance, NOW)


@pytest.mark.parametrize(
    ("held", "allowed", "too_much"),
    [
        ("repository:contents:read", {"contents": "read"}, False),
        ("repository:contents:write", {"contents": "read"}, True),
        ("repository:contents:read", {"contents": "write"}, False),
        ("repository:contents:admin", {"contents": "write"}, True),
        ("repository:contents:odd", {"contents": "admin"}, False),
        ("repository:contents:odd", {"contents": "write"}, True),
        ("repository:contents:read", {"contents": "none"}, True),
        ("repository:contents:read", {}, True),
        ("organization:members:read", {"organization:members": "read"}, False),
        ("organization:members:read", {"repository:members": "read"}, True),
        ("repository:Contents:read", {"contents": "read"}, False),
    ],
)
def test_a_permission_is_too_much_from_its_limit_on(
    held: str, allowed: dict[str, str], too_much: bool
) -> None:
    """Unnamed permissions are not allowed at all; an unknown level counts as the highest."""
    limit = Allowance.model_validate({"permissions": allowed})
    assert bool(above(limit, permissions=(held,))) is too_much


def test_a_limit_that_is_left_out_is_not_applied() -> None:
    """An empty allowance allows everything."""
    everything = {
        "permissions": ("organization:members:admin",),
        "scopes": ("admin:org",),
        "repositories": "all",
        "ends_known": True,
    }
    assert above(Allowance(), **everything) == ()


def test_scopes_are_compared_by_name() -> None:
    """Any scope that is not named is too much."""
    assert above(Allowance(scopes=("repo",)), scopes=("repo", "admin:org")) == ("scope admin:org",)


@pytest.mark.parametrize(
    ("ends", "known", "too_long"),
    [
        (NOW + timedelta(days=90), True, False),
        (NOW + timedelta(days=90, seconds=1), True, True),
        (None, True, True),
        (None, False, False),
    ],
)
def test_a_life_is_too_long_from_its_limit_on(
    ends: datetime | None, known: bool, too_long: bool
) -> None:
    """A token without end is too long-lived; one whose end nobody knows is not accused."""
    assert bool(above(Allowance(days=90), ends=ends, ends_known=known)) is too_long


@pytest.mark.parametrize(
    ("value", "expected"),
    [("admin:org,repo", ("admin:org", "repo")), (["repo"], ("repo",)), (None, ()), ("", ())],
)
def test_scopes_are_read_in_every_spelling(value: object, expected: tuple[str, ...]) -> None:
    """The audit log writes them in one text, other sources as a list."""
    assert scopes(value) == expected
