"""Mailing a notice over SMTP."""

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from bot.actions.notice import Notice
from bot.core.errors import ConfigurationError, Refused, Unavailable
from bot.notify.text import changes, headline, plain, rows

SECONDS: Final = 15.0
_PORTS: Final = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """An SMTP server. ``secure`` says when TLS begins; its certificate is always checked."""

    host: str
    port: int
    secure: Literal["starttls", "tls", "never"]
    user: str | None = None
    password: str | None = None


def read_server(url: str) -> Server:
    """Read TIPSTAFF_NOTIFY_SMTP; raise `ConfigurationError` when it can't be used."""
    try:
        parts = urlsplit(url.strip())
        port, host = parts.port or _PORTS[parts.scheme], parts.hostname or ""
    except (ValueError, KeyError):
        raise ConfigurationError(
            "TIPSTAFF_NOTIFY_SMTP does not fit; set it to smtp://USER:PASSWORD@HOST:587"
        ) from None
    if parts.scheme == "smtp+plain" and parts.username:
        raise ConfigurationError(
            "TIPSTAFF_NOTIFY_SMTP has a password that smtp+plain:// would send in the clear; use "
            "smtp:// or smtps://, or leave it out"
        )
    ways: dict[str, Literal["starttls", "tls", "never"]] = {"smtp": "starttls", "smtps": "tls"}
    return Server(
        host=host,
        port=port,
        secure=ways.get(parts.scheme, "never"),
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password or "") if parts.username else None,
    )


class Mailer:
    """Sends mails through one server. ``trust`` is what its certificate is checked against."""

    def __init__(
        self,
        server: Server,
        *,
        sender: str,
        trust: ssl.SSLContext | None = None,
        seconds: float = SECONDS,
    ) -> None:
        self._server = server
        self._sender = sender
        self._trust = trust or ssl.create_default_context()
        self._seconds = seconds

    async def send(self, name: str, recipients: Sequence[str], notice: Notice) -> str | None:
        """Mail a notice; return a remark when the server took it for some recipients only.

        Raises `Refused` when the server said no, `Unavailable` when nobody can know or it is not
        the time.
        """
        message = as_mail(notice, sender=self._sender, recipients=recipients)
        refused = await asyncio.to_thread(self._deliver, name, message)
        if not refused:
            return None
        return f"the mail server refused {refused} of {len(recipients)} recipients"

    def _deliver(self, name: str, message: EmailMessage) -> int:
        sending = False
        try:
            with self._connect() as connection:
                if self._server.user is not None:
                    connection.login(self._server.user, self._server.password or "")
                sending = True
                return len(connection.send_message(message))
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(f"'{name}': the mail server can't do what it takes: {error}") from None
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _answered(name, "every recipient", min(codes)) from None
        except smtplib.SMTPAuthenticationError as error:
            raise _answered(name, "user and password", error.smtp_code) from None
        except smtplib.SMTPResponseException as error:
            raise _answered(name, "the mail", error.smtp_code) from None
        except ssl.SSLCertVerificationError as error:
            raise Refused(
                f"'{name}': the mail server's certificate is not trusted ({error.verify_message})"
            ) from None
        except (smtplib.SMTPException, OSError) as error:
            raise Unavailable(
                f"'{name}': the mail server can't be reached ({type(error).__name__})",
                sent=sending,
            ) from None

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.secure == "tls":
            return smtplib.SMTP_SSL(
                server.host, server.port, timeout=self._seconds, context=self._trust
            )
        connection = smtplib.SMTP(server.host, server.port, timeout=self._seconds)
        if server.secure == "starttls":
            try:
                connection.starttls(context=self._trust)
            except BaseException:
                connection.close()
                raise
        return connection


def _answered(name: str, what: str, code: int) -> Refused | Unavailable:
    """Return the error for an SMTP answer; its text may quote anything, so it is left out."""
    if 400 <= code < 500:
        return Unavailable(f"'{name}': the mail server does not take {what} now ({code})")
    return Refused(f"'{name}': the mail server refused {what} ({code})", status=code)


def as_mail(notice: Notice, *, sender: str, recipients: Sequence[str]) -> EmailMessage:
    """Return a notice as a mail in plain text; the mails of one case make a thread."""
    domain = sender.rpartition("@")[2]
    alert = notice.alert
    mail = EmailMessage()
    mail["Subject"] = f"[Tipstaff] {headline(notice)}"
    mail["From"] = f"Tipstaff <{sender}>"
    mail["To"] = ", ".join(recipients)
    mail["Date"] = notice.at
    mail["Message-ID"] = f"<{notice.id.replace(':', '.')}@{domain}>"
    mail["References"] = f"<case.{alert.case_id}@{domain}>"
    # Or vacation notices would come back (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    parts = [
        plain(notice.summary),
        "\n".join(f"{name}: {value}" for name, value in rows(notice)),
        "\n".join(["What was done:", *(f"- {line}" for line in changes(notice))]),
        f"The case: {notice.url}" if notice.url else "",
        f"-- \nPlaybook: {alert.playbook.title}\nAlert {alert.id}, case {alert.case_id}",
    ]
    if not notice.steps:
        parts[2] = ""
    mail.set_content("\n\n".join(part for part in parts if part) + "\n")
    return mail
