"""Receivers over real TCP: a web server and a mail server, and a notice to send them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from bot.actions.notice import Notice
from bot.core.playbook import Level, Mode, Playbook
from bot.core.problem import Place
from bot.notify import Places, open_places
from bot.respond.alert import Alert
from bot.respond.inert import Markdown
from bot.respond.step import Receipt, Step, StepState
from bot.settings import Settings, load_settings

NOW = datetime.now(UTC).replace(microsecond=0)
EARLIER = NOW - timedelta(minutes=2)
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SLACK_PATH = "/services/T00/B00/abcdefghijklmnop"

PLAYBOOK = Playbook(
    id="9d2c1c52-0000-4000-8000-000000000001",
    title="Outsider Made Administrator",
    level=Level.CRITICAL,
    place=Place(path="playbooks/example.yml"),
    description="Somebody can do more than they should.",
    tags=("attack.persistence", "attack.t1098"),
)


def alert(**fields: Any) -> Alert:
    """Return an alert about Eve."""
    return Alert(
        id="a1b2c3",
        delivery_id="d-1",
        case_id="c4d5e6",
        installation=1,
        org="acme",
        repo="acme/widgets",
        actor="mallory",
        person="mallory",
        mode=Mode.ENFORCE,
        playbook=PLAYBOOK,
        reasons=(),
        action="repo.add_member",
        fields={"action": "repo.add_member", "actor": "mallory", "user": "eve", **fields},
        happened_at=EARLIER,
        created_at=NOW,
    )


def notice(**changed: Any) -> Notice:
    """Return a notice about that alert, with one change made."""
    about = changed.pop("alert", None) or alert()
    step = Step(
        id="a1b2c3:0",
        case_id=about.case_id,
        alert_id=about.id,
        installation=1,
        position=0,
        action="revert",
        params={},
        state=StepState.DONE,
        next_at=NOW,
        receipt=Receipt(state=StepState.DONE, summary="Removed eve from acme/widgets."),
    )
    made = Notice(
        id="a1b2c3:1",
        title="Outsider Made Administrator: eve in acme/widgets",
        summary=Markdown("`mallory` gave `eve` the role `admin` on `acme/widgets`."),
        alert=about,
        steps=(step,),
        url="https://github.com/acme/security/issues/7",
        at=NOW,
    )
    return replace(made, **changed)


def settings(**variables: str) -> Settings:
    """Return settings with these variables of ``TIPSTAFF_NOTIFY_...``."""

    def read(path: str) -> str:
        raise FileNotFoundError(2, "No such file or directory", path)

    named = {f"TIPSTAFF_NOTIFY_{name}": value for name, value in variables.items()}
    enough = {"APP_ID": "1", "PRIVATE_KEY": "k", "WEBHOOK_SECRET": "s"}
    return load_settings({**enough, **named}, read=read)


@asynccontextmanager
async def opened(
    trust: ssl.SSLContext | None = None,
    clock: Callable[[], datetime] = lambda: NOW,
    /,
    **variables: str,
) -> AsyncIterator[Places]:
    """Open the places of some settings."""
    async with aiohttp.ClientSession() as session:
        yield open_places(settings(**variables), session, clock=clock, trust=trust)


@dataclass
class Receiver:
    """A web server that answers as it is told, and keeps what it got."""

    url: str = ""
    status: int = 204
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    got: list[tuple[dict[str, str], bytes, str]] = field(default_factory=list)

    async def take(self, http: web.Request) -> web.Response:
        """Take one post."""
        headers = {name.lower(): value for name, value in http.headers.items()}
        self.got.append((headers, await http.read(), http.path))
        await asyncio.sleep(self.wait)
        return web.Response(status=self.status, text=self.text, headers=self.headers)


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """Run a web server on this machine."""
    taking = Receiver()
    application = web.Application()
    application.router.add_post("/{path:.*}", taking.take)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    taking.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield taking
    await runner.cleanup()


@dataclass
class Mailbox:
    """A mail server that answers as it is told, and keeps what it got."""

    port: int = 0
    refuse: dict[str, str] = field(default_factory=dict)
    answer: str = "250 OK"
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    got: list[tuple[list[str], EmailMessage]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient, or not."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a mail."""
        if self.answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            mail = BytesParser(policy=default).parsebytes(content)
            assert isinstance(mail, EmailMessage)
            self.got.append((list(envelope.rcpt_tos), mail))
        return self.answer

    def log_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        """Let one user in."""
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"p@ss", handled=data.password == b"p@ss")


@asynccontextmanager
async def mail_server(
    *, tls: ssl.SSLContext | None = None, smtps: bool = False, login: bool = False
) -> AsyncIterator[Mailbox]:
    """Run a mail server on this machine: plain, with STARTTLS, or with TLS from the start."""
    box = Mailbox()
    loop = asyncio.get_running_loop()

    def protocol() -> SMTP:
        return SMTP(
            box,
            hostname="mail.test",
            loop=loop,
            tls_context=None if smtps else tls,
            require_starttls=tls is not None and not smtps,
            authenticator=box.log_in if login else None,
            auth_required=login,
            auth_require_tls=tls is not None and not smtps,
        )

    server = await loop.create_server(protocol, "127.0.0.1", 0, ssl=tls if smtps else None)
    box.port = server.sockets[0].getsockname()[1]
    yield box
    server.close()


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for 127.0.0.1; return the server's context, and one that trusts it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=str(file))
