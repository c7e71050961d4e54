"""Notices by mail, over real SMTP: encrypted, in threads, and with nothing alive in them."""

import ssl
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from bot.core.errors import ConfigurationError, Refused, Unavailable
from bot.notify.mail import as_mail, read_server
from bot.respond.inert import Markdown
from tests.notify.stage import NOW, Mailbox, alert, certificate, mail_server, notice, opened

TO = "security@example.com"
FROM = "tipstaff@example.com"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate: the server's context, and one that trusts it."""
    return certificate(Path(tmp_path_factory.mktemp("tls")))


def variables(box: Mailbox, scheme: str = "smtp+plain", user: str = "") -> dict[str, str]:
    """Return the settings for a mail server on this machine."""
    return {
        "EMAIL": TO,
        "EMAIL_FROM": FROM,
        "SMTP": f"{scheme}://{user}127.0.0.1:{box.port}",
    }


async def test_a_mail_tells_what_happened_and_what_was_done() -> None:
    """Plain text, with the facts and the case's address."""
    async with mail_server() as box, opened(**variables(box)) as places:
        assert await places.send("email", notice()) is None
    ((recipients, mail),) = box.got
    assert recipients == [TO]
    assert mail["Subject"] == (
        "[Tipstaff] 🔴 critical: Outsider Made Administrator: eve in acme/widgets"
    )
    assert (mail["From"], mail["Auto-Submitted"]) == (f"Tipstaff <{FROM}>", "auto-generated")
    assert parsedate_to_datetime(mail["Date"]) == NOW
    text = mail.get_content().replace("\r\n", "\n")
    assert text.startswith("mallory gave eve the role admin on acme/widgets.\n\n")
    assert "Who: mallory\nTo whom: eve\n" in text
    assert "- revert: ✅ done. Removed eve from acme/widgets." in text
    assert "The case: https://github.com/acme/security/issues/7" in text


async def test_the_mails_of_one_case_make_a_thread() -> None:
    """And a mail that is sent again has the same id."""
    async with mail_server() as box, opened(**variables(box)) as places:
        await places.send("email", notice())
        await places.send("email", notice())
        await places.send("email", notice(id="a1b2c3:9"))
    first, again, other = (mail for _, mail in box.got)
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]
    assert first["References"] == other["References"] == "<case.c4d5e6@example.com>"


def test_nothing_of_an_attackers_comes_alive_in_a_mail() -> None:
    """No header of theirs, no link that a mail program would make one of."""
    evil = "x\r\nBcc: everybody@example.com https://evil.example.com"
    made = as_mail(
        notice(alert=alert(user=evil), summary=Markdown("New: ``x `https://evil.example.com``")),
        sender=FROM,
        recipients=[TO],
    )
    assert made["Bcc"] is None
    assert "://evil" not in made.get_content()


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_mail_is_encrypted_and_the_user_logs_in(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], scheme: str
) -> None:
    """From the start, or by STARTTLS before anything else is said."""
    server, trust = tls
    async with (
        mail_server(tls=server, smtps=scheme == "smtps", login=True) as box,
        opened(trust, **variables(box, scheme, "user:p%40ss@")) as places,
    ):
        await places.send("email", notice())
    assert box.logins == [(b"user", b"p@ss")]
    assert len(box.got) == 1


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_certificate_that_nobody_vouches_for_is_refused(
    tls: tuple[ssl.SSLContext, ssl.SSLContext], scheme: str
) -> None:
    """Neither password nor mail goes to who only says to be the server."""
    async with (
        mail_server(tls=tls[0], smtps=scheme == "smtps", login=True) as box,
        opened(**variables(box, scheme, "user:p%40ss@")) as places,
    ):
        with pytest.raises(Refused, match="certificate is not trusted"):
            await places.send("email", notice())
    assert (box.logins, box.got) == ([], [])


async def test_a_server_without_starttls_is_not_talked_to_in_the_clear() -> None:
    """Whoever sits in between could have taken it away."""
    async with mail_server() as box, opened(**variables(box, "smtp")) as places:
        with pytest.raises(Refused, match="can't do what it takes"):
            await places.send("email", notice())
    assert box.got == []


async def test_a_wrong_password_is_told_without_it(
    tls: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    """Asking again changes nothing."""
    server, trust = tls
    async with (
        mail_server(tls=server, smtps=True, login=True) as box,
        opened(trust, **variables(box, "smtps", "user:wrong@")) as places,
    ):
        with pytest.raises(Refused, match="refused user and password") as caught:
            await places.send("email", notice())
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(("answer", "error"), [("554 No", Refused), ("451 Later", Unavailable)])
async def test_a_no_and_a_not_now_are_told_apart(answer: str, error: type[Exception]) -> None:
    """The server's first digit says which."""
    async with mail_server() as box, opened(**variables(box)) as places:
        box.answer = answer
        with pytest.raises(error):
            await places.send("email", notice())


@pytest.mark.parametrize(("answer", "error"), [("550 No", Refused), ("450 Later", Unavailable)])
async def test_a_mail_that_nobody_would_get_was_not_sent(
    answer: str, error: type[Exception]
) -> None:
    """Every recipient was refused."""
    async with mail_server() as box, opened(**variables(box)) as places:
        box.refuse[TO] = answer
        with pytest.raises(error, match="every recipient"):
            await places.send("email", notice())


async def test_who_was_refused_alone_is_told_as_a_remark() -> None:
    """The others have their mail."""
    async with mail_server() as box:
        given = {**variables(box), "EMAIL": f"soc={TO}, soc=gone@example.com"}
        async with opened(**given) as places:
            box.refuse["gone@example.com"] = "550 No such user"
            remark = await places.send("soc", notice())
    assert remark == "the mail server refused 1 of 2 recipients"
    assert box.got[0][0] == [TO]


async def test_a_server_that_is_not_there_is_tried_again() -> None:
    """Nothing was sent."""
    given = {"EMAIL": TO, "EMAIL_FROM": FROM, "SMTP": "smtp+plain://127.0.0.1:9"}
    async with opened(**given) as places:
        with pytest.raises(Unavailable, match="can't be reached") as caught:
            await places.send("email", notice())
    assert not caught.value.sent


@pytest.mark.parametrize(
    ("lacking", "told"), [("EMAIL_FROM", "EMAIL_FROM is not set"), ("SMTP", "SMTP is not set")]
)
async def test_mail_needs_a_sender_and_a_server(lacking: str, told: str) -> None:
    """Told with the variable."""
    given = {"EMAIL": TO, "EMAIL_FROM": FROM, "SMTP": "smtps://mail.example.com"}
    del given[lacking]
    with pytest.raises(ConfigurationError, match=told):
        async with opened(**given):
            pass


def test_a_password_is_never_sent_in_the_clear() -> None:
    """The setting is refused."""
    with pytest.raises(ConfigurationError, match="in the clear") as caught:
        read_server("smtp+plain://user:hush@relay")
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://h", 587), ("smtps://h", 465), ("smtp+plain://h", 25), ("smtp://h:2525", 2525)],
)
def test_each_way_has_its_usual_port(url: str, port: int) -> None:
    """Unless the setting says another."""
    assert read_server(url).port == port
