"""The variables about people outside of GitHub: where notices may be sent, and how."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, SecretStr

from bot.settings.variables import variable

_NAMED: Final = re.compile(r"(?:([a-z][a-z0-9-]{0,30})=)?(\S+)")
_URL: Final = re.compile(r"https?://[^\s/?#@]+(/\S*)?")
_ADDRESS: Final = re.compile(r"[^\s@,;<>\"]+@[^\s@,;<>\"]+")
_SMTP: Final = re.compile(
    r"(?:smtps?|smtp\+plain)://(?:[^\s@/]+@)?(?:[^\s@/:?#\[\]]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?/?"
)

_URLS: Final = "http:// or https:// addresses with commas between them, each but one NAME=ADDRESS"


def _places(usual: str, address: re.Pattern[str], *, shared: bool = False) -> BeforeValidator:
    """Read ``[NAME=]ADDRESS, ...``; ``shared``: a name that is there again has one more address."""

    def read(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        found: dict[str, list[str]] = {}
        for part in filter(None, map(str.strip, value.split(","))):
            named = _NAMED.fullmatch(part)
            if named is None or not address.fullmatch(named[2]):
                raise ValueError(usual)
            known = found.setdefault(named[1] or usual, [])
            if known and not shared:
                raise ValueError(usual)
            known.append(named[2])
        return found

    return BeforeValidator(read)


def _smtp(value: Any) -> Any:
    if isinstance(value, str) and not _SMTP.fullmatch(value.strip()):
        raise ValueError("smtp")
    return value


Places = Mapping[str, tuple[SecretStr, ...]]
"""Addresses by the name of their place: a chat's address is as good as a password."""


class NotifyVariables(BaseModel):
    """Where the action ``notify`` may send; nothing but these variables can name a place."""

    notify_webhook: Annotated[Places, _places("webhook", _URL)] = variable(
        "TIPSTAFF_NOTIFY_WEBHOOK",
        _URLS,
        "Where the action `notify` may post alerts as JSON, signed as Standard Webhooks says. The\n"
        "place is called `webhook`, or as you name it; several are separated by commas.",
        example="https://soc.example.com/hooks/tipstaff",
        default={},
    )
    notify_webhook_secret: SecretStr | None = variable(
        "TIPSTAFF_NOTIFY_WEBHOOK_SECRET",
        "what the receiver checks signatures with: whsec_ and 24 to 64 bytes in base64",
        "The secret that those posts are signed with, such as\n"
        '`echo "whsec_$(openssl rand -base64 32)"` prints.',
        default=None,
    )
    notify_slack: Annotated[Places, _places("slack", _URL)] = variable(
        "TIPSTAFF_NOTIFY_SLACK",
        _URLS,
        "Incoming webhooks of Slack, or of what takes the same (Mattermost, Rocket.Chat, Discord\n"
        "with /slack at the end). The place is called `slack`, or as you name it.",
        example="https://hooks.slack.com/services/T/B/X, oncall=https://chat.example.com/hooks/x",
        default={},
    )
    notify_falco: Annotated[Places, _places("falco", _URL)] = variable(
        "TIPSTAFF_NOTIFY_FALCO",
        _URLS,
        "Where alerts are posted as Falco writes them, such as Falcosidekick's address. The place\n"
        "is called `falco`, or as you name it.",
        example="http://falcosidekick:2801/",
        default={},
    )
    notify_email: Annotated[Places, _places("email", _ADDRESS, shared=True)] = variable(
        "TIPSTAFF_NOTIFY_EMAIL",
        "mail addresses with commas between them, each may be NAME=ADDRESS",
        "Whom alerts are mailed to. The place is called `email`, or as you name it; addresses of\n"
        "one name get one mail.",
        example="security@example.com, oncall=pager@example.com",
        default={},
    )
    notify_email_from: str | None = variable(
        "TIPSTAFF_NOTIFY_EMAIL_FROM",
        "a mail address",
        "The sender of those mails.",
        example="tipstaff@example.com",
        default=None,
        pattern=rf"^{_ADDRESS.pattern}$",
    )
    notify_smtp: Annotated[SecretStr, BeforeValidator(_smtp)] | None = variable(
        "TIPSTAFF_NOTIFY_SMTP",
        "smtp://USER:PASSWORD@HOST:587, smtps://USER:PASSWORD@HOST, or smtp+plain://HOST",
        "The server that takes those mails: smtp:// begins with STARTTLS, smtps:// is TLS from\n"
        "the start, smtp+plain:// is neither, for a relay on this machine. What is special in\n"
        "USER or PASSWORD is written as in URLs (%40 for @).",
        example="smtp://user:password@smtp.example.com:587",
        default=None,
    )
