"""``tipstaff check``: everything wrong or doubtful about playbooks and lists, with its place."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

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
    counted,
    folder,
    present,
    print_json,
)

if TYPE_CHECKING:
    from bot.core.problem import Problem
    from bot.playbooks import Loaded


class Format(StrEnum):
    """How findings are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def check(
    path: PlaybookPath = PLAYBOOKS,
    *,
    lists: ListsPath = LISTS,
    config: ConfigPath = CONFIG,
    manifest: ManifestPath = MANIFEST,
    effective: Annotated[
        bool,
        typer.Option(
            "--effective", help="Print each playbook as it holds, and where each value is written."
        ),
    ] = False,
    form: Annotated[
        Format,
        typer.Option(
            "--format",
            help="text; json; sarif for code scanning; github for notes in a pull request.",
        ),
    ] = Format.TEXT,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 on warnings, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Lint playbooks and lists: every finding with file:line:column.

    Exit codes: 0 when there is no error, 1 on errors (with --strict on warnings, too), 2 when the
    check itself cannot be run.
    """
    from bot.commands.loading import load_manifest, load_with_tests, without_collection
    from bot.lint import lint

    app_manifest = present(manifest, MANIFEST)
    may = load_manifest(app_manifest) if app_manifest is not None else None
    with without_collection():
        loaded = load_with_tests(path, folder(lists), present(config))
        check_something(path, found=bool(loaded.rules or loaded.disabled or loaded.problems))
        problems = sorted((*loaded.problems, *lint(loaded.rules, may)))
    if as_json or form is Format.JSON:
        print_json(_json(loaded, problems, effective=effective))
    else:
        _tell(loaded, problems, form, effective=effective)
    failing = strict or any(problem.severity == "error" for problem in problems)
    raise typer.Exit(1 if problems and failing else 0)


def _tell(
    loaded: "Loaded", problems: "Sequence[Problem]", form: Format, *, effective: bool
) -> None:
    from bot.lint.report import as_github, as_sarif, as_text

    if form is Format.SARIF:
        print_json(as_sarif(problems))
        return
    if form is Format.GITHUB:
        for line in as_github(problems):
            typer.echo(line)
        return
    if effective:
        from bot import effective as view

        for line in view.lines(view.effective(loaded)):
            typer.echo(line)
    for line in as_text(problems):
        typer.echo(line)
    errors = sum(problem.severity == "error" for problem in problems)
    typer.echo(
        f"{counted(len(loaded.rules), 'playbook')} usable, {counted(errors, 'error')}, "
        f"{counted(len(problems) - errors, 'warning')}"
    )


def _json(loaded: "Loaded", problems: "Sequence[Problem]", *, effective: bool) -> dict[str, Any]:
    from bot import effective as view
    from bot.lint.report import as_json

    return {
        **({"effective": view.effective(loaded)} if effective else {}),
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
        "problems": as_json(problems),
    }
