"""Rendering a case for people: the issue, its later comments, and the markers to find them by.

The templates are ours and see only what is passed to them; whatever is not `Markdown` when it
reaches a template comes out as a code span, so a value cannot be forgotten.
"""

import hashlib
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
from bot.respond.alert import Alert, Case
from bot.respond.consent import whose_word
from bot.respond.inert import Markdown, cell, code, link, mention, plain, prose, sentence, title
from bot.respond.sentence import happened, is_told
from bot.respond.step import Step, StepState
from bot.respond.turn import spec_of

LONGEST_BODY: Final = 65_536
"""GitHub takes no longer issue or comment, in characters."""

MOST_STEPS: Final = 12

_UNNUMBERED: Final[Mapping[str, int]] = {}

_TEMPLATES: Final = ("issue.md.j2", "again.md.j2")


@dataclass(frozen=True, kw_only=True, slots=True)
class Readers:
    """Who reads cases: the zone they live in, and where they can read the playbooks."""

    zone: tzinfo = UTC
    playbooks_url: str | None = None


STATES: Final = {
    StepState.PLANNED: "⏳ is about to be done",
    StepState.RUNNING: "⏳ is being done",
    StepState.RETRYING: "⏳ will be tried again",
    StepState.WAITING: "⏲ waits for its turn",
    StepState.OBSERVED: "👁 would have been done; this playbook only observes",
    StepState.AWAITING: "✋ **waits for approval**",
    StepState.DONE: "✅ done",
    StepState.UNCHANGED: "⚪ nothing to change",
    StepState.SKIPPED: "⏭ passed over",
    StepState.BLOCKED: "🛑 not done",
    StepState.FAILED: "❌ failed",
    StepState.DENIED: "🚫 denied",
    StepState.EXPIRED: "⌛ **not done: nobody decided in time**; to be asked again, comment `/ask`",
    StepState.UNDONE: "↩️ was done, and put back",
}
"""Each state of a step in words, for the cases of people."""


def case_marker(case_id: str) -> Markdown:
    """Return the hidden text by which a case's issue is found again."""
    return marker("case", case_id)


def issue_marker(case_id: str, step_id: str | None) -> Markdown:
    """Return how a case's issue begins; with a step, only the issue that this step opened."""
    case = case_marker(case_id)
    return case if step_id is None else Markdown(f"{case}{step_marker(step_id)}")


def step_marker(step_id: str) -> Markdown:
    """Return the hidden line by which a step's comment is found again."""
    return marker("step", step_id)


def marker(kind: str, name: str) -> Markdown:
    """Return a hidden line: an HTML comment, which nothing in ``name`` can end."""
    # A step's id may carry a delivery's id, which is not ours: keep out what could end a comment.
    safe = re.fullmatch(r"(?:[A-Za-z0-9_.:]|-(?!-))+", name) and not name.startswith("-")
    inert = name if safe else hashlib.sha256(name.encode()).hexdigest()
    return Markdown(f"<!-- tipstaff:{kind}:{inert} -->")


def bears(body: str | None, marker: Markdown) -> bool:
    """Tell whether a body begins with the marker: anywhere else it is a quotation or a fake."""
    return (body or "").lstrip().startswith(marker)


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
    numbers: Mapping[str, int] = _UNNUMBERED,
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
        **_shared(alert, done_list(steps, numbers, alert), summary, extra, readers),
        marker=issue_marker(alert.case_id, step_id),
        former=_former(former),
        mention=mention(alert.person) if mentions and alert.person else None,
        notes=[sentence(note) for note in (*facts.presumptions(alert), *notes)],
        level=facts.level(alert.playbook),
        attack=facts.attack(alert.playbook),
        description=prose(alert.playbook.description[:3_000]),
        falsepositives=facts.bullets(alert.playbook.falsepositives),
        references=facts.bullets(alert.playbook.references),
        commands=wording.help_text(),
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
    numbers: Mapping[str, int] = _UNNUMBERED,
) -> Markdown:
    """Return the comment for a further alert of a case whose issue is open already."""
    return _fitting(
        "again.md.j2",
        **_shared(alert, done_list(steps, numbers, alert), summary, extra, readers),
        marker=step_marker(step_id),
    )


def result_comment(step: Step, number: int | None = None) -> Markdown:
    """Return the comment that tells what came of one step; ``number`` tells it from others."""
    which = "" if number is None else f"step {number}, "
    what = {"undo": "Undoing ", "redo": "Doing again "}.get(step.kind, "" if which else "The step ")
    approved = f", allowed by {code(step.approved_by)}" if step.approved_by else ""
    begin = f"{what}{which}"
    return Markdown(
        f"{begin[:1].upper()}{begin[1:]}{code(step.action)}{approved}: {_outcome(step)}"
    )


def done_list(
    steps: Sequence[Step],
    numbers: Mapping[str, int] = _UNNUMBERED,
    alert: Alert | None = None,
) -> Markdown:
    """Return what was done and what waits, one line for each changing step."""
    if not steps:
        return Markdown("Nothing was changed; this case only tells you about it.")
    lines = [
        f"- {_numbered(step, numbers)}{code(step.action)}: {_outcome(step)}"
        f"{_later(step, alert)}{_receipt(step)}"
        for step in steps[:MOST_STEPS]
    ]
    if len(steps) > MOST_STEPS:
        lines.append(f"- and {len(steps) - MOST_STEPS} more steps")
    if any(step.state is StepState.AWAITING for step in steps):
        lines.append(f"\nTo decide, comment `/approve` or `/deny`.{_asked(steps, alert)}")
    elif any(step.receipt is not None and step.receipt.undoable for step in steps):
        one = ", or `/undo` and its number for one step" if len(numbers) > 1 else ""
        lines.append(f"\nIf it was right after all, comment `/undo`{one}.")
    return Markdown("\n".join(lines))


def _numbered(step: Step, numbers: Mapping[str, int]) -> str:
    number = numbers.get(step.id) if len(numbers) > 1 else None
    return "" if number is None else f"step {number}, "


def _later(step: Step, alert: Alert | None) -> str:
    """Return when a step's time comes, and what makes it needless before."""
    spec = spec_of(step, alert) if alert is not None else None
    if step.state is not StepState.WAITING or spec is None or spec.after is None:
        return ""
    unless = " or ".join(map(str, spec.after.unless))
    until = f" It is due on {facts.when(step.next_at)}"
    return f"{until}, unless {unless} before." if unless else f"{until}."


def _asked(steps: Sequence[Step], alert: Alert | None) -> str:
    """Return whose approval it takes, and until when."""
    if alert is None:
        return ""
    untils = [step.ask_until for step in steps if step.state is StepState.AWAITING]
    ends = min((each for each in untils if each is not None), default=None)
    until = "" if ends is None else f", until {ends:%Y-%m-%d %H:%M} UTC"
    return f" To approve takes {whose_word(alert.playbook.response.approval)}{until}."


def _outcome(step: Step) -> str:
    told = step.receipt.summary if step.receipt is not None else step.error
    words = STATES[step.state]
    if step.state is StepState.DENIED:
        told = step.error
    if step.state is StepState.AWAITING and step.approvals:
        words += f", approved so far by {', '.join(str(code(each.by)) for each in step.approvals)}"
    return f"{words}. {sentence(told)}" if told else f"{words}."


def _receipt(step: Step) -> str:
    """Return where the receipt of a step is: its number, by which it can be undone, and a page."""
    if step.receipt is None:
        return ""
    at = f", {facts.when(step.finished_at)}" if step.finished_at is not None else ""
    return f" (receipt {link(step.id, step.receipt.url)}{at})"


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
