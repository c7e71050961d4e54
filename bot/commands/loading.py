"""Playbooks from a folder, with the tests that lie beside them."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot.commands.sample import read_events
from bot.core.errors import ConfigurationError
from bot.core.problem import Place, Problem
from bot.detect.sibling import Reader, attach, parse_siblings
from bot.manifest import Manifest, read_manifest
from bot.playbooks import Loaded, files, load


@contextmanager
def without_collection() -> Iterator[None]:
    """Put garbage collection off for a while: much is made, all of it is kept."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def load_with_tests(playbooks: Path, lists: Path | None, config: Path | None) -> Loaded:
    """Load playbooks as Tipstaff does, and the tests in files beside them (``NAME.test.yml``)."""
    loaded = load(playbooks, lists, config)
    rules, problems = loaded.rules, list(loaded.problems)
    for path in test_files(playbooks):
        try:
            text = path.read_text(encoding="utf-8")
            siblings = parse_siblings(text, str(path), _reader(path.parent))
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "it is not UTF-8 text"
            problems.append(Problem(place=Place(path=str(path)), message=f"cannot be read: {why}"))
            continue
        rules, complaints = attach(rules, siblings)
        problems += [*siblings.problems, *complaints]
    return replace(loaded, rules=rules, problems=tuple(sorted(problems)))


def _reader(folder: Path) -> Reader:
    """Return what reads the files of events that tests of a folder name."""
    return lambda name: read_events(folder / name)


def test_files(playbooks: Path) -> list[Path]:
    """Return the files of tests in a folder of playbooks, or beside a single one."""
    if playbooks.is_dir():
        return [path for path in files(playbooks) if path.stem.endswith(".test")]
    beside = (playbooks.with_name(f"{playbooks.stem}.test{suffix}") for suffix in (".yml", ".yaml"))
    return [path for path in beside if path.is_file()]


def load_manifest(path: Path) -> Manifest:
    """Read the App's manifest; raise `ConfigurationError` if that is not possible."""
    try:
        return read_manifest(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigurationError(f"the App's manifest {path} cannot be read: {why}") from None
