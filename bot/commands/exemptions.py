"""``tipstaff exemptions``: what somebody has called right for a time, and an early end to it."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from bot.commands.options import AsJson, print_json
from bot.commands.state import operator, with_store
from bot.core.errors import ConfigurationError
from bot.respond.exempting import on
from bot.respond.exemption import Exemption

app = typer.Typer(
    invoke_without_command=True,
    help="List what somebody exempted by /exempt on a case; 'revoke' ends an exemption early.",
)


@app.callback()
def exemptions(
    context: typer.Context,
    as_json: AsJson = False,
    ended: Annotated[bool, typer.Option("--all", help="Those that ended, too.")] = False,
) -> None:
    """List what somebody exempted by /exempt on a case; 'revoke' ends an exemption early."""
    if context.invoked_subcommand is not None:
        return
    now = datetime.now(UTC)
    found = with_store(lambda store: store.all_exemptions(now=now, ended=ended))
    if as_json:
        print_json([_document(each, covered, now) for each, covered in found])
        return
    if not found:
        typer.echo("nothing is exempt")
        return
    _print(found, now)


@app.command()
def revoke(
    name: Annotated[str, typer.Argument(metavar="ID", help="As the list shows it.")],
) -> None:
    """End an exemption now: when its act happens again, the playbook acts on it again."""
    now, by = datetime.now(UTC), operator()
    if not with_store(lambda store: store.end_exemptions([name], by=by, now=now)):
        raise ConfigurationError(
            f"no exemption '{name}' is in force; `tipstaff exemptions` lists those that are"
        )
    typer.echo(f"exemption {name} has ended")


def _state(exemption: Exemption, now: datetime) -> str:
    if exemption.ended_at is not None:
        return "ended early"
    return "in force" if exemption.holds(now) else "ended"


def _document(exemption: Exemption, covered: int, now: datetime) -> dict[str, Any]:
    return {
        "id": exemption.id,
        "state": _state(exemption, now),
        "org": exemption.org,
        "playbook_id": exemption.playbook_id,
        "playbook": exemption.playbook,
        "actor": exemption.actor,
        "action": exemption.action,
        "subject": dict(exemption.subject),
        "reason": exemption.reason,
        "by": exemption.by,
        "case_id": exemption.case_id,
        "delivery_id": exemption.delivery_id,
        "since": exemption.since.isoformat(),
        "until": exemption.until.isoformat(),
        "announced_at": exemption.announced_at and exemption.announced_at.isoformat(),
        "ended_at": exemption.ended_at and exemption.ended_at.isoformat(),
        "ended_by": exemption.ended_by,
        "alerts": covered,
    }


def _print(found: list[tuple[Exemption, int]], now: datetime) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_lines=True)
    for column in ("ID", "Until (UTC)", "What", "Playbook", "By, because", "Covered"):
        table.add_column(column, overflow="fold")
    for each, covered in found:
        state = _state(each, now)
        until = f"{each.until.astimezone(UTC):%Y-%m-%d %H:%M}"
        what = f"{each.action} by {each.actor}\n{', '.join(on(each.subject)) or each.org}"
        cells = (
            each.id,
            until if state == "in force" else f"{until}\n{state}",
            what,
            each.playbook,
            f"{each.by}: {each.reason}",
            f"{covered} alert" + ("" if covered == 1 else "s"),
        )
        table.add_row(*(Text(cell) for cell in cells))
    Console().print(table)
