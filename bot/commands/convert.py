"""``tipstaff convert``: playbooks as pure Sigma, for sigma-cli."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.commands.options import (
    LISTS,
    PLAYBOOKS,
    ListsPath,
    PlaybookPath,
    check_something,
    counted,
    folder,
    given_lists,
    write_file,
)

if TYPE_CHECKING:
    from bot.detect.export import Exported


def convert(
    path: PlaybookPath = PLAYBOOKS,
    *,
    lists: ListsPath = LISTS,
    values: Annotated[
        list[str] | None,
        typer.Option("--list", help="A list's values, such as a live one's: NAME=VALUE,VALUE."),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="A folder to write to, one file for each playbook's."),
    ] = None,
) -> None:
    """Write playbooks as pure Sigma rules, which sigma-cli turns into queries of any SIEM.

    Responses, tests and baselines are left out, lists are written out, and tipstaff.yml is not
    applied. Prints the rules, or writes them to a folder. Exit code 1 when something cannot be
    said in Sigma; the rest is written all the same.
    """
    from bot.detect.export import export_files
    from bot.lint.report import as_text
    from bot.playbooks import files, load

    loaded = load(path, folder(lists))
    check_something(path, found=bool(loaded.rules or loaded.problems))
    problems = set(loaded.errors)
    texts: dict[str, str] = {}
    for file in files(path):
        if file.stem.endswith(".test"):
            continue
        try:
            texts[str(file)] = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue  # `load` told of it
    found = export_files(texts, {**loaded.lists, **given_lists(values or ())})
    for name, exported in found.items():
        problems.update(exported.problems)
        file = Path(name)
        _hand_out(exported, file.relative_to(path) if path.is_dir() else Path(file.name), output)
    written = sum(exported.count for exported in found.values())
    for line in as_text(sorted(problems)):
        typer.echo(line, err=True)
    typer.echo(f"{counted(written, 'Sigma rule')} written", err=True)
    raise typer.Exit(any(problem.severity == "error" for problem in problems))


def _hand_out(exported: "Exported", name: Path, output: Path | None) -> None:
    if not exported.count:
        return
    if output is None:
        typer.echo(f"---\n{exported.text}", nl=False)
        return
    write_file(output / name, exported.text)
