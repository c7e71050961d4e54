"""The table of facts about an alert, and the evidence behind it, as a person would ask for them."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, Final

import orjson

from bot.core.playbook import Level, Playbook, Reason
from bot.respond.alert import Alert
from bot.respond.inert import Markdown, block, cell, plain, prose

MOST_ROWS: Final = 24
MOST_REASONS: Final = 12
MOST_EVENTS: Final = 20

_ROWS: Final = (
    ("Who", ("actor",)),
    ("To whom", ("user", "invitee_email")),
    ("Level given", ("permission",)),
    ("Level before", ("old_permission",)),
    ("Team", ("team",)),
    ("Visibility", ("visibility",)),
    ("Visibility before", ("previous_visibility",)),
    ("Branch or tag", ("ref",)),
    ("Commits", ("commit_shas",)),
    ("Deploy key", ("title",)),
    ("From address", ("actor_ip",)),
    ("From country", ("actor_location.country_code", "actor_location")),
    ("Token type", ("programmatic_access_type",)),
    ("Token", ("user_programmatic_access_name", "token_id", "hashed_token")),
    ("Token's scopes", ("token_scopes",)),
    ("Repositories", ("repository_selection",)),
    ("Token ends", ("token_expires_at",)),
)
"""A row's name, and the fields it is read from: the first one that the event has."""

_ONLY_FOR: Final = {"title": "public_key."}
"""Fields that mean this only in actions that begin so; elsewhere they are something else."""

TACTICS: Final = {
    "reconnaissance": "TA0043",
    "resource-development": "TA0042",
    "initial-access": "TA0001",
    "execution": "TA0002",
    "persistence": "TA0003",
    "privilege-escalation": "TA0004",
    "defense-evasion": "TA0005",
    "credential-access": "TA0006",
    "discovery": "TA0007",
    "lateral-movement": "TA0008",
    "collection": "TA0009",
    "command-and-control": "TA0011",
    "exfiltration": "TA0010",
    "impact": "TA0040",
}
"""MITRE ATT&CK's enterprise tactics and their numbers (https://attack.mitre.org/tactics/)."""

LEVEL_WORDS: Final = {
    Level.INFORMATIONAL: "⚪ informational",
    Level.LOW: "🔵 low",
    Level.MEDIUM: "🟡 medium",
    Level.HIGH: "🟠 high",
    Level.CRITICAL: "🔴 critical",
}


def facts(alert: Alert, zone: tzinfo = UTC) -> list[tuple[str, Markdown]]:
    """Return the rows of the table of facts: a name, and the value as a table cell."""
    return list(_facts(alert, zone))[:MOST_ROWS]


def _facts(alert: Alert, zone: tzinfo) -> Iterator[tuple[str, Markdown]]:
    yield "What", cell(alert.action)
    shown = {"action", "org", "repo"}
    for name, candidates in _ROWS:
        field = next((each for each in candidates if _applies(each, alert)), None)
        if field is not None:
            shown.add(field)
            yield name, _value(_read(alert.fields, field))
    yield "Where", cell(alert.repo or alert.org)
    yield "When", Markdown(when(alert.happened_at, zone))
    for field in alert.playbook.fields:
        if field not in shown and _applies(field, alert):
            yield cell(field, 60), _value(_read(alert.fields, field))


def _applies(field: str, alert: Alert) -> bool:
    fits = alert.action.startswith(_ONLY_FOR.get(field, ""))
    return fits and _read(alert.fields, field) not in (None, "", [])


def _read(fields: Mapping[str, Any], field: str) -> Any:
    if field in fields:
        return fields[field]
    node: Any = fields
    for key in field.split("."):
        node = node.get(key) if isinstance(node, Mapping) else None
    return node


def _value(value: Any) -> Markdown:
    if isinstance(value, list | tuple):
        shown = [cell(item, 80) for item in value[:5]]
        more = f" and {len(value) - 5} more" if len(value) > 5 else ""
        return Markdown(", ".join(shown) + more)
    return cell(value)


def when(moment: datetime, zone: tzinfo = UTC) -> str:
    """Return a moment as people read it: in UTC, and in their own zone where that is another."""
    told = moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    local = moment.astimezone(zone)
    if zone is UTC or str(zone) == "UTC":
        return told
    same_day = local.date() == moment.astimezone(UTC).date()
    words = local.strftime("%H:%M:%S" if same_day else "%Y-%m-%d %H:%M:%S")
    return f"{told}, {words} in {str(zone).replace('_', ' ')}"


def level(playbook: Playbook) -> Markdown:
    """Return the level with its colour."""
    return Markdown(LEVEL_WORDS[playbook.level])


def attack(playbook: Playbook) -> Markdown:
    """Return the playbook's ATT&CK tags as links to MITRE's pages; empty when it has none."""
    links = (_attack_link(tag) for tag in playbook.tags[:12])
    return Markdown(", ".join(link for link in links if link))


def _attack_link(tag: str) -> str:
    name = tag.lower().removeprefix("attack.")
    if name == tag.lower():
        return ""
    tactic = name.replace("_", "-")
    if tactic in TACTICS:
        words = tactic.replace("-", " ")
        return f"[{words}](https://attack.mitre.org/tactics/{TACTICS[tactic]}/)"
    if name.startswith("t") and name[1:].replace(".", "").isdigit():
        path = name.upper().replace(".", "/")
        return f"[{name.upper()}](https://attack.mitre.org/techniques/{path}/)"
    return cell(name)


def reasons(alert: Alert) -> list[tuple[Markdown, Markdown, Markdown]]:
    """Return why the playbook matched, as table cells: selection, what it asks for, what was."""
    return [_reason(reason) for reason in alert.reasons[:MOST_REASONS]]


def events(alert: Alert) -> list[Markdown]:
    """Return the events that a correlation joined, oldest first, each in words on one line."""
    told = list(dict.fromkeys(str(reason.value) for reason in alert.reasons if reason.sighting))
    lines = [cell(words) for words in told[:MOST_EVENTS]]
    if len(told) > MOST_EVENTS:
        lines.append(Markdown(f"and {len(told) - MOST_EVENTS} more"))
    return lines


def presumptions(alert: Alert) -> list[str]:
    """Return the remark that nobody could know whether the playbook matched, if that is so."""
    if not any(reason.presumed for reason in alert.reasons):
        return []
    remark = (
        "A list that this playbook asks for could not be read from GitHub, so whether it matches "
        "is presumed. Whatever changes anything waits for a person's approval."
    )
    return [remark]


def _reason(reason: Reason) -> tuple[Markdown, Markdown, Markdown]:
    what = f"{reason.field}: {plain(reason.value, 120)}" if reason.field else reason.value
    return cell(reason.selection, 60), cell(reason.test, 160), cell(what)


def event_json(alert: Alert) -> Markdown:
    """Return the event's normalised fields as a fenced block, long values cut."""
    short = {name: _short(value) for name, value in alert.fields.items()}
    options = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS
    text = orjson.dumps(short, default=str, option=options).decode()
    return block(text, "json", limit=6_000)


def _short(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value, 200)
    if isinstance(value, list):
        return [_short(item) for item in value[:20]]
    if isinstance(value, Mapping):
        return {str(key)[:80]: _short(item) for key, item in list(value.items())[:20]}
    return value


def bullets(texts: tuple[str, ...], limit: int = 300, most: int = 8) -> list[Markdown]:
    """Return short texts of the playbook's author as Markdown, each on one line."""
    return [prose(" ".join(text.split())[:limit]) for text in texts[:most]]
