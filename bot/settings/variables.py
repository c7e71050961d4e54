"""The variables: one field each, with what it must hold, why it is there, and its default.

The names are Probot's where Probot has one, ``TIPSTAFF_...`` where it has none.
"""

from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field, SecretStr

from bot.core.playbook import Mode
from bot.settings.kinds import (
    RESERVED,
    Ceiling,
    LogFormat,
    Logins,
    LogLevel,
    Seconds,
    WebhookPath,
    WrittenFormat,
    WrittenLevel,
)

_PORTS = "a port number from 1 to 65535 (0: any free port)"
_POSITIVE = "a whole number from 1 on"


def variable(name: str, wants: str, why: str, *, example: str = "", **rules: Any) -> Any:
    """Describe a variable: its name, what it must hold, why it is there, and an example."""
    return Field(
        validation_alias=name,
        description=why,
        json_schema_extra={"wants": wants, "example": example},
        **rules,
    )


class Variables(BaseModel):
    """What an operator decides about Tipstaff itself.

    ``private_key`` is the key's text, wherever it came from; `bot.github` reads it.
    ``github_api_url`` has no slash at its end. ``mode`` is the ceiling: no playbook goes further.
    """

    app_id: int = variable(
        "APP_ID",
        "the App's number, as its settings page at GitHub shows it",
        "The App's number: https://github.com/settings/apps, 'About', 'App ID'.",
        example="12345",
        gt=0,
    )
    private_key: SecretStr = variable(
        "PRIVATE_KEY",
        "the App's private key (PEM), or set PRIVATE_KEY_PATH to the file that holds it",
        "The App's private key (PEM). Line ends may be written \\n, the whole may be base64.\n"
        "Set this or PRIVATE_KEY_PATH, not both.",
    )
    private_key_path: str | None = variable(
        "PRIVATE_KEY_PATH",
        "the path of the App's private key, a file that this user may read",
        "The file that holds the App's private key.",
        example="tipstaff.private-key.pem",
        default=None,
    )
    webhook_secret: SecretStr = variable(
        "WEBHOOK_SECRET",
        "the secret entered at the App's settings page, such as `openssl rand -hex 32` prints",
        "The secret that GitHub signs deliveries with, as entered at the App's settings page.",
    )
    webhook_secret_previous: SecretStr | None = variable(
        "WEBHOOK_SECRET_PREVIOUS",
        "the secret that was in use before, or nothing",
        "The former secret, still accepted while a new one is being rolled out.",
        default=None,
    )
    database_url: SecretStr = variable(
        "DATABASE_URL",
        "sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE",
        "Where everything received, decided and done is kept: SQLite, or PostgreSQL when several\n"
        "workers share the load.",
        example="postgresql://tipstaff:password@localhost/tipstaff",
        default=SecretStr("sqlite:///tipstaff.db"),
    )
    host: str = variable(
        "HOST",
        "an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all",
        "The address to listen on; 0.0.0.0 when no proxy on the same machine stands in front.",
        default="127.0.0.1",
        min_length=1,
    )
    port: int = variable(
        "PORT", _PORTS, "The port to listen on (0: any free one).", default=3000, ge=0, le=65535
    )
    webhook_path: WebhookPath | None = variable(
        "WEBHOOK_PATH",
        "a path that begins with / and is not " + ", ".join(sorted(RESERVED)),
        "One more path for deliveries, besides /webhooks and /api/github/webhooks.",
        example="/hooks/github",
        default=None,
        pattern=r"^/[A-Za-z0-9/_.~-]*$",
    )
    log_level: WrittenLevel = variable(
        "LOG_LEVEL",
        ", ".join(LogLevel),
        "The least serious line that is logged: debug, info, warning or error.",
        default=LogLevel.INFO,
    )
    log_format: WrittenFormat = variable(
        "LOG_FORMAT",
        ", ".join(LogFormat),
        "json for machines, text for people.",
        default=LogFormat.JSON,
    )
    ghe_host: str | None = variable(
        "GHE_HOST",
        "the host name of a GitHub Enterprise Server, without https://",
        "GitHub Enterprise Server's host name; leave it out for github.com.",
        example="github.example.com",
        default=None,
        pattern=r"^[A-Za-z0-9.-]+(:[0-9]+)?$",
    )
    github_api_url: str = variable(
        "GITHUB_API_URL",
        "the root of GitHub's REST API, beginning with https:// (or http:// on localhost)",
        "The root of GitHub's REST API. GHE_HOST sets it to https://GHE_HOST/api/v3.",
        default="https://api.github.com",
        pattern=r"^(https://[^\s/?#@]+|http://(localhost|127\.0\.0\.1|\[::1\])(:\d+)?)(/[^\s?#]*)?$",
    )
    mode: Ceiling = variable(
        "TIPSTAFF_MODE",
        "observe, ask or enforce",
        "The furthest that any playbook may go: observe, ask or enforce.\n"
        "Nothing at GitHub is changed until you set TIPSTAFF_MODE=enforce (or ask: then a person\n"
        "approves each change).",
        default=Mode.OBSERVE,
    )
    playbooks: str = variable(
        "TIPSTAFF_PLAYBOOKS", "a folder", "The folder of playbooks.", default="playbooks"
    )
    lists: str = variable("TIPSTAFF_LISTS", "a folder", "The folder of lists.", default="lists")
    config: str = variable(
        "TIPSTAFF_CONFIG",
        "a file",
        "The file that changes playbooks for this organisation without copying them; it need not\n"
        "exist.",
        default="tipstaff.yml",
    )
    reload_interval: Seconds = variable(
        "TIPSTAFF_RELOAD_INTERVAL",
        "seconds, 0 for off",
        "Seconds between two looks for changed playbooks, lists and TIPSTAFF_CONFIG (0: never).",
        default=timedelta(seconds=5),
        ge=timedelta(0),
    )
    list_age: Seconds = variable(
        "TIPSTAFF_LIST_AGE",
        "seconds, 1 or more",
        "Seconds for which what GitHub says of owners, teams and outside collaborators is used\n"
        "before it is asked again.",
        default=timedelta(seconds=300),
        ge=timedelta(seconds=1),
    )
    security_repository: str = variable(
        "TIPSTAFF_SECURITY_REPOSITORY",
        "a repository's name, without its organisation",
        "The private repository, in each organisation, for cases that the affected repository\n"
        "must not show.",
        default="security",
        pattern=r"^[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*$",
        max_length=100,
    )
    protected: Logins = variable(
        "TIPSTAFF_PROTECTED",
        "logins with commas between them",
        "Logins that Tipstaff never touches, with commas between them.",
        example="octocat,break-glass",
        default=frozenset(),
    )
    cap_per_hour: int = variable(
        "TIPSTAFF_CAP_PER_HOUR",
        _POSITIVE,
        "How many changes one playbook may make in an hour; any more wait for a person's approval.",
        default=20,
        gt=0,
    )
    roster_interval: Seconds = variable(
        "TIPSTAFF_ROSTER_INTERVAL",
        "seconds, 0 for off",
        "Seconds between two looks at who owns each organisation (0: never look). No webhook says\n"
        "that a member became an owner.",
        default=timedelta(seconds=60),
        ge=timedelta(0),
    )
    survey_interval: Seconds = variable(
        "TIPSTAFF_SURVEY_INTERVAL",
        "seconds, 0 for off",
        "Seconds between two looks at each organisation's settings, such as the base permission\n"
        "or required two-factor authentication (0: never look). No webhook tells of a change.",
        default=timedelta(seconds=300),
        ge=timedelta(0),
    )
    redelivery_interval: Seconds = variable(
        "TIPSTAFF_REDELIVERY_INTERVAL",
        "seconds, 0 for off",
        "Seconds between two looks for deliveries that did not arrive (0: never look).",
        default=timedelta(seconds=300),
        ge=timedelta(0),
    )
    workers: int = variable(
        "TIPSTAFF_WORKERS",
        "a whole number from 1 to 256",
        "How many deliveries and steps are worked on at once.",
        default=8,
        gt=0,
        le=256,
    )
    lease: Seconds = variable(
        "TIPSTAFF_LEASE",
        "seconds, 5 or more",
        "Seconds after which the work of a worker that fell silent is taken over.",
        default=timedelta(seconds=60),
        ge=timedelta(seconds=5),
    )
    content_per_minute: int = variable(
        "TIPSTAFF_CONTENT_PER_MINUTE",
        _POSITIVE,
        "Issues and comments made in a minute, per organisation; GitHub allows 80.",
        default=80,
        gt=0,
    )
    content_per_hour: int = variable(
        "TIPSTAFF_CONTENT_PER_HOUR",
        _POSITIVE,
        "Issues and comments made in an hour, per organisation; GitHub allows 500.",
        default=500,
        gt=0,
    )
    points_per_minute: int = variable(
        "TIPSTAFF_POINTS_PER_MINUTE",
        _POSITIVE,
        "GitHub's points used in a minute, per organisation (a write costs 5); it allows 900.",
        default=900,
        gt=0,
    )
    max_body: int = variable(
        "TIPSTAFF_MAX_BODY",
        "a number of bytes from 1024 on",
        "The largest delivery accepted, in bytes; GitHub's cap is 25 MB.",
        default=25 * 1024 * 1024,
        ge=1024,
    )
