"""The ``tipstaff`` command: one thin function per verb.

What a verb needs is imported when it is called, so that ``--help`` and ``check`` answer at once.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from bot import __version__
from bot.commands import exemptions
from bot.commands.check import check
from bot.commands.convert import convert
from bot.commands.explain import explain
from bot.commands.new import new
from bot.commands.notify import notify
from bot.commands.options import LISTS, MANIFEST, PLAYBOOKS, AsJson, ListsPath, print_json
from bot.commands.pause import pause, resume
from bot.commands.schema import schema
from bot.commands.trial import try_playbooks
from bot.commands.undo import undo
from bot.core.errors import ConfigurationError, TipstaffError

T = TypeVar("T")

app = typer.Typer(
    name="tipstaff",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.command()(check)
app.command("test")(try_playbooks)
app.command()(explain)
app.command()(new)
app.command()(schema)
app.command()(convert)
app.add_typer(exemptions.app, name="exemptions")
app.command()(notify)
app.command()(pause)
app.command()(resume)
app.command()(undo)


def show_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        typer.echo(f"tipstaff {__version__}")
        raise typer.Exit


@app.callback()
def begin(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=show_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Guard a GitHub organisation: record every event, judge it, put things right."""


def read_text(path: str) -> str:
    """Read a text file; how the settings reach the disk."""
    return Path(path).read_text(encoding="utf-8")


@app.command()
def serve() -> None:
    """Run Tipstaff: receive deliveries, judge them and act. Settings come from the environment.

    .env.example names every variable. Stop it with SIGTERM or Ctrl-C: what was accepted is kept.
    """
    import structlog

    from bot import logs
    from bot.app import running
    from bot.settings import LogFormat, load_settings

    settings = load_settings(os.environ, read=read_text)
    logs.configure(
        level=settings.log_level,
        json=settings.log_format is LogFormat.JSON,
        stream=sys.stderr,
        secrets=[
            secret.get_secret_value()
            for secret in (
                settings.webhook_secret,
                settings.webhook_secret_previous,
                settings.private_key,
            )
            if secret is not None
        ],
        colors=sys.stderr.isatty(),
    )

    async def guard() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        async with running(settings) as started:
            await started.until(stop)
            structlog.get_logger(__name__).info("app.stopping")

    run(guard())


@app.command()
def demo(
    playbooks: Annotated[Path, typer.Option(help="The folder of playbooks.")] = PLAYBOOKS,
    lists: ListsPath = LISTS,
    manifest: Annotated[Path, typer.Option(help="The App's manifest.")] = MANIFEST,
) -> None:
    """Watch a day in a simulated organisation. Needs no account and no network."""
    from rich.console import Console

    from bot import logs
    from bot.demo import play

    for path in (playbooks, lists, manifest):
        if not path.exists():
            raise ConfigurationError(f"there is no {path} here; run the demo in Tipstaff's folder")
    logs.configure(level="error", json=False, stream=sys.stderr)
    run(play(Console(), playbooks=playbooks, lists=lists, manifest=manifest))


@app.command()
def migrate() -> None:
    """Bring the state database (DATABASE_URL) to this version's schema."""
    from bot.settings import load_database_url
    from bot.store import migrate as migrate_database

    url = load_database_url(os.environ, read=read_text)
    migrate_database(url)
    typer.echo("the database has this version's schema")


@app.command()
def actions(as_json: AsJson = False) -> None:
    """List the actions a playbook may take, with parameters and the permissions they need."""
    from rich.console import Console
    from rich.table import Table

    from bot.actions.catalogue import ACTIONS

    if as_json:
        print_json(
            [
                {
                    "name": action.name,
                    "summary": action.summary,
                    "changes": action.changes,
                    "needs": dict(action.needs),
                    "undo": action.undo_note,
                    "parameters": action.Params.model_json_schema(),
                    "example": action.example,
                }
                for action in ACTIONS.values()
            ]
        )
        return
    table = Table(show_lines=True)
    for column in ("Action", "What it does", "Parameters", "Permissions"):
        table.add_column(column, overflow="fold")
    for action in ACTIONS.values():
        table.add_row(
            action.name,
            action.summary,
            "\n".join(action.Params.model_json_schema().get("properties", {})) or "none",
            "\n".join(f"{name}: {level}" for name, level in sorted(action.needs.items())),
        )
    Console().print(table)


def run(job: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end on the fast loop."""
    import uvloop

    return uvloop.run(job)


def main() -> None:
    """Run the command; a mistake of the user's is answered in plain lines, never by a trace."""
    try:
        app()
    except TipstaffError as error:
        for line in str(error).splitlines():
            typer.echo(f"tipstaff: {line}", err=True)
        sys.exit(2)
