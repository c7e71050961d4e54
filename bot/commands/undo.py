"""``tipstaff undo``: put back what Tipstaff did, or make again what was put back."""

import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.options import AsJson, print_json
from bot.commands.state import operator, with_store
from bot.core.errors import ConfigurationError, Moved
from bot.respond.alert import CaseFile
from bot.respond.step import Step
from bot.respond.undoing import Target, by_operator, can_go, is_under_way, target, undone_by

if TYPE_CHECKING:
    from bot.store import Store


def undo(
    step_id: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="The step, or the undo of one; without it, all that can be undone."
        ),
    ] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be put back; record nothing.")
    ] = False,
    limit: Annotated[int, typer.Option(help="How many of the latest steps to look through.")] = 200,
    as_json: AsJson = False,
) -> None:
    """Put back what a step did, from the state that was recorded before it; guarded as ever.

    The workers that run do it, and the case tells of it. The undo of an undo makes the step
    again. Exit codes: 0 when it is under way, 1 when the answer was no, 2 when it cannot be.
    """
    if step_id is None:
        _list(limit, as_json=as_json)
        return
    goal, file = with_store(lambda store: _find(store, step_id))
    if dry_run:
        _tell(goal, file, as_json=as_json)
        return
    if not yes:
        _confirm(goal, file)
    made = with_store(lambda store: _order(store, step_id))
    if as_json:
        print_json({"step": made.id, "undoes": step_id, "action": made.action})
    else:
        typer.echo(f"recorded as {made.id}; a running Tipstaff does it, and tells the case")


async def _find(store: "Store", step_id: str) -> tuple[Target, CaseFile]:
    file = await store.case_of_step(step_id)
    if file is None:
        raise ConfigurationError(f"there is no step '{step_id}'; `tipstaff undo` lists them")
    goal = target(step_id, file)
    if isinstance(goal, str):
        raise ConfigurationError(goal)
    return goal, file


async def _order(store: "Store", step_id: str) -> Step:
    """Record what is to be done, unless the case has moved on since it was looked at."""
    goal, file = await _find(store, step_id)
    now = datetime.now(UTC)
    answer = by_operator(goal, file, by=operator(), now=now)
    try:
        await store.decide(answer, now=now)
    except Moved as error:
        raise ConfigurationError(f"{error}; look again, then repeat the command") from error
    return answer.steps[0]


def _tell(goal: Target, file: CaseFile, *, as_json: bool) -> None:
    """Tell what would be put back, and to which state: it is compared with the present then."""
    receipt = goal.step.receipt
    before = dict(receipt.before) if receipt else {}
    if as_json:
        name = goal.step.id
        if goal.way == "redo" and (undone := undone_by(goal.step, file)) is not None:
            name, before = undone.id, dict(undone.receipt.before) if undone.receipt else {}
        print_json({**_document(name, goal.step, file, goal.way), "to": before})
        return
    typer.echo("would put back" if goal.way == "undo" else "would make again")
    _show(goal, file)


def _show(goal: Target, file: CaseFile) -> None:
    receipt = goal.step.receipt
    typer.echo(f"{goal.step.action}: {receipt.summary if receipt else ''}")
    if file.case.issue is not None:
        typer.echo(f"case: {file.case.issue.url}")


def _confirm(goal: Target, file: CaseFile) -> None:
    _show(goal, file)
    if not sys.stdin.isatty():
        raise ConfigurationError("nobody can be asked here: add --yes to go on")
    if not typer.confirm("Put it back?" if goal.way == "undo" else "Make it again?"):
        raise typer.Exit(1)


def _list(limit: int, *, as_json: bool) -> None:
    if limit < 1:
        raise ConfigurationError("--limit takes a number from 1")

    async def look(store: "Store") -> list[CaseFile]:
        return await store.changed_cases(limit)

    files = with_store(look)
    found = [found for file in files for found in _able(file)]
    if as_json:
        print_json(found)
    elif not found:
        typer.echo("there is nothing to undo")
    else:
        _print(found)


def _able(file: CaseFile) -> list[dict[str, Any]]:
    """Return what of a case can be put back, or made again."""
    found: list[dict[str, Any]] = []
    for step in file.steps:
        undone = undone_by(step, file)
        if is_under_way(step, file.steps):
            continue
        if can_go(step, file, "undo"):
            found.append(_document(step.id, step, file, "undo"))
        elif can_go(step, file, "redo") and undone is not None:
            found.append(_document(undone.id, step, file, "redo"))
    return found


def _document(name: str, step: Step, file: CaseFile, way: str) -> dict[str, Any]:
    alert = next((each for each in file.alerts if each.id == step.alert_id), None)
    return {
        "id": name,
        "would": "put back" if way == "undo" else "make again",
        "action": step.action,
        "summary": step.receipt.summary if step.receipt else "",
        "done_at": step.finished_at and step.finished_at.isoformat(),
        "playbook": alert.playbook.title if alert else None,
        "org": file.case.org,
        "repo": alert.repo if alert else None,
        "case": file.case.id,
        "issue": file.case.issue.url if file.case.issue else None,
    }


def _print(found: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True)
    for column in ("ID", "Would", "Action", "What was done", "Case"):
        table.add_column(column, overflow="fold")
    for each in found:
        cells = (each["id"], each["would"], each["action"], each["summary"], each["issue"] or "")
        table.add_row(*map(Text, cells))
    Console().print(table)
