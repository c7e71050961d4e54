"""Rendering a case for people: the issue, its later comments, and the markers to find them by.

The templates are ours and see only what is passed to them; whatever is not `Markdown` when it
reaches a template comes out as a code span, so a value cannot be forgotten.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any, Final

from jinja2 import DictLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from bot.respond import facts, wording
from bot.respond.alert import Alert
from bot.respond.inert import Markdown, cell, code, mention, plain, prose, sentence, title
from bot.respond.sentence import happened
from bot.respond.step import Step, StepState

LONGEST_BODY: Final = 65_536
"""GitHub takes no longer issue or comment, in characters."""

MOST_STEPS: Final = 12

_TEMPLATES: Final = ("issue.md.j2", "again.md.j2")

STATES: Final = {
    StepState.PLANNED: "⏳ is about to be done",
    StepState.RUNNING: "⏳ is being done",
    StepState.RETRYING: "⏳ will be tried again",
    StepState.OBSERVED: "👁 would have been done; this playbook only observes",
    StepState.AWAITING: "✋ **waits for approval**",
    StepState.DONE: "✅ done",
    StepState.UNCHANGED: "⚪ nothing to change",
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
    """Return the issue's title, inert: the playbook's own ``title`` parameter, or a usual one."""
    if text:
        return title(text)
    subject = alert.fields.get("user") or alert.person or alert.actor
    where = alert.repo or alert.org
    about = f"{subject} in {where}" if isinstance(subject, str) else where
    return title(f"{alert.playbook.title}: {about}")


def issue_body(
    alert: Alert,
    *,
    steps: Sequence[Step],
    step_id: str | None = None,
    summary: str = "",
    mentions: bool = True,
    notes: Sequence[str] = (),
    extra: Markdown | None = None,
) -> Markdown:
    """Return the body of a case's issue, always below GitHub's limit.

    ``steps`` are the changing steps to tell of; ``step_id`` the one that opens it; ``summary`` is
    the playbook's own Markdown (its values already inert) instead of the usual sentence;
    ``mentions`` allows a live mention of the person concerned; ``notes`` are plain remarks;
    ``extra`` a section between facts and answers.
    """
    return _fitting(
        "issue.md.j2",
        **_shared(alert, steps, summary, extra),
        marker=issue_marker(alert.case_id, step_id),
        mention=mention(alert.person) if mentions and alert.person else None,
        notes=[sentence(note) for note in (*facts.presumptions(alert), *notes)],
        level=facts.level(alert.playbook),
        attack=facts.attack(alert.playbook),
        description=prose(alert.playbook.description[:3_000]),
        falsepositives=facts.bullets(alert.playbook.falsepositives),
        references=facts.bullets(alert.playbook.references),
        commands=wording.help_text(),
        playbook=Markdown(f"{code(alert.playbook.title)} ({code(_file(alert))})"),
    )


def again_comment(
    alert: Alert,
    *,
    steps: Sequence[Step],
    step_id: str,
    summary: str = "",
    extra: Markdown | None = None,
) -> Markdown:
    """Return the comment for a further alert of a case whose issue is open already."""
    return _fitting(
        "again.md.j2", **_shared(alert, steps, summary, extra), marker=step_marker(step_id)
    )


def result_comment(step: Step) -> Markdown:
    """Return the comment that tells what came of one step."""
    what = "Undoing" if step.kind == "undo" else "The step"
    approved = f", allowed by {code(step.approved_by)}" if step.approved_by else ""
    return Markdown(f"{what} {code(step.action)}{approved}: {_outcome(step)}")


def done_list(steps: Sequence[Step]) -> Markdown:
    """Return what was done and what waits, one line for each changing step."""
    if not steps:
        return Markdown("Nothing was changed; this case only tells you about it.")
    lines = [f"- {code(step.action)}: {_outcome(step)}" for step in steps[:MOST_STEPS]]
    if len(steps) > MOST_STEPS:
        lines.append(f"- and {len(steps) - MOST_STEPS} more steps")
    if any(step.state is StepState.AWAITING for step in steps):
        lines.append("\nTo decide, comment `/approve` or `/deny`.")
    elif any(step.receipt is not None and step.receipt.undoable for step in steps):
        lines.append("\nIf it was right after all, comment `/undo`.")
    return Markdown("\n".join(lines))


def _outcome(step: Step) -> str:
    told = step.receipt.summary if step.receipt is not None else step.error
    words = STATES[step.state]
    return f"{words}. {sentence(told)}" if told else f"{words}."


def _shared(
    alert: Alert, steps: Sequence[Step], summary: str, extra: Markdown | None
) -> dict[str, Any]:
    return {
        "summary": Markdown(summary) if summary else happened(alert),
        "facts": [(_row_name(name), value) for name, value in facts.facts(alert)],
        "events": facts.events(alert),
        "extra": extra,
        "done": done_list(steps),
        "reasons": facts.reasons(alert),
        "event": facts.event_json(alert),
        "alert": code(alert.id),
        "delivery": code(alert.delivery_id, 80),
    }


def _file(alert: Alert) -> str:
    return alert.playbook.place.path.replace("\\", "/").rpartition("/")[2]


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
