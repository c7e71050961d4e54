"""From a match to what will be done about it: the alert, its case and its steps."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import orjson

from bot.core.event import MISSING, Event
from bot.core.normalise.survey import SETTINGS_OF
from bot.core.playbook import Match, Mode, Playbook
from bot.core.times import DEFAULTS, Schedule
from bot.respond.alert import Alert, Case, CaseState, Plan
from bot.respond.exemption import Exemption, covering, event_key
from bot.respond.inert import is_login
from bot.respond.masking import mask
from bot.respond.step import Step, StepState
from bot.respond.subject import subject_of
from bot.respond.template import context
from bot.respond.turn import start

ABOUT: Final = frozenset(
    {
        "actor",
        "user",
        "added_by",
        "inviter",
        "requester",
        "resolved_by",
        "merged_by",
        "triggering_actor",
        "push_protection_bypassed_by",
    }
)
"""Fields that hold a login which GitHub itself vouches for; only such a person is ever told."""

OWNER_EVENTS: Final = frozenset({"org.update_member", "org.add_member"})
"""Events whose answer may change who owns the organisation."""

OWNER_ACTIONS: Final = frozenset({"remove-member", "convert-to-outside-collaborator"})
"""Actions that may do so whatever they answer."""

SETTINGS_EVENTS: Final = frozenset({"org.update_default_repository_permission", *SETTINGS_OF})
"""Events whose answer may change a setting of the organisation."""

SETTINGS_ACTIONS: Final = frozenset({"set-base-permission"})
"""Actions that do so whatever they answer."""

_LONGEST_TEXT: Final = 2_000
LONGEST_LIST: Final = 200
"""How many items an alert keeps of a list or of a table."""

_DEEPEST: Final = 6  # a ruleset's rules are that deep, and are put back from here
_MOST_BYTES: Final = 60_000


def plan(
    event: Event,
    match: Match,
    *,
    own_login: str,
    ceiling: Mode,
    now: datetime,
    changing: frozenset[str],
    times: Schedule = DEFAULTS,
    exemptions: Sequence[Exemption] = (),
) -> Plan | None:
    """Return what to do about a match, or ``None`` when there is nobody to answer or no cause.

    ``own_login`` is the App's bot login: what Tipstaff did itself is never judged, and no other
    bot is trusted so. ``ceiling`` is the highest mode the settings allow; ``changing`` names the
    actions that alter the organisation and therefore wait for approval in ``ask`` mode, which is
    also the furthest a presumed match goes. ``times`` say how long after its end a case is opened
    again; what is only watched opens none. What one of the ``exemptions`` covers is only watched,
    in a case by itself that nobody is told of. The same event and match always give the same ids.
    """
    playbook, org = match.playbook, event.org
    if org is None or event.installation is None or _same(event.actor, own_login):
        return None
    mode = min(playbook.response.mode, ceiling, Mode.ASK if match.presumed else ceiling)
    key = case_key(event, playbook, org)
    alert_id = _hash(event.id, playbook.id)
    case = Case(
        id=_hash(key, alert_id), key=key, org=org, installation=event.installation, opened_at=now
    )
    exempt = covering(exemptions, event_key(event, playbook), happened_at=event.at, now=now)
    if exempt is not None:
        mode, case = Mode.OBSERVE, _aside(case, exempt)
    alert = Alert(
        id=alert_id,
        delivery_id=event.id,
        case_id=case.id,
        installation=event.installation,
        org=org,
        repo=event.repo,
        actor=event.actor,
        person=person_concerned(event, playbook),
        mode=mode,
        playbook=playbook,
        reasons=tuple(replace(reason, value=_cut(reason.value, 2)) for reason in match.reasons),
        action=event.action,
        fields=bounded(event.fields),
        output=_cut_text(match.output),
        happened_at=event.at,
        created_at=now,
        exemption=None if exempt is None else exempt.id,
    )
    values = context(
        event,
        playbook,
        alert.person,
        events=match.events,
        output=match.output,
        reasons=alert.reasons,
    )
    return Plan(
        case=case,
        alert=alert,
        steps=tuple(_steps(alert, values, now, changing)),
        reopens=None if mode is Mode.OBSERVE else times[playbook.level].reopen,
    )


def _aside(case: Case, exemption: Exemption) -> Case:
    """Return the case for all that an exemption covers: closed, and never opened."""
    key = f"exempt:{exemption.id}"
    return replace(case, id=_hash(key), key=key, state=CaseState.CLOSED, closed_at=case.opened_at)


def case_key(event: Event, playbook: Playbook, org: str) -> str:
    """Return what alerts of one case have in common, short and stable.

    It follows from the playbook, the organisation and the values of the playbook's ``group-by``
    fields, case ignored.
    """
    values = [_group_value(event.lookup(field)) for field in playbook.response.group_by]
    return f"{playbook.id}:{_hash(playbook.id, org.lower(), *values)}"


def person_concerned(event: Event, playbook: Playbook) -> str | None:
    """Return the login the playbook's ``about`` names, if GitHub vouches for it as a person's."""
    about = playbook.response.about
    login = event.text(about) if about in ABOUT else None
    if login is None or not is_login(login):
        return None
    return login


def _steps(
    alert: Alert, values: Mapping[str, Any], now: datetime, changing: frozenset[str]
) -> Iterator[Step]:
    for position, spec in enumerate(alert.playbook.response.steps):
        changes = spec.action in changing
        begun = start(alert, position, values, now=now, waits=changes)
        yield Step(
            id=f"{alert.id}:{position}",
            case_id=alert.case_id,
            alert_id=alert.id,
            installation=alert.installation,
            position=position,
            action=spec.action,
            params=begun.params,
            state=begun.state,
            lane=_lane(alert, spec.action) if changes else None,
            subject=subject_of(spec.action, begun.params, alert).key if changes else None,
            needs=begun.needs,
            late=begun.late,
            error=begun.error,
            receipt=begun.receipt,
            next_at=begun.next_at,
            ask_until=(
                max(now, begun.next_at) + alert.playbook.response.approval.expires
                if begun.state is StepState.AWAITING
                else None
            ),
        )


def owners_lane(org: str) -> str:
    """Return the lane of the steps that may change who owns an organisation."""
    return f"owners:{org.lower()}"


def settings_lane(org: str) -> str:
    """Return the lane of the steps that may change an organisation's settings."""
    return f"settings:{org.lower()}"


def _lane(alert: Alert, action: str) -> str | None:
    if alert.action in OWNER_EVENTS or action in OWNER_ACTIONS:
        return owners_lane(alert.org)
    if alert.action in SETTINGS_EVENTS or action in SETTINGS_ACTIONS:
        return settings_lane(alert.org)
    return None


def bounded(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event's fields cut to what an alert keeps, secrets masked.

    Long texts and lists are shortened, deep values left out, and fields dropped once the rest
    fills about 60 kB.
    """
    kept: dict[str, Any] = {}
    room = _MOST_BYTES
    for name, value in fields.items():
        cut = _cut(value, _DEEPEST)
        size = len(orjson.dumps(cut, default=str, option=orjson.OPT_NON_STR_KEYS)) + len(name) + 4
        if size <= room:
            room -= size
            kept[name] = cut
    return kept


def _cut(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return _cut_text(value)
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else str(value)
    return _cut_collection(value, depth)


def _cut_text(text: str) -> str:
    masked = mask(text[: 2 * _LONGEST_TEXT])
    cut = masked if len(masked) <= _LONGEST_TEXT else masked[: _LONGEST_TEXT - 1] + "…"
    return cut.encode("utf-8", "replace").decode()


def _cut_collection(value: Any, depth: int) -> Any:
    if depth > 0 and isinstance(value, Mapping):
        items = list(value.items())[:LONGEST_LIST]
        return {_cut_text(str(key)): _cut(item, depth - 1) for key, item in items}
    if depth > 0 and isinstance(value, list | tuple):
        return [_cut(item, depth - 1) for item in value[:LONGEST_LIST]]
    return "…" if depth == 0 else _cut_text(str(value))


def _group_value(value: Any) -> str:
    if value is MISSING or value is None:
        return ""
    return _cut(value, 1).lower() if isinstance(value, str) else str(_cut(value, 2))


def _same(login: str | None, other: str) -> bool:
    return login is not None and login.casefold() == other.casefold()


def _hash(*parts: str) -> str:
    text = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:20]
