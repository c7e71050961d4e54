"""How many events a second the matcher judges, on one core, and what the number of rules costs.

    python bench/detect.py [--quick] [--seed N] [--peers PYTHON]

What is timed is judging events that are already `Event`s, reasons of the matches included, by a
matcher that is running: it has judged 50,000 others of the same kind before (hostile ones in a
quick run: 10,000, since nothing comes again anyway). Beside it stand the same from JSON, the first
events of a matcher that has just started, and the events that match nothing.
`bench.detect_measure` says how. `orjson.loads` of the same events tells how quick the machine is.

Other engines (`bench/requirements.txt`) live in an environment of their own; ``--peers`` names its
Python. They judge the same events by the same rules, and must find the same matches. An engine
that judges many events at once, in a database, is told too, but is not what ``peer_multiple``
compares with: that is the fastest that, like the matcher, judges one event as it comes.

The last line is JSON.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import orjson

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.detect_events import events
from bench.detect_measure import (
    Batch,
    Result,
    Round,
    event,
    measure,
    results,
    scaling,
    timed,
)
from bench.detect_rivals import compare
from bench.detect_rules import generated, like_sigmahq
from bot.detect.matcher import MEMORY, compile_rules
from bot.detect.parse import parse
from bot.detect.rule import Rule

COUNTS = (15, 500, 1_000, 5_000)
ROUNDS = 3
RUNNING = 50_000  # events after which a matcher counts as running


def main() -> None:
    """Measure everything and print it."""
    arguments = _arguments()
    count = 10_000 if arguments.quick else 50_000
    batches = [
        _batch(arguments.seed, count if hostile else RUNNING, count, hostile=hostile)
        for hostile in (False, True)
    ]
    read, compile_seconds = _read(arguments.seed)
    told: list[Result] = []
    realistic: list[Round] = []
    for batch in batches:
        rounds = [measure(read, batch) for _ in range(2 if arguments.quick else ROUNDS)]
        realistic = realistic or rounds
        for result in results(rounds, batch):
            told.append(result)
            _print(result, batch)
    rival = compare(
        rules=[*like_sigmahq(), *generated(arguments.seed, 485)],
        batch=batches[0].lines[: 500 if arguments.quick else 2_000],
        judge=_judge_texts,
        python=arguments.peers,
        patience=12 if arguments.quick else 180,
        seconds=0.4 if arguments.quick else 10.0,
    )
    summary = _ratios(realistic) | _summary(told, batches, compile_seconds) | rival
    print(orjson.dumps(summary).decode())


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
    lines = [orjson.dumps(fields) for fields in events(seed, early + count, hostile=hostile)]
    before, lines = lines[:early], lines[early:]
    seconds = min(timed(lambda: [orjson.loads(line) for line in lines]) for _ in range(ROUNDS))
    name = "hostile" if hostile else "realistic"
    print(f"{name}: {count:,} events, orjson.loads {count / seconds:,.0f} events/s")
    return Batch(name=name, before=before, lines=lines, loads=count / seconds)


def _rules(texts: Sequence[str]) -> tuple[Rule, ...]:
    parsed = [parse(text, "bench.yml") for text in texts]
    if problems := [problem for one in parsed for problem in one.problems]:
        raise SystemExit(f"a measured rule is not right: {problems[0]}")
    return tuple(rule for one in parsed for rule in one.rules)


def _judge_texts(
    texts: Sequence[str], lines: Sequence[bytes]
) -> tuple[float, set[tuple[str, str]]]:
    """Judge texts of events by texts of rules, for a comparison with others."""
    ruleset = compile_rules(_rules(texts), {})
    judged = [event(orjson.loads(line)) for line in lines]
    seconds = timed(lambda: [ruleset.match(one) for one in judged])
    found = {(match.event_id, match.playbook.id) for one in judged for match in ruleset.match(one)}
    return len(lines) / seconds, found


def _print(result: Result, batch: Batch) -> None:
    print(
        f"{result.batch:<10}{result.rules:>6,} rules{result.rate:>10,.0f} events/s"
        f" = {result.rate / batch.loads:.2f} x orjson.loads"
        f"; from JSON {result.with_parse:,.0f}, just started {result.cold:,.0f}"
        f"; without matches {result.quiet:,.0f}"
        f"; {result.matches / len(batch.lines):.3f} matches an event"
        f"; {result.memory / 2**20:.0f} MiB more"
    )


def _ratios(rounds: Sequence[Round]) -> dict[str, float]:
    ratio = partial(scaling, rounds, 1_000, 15)
    return {
        "scaling_1000_over_15": ratio(lambda one: one.judged),
        "scaling_1000_over_15_without_matches": ratio(lambda one: one.quiet / one.quiet_events),
        "scaling_1000_over_15_with_parse": ratio(lambda one: one.parsed),
    }


def _summary(
    told: Sequence[Result], batches: Sequence[Batch], compile_seconds: float
) -> dict[str, Any]:
    rate = {(result.rules, result.batch): result.rate for result in told}
    return {
        "realistic_500": round(rate[500, "realistic"]),
        "hostile_500": round(rate[500, "hostile"]),
        "json_loads": round(batches[0].loads),
        "realistic_500_over_json_loads": round(rate[500, "realistic"] / batches[0].loads, 3),
        "hostile_500_over_json_loads": round(rate[500, "hostile"] / batches[1].loads, 3),
        "compile_5000_s": round(compile_seconds, 2),
        "memory_mb": round(max(result.memory for result in told) / 2**20, 1),
        "memory_bound_mb": 2 * MEMORY >> 20,
    }


if __name__ == "__main__":
    main()
