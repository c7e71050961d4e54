"""What events tell of who may do what, and when that is to be believed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from bot.core.delivery import Delivery
from bot.core.event import Event
from bot.core.normalise import normalise
from bot.respond.alert import Alert
from bot.respond.told import SETTLED, Told, doubt, may_be, told_by
from tests.store.samples import make_plan

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def event(kind: str, visibility: str = "public", /, **payload: Any) -> Event:
    """Return the event of a webhook about the repository 5."""
    shown = {
        "id": 5,
        "full_name": "acme/site",
        "private": visibility != "public",
        "visibility": visibility,
    }
    body = {
        "repository": {**shown, **payload.pop("repository", {})},
        "sender": {"login": "mallory", "id": 9, "type": "User"},
        "organization": {"login": "acme", "id": 1},
        "installation": {"id": 7},
        **payload,
    }
    return normalise(
        Delivery(
            id="d1",
            source="webhook",
            event=kind,
            received_at=NOW,
            body=orjson.dumps(body),
            headers={},
        )
    )


def member(action: str, **changes: Any) -> Event:
    """Return an event about carol in the repository."""
    person = {"login": "carol", "id": 6}
    return event("member", action=action, member=person, changes=changes)


def team(action: str, **payload: Any) -> Event:
    """Return an event about the team 8 and the repository."""
    return event("team", action=action, team={"slug": "core", "id": 8}, **payload)


def test_a_role_by_its_own_name_is_told_in_full() -> None:
    """Also an organisation's own; the older word beside it does not count."""
    (told,) = told_by(
        member("added", permission={"to": "write"}, role_name={"to": "Release Maker"})
    )
    assert told == Told(
        thing="role:5:6", state="Release Maker", exact=True, at=NOW, delivery_id="d1", by="mallory"
    )


@pytest.mark.parametrize(("word", "exact"), [("write", False), ("read", False), ("admin", True)])
def test_an_older_word_alone_may_mean_another_role(word: str, exact: bool) -> None:
    """Only admin is always admin."""
    (told,) = told_by(member("edited", permission={"from": "write", "to": word}))
    assert (told.state, told.exact) == (word, exact)


def test_who_was_removed_has_no_role() -> None:
    """That is certain."""
    (told,) = told_by(member("removed"))
    assert (told.thing, told.state, told.exact) == ("role:5:6", None, True)


def test_a_change_that_tells_no_level_leaves_none_known() -> None:
    """What was known before is known no more."""
    (told,) = told_by(member("edited"))
    assert (told.state, told.exact) == (None, False)


@pytest.mark.parametrize(
    ("given", "exact"),
    [
        ({"role_name": "maintain"}, True),
        ({"permissions": {"maintain": True, "triage": True, "push": True, "pull": True}}, True),
        ({"permissions": {"push": True, "pull": True, "admin": False}}, False),
    ],
)
def test_a_teams_role_is_told_in_full_by_its_name_or_by_all_flags(
    given: dict[str, Any], exact: bool
) -> None:
    """Three flags are the older words."""
    (told,) = told_by(team("added_to_repository", repository=given))
    assert (told.thing, told.exact) == ("team-role:5:8", exact)
    assert told.state == ("maintain" if exact else "write")


def test_the_older_event_of_the_same_act_leaves_known_what_the_other_told() -> None:
    """`team_add` comes beside `team.add_repository`, often after it, and tells no role."""
    assert told_by(event("team_add", team={"slug": "core", "id": 8})) == ()


def test_a_repository_that_a_team_lost_is_told() -> None:
    """The team has no role there then."""
    (told,) = told_by(team("removed_from_repository"))
    assert (told.thing, told.state, told.exact) == ("team-role:5:8", None, True)


def test_any_event_shows_whether_its_repository_is_internal() -> None:
    """Whoever sent it did not make it so."""
    (told,) = told_by(event("push", "internal", ref="refs/heads/main"))
    assert told == Told(
        thing="visibility:5", state="internal", exact=True, at=NOW, delivery_id="d1", by=None
    )
    assert told_by(event("push", "public", ref="refs/heads/main")) == ()


def test_what_has_no_number_is_not_recorded() -> None:
    """A name may be another's tomorrow."""
    assert told_by(event("member", action="added", member={"login": "carol"})) == ()


@pytest.mark.parametrize(
    ("recorded", "word", "fits"),
    [
        ("maintain", "write", True),
        ("triage", "read", True),
        ("write", "write", True),
        ("maintain", "read", False),
        ("maintain", "admin", False),
        ("admin", "write", False),
        ("Release Maker", "write", True),
        ("Release Maker", "read", True),
        ("Release Maker", "admin", False),
        (None, "read", False),
    ],
)
def test_a_record_has_to_fit_the_word_that_the_event_tells(
    recorded: str | None, word: str, fits: bool
) -> None:
    """So a record never gives more than the event's own word can mean."""
    assert may_be(recorded, word) is fits


def alert(actor: str | None = "mallory") -> Alert:
    """Return an alert on something that mallory just did."""
    return replace(make_plan(at=NOW).alert, actor=actor)


OLD = Told(
    thing="role:5:6",
    state="maintain",
    exact=True,
    at=NOW - timedelta(days=30),
    delivery_id="d0",
    by="olivia",
)


def test_an_old_record_by_somebody_else_is_believed() -> None:
    """Nobody objected to it for a month."""
    assert doubt(OLD, alert()) is None


def test_a_record_has_to_have_stood_for_a_day() -> None:
    """To the microsecond: one taken just before the act was taken for it."""
    assert doubt(replace(OLD, at=NOW - SETTLED), alert()) is None
    late = replace(OLD, at=NOW - SETTLED + timedelta(microseconds=1))
    assert doubt(late, alert()) == "it had stood for less than a day"


def test_a_record_that_raised_an_alert_itself_is_doubted() -> None:
    """What was not right then is not what to go back to."""
    assert doubt(replace(OLD, alerted=True), alert()) == "that itself raised an alert"


def test_nobody_prepares_what_their_own_act_is_put_back_to() -> None:
    """Whatever the capitals of their login."""
    assert doubt(replace(OLD, by="Mallory"), alert()) == "whoever gave it made this change too"
    assert doubt(replace(OLD, by=None), alert(actor=None)) is None
