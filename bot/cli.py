"""The ``tipstaff`` command: one thin function per verb.

What a verb needs is imported when it is called, so that ``--help`` and ``check`` answer at once.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import orjson
import typer

from bot import __version__
from bot.core.errors import ConfigurationError, TipstaffError

if TYPE_CHECKING:
    from bot.playbooks import Loaded
    from bot.rehearsal import Rehearsed

T = TypeVar("T")

app = typer.Typer(
    name="tipstaff",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

PlaybookPath = Annotated[
    Path, typer.Argument(help="A folder of playbooks, or one playbook.", show_default=True)
]
ListsPath = Annotated[Path, typer.Option("--lists", help="The folder of lists.")]
ConfigPath = Annotated[
    Path, typer.Option("--config", help="The file that changes playbooks for this organisation.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a machine to read.")]


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


PLAYBOOKS, LISTS, MANIFEST = Path("playbooks"), Path("lists"), Path("app.yml")
CONFIG = Path("tipstaff.yml")


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
def check(
    path: PlaybookPath = PLAYBOOKS,
    lists: ListsPath = LISTS,
    config: ConfigPath = CONFIG,
    effective: Annotated[
        bool,
        typer.Option(
            "--effective", help="Print each playbook as it holds, and where each value is written."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Lint playbooks and lists: every finding with file:line:column. Exit code 1 on errors."""
    from bot import effective as view
    from bot.playbooks import load

    loaded = load(path, lists if lists.is_dir() else None, present(config))
    found = view.effective(loaded) if effective else []
    if as_json:
        print_json(
            {
                **({"effective": found} if effective else {}),
                "playbooks": [
                    {
                        "id": rule.playbook.id,
                        "title": rule.playbook.title,
                        "path": rule.playbook.place.path,
                        "level": rule.playbook.level,
                        "mode": str(rule.playbook.response.mode),
                    }
                    for rule in loaded.rules
                ],
                "problems": [
                    {
                        "path": problem.place.path,
                        "line": problem.place.line,
                        "column": problem.place.column,
                        "severity": problem.severity,
                        "message": problem.message,
                    }
                    for problem in loaded.problems
                ],
            }
        )
    else:
        for line in view.lines(found):
            typer.echo(line)
        for problem in loaded.problems:
            typer.echo(str(problem))
        typer.echo(verdict(loaded))
    raise typer.Exit(1 if loaded.errors else 0)


def present(config: Path) -> Path | None:
    """Return the overlay's path; the usual one need not be there, another must."""
    return None if config == CONFIG and not config.exists() else config


def verdict(loaded: "Loaded") -> str:
    """Say in one line how the playbooks stand."""
    errors = len(loaded.errors)
    warnings = len(loaded.problems) - errors
    return (
        f"{counted(len(loaded.rules), 'playbook')} usable, {counted(errors, 'error')}, "
        f"{counted(warnings, 'warning')}"
    )


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it must be."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


@app.command("test")
def try_playbooks(
    path: PlaybookPath = PLAYBOOKS,
    lists: ListsPath = LISTS,
    config: ConfigPath = CONFIG,
    manifest: Annotated[Path, typer.Option(help="The App's manifest.")] = MANIFEST,
    as_json: AsJson = False,
) -> None:
    """Run the playbooks' own tests, and show the exact API calls that a match would make.

    The calls are made to a simulated organisation, set up as the test's event says. Exit code 1
    when a test fails or a playbook cannot be used.
    """
    from bot import logs
    from bot.playbooks import load
    from bot.rehearsal import rehearse

    logs.configure(level="critical", json=False, stream=sys.stderr)
    loaded = load(path, lists if lists.is_dir() else None, present(config))
    results = run(rehearse(loaded, manifest))
    good = not loaded.errors and all(result.passed for result in results)
    if as_json:
        print_json(
            {
                "passed": good,
                "tests": [result.as_json() for result in results],
                "problems": [str(problem) for problem in loaded.problems],
            }
        )
    else:
        for problem in loaded.errors:
            typer.echo(str(problem))
        tell_rehearsal(results)
    raise typer.Exit(0 if good else 1)


def tell_rehearsal(results: "list[Rehearsed]") -> None:
    """Print each test with its verdict and calls, and a last line that counts them."""
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    title = None
    for result in results:
        if result.playbook != title:
            title = result.playbook
            console.print(f"\n{title}", style="bold", markup=False)
        sign, style = ("✔", "green") if result.passed else ("✘", "red")
        console.print(f"  {sign} {result.test}", style=style, markup=False)
        if not result.passed:
            console.print(f"    {result.place}: {result.why}", style="red", markup=False)
        for line in result.calls:
            console.print(f"      {line}", style="dim", markup=False)
    failed = sum(not result.passed for result in results)
    console.print(f"\n{len(results) - failed} passed, {failed} failed", markup=False)


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


def print_json(value: Any) -> None:
    """Print one JSON document."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


def main() -> None:
    """Run the command; a mistake of the user's is answered in plain lines, never by a trace."""
    try:
        app()
    except TipstaffError as error:
        for line in str(error).splitlines():
            typer.echo(f"tipstaff: {line}", err=True)
        sys.exit(2)
