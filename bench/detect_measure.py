"""The matcher measured: different numbers of rules take turns on the same events.

The clock of a shared machine may change by a factor of two between one second and the next, so
what is to be compared is measured at the same time: of each thousand events, every number of
rules in turn (in another order each time) judges all, before the next thousand. Events are parsed
from JSON a hundred at a time, just before they are judged and outside of the time that counts:
so they lie where an event lies that has just been read, not in memory where fifty thousand were
put seconds ago.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import orjson

from bot.core.event import Event
from bot.detect.matcher import Ruleset, compile_rules
from bot.detect.rule import Rule

TURN = 1_000
CHUNK = 100
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Events of one cardinality as JSON: those judged ``before``, and those that are measured."""

    name: str
    before: Sequence[bytes]
    lines: Sequence[bytes]
    loads: float


@dataclass(kw_only=True, slots=True)
class Turns:
    """What one number of rules took in one round: seconds, and how many events they are for."""

    rules: int
    ruleset: Ruleset
    cold: float
    memory: int
    judged: float = 0.0
    quiet: float = 0.0
    quiet_events: int = 0
    parsed: float = 0.0
    matches: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What one number of rules costs with one batch; rates are events a second."""

    rules: int
    batch: str
    rate: float
    cold: float
    quiet: float
    with_parse: float
    matches: int
    memory: int


Round = Sequence[Turns]


def measure(read: Sequence[Sequence[Rule]], batch: Batch) -> Round:
    """Return what each number of rules took in one round over all events of a batch."""
    with _no_collection():
        turns = [_start(rules, batch) for rules in read]
        for number, lines in enumerate(_parts(batch.lines, TURN)):
            first = number % len(turns)
            for one in (*turns[first:], *turns[:first]):
                _take_turn(one, lines)
    return turns


def results(rounds: Sequence[Round], batch: Batch) -> list[Result]:
    """Return the best rates of all rounds, and the most memory, for each number of rules."""
    count = len(batch.lines)
    return [
        Result(
            rules=same[0].rules,
            batch=batch.name,
            rate=count / min(one.judged for one in same),
            cold=max(one.cold for one in same),
            quiet=max(one.quiet_events / one.quiet for one in same),
            with_parse=count / min(one.parsed for one in same),
            matches=same[0].matches,
            memory=max(one.memory for one in same),
        )
        for same in zip(*rounds, strict=True)
    ]


def scaling(
    rounds: Sequence[Round], more: int, fewer: int, seconds: Callable[[Turns], float]
) -> float:
    """Return how much longer more rules took than fewer in the same round: the rounds' median."""
    taken = [{one.rules: seconds(one) for one in turns} for turns in rounds]
    return round(median(one[more] / one[fewer] for one in taken), 2)


def event(fields: dict[str, Any]) -> Event:
    """Return an audit-log entry as the matcher takes it."""
    return Event(
        id=fields["_document_id"],
        source="audit_log",
        kind="audit_log",
        at=NOW,
        installation=1,
        fields=fields,
        raw=fields,
    )


def timed(work: Callable[[], object]) -> float:
    """Return the seconds of this process."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _start(rules: Sequence[Rule], batch: Batch) -> Turns:
    """Compile, and judge what comes before, so that the matcher is a running one."""
    ruleset = compile_rules(rules, {})
    first = batch.before[: len(batch.lines) // 4]
    resident = _resident()
    seconds, _ = _judge(ruleset, first)
    _judge(ruleset, batch.before[len(first) :])
    memory = max(0, _resident() - resident)
    return Turns(rules=len(rules), ruleset=ruleset, cold=len(first) / seconds, memory=memory)


def _take_turn(one: Turns, lines: Sequence[bytes]) -> None:
    seconds, matches = _judge(one.ruleset, lines)
    quiet = [line for line, number in zip(lines, matches, strict=True) if not number]
    one.judged += seconds
    one.matches += sum(matches)
    one.quiet += _judge(one.ruleset, quiet)[0]
    one.quiet_events += len(quiet)
    match = one.ruleset.match
    one.parsed += timed(lambda: [match(event(orjson.loads(line))) for line in lines])


def _judge(ruleset: Ruleset, lines: Sequence[bytes]) -> tuple[float, list[int]]:
    """Return the seconds of judging alone, and the number of matches of each event."""
    match, seconds = ruleset.match, 0.0
    matches: list[int] = []
    for part in _parts(lines, CHUNK):
        judged = [event(orjson.loads(line)) for line in part]
        begin = time.process_time()
        found = [len(match(one)) for one in judged]
        seconds += time.process_time() - begin
        matches += found
    return seconds, matches


def _parts(lines: Sequence[bytes], size: int) -> Iterator[Sequence[bytes]]:
    for offset in range(0, len(lines), size):
        yield lines[offset : offset + size]


@contextmanager
def _no_collection() -> Iterator[None]:
    """Keep the collector from going over what was there before; what is judged has no cycles."""
    gc.collect()
    gc.freeze()
    gc.disable()
    yield
    gc.enable()


def _resident() -> int:
    """Return the bytes of memory in use, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")
