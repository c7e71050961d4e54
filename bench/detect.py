"""How many events a second the matcher judges, on one core, and what the number of rules costs.

    python bench/detect.py [--quick] [--seed N] [--peers PYTHON]

What is timed is judging events that are already `Event`s, reasons of the matches included, by a
matcher that is running: it has judged a quarter as many others of the same kind before. Beside it
stand the same from JSON, and the first events of a matcher that has just started. Times are the
process's own (`time.process_time`), and what is told is the best of three passes, so that
neighbours on the machine count less. `orjson.loads` of the same events tells how quick it is.

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
from dataclasses import dataclass
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
PASSES = 3
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
    with_parse: float
    matches: int
    memory: int


def main() -> None:
    """Measure everything and print it."""
    arguments = _arguments()
    count = 10_000 if arguments.quick else 50_000
    batches = [_batch(arguments.seed, count, hostile=hostile) for hostile in (False, True)]
    results: list[Result] = []
    read: dict[int, tuple[Rule, ...]] = {}
    compile_seconds = 0.0
    for number in COUNTS:
        texts = like_sigmahq() if number == 15 else generated(arguments.seed, number)
        begin = time.process_time()
        read[number] = _rules(texts)
        compile_rules(read[number], {})
        compile_seconds = time.process_time() - begin
        print(f"{number:>6,} rules: parsed and compiled in {compile_seconds:.2f} s")
        for batch in batches:
            results.append(_measure(read[number], batch))
            _print(results[-1], batch)
    rival = compare(
        rules=[*like_sigmahq(), *generated(arguments.seed, 485)],
        batch=batches[0].lines[:2_000],
        judge=_judge_texts,
        python=arguments.peers,
        seconds=0.5 if arguments.quick else 10.0,
    )
    print(orjson.dumps(_summary(results, batches, compile_seconds, rival)).decode())


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the matcher.")
    parser.add_argument("--quick", action="store_true", help="fewer events; under a minute")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other data")
    parser.add_argument("--peers", type=Path, default=Path(".peers/bin/python"))
    return parser.parse_args()


def _batch(seed: int, count: int, *, hostile: bool) -> Batch:
    early = count // 4
    made = events(seed, early + count, hostile=hostile)
    lines = [orjson.dumps(event) for event in made]
    loaded = [_event(orjson.loads(line)) for line in lines]
    lines = lines[early:]
    seconds = min(_timed(lambda: [orjson.loads(line) for line in lines]) for _ in range(PASSES))
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
    cold, warm, whole = [], [], []
    matches = memory = 0
    for _ in range(PASSES):
        ruleset = compile_rules(rules, {})
        before = _resident()
        cold.append(_timed(partial(_judge, ruleset, batch.before)))
        warm.append(_timed(partial(_judge, ruleset, batch.events)))
        memory = max(memory, _resident() - before)
        matches = _judge(ruleset, batch.events)
        whole.append(_timed(partial(_read_and_judge, ruleset, batch.lines)))
    count = len(batch.events)
    return Result(
        rules=len(rules),
        batch=batch.name,
        rate=count / min(warm),
        cold=len(batch.before) / min(cold),
        with_parse=count / min(whole),
        matches=matches,
        memory=memory,
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
        f"       {result.batch:<10}{result.rate:>10,.0f} events/s"
        f" = {result.rate / batch.loads:.2f} x orjson.loads"
        f"; from JSON {result.with_parse:,.0f}, just started {result.cold:,.0f}"
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
    whole = {(result.rules, result.batch): result.with_parse for result in results}
    return {
        "scaling_1000_over_15": round(rate[15, "realistic"] / rate[1_000, "realistic"], 2),
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
