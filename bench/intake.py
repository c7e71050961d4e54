"""Measure the door against a bare receiver, and how soon an issue answers a delivery.

``python bench/intake.py [--quick] [--seed N]``. Both receivers get the same signed push deliveries
of 6.7 KB over loopback, in rounds that take turns, each receiver alone on one core and the load on
the other. Ours has each delivery on disk before its 202; the bare one keeps nothing. The last line
printed is JSON.
"""

import argparse
import random
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import uvloop

if __package__ in {None, ""}:
    # Run as a script: the folder above this one holds the packages.
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.deliveries import Target, guid, push, request
from bench.latency import respond
from bench.load import Tally, send_for
from bench.processes import cores, first_line, pinned, process

KINDS = ("bare", "ours")
BODIES = 64


def requests(port: int, seed: int) -> Callable[[int], tuple[bytes, bytes, bytes]]:
    """Return a maker of requests: one of a few signed bodies, and a GUID never used before."""
    dice = random.Random(seed)
    parts = [
        request(
            push(dice, target=Target(), sender=f"dev-{n}", message=f"Fix number {n}"),
            host=f"127.0.0.1:{port}",
        )
        for n in range(BODIES)
    ]

    def nth(number: int) -> tuple[bytes, bytes, bytes]:
        head, tail = parts[number % BODIES]
        return head, guid(seed, number), tail

    return nth


def intake(folder: Path, *, seed: int, rounds: int, seconds: float, connections: int) -> Any:
    """Measure both receivers in turns; return medians, and check that nothing was lost."""
    core, _ = cores()
    database = folder / "intake.db"
    log = folder / "servers.log"
    results: dict[str, list[Tally]] = {kind: [] for kind in KINDS}
    with (
        process(["-m", "bench.server", "bare"], log=log, core=core) as bare,
        process(
            ["-m", "bench.server", "ours", "--database", str(database)], log=log, core=core
        ) as ours,
    ):
        ports = {
            "bare": first_line(bare, log)["port"],
            "ours": first_line(ours, log)["port"],
        }
        makers = {kind: requests(port, seed) for kind, port in ports.items()}
        first = 0
        for number in range(-1, rounds):  # the round before the first only warms up
            for kind in KINDS if number % 2 else reversed(KINDS):
                tally = uvloop.run(
                    send_for(
                        seconds if number >= 0 else 1.0,
                        port=ports[kind],
                        connections=connections,
                        first=first,
                        request=makers[kind],
                    )
                )
                first += 1_000_000
                results[kind].append(tally)
                if number >= 0:
                    print(
                        f"round {number + 1:2} {kind:>4}: {tally.rate:6.0f}/s"
                        f"  p50 {tally.quantile(0.5):6.2f} ms  p99 {tally.quantile(0.99):6.2f} ms"
                    )
    check(results, database)
    return summary({kind: tallies[1:] for kind, tallies in results.items()})


def check(results: dict[str, list[Tally]], database: Path) -> None:
    """Make sure that every answer was a 202, and every 202 of ours is on disk."""
    answers = {
        status for tallies in results.values() for tally in tallies for status in tally.statuses
    }
    if answers != {202}:
        raise SystemExit(f"answers other than 202: {sorted(answers)}")
    accepted = sum(tally.statuses[202] for tally in results["ours"])
    with sqlite3.connect(database) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM deliveries").fetchone()
    if kept != accepted:
        raise SystemExit(f"{accepted} deliveries were accepted, but {kept} are on disk")


def summary(results: dict[str, list[Tally]]) -> dict[str, Any]:
    """Return the medians over the rounds; the ratio is that of rounds next to each other."""

    def median(kind: str, value: Callable[[Tally], float]) -> float:
        return statistics.median(value(tally) for tally in results[kind])

    pairs = zip(results["ours"], results["bare"], strict=True)
    found = {"ratio": round(statistics.median(ours.rate / bare.rate for ours, bare in pairs), 3)}
    for kind in KINDS:
        found[f"{kind}_per_s"] = round(median(kind, lambda tally: tally.rate))
        found[f"{kind}_p99_ms"] = round(median(kind, lambda tally: tally.quantile(0.99)), 2)
    return found


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute in all")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--connections", type=int, default=64)
    given = parser.parse_args()
    _, load_core = cores()
    if load_core is None:
        print("only one core: load and servers share it, and the numbers say little")
    with tempfile.TemporaryDirectory(prefix="tipstaff-bench-") as name, pinned(load_core):
        folder = Path(name)
        found = intake(
            folder,
            seed=given.seed,
            rounds=10 if given.quick else 21,
            seconds=0.8 if given.quick else 3.0,
            connections=given.connections,
        )
        answered = respond(folder, seed=given.seed, seconds=10 if given.quick else 60)
    told = {"pinned": load_core is not None, "connections": given.connections, "seed": given.seed}
    print(orjson.dumps({**found, **answered, **told}).decode())


if __name__ == "__main__":
    main()
