"""What several commands take, and how they print."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import orjson
import typer

from bot.core.errors import ConfigurationError

PLAYBOOKS: Final = Path("playbooks")
LISTS: Final = Path("lists")
MANIFEST: Final = Path("app.yml")
CONFIG: Final = Path("tipstaff.yml")

PlaybookPath = Annotated[
    Path, typer.Argument(help="A folder of playbooks, or one playbook.", show_default=True)
]
ListsPath = Annotated[Path, typer.Option("--lists", help="The folder of lists.")]
ConfigPath = Annotated[
    Path, typer.Option("--config", help="The file that changes playbooks for this organisation.")
]
ManifestPath = Annotated[Path, typer.Option("--manifest", help="The App's manifest.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a machine to read.")]


def present(path: Path, usual: Path = CONFIG) -> Path | None:
    """Return a file's path; the usual one need not be there, another must."""
    return None if path == usual and not path.exists() else path


def folder(path: Path) -> Path | None:
    """Return the path of the lists; the usual folder need not be there, another must."""
    return None if path == LISTS and not path.is_dir() else path


def given_lists(values: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """Return the lists that ``--list NAME=VALUE,VALUE`` gives; raise `ConfigurationError`."""
    found: dict[str, tuple[str, ...]] = {}
    for value in values:
        name, sign, rest = value.partition("=")
        if not sign or not name:
            raise ConfigurationError(f"--list takes NAME=VALUE,VALUE, not '{value}'")
        found[name] = tuple(item.strip() for item in rest.split(",") if item.strip())
    return found


def check_something(path: Path, *, found: bool) -> None:
    """Raise `ConfigurationError` when there is nothing to work on, so that no check passes idly."""
    if not found:
        raise ConfigurationError(f"there is no playbook in {path}: name the folder they are in")


def write_file(path: Path, text: str) -> None:
    """Write a file, with the folders it lies in; raise `ConfigurationError` if that fails."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from None


def print_json(value: Any) -> None:
    """Print one JSON document."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_INDENT_2, default=str).decode()
    except TypeError:  # a file's name that is no UTF-8: the slower way spells its bytes out
        text = json.dumps(value, indent=2, default=str)
    typer.echo(text)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it must be."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
