"""Exemptions: what somebody who may has called right for a time, so that nothing is done about it.

An exemption covers the same act again: the same playbook, the same actor, the same action, on the
same subject. It ends by itself.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.event import Event
from bot.core.playbook import Playbook
from bot.respond.masking import mask

SUBJECT: Final = (
    "repo",
    "user",
    "team",
    "branch",
    "tag",
    "name",
    "invitee_email",
    "app_slug",
    "hook_url",
    "runner_name",
    "organization_role_name",
    "permission",
    "read_only",
    "changed",
)
"""The fields of an event that say what an act fell on, and how far it went.

Those that an event lacks are left out, as is ``visibility`` unless the act itself sets it.
"""

NUMBER: Final = "actor_id"
"""Kept beside the subject: whoever takes the actor's former login is another actor."""

_SETS_VISIBILITY: Final = frozenset({"repo.access", "repo.create"})

_LONGEST: Final = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Exemption:
    """One act that is right until ``until``.

    ``case_id`` is the case on which ``by`` wrote it, with ``reason``, in the delivery
    ``delivery_id``; ``playbook`` the playbook's title. ``actor``, ``action`` and ``subject`` are in
    lower case. ``announced_at`` is when the case was told that it ends soon; ``ended_at`` when
    ``ended_by`` ended it early.
    """

    id: str
    case_id: str
    installation: int
    org: str
    playbook_id: str
    playbook: str
    actor: str
    action: str
    subject: Mapping[str, str]
    reason: str
    by: str
    delivery_id: str
    since: datetime
    until: datetime
    announce_at: datetime
    announced_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None

    @property
    def key(self) -> str:
        """The same for the same act, and for no other."""
        return act_key(self.org, self.playbook_id, self.actor, self.action, self.subject)

    def holds(self, now: datetime) -> bool:
        """Tell whether it is in force."""
        return self.ended_at is None and self.since <= now < self.until

    def covers(self, happened_at: datetime, now: datetime) -> bool:
        """Tell whether it is in force for what happened then and is judged now."""
        return self.holds(now) and self.since <= happened_at < self.until


def act_key(org: str, playbook_id: str, actor: str, action: str, subject: Mapping[str, str]) -> str:
    """Return what acts have in common that one exemption covers."""
    parts = [org, playbook_id, actor, action]
    parts += [
        part for name in (*SUBJECT, "visibility", NUMBER) for part in (name, subject.get(name, ""))
    ]
    text = "\0".join(parts).casefold().encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]


def subject_of(fields: Mapping[str, object]) -> dict[str, str]:
    """Return what an act fell on, in lower case, from an event's or an alert's fields."""
    names = (*SUBJECT, NUMBER) + (
        ("visibility",) if fields.get("action") in _SETS_VISIBILITY else ()
    )
    found = ((name, _spelled(fields.get(name))) for name in names)
    return {name: value for name, value in found if value}


def _spelled(value: object) -> str:
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return ", ".join(sorted(_spelled(each) for each in value))
    if not isinstance(value, str):
        return ""
    whole = mask(value).casefold()
    if len(whole) <= _LONGEST:
        return whole
    # Two long names that begin alike are not the same.
    rest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"{whole[:_LONGEST]}… ({rest})"


def event_key(event: Event, playbook: Playbook) -> str | None:
    """Return the key of an event as this playbook sees it; ``None`` where nobody is named."""
    if event.org is None or event.actor is None:
        return None
    subject = subject_of(event.fields)
    return act_key(event.org, playbook.id, event.actor, event.action, subject)


def covering(
    exemptions: Iterable[Exemption], key: str | None, *, happened_at: datetime, now: datetime
) -> Exemption | None:
    """Return the exemption that covers an act, the one that lasts longest of several."""
    ours = [each for each in exemptions if each.key == key and each.covers(happened_at, now)]
    return max(ours, key=lambda each: each.until, default=None)
