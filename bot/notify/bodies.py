"""What is posted: a notice as our own JSON, as Slack's, and as Falco's."""

import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.actions.notice import Notice
from bot.core.playbook import Level
from bot.notify.text import changes, headline, plain, rows
from bot.respond.inert import title
from bot.respond.masking import mask

_COLOURS: Final = {
    Level.INFORMATIONAL: "#8b949e",
    Level.LOW: "#0969da",
    Level.MEDIUM: "#d4a72c",
    Level.HIGH: "#fb8500",
    Level.CRITICAL: "#cf222e",
}

_PRIORITIES: Final = {
    Level.INFORMATIONAL: "Informational",
    Level.LOW: "Notice",
    Level.MEDIUM: "Warning",
    Level.HIGH: "Error",
    Level.CRITICAL: "Critical",
}
"""Falco's priority for each level: the way back of `bot.detect.falco.rule_item.PRIORITIES`."""

_MOST_FIELDS: Final = 10
_LONGEST_VALUE: Final = 512
"""Falcosidekick cuts longer values in large payloads."""


def own(notice: Notice) -> dict[str, Any]:
    """Return a notice as Tipstaff's own JSON, in the envelope of Standard Webhooks."""
    alert = notice.alert
    playbook = alert.playbook
    return {
        "type": "alert",
        "timestamp": _stamp(notice.at),
        "data": {
            "id": notice.id,
            "alert": alert.id,
            "case": alert.case_id,
            "delivery": alert.delivery_id,
            "title": mask(notice.title),
            "summary": plain(notice.summary),
            "level": str(playbook.level),
            "org": alert.org,
            "repo": alert.repo,
            "actor": alert.actor,
            "person": alert.person,
            "action": alert.action,
            "happened_at": _stamp(alert.happened_at),
            "url": notice.url,
            "playbook": {
                "id": playbook.id,
                "title": playbook.title,
                "description": mask(playbook.description[:2_000]),
                "tags": list(playbook.tags),
            },
            "steps": [
                {
                    "action": step.action,
                    "state": str(step.state),
                    "summary": mask(step.receipt.summary if step.receipt else step.error),
                }
                for step in notice.steps
            ],
            "event": dict(alert.fields),
        },
    }


def slack(notice: Notice) -> dict[str, Any]:
    """Return a notice as an incoming webhook of Slack takes it, and whatever imitates Slack."""
    playbook = notice.alert.playbook
    attachment = {
        "fallback": _escaped(headline(notice)),
        "color": _COLOURS[playbook.level],
        "text": _escaped(
            "\n".join([plain(notice.summary), *(f"• {each}" for each in changes(notice))])
        ),
        "fields": [
            {"title": _escaped(name), "value": _escaped(value), "short": len(value) < 40}
            for name, value in rows(notice)[:_MOST_FIELDS]
        ],
        "footer": _escaped(f"Tipstaff: {title(playbook.title, 100)}"),
        "ts": int(notice.alert.happened_at.timestamp()),
        "mrkdwn_in": [],
    }
    if notice.url is not None:
        attachment |= {"title": "The case", "title_link": notice.url}
    return {
        "text": _escaped(headline(notice)),
        "attachments": [attachment],
        "mrkdwn": False,
        "link_names": 0,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _escaped(text: str) -> str:
    """Escape the three characters that Slack asks for: with them go its mentions and links."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def falco(notice: Notice, hostname: str) -> dict[str, Any]:
    """Return a notice as Falco's JSON output, which Falcosidekick takes.

    The text has the notice's id, because Falco Talon takes equal texts for one alert, and is
    ASCII, because Falcosidekick's pages want that.
    """
    alert = notice.alert
    where = f" ({notice.url})" if notice.url else ""
    output = f"{mask(notice.title)}: {plain(notice.summary, 1_000)}{where} (notice {notice.id})"
    return {
        "output": _ascii(" ".join(output.split())),
        "priority": _PRIORITIES[alert.playbook.level],
        "rule": alert.playbook.title,
        "time": _stamp(alert.happened_at, nanoseconds=True),
        "source": "github",
        "hostname": hostname,
        "tags": list(alert.playbook.tags),
        "output_fields": {
            **_flat(alert.fields),
            "tipstaff.alert": alert.id,
            "tipstaff.case": alert.case_id,
            "tipstaff.notice": notice.id,
            **({"tipstaff.url": notice.url} if notice.url else {}),
        },
    }


def _flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that are single values, and lists as one text."""
    flat: dict[str, Any] = {}
    for name, value in fields.items():
        if isinstance(value, list | tuple):
            flat[name] = ", ".join(str(item) for item in value)[:_LONGEST_VALUE]
        elif isinstance(value, str):
            flat[name] = value[:_LONGEST_VALUE]
        elif isinstance(value, bool | int | float):
            flat[name] = value
    return flat


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _stamp(moment: datetime, *, nanoseconds: bool = False) -> str:
    text = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")
    return f"{text}000Z" if nanoseconds else f"{text}Z"
