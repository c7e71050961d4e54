"""Rendering a case for people: the issue, its later comments, and the markers to find them by.

The templates are ours and see only what is passed to them; whatever is not `Markdown` when it
reaches a template comes out as a code span, so a value cannot be forgotten.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.respond import facts, wording
from bot.respond.account import UNNUMBERED, answers, done_list
from bot.respond.alert import Alert, Case
from bot.respond.inert import Markdown, cell, code, link, mention, plain, prose, sentence, title
from bot.respond.marker import issue_marker, step_marker
from bot.respond.sentence import happened, is_told
from bot.respond.step import Step

LONGEST_BODY: Final = 65_536
"""GitHub takes no longer issue or comment, in characters."""

_TEMPLATES: Final = ("issue.md.j2", "again.md.j2")


@dataclass(frozen=True, kw_only=True, slots=True)
class Readers:
    """Who reads cases: the zone they live in, and where they can read the playbooks."""

    zone: tzinfo = UTC
    playbooks_url: str | None = None


def issue_title(alert: Alert, text: str = "") -> str:
    """Return the issue's title, inert: the playbook's own, or who did what where."""
    if text:
        return title(text)
    if is_told(alert.action):
        return title(happened(alert).replace("`", "").rstrip("."))
    who = alert.actor or "somebody"
    return title(f"{alert.playbook.title}: {who} in {alert.repo or alert.org}")


def issue_body(
    alert: Alert,
    *,
    steps: Sequence[Step],
    step_id: str | None = None,
    summary: str = "",
    mentions: bool = True,
    notes: Sequence[str] = (),
    extra: Markdown | None = None,
    former: Case | None = None,
    readers: Readers = Readers(),
    numbers: Mapping[str, int] = UNNUMBERED,
) -> Markdown:
    """Return the body of a case's issue, always below GitHub's limit.

    ``steps`` are the changing steps to tell of; ``step_id`` the one that opens it; ``summary`` is
    the playbook's own Markdown (its values already inert) instead of the usual sentence;
    ``mentions`` allows a live mention of the person concerned; ``notes`` are plain remarks;
    ``extra`` a section between facts and answers; ``former`` the case that went before;
    ``numbers`` are those of steps, by id, where people have to tell one from another.
    """
    return _fitting(
        "issue.md.j2",
        **_shared(alert, done_list(steps, numbers, alert, readers.zone), summary, extra, readers),
        marker=issue_marker(alert.case_id, step_id),
        former=_former(former),
        mention=mention(alert.person) if mentions and alert.person else None,
        notes=[sentence(note) for note in (*facts.presumptions(alert), *notes)],
        level=facts.level(alert.playbook),
        attack=facts.attack(alert.playbook),
        description=prose(alert.playbook.description[:3_000]),
        falsepositives=facts.bullets(alert.playbook.falsepositives),
        references=facts.bullets(alert.playbook.references),
        commands=wording.help_text(answers(steps, alert)),
        playbook=Markdown(f"{code(alert.playbook.title)} ({_file(alert, readers)})"),
    )


def again_comment(
    alert: Alert,
    *,
    steps: Sequence[Step],
    step_id: str,
    summary: str = "",
    extra: Markdown | None = None,
    readers: Readers = Readers(),
    numbers: Mapping[str, int] = UNNUMBERED,
) -> Markdown:
    """Return the comment for a further alert of a case whose issue is open already."""
    return _fitting(
        "again.md.j2",
        **_shared(alert, done_list(steps, numbers, alert, readers.zone), summary, extra, readers),
        marker=step_marker(step_id),
    )


def _former(former: Case | None) -> Markdown | None:
    if former is None or former.issue is None:
        return None
    where = link(f"{former.issue.repository}#{former.issue.number}", former.issue.url)
    ended = f", which ended on {facts.when(former.closed_at)}" if former.closed_at else ""
    return Markdown(f"This happened before: see {where}{ended}.")


def _shared(
    alert: Alert,
    done: Markdown,
    summary: str,
    extra: Markdown | None,
    readers: Readers,
) -> dict[str, Any]:
    return {
        "summary": Markdown(summary) if summary else happened(alert),
        "facts": [(_row_name(name), value) for name, value in facts.facts(alert, readers.zone)],
        "events": facts.events(alert),
        "extra": extra,
        "done": done,
        "reasons": facts.reasons(alert),
        "event": facts.event_json(alert),
        "alert": code(alert.id),
        "delivery": code(alert.delivery_id, 80),
    }


def _file(alert: Alert, readers: Readers) -> Markdown:
    path = alert.playbook.place.path.replace("\\", "/")
    name = path.rpartition("/")[2]
    base = readers.playbooks_url
    return code(name) if base is None else link(name, f"{base.rstrip('/')}/{_quoted(name)}")


def _quoted(name: str) -> str:
    return re.sub(
        r"[^A-Za-z0-9._~-]", lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), name
    )


def _row_name(name: str) -> Markdown:
    return name if isinstance(name, Markdown) else Markdown(f"**{plain(name, 60)}**")


def _fitting(name: str, **values: Any) -> Markdown:
    """Render; should it ever be too long, leave out whole parts.

    Cutting the text could bring to life what a code span holds.
    """
    body = ""
    omissions: tuple[dict[str, Any], ...] = (
        {},
        {"event": None},
        {"reasons": []},
        {"extra": None},
        {"events": []},
    )
    for omitted in omissions:
        values.update(omitted)
        body = _environment().get_template(name).render(values)
        if len(body) < LONGEST_BODY:
            return Markdown(body)
    raise ValueError(f"{name} comes to {len(body)} characters without its evidence")


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    folder = resources.files("bot.respond") / "templates"
    sources = {name: (folder / name).read_text(encoding="utf-8") for name in _TEMPLATES}
    return ImmutableSandboxedEnvironment(
        loader=DictLoader(sources),
        undefined=StrictUndefined,
        finalize=lambda value: value if isinstance(value, Markdown) else cell(value),
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
