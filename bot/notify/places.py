"""The places that the operator's settings name, and how a notice gets to each."""

import socket
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial

import aiohttp
from pydantic import SecretStr

from bot.actions.notice import Notice
from bot.core.errors import ConfigurationError, Refused
from bot.notify import bodies
from bot.notify.mail import Mailer, read_server
from bot.notify.post import Post, Poster, read_secret
from bot.settings import Settings

Send = Callable[[Notice], Awaitable[str | None]]
"""Gets a notice to one place; see `bot.actions.notice.Notifier.send`."""


class Places:
    """Keeps the port `bot.actions.notice.Notifier`."""

    def __init__(self, ways: Mapping[str, Send]) -> None:
        self._ways = dict(ways)

    @property
    def names(self) -> Sequence[str]:
        """What the places are called, in the order of the settings."""
        return tuple(self._ways)

    async def send(self, name: str, notice: Notice) -> str | None:
        """Deliver a notice to one place."""
        send = self._ways.get(name)
        if send is None:
            raise Refused(f"the settings name no place '{name}'")
        return await send(notice)


def open_places(
    settings: Settings,
    session: aiohttp.ClientSession,
    *,
    clock: Callable[[], datetime],
    trust: ssl.SSLContext | None = None,
) -> Places:
    """Return the places of the settings; nothing is connected yet.

    ``trust`` is what a mail server's certificate is checked against, by default what this machine
    trusts. Raises `ConfigurationError`, saying which variable to set.
    """
    poster = Poster(session, clock=clock)
    ways: dict[str, Send] = {}
    _add(ways, "WEBHOOK", _webhooks(settings, poster))
    _add(ways, "SLACK", _posts(settings.notify_slack, poster, bodies.slack))
    falco = partial(bodies.falco, hostname=socket.gethostname())
    _add(ways, "FALCO", _posts(settings.notify_falco, poster, falco))
    _add(ways, "EMAIL", _mails(settings, trust))
    return Places(ways)


def _add(ways: dict[str, Send], variable: str, more: Mapping[str, Send]) -> None:
    for name in sorted(ways.keys() & more.keys()):
        raise ConfigurationError(
            f"TIPSTAFF_NOTIFY_{variable} names a place '{name}', and so does another variable; "
            "give each place a name of its own"
        )
    ways |= more


def _webhooks(settings: Settings, poster: Poster) -> dict[str, Send]:
    places, secret = settings.notify_webhook, settings.notify_webhook_secret
    if not places:
        return {}
    if secret is None:
        raise ConfigurationError(
            "TIPSTAFF_NOTIFY_WEBHOOK_SECRET is not set; set it to what "
            '`echo "whsec_$(openssl rand -base64 32)"` prints, and give it to the receiver'
        )
    return _posts(places, poster, bodies.own, secret=read_secret(secret.get_secret_value()))


def _posts(
    places: Mapping[str, Sequence[SecretStr]],
    poster: Poster,
    body: Callable[[Notice], Mapping[str, object]],
    *,
    secret: bytes | None = None,
) -> dict[str, Send]:
    def way(name: str, url: str) -> Send:
        async def send(notice: Notice) -> None:
            post = Post(id=notice.id, at=notice.at, body=body(notice))
            await poster.post(name, url, post, secret=secret)

        return send

    return {name: way(name, urls[0].get_secret_value()) for name, urls in places.items()}


def _mails(settings: Settings, trust: ssl.SSLContext | None) -> dict[str, Send]:
    places, sender, server = (
        settings.notify_email,
        settings.notify_email_from,
        settings.notify_smtp,
    )
    if not places:
        return {}
    if sender is None or server is None:
        lacking = "TIPSTAFF_NOTIFY_EMAIL_FROM" if sender is None else "TIPSTAFF_NOTIFY_SMTP"
        raise ConfigurationError(f"{lacking} is not set; TIPSTAFF_NOTIFY_EMAIL needs it")
    mailer = Mailer(read_server(server.get_secret_value()), sender=sender, trust=trust)

    def way(name: str, addresses: Sequence[SecretStr]) -> Send:
        recipients = [address.get_secret_value() for address in addresses]
        return partial(mailer.send, name, recipients)

    return {name: way(name, addresses) for name, addresses in places.items()}
