"""How many events a second the matcher judges, on one core, and what the number of rules costs.

    python bench/detect.py [--quick] [--seed N] [--peers PYTHON]

What is timed is judging events that are already `Event`s, reasons of the matches included, by a
matcher that is running: it has judged 50,000 others of the same kind before (hostile ones in a
quick run: 10,000, since nothing comes again anyway). Beside it stand the same from JSON, the first
events of a matcher that has just started, and the events that match nothing. Times are the
process's own (`time.process_time`), and what is told is the best of a few rounds, in each of which
all numbers of rules take turns, so that neighbours on the machine count less. `orjson.loads` of
the same events tells how quick the machine is.

Other engines (`bench/requirements.txt`) live in an environment of their own; ``--peers`` names its
Python. They judge the same events by the same rules, and must find the same matches. An engine
that judges many events at once, in a database, is told too, but is not what ``peer_multiple``
compares with: that is the fastest that, like the matcher, judges one event as it comes.

The last line is JSON.
"""

import argparse
import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.detect_events import events
from bench.detect_rivals import compare
from bench.detect_rules import generated, like_sigmahq
from bot.core.event import Event
from bot.detect.matcher import MEMORY, Ruleset, compile_rules
from bot.detect.parse import parse
from bot.detect.rule import Rule

COUNTS = (15, 500, 1_000, 5_000)
ROUNDS = 3
RUNNING = 50_000  # events after which a matcher counts as running
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Events of one cardinality: as JSON, and as what the matcher takes."""

    name: str
    before: Sequence[Event]
    lines: Sequence[bytes]
    events: Sequence[Event]
    loads: float


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


def main() -> None:
    """Measure everything and print it."""
    arguments = _arguments()
    count = 10_000 if arguments.quick else 50_000
    batches = [
        _batch(arguments.seed, count if hostile else RUNNING, count, hostile=hostile)
        for hostile in (False, True)
    ]
    read, compile_seconds = _read(arguments.seed)
    results: list[Result] = []
    for batch in batches:
        rounds = [
            [_measure(rules, batch) for rules in read]
            for _ in range(2 if arguments.quick else ROUNDS)
        ]
        for same in zip(*rounds, strict=True):
            results.append(_best(same))
            _print(results[-1], batch)
    rival = compare(
        rules=[*like_sigmahq(), *generated(arguments.seed, 485)],
        batch=batches[0].lines[: 500 if arguments.quick else 2_000],
        judge=_judge_texts,
        python=arguments.peers,
        patience=12 if arguments.quick else 180,
        seconds=0.4 if arguments.quick else 10.0,
    )
    print(orjson.dumps(_summary(results, batches, compile_seconds, rival)).decode())


def _read(seed: int) -> tuple[list[tuple[Rule, ...]], float]:
    """Return the rules by number, and the seconds it took to parse and compile the most."""
    read, seconds = [], 0.0
    for number in COUNTS:
        texts = like_sigmahq() if number == COUNTS[0] else generated(seed, number)
        begin = time.process_time()
        read.append(_rules(texts))
        compile_rules(read[-1], {})
        seconds = time.process_time() - begin
        print(f"{number:>6,} rules: parsed and compiled in {seconds:.2f} s")
    return read, seconds


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the matcher.")
    parser.add_argument("--quick", action="store_true", help="fewer events; under a minute")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other data")
    parser.add_argument("--peers", type=Path, default=Path(".peers/bin/python"))
    return parser.parse_args()


def _batch(seed: int, early: int, count: int, *, hostile: bool) -> Batch:
    lines = [orjson.dumps(event) for event in events(seed, early + count, hostile=hostile)]
    loaded = [_event(orjson.loads(line)) for line in lines]
    del lines[:early]
    seconds = min(_timed(lambda: [orjson.loads(line) for line in lines]) for _ in range(ROUNDS))
    name = "hostile" if hostile else "realistic"
    print(f"{name}: {count:,} events, orjson.loads {count / seconds:,.0f} events/s")
    return Batch(
        name=name,
        before=loaded[:early],
        lines=lines,
        events=loaded[early:],
        loads=count / seconds,
    )


def _event(fields: dict[str, Any]) -> Event:
    return Event(
        id=fields["_document_id"],
        source="audit_log",
        kind="audit_log",
        at=NOW,
        installation=1,
        fields=fields,
        raw=fields,
    )


def _rules(texts: Sequence[str]) -> tuple[Rule, ...]:
    parsed = [parse(text, "bench.yml") for text in texts]
    if problems := [problem for one in parsed for problem in one.problems]:
        raise SystemExit(f"a measured rule is not right: {problems[0]}")
    return tuple(rule for one in parsed for rule in one.rules)


def _measure(rules: Sequence[Rule], batch: Batch) -> Result:
    ruleset = compile_rules(rules, {})
    count = len(batch.events)
    first = batch.before[: count // 4]
    before = _resident()
    cold = _timed(partial(_judge, ruleset, first))
    _judge(ruleset, batch.before[len(first) :])
    warm = _timed(partial(_judge, ruleset, batch.events))
    memory = max(0, _resident() - before)
    quiet = [event for event in batch.events if not ruleset.match(event)]
    return Result(
        rules=len(rules),
        batch=batch.name,
        rate=count / warm,
        cold=len(first) / cold,
        quiet=len(quiet) / _timed(partial(_judge, ruleset, quiet)),
        with_parse=count / _timed(partial(_read_and_judge, ruleset, batch.lines)),
        matches=_judge(ruleset, batch.events),
        memory=memory,
    )


def _best(rounds: Sequence[Result]) -> Result:
    """Return the best rate of each kind, and the most memory."""
    return replace(
        rounds[0],
        rate=max(one.rate for one in rounds),
        cold=max(one.cold for one in rounds),
        quiet=max(one.quiet for one in rounds),
        with_parse=max(one.with_parse for one in rounds),
        memory=max(one.memory for one in rounds),
    )


def _judge(ruleset: Ruleset, judged: Sequence[Event]) -> int:
    match = ruleset.match
    return sum(len(match(event)) for event in judged)


def _read_and_judge(ruleset: Ruleset, lines: Sequence[bytes]) -> int:
    match = ruleset.match
    return sum(len(match(_event(orjson.loads(line)))) for line in lines)


def _timed(work: Callable[[], object]) -> float:
    """Return the seconds of this process; what was there before is not collected meanwhile."""
    gc.collect()
    gc.freeze()
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _resident() -> int:
    """Return the bytes of memory in use, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def _judge_texts(
    texts: Sequence[str], lines: Sequence[bytes]
) -> tuple[float, set[tuple[str, str]]]:
    """Judge texts of events by texts of rules, for a comparison with others."""
    ruleset = compile_rules(_rules(texts), {})
    judged = [_event(orjson.loads(line)) for line in lines]
    seconds = _timed(partial(_judge, ruleset, judged))
    found = {
        (match.event_id, match.playbook.id) for event in judged for match in ruleset.match(event)
    }
    return len(lines) / seconds, found


def _print(result: Result, batch: Batch) -> None:
    print(
        f"{result.batch:<10}{result.rules:>6,} rules{result.rate:>10,.0f} events/s"
        f" = {result.rate / batch.loads:.2f} x orjson.loads"
        f"; from JSON {result.with_parse:,.0f}, just started {result.cold:,.0f}"
        f"; without matches {result.quiet:,.0f}"
        f"; {result.matches / len(batch.events):.3f} matches an event"
        f"; {result.memory / 2**20:.0f} MiB more"
    )


def _summary(
    results: Sequence[Result],
    batches: Sequence[Batch],
    compile_seconds: float,
    rival: dict[str, Any],
) -> dict[str, Any]:
    rate = {(result.rules, result.batch): result.rate for result in results}
    quiet = {(result.rules, result.batch): result.quiet for result in results}
    whole = {(result.rules, result.batch): result.with_parse for result in results}
    return {
        "scaling_1000_over_15": round(rate[15, "realistic"] / rate[1_000, "realistic"], 2),
        "scaling_1000_over_15_without_matches": round(
            quiet[15, "realistic"] / quiet[1_000, "realistic"], 2
        ),
        "scaling_1000_over_15_with_parse": round(
            whole[15, "realistic"] / whole[1_000, "realistic"], 2
        ),
        "realistic_500": round(rate[500, "realistic"]),
        "hostile_500": round(rate[500, "hostile"]),
        "json_loads": round(batches[0].loads),
        "realistic_500_over_json_loads": round(rate[500, "realistic"] / batches[0].loads, 3),
        "hostile_500_over_json_loads": round(rate[500, "hostile"] / batches[1].loads, 3),
        "compile_5000_s": round(compile_seconds, 2),
        "memory_mb": round(max(result.memory for result in results) / 2**20, 1),
        "memory_bound_mb": 2 * MEMORY >> 20,
        **rival,
    }


if __name__ == "__main__":
    main()
