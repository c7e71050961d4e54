"""How the demo is told in the terminal."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from rich.console import Console, Group
from rich.markdown import Markdown
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from bot.demo.story import Happening, Scene
from bot.respond.alert import Alert, CaseFile
from bot.respond.step import Step, StepState

FOLDED = re.compile(r"<details>\s*<summary>(?P<summary>.*?)</summary>.*?</details>", re.DOTALL)
HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
SIGNS = {
    StepState.DONE: ("✔", "green"),
    StepState.UNCHANGED: ("=", "green"),
    StepState.AWAITING: ("?", "yellow"),
    StepState.DENIED: ("✘", "yellow"),
    StepState.SKIPPED: ("⏭", "dim"),
    StepState.UNDONE: ("↶", "yellow"),
    StepState.BLOCKED: ("■", "yellow"),
    StepState.FAILED: ("✘", "red"),
}


def open_curtain(console: Console, url: str, app_url: str, rules: int) -> None:
    """Tell what is on stage."""
    console.print(
        Panel(
            f"A simulated GitHub organisation answers at {url}.\n"
            f"The real app guards it at {app_url}, with {rules} playbooks, in mode enforce.\n"
            "Keys were made for this run. Nothing leaves this machine, nothing is left behind.",
            title="Tipstaff, a day in the organisation acme",
            border_style="blue",
        )
    )


def tell_scene(console: Console, scene: Scene) -> None:
    """Tell what people do, before Tipstaff has said a word."""
    console.print()
    console.rule(Text(f"{scene.hour}  {scene.title}", style="bold"), align="left")
    console.print(Text(scene.act))


def tell_happening(console: Console, happening: Happening) -> None:
    """Tell what Tipstaff saw and did, and what GitHub now says."""
    for file in happening.cases:
        for alert in file.alerts:
            seconds = response_seconds(file, alert)
            took = "" if seconds is None else f", answered in {seconds * 1000:.0f} ms"
            console.print(
                Text.assemble(
                    ("  alert  ", "bold magenta"),
                    f"{alert.playbook.title} ",
                    (f"[{alert.playbook.level}{took}]", "dim"),
                )
            )
        for step in file.steps:
            tell_step(console, step)
        if file.case.issue is not None:
            console.print(Text(f"    case  {file.case.issue.repository}#{file.case.issue.number}"))
    for fact in happening.facts:
        console.print(Text.assemble(("  GitHub ", "bold blue"), fact))


def tell_step(console: Console, step: Step) -> None:
    """Tell of one step in a line."""
    sign, style = SIGNS.get(step.state, ("…", "dim"))
    name = step.action if step.kind == "apply" else f"{step.kind} {step.action}"
    words = step.receipt.summary if step.receipt is not None else step.error
    console.print(Text.assemble((f"       {sign} ", style), (f"{name} ", "bold"), words))


def response_seconds(file: CaseFile, alert: Alert) -> float | None:
    """Return the seconds from the delivery to the first step that was taken about an alert."""
    ends = [
        step.finished_at
        for step in file.steps
        if step.alert_id == alert.id
        and step.finished_at is not None
        and step.approved_by is None
        and step.state is not StepState.AWAITING
    ]
    return (min(ends) - alert.happened_at).total_seconds() if ends else None


def tell_sum(
    console: Console,
    *,
    deliveries: int,
    files: Sequence[CaseFile],
    began: datetime,
    ended: datetime,
) -> None:
    """Tell the day in a table."""
    console.print()
    alerts = [(file, alert) for file in files for alert in file.alerts]
    times = sorted(
        seconds for file, alert in alerts if (seconds := response_seconds(file, alert)) is not None
    )
    taken = Counter(
        step.action if step.kind == "apply" else f"{step.kind} {step.action}"
        for file in files
        for step in file.steps
        if step.state in {StepState.DONE, StepState.UNDONE}
    )
    table = Table(title="The day", show_header=False, border_style="blue")
    table.add_row("Deliveries kept", str(deliveries))
    table.add_row("Alerts", str(len(alerts)))
    table.add_row("Cases", str(len(files)))
    table.add_row(
        "Actions", "\n".join(f"{count} x {name}" for name, count in sorted(taken.items()))
    )
    if times:
        middle = times[len(times) // 2]
        table.add_row(
            "Delivery to response",
            f"median {middle * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms",
        )
    table.add_row("The demo took", f"{(ended - began).total_seconds():.1f} s")
    console.print(table)


def show_issues(console: Console, issues: Sequence[dict[str, object]]) -> None:
    """Show every issue as a person reads it, hidden markers and all left to GitHub."""
    console.print()
    console.rule(Text("The issues Tipstaff opened", style="bold"), align="left")
    for issue in issues:
        comments = issue["shown_comments"]
        said = [
            Panel(Markdown(visible(str(comment["body"]))), title=str(comment["by"]))
            for comment in (comments if isinstance(comments, list) else [])
        ]
        console.print(
            Panel(
                Group(Markdown(visible(str(issue["body"]))), *said),
                title=Text(f"{issue['where']}#{issue['number']}  {issue['title']}"),
                subtitle=Text(str(issue["state"])),
                border_style="magenta",
            )
        )


def visible(markdown: str) -> str:
    """Return what a reader sees before unfolding anything: no hidden comment, no folded part."""
    unfolded = FOLDED.sub(lambda part: f"▸ {part['summary']}\n", markdown)
    return HIDDEN.sub("", unfolded)
