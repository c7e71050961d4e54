"""Hearing ``/exempt`` and ``/unexempt``, and telling of an exemption's end."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.core.times import parse_span, spell_span
from bot.respond.alert import Alert, CaseFile
from bot.respond.command import Command
from bot.respond.consent import one_word_objection
from bot.respond.exemption import NUMBER, Exemption, act_key, subject_of
from bot.respond.inert import Markdown, code
from bot.respond.standing import Standing, is_same
from bot.respond.step import Step
from bot.respond.word import Word
from bot.respond.wording import nothing, refused

SHORTEST: Final = timedelta(hours=1)
LONGEST: Final = timedelta(days=90)
"""The longest exemption where the operator says nothing else."""

NOTICE: Final = timedelta(days=3)
"""How long before its end an exemption is announced to end, or half its time if that is less."""

MOST_ACTS: Final = 10
"""Different acts that one comment may exempt."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Heard:
    """What to reply, the exemptions to write, and the ids of those to end."""

    reply: Markdown
    exempts: tuple[Exemption, ...] = ()
    ends: tuple[str, ...] = ()


def alert_key(alert: Alert) -> str:
    """Return the key of what an alert is about."""
    subject = subject_of(alert.fields)
    return act_key(alert.org, alert.playbook.id, alert.actor or "", alert.action, subject)


def exempt(
    command: Command,
    file: CaseFile,
    *,
    word: Word,
    standing: Standing,
    news: Collection[str],
    now: datetime,
    longest: timedelta,
) -> Heard:
    """Return what ``/exempt 30d reason`` leads to."""
    span, reason = (*command.argument.split(maxsplit=1), "", "")[:2]
    length = _span(span.lower())
    if length is None or not reason.strip() or not SHORTEST <= length <= longest:
        return Heard(reply=_usage(longest))
    acts = {alert_key(alert): alert for alert in file.alerts if alert.id not in news}
    against = {key: _objection(alert, word, standing) for key, alert in acts.items()}
    allowed = [alert for key, alert in acts.items() if against[key] is None]
    objections = list(dict.fromkeys(why for why in against.values() if why is not None))
    if not allowed:
        why = objections[0] if objections else "nothing had been told here when that was written"
        return Heard(reply=refused(command, why))
    if len(allowed) > MOST_ACTS:
        return Heard(
            reply=refused(
                command,
                f"this case joins {len(allowed)} different acts, and one comment exempts at most "
                f"{MOST_ACTS}; a filter or a list in the playbook is the way for so many",
            )
        )
    if min(word.written_at, now) + length <= now:
        return Heard(reply=refused(command, "the time that it asks for is over by now"))
    granted = tuple(
        _grant(alert, file, word=word, reason=reason.strip(), now=now, length=length)
        for alert in allowed
    )
    rest = f"\n\nNot exempt: the rest, because {objections[0]}." if objections else ""
    return Heard(reply=Markdown(_granted(granted, length) + rest), exempts=granted)


def unexempt(
    command: Command, file: CaseFile, *, word: Word, standing: Standing, now: datetime
) -> Heard:
    """Return what ``/unexempt`` leads to: it ends what was exempt by a comment on this case."""
    standing_yet = [
        each for each in file.exemptions if each.holds(now) and not word.is_before(each.since)
    ]
    if not standing_yet:
        return Heard(reply=nothing(command, "no exemption in force was written on this case"))
    ours = [each for each in standing_yet if _may_end(each, file, word, standing)]
    if not ours:
        why = "that is for owners, administrators of the repository, and whoever wrote it"
        return Heard(reply=refused(command, why))
    told = "\n".join(f"- {act(each)}" for each in ours)
    reply = f"Not exempt any more; when it happens again, this playbook acts again:\n\n{told}"
    return Heard(reply=Markdown(reply), ends=tuple(each.id for each in ours))


def announcement(exemption: Exemption, file: CaseFile, now: datetime) -> Step | None:
    """Return the comment that tells of an exemption's end; ``None`` where no issue can hold it."""
    if file.case.issue is None:
        return None
    ends = "ends" if now < exemption.until else "ended"
    text = (
        f"**An exemption {ends} at {_moment(exemption.until)}:** {act(exemption)} "
        f"({code(exemption.by)} wrote it: {code(exemption.reason)}). From then on this playbook "
        "acts on it again. If it is still right, comment `/exempt 30d reason`."
    )
    return Step(
        id=f"exemption:{exemption.id}:ends",
        case_id=file.case.id,
        alert_id=None,
        installation=exemption.installation,
        position=0,
        action="comment",
        params={"body": text},
        next_at=now,
    )


def act(exemption: Exemption) -> Markdown:
    """Return in words what an exemption covers."""
    where = on(exemption.subject)
    return Markdown(
        f"{code(exemption.action)} by {code(exemption.actor)}"
        + (f" on {', '.join(str(code(value)) for value in where)}" if where else "")
    )


def on(subject: Mapping[str, str]) -> Sequence[str]:
    """Return the parts of a subject, each with its field's name where that says more."""
    told = {name: value for name, value in subject.items() if name != NUMBER}
    return [value if name == "repo" else f"{name} {value}" for name, value in told.items()]


def _span(text: str) -> timedelta | None:
    try:
        return parse_span(text)
    except ValueError:
        return None


def _objection(alert: Alert, word: Word, standing: Standing) -> str | None:
    against = one_word_objection(word.by, standing, alert)
    if against is None and alert.actor is None:
        return "GitHub does not say who did it, and an exemption is for one actor"
    return against


def _may_end(exemption: Exemption, file: CaseFile, word: Word, standing: Standing) -> bool:
    about = [alert for alert in file.alerts if alert.playbook.id == exemption.playbook_id]
    return (
        any(one_word_objection(word.by, standing, alert) is None for alert in about)
        or standing.is_owner
        or is_same(word.by, exemption.by)
        or standing.role_in(exemption.subject.get("repo")) == "admin"
    )


def _grant(
    alert: Alert, file: CaseFile, *, word: Word, reason: str, now: datetime, length: timedelta
) -> Exemption:
    # The id follows from the comment and the act: heard again, it is the same exemption.
    name = f"{word.name}\0{alert_key(alert)}".encode("utf-8", "surrogatepass")
    since = min(word.written_at, now)
    until = since + length
    return Exemption(
        id=hashlib.sha256(name).hexdigest()[:10],
        case_id=file.case.id,
        installation=word.installation,
        org=alert.org,
        playbook_id=alert.playbook.id,
        playbook=alert.playbook.title,
        actor=(alert.actor or "").casefold(),
        action=alert.action,
        subject=subject_of(alert.fields),
        reason=reason,
        by=word.by,
        delivery_id=word.delivery_id,
        since=since,
        until=until,
        announce_at=until - min(NOTICE, length / 2),
    )


def _usage(longest: timedelta) -> Markdown:
    return Markdown(
        "An exemption needs a time and a reason: write for instance `/exempt 30d they set up the "
        "new site until then`. It lasts from an hour (`1h`) to "
        f"{spell_span(longest)} (`h`, `d` and `w` are hours, days and weeks)."
    )


def _granted(granted: Sequence[Exemption], length: timedelta) -> str:
    told = "\n".join(f"- {act(each)} (exemption {code(each.id)})" for each in granted)
    until = _moment(granted[0].until)
    return (
        f"Exempt for {spell_span(length)}, until {until}, because: {code(granted[0].reason)}.\n\n"
        f"{told}\n\nWhen just that happens again, it is recorded, and nothing is opened or "
        "changed. What waits on this case still waits. To end it early, comment `/unexempt`."
    )


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
