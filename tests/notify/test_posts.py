"""Notices over HTTP: signed, shaped for who takes them, with nothing secret or alive in them."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import aiohttp
import orjson
import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from bot.core.errors import ConfigurationError, Refused, Unavailable
from bot.core.playbook import Level
from bot.detect.falco.rule_item import PRIORITIES
from bot.notify.bodies import falco, slack
from bot.notify.post import Post, Poster
from bot.respond.inert import Markdown
from tests.notify.stage import (
    NOW,
    PLAYBOOK,
    SECRET,
    SLACK_PATH,
    Receiver,
    alert,
    notice,
    opened,
    receiver,
    settings,
)

GHP = "ghp_" + "a" * 36


@pytest.fixture
async def got() -> AsyncIterator[Receiver]:
    """Run a web server."""
    async with receiver() as taking:
        yield taking


async def sent(got: Receiver, **variables: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Send a notice to the only place of some settings; return headers and JSON of the post."""
    async with opened(**variables) as places:
        assert await places.send(places.names[0], notice()) is None
    headers, body, _ = got.got[-1]
    return headers, orjson.loads(body)


# Our own JSON


async def test_a_webhook_is_signed_as_standard_webhooks_says(got: Receiver) -> None:
    """The reference library accepts it, and refuses it once a byte was changed."""
    # The library goes by the present, and refuses what is older than five minutes.
    async with opened(
        None, partial(datetime.now, UTC), WEBHOOK=got.url, WEBHOOK_SECRET=SECRET
    ) as places:
        assert await places.send(places.names[0], notice()) is None
    headers, body, _ = got.got[0]
    judge = Webhook(SECRET)
    assert judge.verify(body.decode(), headers)["type"] == "alert"
    with pytest.raises(WebhookVerificationError):
        judge.verify(body.decode().replace("eve", "bob"), headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET[:-4] + "AAAA").verify(body.decode(), headers)


async def test_a_webhook_says_what_happened_and_what_was_done(got: Receiver) -> None:
    """With ids to find the alert and the case by, and the same id at every try."""
    headers, body = await sent(got, WEBHOOK=got.url, WEBHOOK_SECRET=SECRET)
    data = body["data"]
    assert (data["id"], headers["webhook-id"]) == ("a1b2c3:1", "a1b2c3:1")
    assert (data["level"], data["org"], data["actor"], data["action"]) == (
        "critical",
        "acme",
        "mallory",
        "repo.add_member",
    )
    assert data["summary"] == "mallory gave eve the role admin on acme/widgets."
    assert data["url"] == "https://github.com/acme/security/issues/7"
    assert data["steps"][0]["summary"] == "Removed eve from acme/widgets."
    assert datetime.fromisoformat(body["timestamp"]) == NOW


@pytest.mark.parametrize("secret", ["", "hush", "whsec_c2hvcnQ=", "whsec_%%%"])
async def test_a_webhook_needs_a_secret_worth_the_name(secret: str) -> None:
    """Whoever receives it must be able to tell us from others."""
    with pytest.raises(ConfigurationError, match="TIPSTAFF_NOTIFY_WEBHOOK_SECRET") as caught:
        async with opened(WEBHOOK="http://127.0.0.1:9/", WEBHOOK_SECRET=secret):
            pass
    assert not secret or secret not in str(caught.value)


# Slack, and what imitates it


async def test_slack_gets_a_text_and_an_attachment(got: Receiver) -> None:
    """The level in words and colour, the facts as fields, and the case as a link."""
    headers, body = await sent(got, SLACK=got.url + SLACK_PATH)
    assert "webhook-signature" not in headers
    assert got.got[0][2] == SLACK_PATH
    assert body["text"] == "🔴 critical: Outsider Made Administrator: eve in acme/widgets"
    (attachment,) = body["attachments"]
    assert attachment["title_link"] == "https://github.com/acme/security/issues/7"
    assert attachment["text"].startswith("mallory gave eve the role admin on acme/widgets.")
    assert "• revert: ✅ done. Removed eve from acme/widgets." in attachment["text"]
    assert {"title": "Who", "value": "mallory", "short": True} in attachment["fields"]
    assert re.fullmatch(r"#[0-9a-f]{6}", attachment["color"])


def test_nothing_of_an_attackers_comes_alive_in_a_chat() -> None:
    """No mention, no channel call, no link: neither Slack's nor that of what imitates it."""
    evil = "<!channel> @all https://evil.example.com <https://evil.example.com|click> www.evil.com"
    about = alert(user=evil)
    body = slack(notice(alert=about, title=evil, summary=Markdown(f"Hello ``{evil}``")))
    text = orjson.dumps({**body, "attachments": [{**body["attachments"][0], "title_link": ""}]})
    for live in (b"<!", b"<http", b"://evil", b"www.evil"):
        assert live not in text
    assert "@all" not in body["attachments"][0]["text"]


async def test_a_secret_is_masked_in_every_shape(got: Receiver) -> None:
    """Wherever it comes from: the title, the summary, what a step says."""
    leaky = notice(title=f"Leaked {GHP}", summary=Markdown(f"It is {GHP}, see `{GHP}`."))
    places = {"WEBHOOK": got.url, "WEBHOOK_SECRET": SECRET, "SLACK": got.url, "FALCO": got.url}
    async with opened(**places) as opened_places:
        for name in opened_places.names:
            await opened_places.send(name, leaky)
    assert len(got.got) == 3
    assert all(GHP.encode() not in body for _, body, _ in got.got)


# Falco


async def test_falcosidekick_would_take_it(got: Receiver) -> None:
    """It asks for a rule, a priority of Falco's, a time and at least one field."""
    _, body = await sent(got, FALCO=got.url)
    assert body["priority"] == "Critical"
    assert body["rule"] == "Outsider Made Administrator"
    assert body["source"] == "github"
    assert body["hostname"]
    assert body["tags"] == ["attack.persistence", "attack.t1098"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", body["time"])
    assert body["output_fields"]["user"] == "eve"
    assert body["output_fields"]["tipstaff.notice"] == "a1b2c3:1"


def test_falcos_text_is_ascii_and_tells_two_alerts_apart() -> None:
    """Falco Talon takes equal texts within five seconds for one alert."""
    one = falco(notice(title="Ünruly: 🔥"), "host")["output"]
    other = falco(notice(title="Ünruly: 🔥", id="a1b2c3:2"), "host")["output"]
    assert one.isascii()
    assert one != other


def test_falcos_fields_are_flat_and_short() -> None:
    """Falcosidekick hands them on as labels."""
    fields = {"names": ["a", "b"], "deep": {"x": 1}, "long": "x" * 2_000, "flag": True, "n": 1}
    given = falco(notice(alert=alert(**fields)), "host")["output_fields"]
    assert (given["names"], given["flag"], given["n"]) == ("a, b", True, 1)
    assert "deep" not in given
    assert len(given["long"]) == 512


@pytest.mark.parametrize("level", Level)
def test_every_level_is_a_priority_that_reads_back_as_itself(level: Level) -> None:
    """A rules file of Falco's with that priority has the level again."""
    about = replace(alert(), playbook=replace(PLAYBOOK, level=level))
    assert PRIORITIES[falco(notice(alert=about), "host")["priority"].lower()] == str(level)


# What can go wrong


@pytest.mark.parametrize(
    ("status", "error", "was_sent"),
    [
        (301, Refused, False),
        (307, Refused, False),
        (400, Refused, False),
        (401, Refused, False),
        (404, Refused, False),
        (410, Refused, False),
        (429, Unavailable, False),
        (500, Unavailable, True),
        (503, Unavailable, True),
    ],
)
async def test_a_no_and_a_not_now_are_told_apart(
    got: Receiver, status: int, error: type[Refused | Unavailable], was_sent: bool
) -> None:
    """The address, which is a secret, is in no error."""
    got.status, got.headers = status, {"location": f"{got.url}/elsewhere"}
    async with opened(SLACK=got.url + SLACK_PATH) as places:
        with pytest.raises(error, match=f"'slack' answered {status}") as caught:
            await places.send("slack", notice())
    assert "127.0.0.1" not in str(caught.value)
    assert getattr(caught.value, "sent", False) is was_sent
    assert len(got.got) == 1  # no redirect was followed


async def test_the_reason_is_told_when_it_is_short_and_plain(got: Receiver) -> None:
    """As Slack gives one."""
    got.status, got.text = 403, "action_prohibited"
    async with opened(SLACK=got.url) as places:
        with pytest.raises(Refused, match="'slack' answered 403, action_prohibited"):
            await places.send("slack", notice())


@pytest.mark.parametrize(
    "told",
    ["30", format_datetime(NOW + timedelta(seconds=30), usegmt=True)],
    ids=["seconds", "a date"],
)
async def test_a_limit_is_waited_for(got: Receiver, told: str) -> None:
    """As long as the place asks, in seconds or as a date."""
    got.status, got.headers = 429, {"retry-after": told}
    async with opened(SLACK=got.url) as places:
        with pytest.raises(Unavailable) as caught:
            await places.send("slack", notice())
    assert caught.value.retry_at == NOW + timedelta(seconds=30)


async def test_a_place_that_cannot_be_reached_got_nothing() -> None:
    """So it may be tried again without a thought."""
    async with opened(SLACK="http://127.0.0.1:9/services/secret") as places:
        with pytest.raises(Unavailable, match="can't be reached") as caught:
            await places.send("slack", notice())
    assert not caught.value.sent
    assert "secret" not in str(caught.value)


async def test_a_place_that_does_not_answer_may_have_got_it(got: Receiver) -> None:
    """The next try has the same id."""
    got.wait = 1.0
    async with aiohttp.ClientSession() as session:
        poster = Poster(session, clock=lambda: NOW, seconds=0.2)
        with pytest.raises(Unavailable, match="TimeoutError") as caught:
            await poster.post("slack", got.url, Post(id="1", at=NOW, body={}))
    assert caught.value.sent


# The settings


async def test_places_are_called_as_the_settings_say(got: Receiver) -> None:
    """In their order; one without a name is called after its kind."""
    places = {
        "WEBHOOK": f"soc={got.url}/soc",
        "WEBHOOK_SECRET": SECRET,
        "SLACK": f"{got.url}/a, oncall={got.url}/b",
    }
    async with opened(**places) as opened_places:
        assert opened_places.names == ("soc", "slack", "oncall")
        await opened_places.send("oncall", notice())
        with pytest.raises(Refused, match="no place 'pager'"):
            await opened_places.send("pager", notice())
    assert [path for _, _, path in got.got] == ["/b"]


async def test_two_places_of_one_name_are_a_mistake() -> None:
    """Told with the variable."""
    with pytest.raises(ConfigurationError, match="TIPSTAFF_NOTIFY_FALCO names a place 'x'"):
        async with opened(SLACK="x=http://a.test/", FALCO="x=http://b.test/"):
            pass


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK", "hooks.slack.com/services/secret"),
        ("SLACK", "ftp://a.test/secret"),
        ("SLACK", "http://user:secret@a.test/"),
        ("SLACK", "http://a.test/secret, http://b.test/secret"),
        ("SLACK", "Bad Name=http://a.test/secret"),
        ("EMAIL", "nobody-secret"),
        ("SMTP", "http://secret.test"),
    ],
)
def test_an_unusable_address_is_told_without_showing_it(name: str, value: str) -> None:
    """One line, the variable's name, and what to set."""
    with pytest.raises(ConfigurationError, match=f"TIPSTAFF_NOTIFY_{name} does not fit") as caught:
        settings(**{name: value})
    assert "secret" not in str(caught.value)


async def test_without_settings_there_is_no_place() -> None:
    """Nothing is sent anywhere by default."""
    async with opened() as places:
        assert places.names == ()
