"""``tipstaff test``: runs the tests that playbooks carry, and says what they leave untried."""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import (
    CONFIG,
    LISTS,
    MANIFEST,
    PLAYBOOKS,
    AsJson,
    ConfigPath,
    ListsPath,
    ManifestPath,
    PlaybookPath,
    check_something,
    folder,
    present,
    print_json,
    write_file,
)
from bot.core.errors import TipstaffError

if TYPE_CHECKING:
    from bot.detect.coverage import Coverage
    from bot.playbooks import Loaded
    from bot.rehearsal import Rehearsed

LOOK_AGAIN = 0.3
"""Seconds between two looks at the files, with --watch."""


def try_playbooks(
    path: PlaybookPath = PLAYBOOKS,
    *,
    lists: ListsPath = LISTS,
    config: ConfigPath = CONFIG,
    manifest: ManifestPath = MANIFEST,
    calls: Annotated[
        bool,
        typer.Option("--calls/--no-calls", help="Act matches out on a simulated organisation."),
    ] = True,
    coverage_min: Annotated[
        float,
        typer.Option(
            min=0, max=100, help="Fail below this share (%) of selections true in some test."
        ),
    ] = 0,
    junit: Annotated[
        Path | None, typer.Option(help="Write the results to this file as JUnit XML.")
    ] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Run again whenever a file changes; end with Ctrl-C.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the playbooks' own tests, and show the exact API calls that a match would make.

    Tests stand in a playbook, or in NAME.test.yml beside NAME.yml. The calls are made to a
    simulated organisation, set up as the test's event says. Exit codes: 0 when every test passes,
    1 when one fails, a playbook cannot be used or too little is covered, 2 when nothing can be
    run.
    """
    from bot import logs

    logs.configure(level="critical", json=False, stream=sys.stderr)

    def once() -> bool:
        return _once(
            path,
            folder(lists),
            present(config),
            manifest if calls else None,
            junit=junit,
            coverage_min=coverage_min,
            as_json=as_json,
        )

    if watch:
        _watch(once, (path, lists, config, manifest))
    raise typer.Exit(0 if once() else 1)


def _once(
    path: Path,
    lists: Path | None,
    config: Path | None,
    manifest: Path | None,
    *,
    junit: Path | None,
    coverage_min: float,
    as_json: bool,
) -> bool:
    """Run all tests once and print what came of it; say whether all is well."""
    from datetime import UTC, datetime

    import uvloop

    from bot.commands.loading import load_with_tests
    from bot.detect.coverage import measure, share
    from bot.rehearsal import rehearse
    from bot.rehearsal.junit import as_junit

    loaded = load_with_tests(path, lists, config)
    check_something(path, found=bool(loaded.rules or loaded.disabled or loaded.errors))
    results = uvloop.run(rehearse(loaded, manifest))
    covered = measure(loaded.rules, loaded.lists, now=datetime.now(UTC))
    passed = not loaded.errors and all(result.passed for result in results)
    good = passed and share(covered) >= coverage_min
    if junit is not None:
        write_file(junit, as_junit(results, loaded.errors))
    if as_json:
        print_json(
            {
                "passed": good,
                "tests": [result.as_json() for result in results],
                "coverage": {
                    "percent": round(share(covered), 1),
                    "minimum": coverage_min,
                    "missed": {
                        each.rule.playbook.id: each.missed for each in covered if each.missed
                    },
                },
                "problems": [str(problem) for problem in loaded.problems],
            }
        )
    else:
        _tell(loaded, results, covered, coverage_min)
    return good


def _tell(
    loaded: "Loaded",
    results: "Sequence[Rehearsed]",
    covered: "Sequence[Coverage]",
    coverage_min: float,
) -> None:
    """Print each test with its verdict and calls, what no test tried, and the counts."""
    from rich.console import Console

    from bot.detect.coverage import share
    from bot.lint.report import as_text

    for line in as_text(loaded.errors):
        typer.echo(line)
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
    if any(each.missed for each in covered):
        console.print("\nNever true in any test:", markup=False)
    for each in covered:
        for name in each.missed:
            console.print(f"  {each.rule.playbook.title}: {name}", style="yellow", markup=False)
    percent = share(covered)
    enough = "" if percent >= coverage_min else f", and {coverage_min:g} % are asked for"
    console.print(f"\n{percent:.0f} % of the selections were true in a test{enough}", markup=False)
    failed = sum(not result.passed for result in results)
    console.print(f"{len(results) - failed} passed, {failed} failed", markup=False)


def _watch(once: Callable[[], bool], places: Sequence[Path]) -> None:
    """Run again and again, whenever something has changed, until it is interrupted."""
    try:
        while True:
            seen = _fingerprint(places)
            try:
                once()
            except TipstaffError as error:
                typer.echo(f"tipstaff: {error}", err=True)
            typer.echo("\nwaiting for a change (Ctrl-C ends)")
            while _fingerprint(places) == seen:
                time.sleep(LOOK_AGAIN)
    except KeyboardInterrupt:
        raise typer.Exit from None


def _fingerprint(places: Sequence[Path]) -> frozenset[tuple[str, int, int]]:
    """Return name, time and size of every file in question."""
    found: set[tuple[str, int, int]] = set()
    for place in places:
        for path in place.rglob("*") if place.is_dir() else (place,):
            try:
                state = path.stat()
            except OSError:  # gone between the listing and the look
                continue
            found.add((str(path), state.st_mtime_ns, state.st_size))
    return frozenset(found)
