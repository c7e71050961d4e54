"""The playbooks in use, and the watch for changed ones.

A changed file is noticed by its time, size and place on the disk, and by its content. The whole
set is then compiled aside and takes over in one moment: no delivery is judged by half of a
change. A change with an error is not used, and nothing of it: the last good set stays.
"""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import structlog

from bot.core.errors import ConfigurationError
from bot.core.problem import Place, Problem
from bot.detect.parse import BLANK
from bot.metrics import Metrics
from bot.playbooks import Loaded, files, load
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

SETTLED: Final = 0.2  # seconds without a further change before a changed set is read
_MOST_SHOWN: Final = 50

Stamp = Mapping[Path, tuple[int, int, int, int]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Where playbooks, lists and overlay lie.

    Without ``overlay_needed`` the overlay need not be there; the lists never need to.
    """

    playbooks: Path
    lists: Path
    config: Path
    overlay_needed: bool = False

    def load(self, *, overlay_needed: bool = False) -> Loaded:
        """Read and compile all of it."""
        needed = overlay_needed or self.overlay_needed or self.config.exists()
        return load(
            self.playbooks,
            self.lists if self.lists.is_dir() else None,
            self.config if needed else None,
        )

    def stamp(self) -> Stamp:
        """Return what tells a changed file, for each file without reading it."""
        found = {}
        for path in files(self.playbooks, self.lists, self.config):
            try:
                seen = path.stat()
            except OSError:
                continue  # gone since it was listed, and so a change
            found[path] = (seen.st_mtime_ns, seen.st_ctime_ns, seen.st_size, seen.st_ino)
        return found

    def digest(self) -> str:
        """Return a hash of every file's path and content."""
        return _digest(files(self.playbooks, self.lists, self.config))

    def edition(self) -> str:
        """Return a hash of what the playbooks say, wherever they lie; lists do not count."""
        return _digest(files(self.playbooks, self.config), self.playbooks)


def _digest(paths: Iterable[Path], root: Path | None = None) -> str:
    """Return a hash of the files' names and contents; with ``root``, wherever that lies."""
    digest = hashlib.sha256()
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            content = str(error).encode()
        name = path
        if root is not None:
            name = path.relative_to(root) if path.is_relative_to(root) else Path(path.name)
        for part in (str(name).encode("utf-8", "surrogateescape"), content):
            digest.update(len(part).to_bytes(8))
            digest.update(part)
    return digest.hexdigest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A change that is not used: since when, and why."""

    since: datetime
    problems: tuple[Problem, ...]


class Playbooks:
    """The set of playbooks in use; `loaded` is replaced as a whole, or not at all.

    Raises `ConfigurationError` when there is no usable set to begin with: no such folder, or a
    mistake in the overlay.
    """

    def __init__(
        self,
        shelf: Shelf,
        *,
        metrics: Metrics,
        clock: Callable[[], datetime],
        settled: float = SETTLED,
    ) -> None:
        self._shelf = shelf
        self._metrics = metrics
        self._clock = clock
        self._settled = settled
        self._stamp = shelf.stamp()
        self._digest = shelf.digest()
        self.edition = shelf.edition()
        self.refused: Refused | None = None
        self.loaded = _first(shelf)
        self._tell(self.loaded.problems)

    async def run(self, stop: asyncio.Event, interval: float) -> None:
        """Look for a change every ``interval`` seconds, until told to stop."""
        while not await stopped_within(stop, interval):
            try:
                await self.look()
            except Exception:
                # The set in use stands, and the next look may go better.
                log.exception("playbooks.look_failed")

    async def look(self) -> bool:
        """Take over what has changed, if it is sound; true when it was taken over."""
        stamp = await asyncio.to_thread(self._shelf.stamp)
        if stamp == self._stamp:
            return False
        await asyncio.sleep(self._settled)
        if await asyncio.to_thread(self._shelf.stamp) != stamp:
            return False  # still being written: the next look tells
        digest = await asyncio.to_thread(self._shelf.digest)
        if digest == self._digest:
            self._stamp = stamp
            return False
        needed = bool(self.loaded.overlay.path)
        found = await asyncio.to_thread(self._shelf.load, overlay_needed=needed)
        edition = await asyncio.to_thread(self._shelf.edition)
        if await asyncio.to_thread(self._shelf.digest) != digest:
            return False  # changed while it was read
        self._stamp, self._digest = stamp, digest
        return self._take(found, edition)

    def _take(self, found: Loaded, edition: str) -> bool:
        errors = _new_errors(found, self.loaded, self._shelf)
        if errors:
            since = self._clock() if self.refused is None else self.refused.since
            self.refused = Refused(since=since, problems=errors)
            log.error("playbooks.refused", in_use=len(self.loaded.guarding), errors=len(errors))
            self._tell(errors)
            return False
        self.loaded, self.refused = found, None
        self.edition = edition
        log.info("playbooks.reloaded", in_use=len(found.rules), problems=len(found.problems))
        self._tell(found.problems)
        return True

    def _tell(self, problems: tuple[Problem, ...]) -> None:
        for problem in problems[:_MOST_SHOWN]:
            log.warning("playbook.problem", problem=str(problem))
        self._metrics.playbooks(
            used=len(self.loaded.guarding),
            problems=sum(problem.severity == "error" for problem in problems),
            stale=self.refused is not None,
        )

    @property
    def detail(self) -> str:
        """Say in one line how the playbooks stand."""
        used = f"{len(self.loaded.guarding)} in use"
        if self.refused is None:
            return used
        since = self.refused.since.isoformat(timespec="seconds")
        return f"{used}, the last good set: a change is not used since {since}"

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong: with the change that is not used, else with the set in use."""
        return self.loaded.problems if self.refused is None else self.refused.problems


def _first(shelf: Shelf) -> Loaded:
    if not shelf.playbooks.is_dir():
        raise ConfigurationError(
            f"there is no folder {shelf.playbooks} of playbooks; set TIPSTAFF_PLAYBOOKS to one"
        )
    loaded = shelf.load()
    if loaded.overlay_errors:
        # Without it a playbook might do what the operator forbids there.
        raise ConfigurationError("\n".join(map(str, loaded.overlay_errors)))
    return loaded


def _new_errors(found: Loaded, used: Loaded, shelf: Shelf) -> tuple[Problem, ...]:
    """Return the errors that a change brings; one that is there already does not hold it up."""
    if not found.rules and not found.errors:
        message = "no playbook is left: stop Tipstaff if that is meant"
        return (Problem(place=Place(path=str(shelf.playbooks)), message=message),)
    blank = tuple(_emptied(found, used))
    known = Counter((error.place.path, error.message) for error in used.errors)
    new = []
    for error in found.errors:
        key = (error.place.path, error.message)
        known[key] -= 1
        if known[key] < 0:  # there are more of its kind than before
            new.append(error)
    return (*new, *blank)


def _emptied(found: Loaded, used: Loaded) -> Iterator[Problem]:
    """Yield an error for every file that held a playbook in use, and now is there but blank."""
    held = {rule.playbook.place.path for rule in used.rules}
    for problem in found.problems:
        if problem.message == BLANK and problem.place.path in held:
            message = "this file has become empty: delete it if its playbooks are to go"
            yield Problem(place=problem.place, message=message)
