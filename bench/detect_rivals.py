"""The matcher beside other engines: the same events, the same rules, and the same matches."""

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from bench.detect_peers import PEERS

Judge = Callable[[Sequence[str], Sequence[bytes]], tuple[float, set[tuple[str, str]]]]
"""Judges lines of JSON by texts of rules: events a second, and the matches found."""

RUNNER: Final = Path(__file__).with_name("detect_peers.py")


def compare(
    *,
    rules: Sequence[str],
    batch: Sequence[bytes],
    judge: Judge,
    python: Path,
    seconds: float,
    patience: float,
) -> dict[str, Any]:
    """Run every engine that is there; print how each fared, return what the summary says of it.

    One that judges event by event is given ``seconds`` for that; any that has not answered after
    ``patience`` seconds is left out.
    """
    if not python.exists():
        print(f"no other engines: there is no {python} (bench/requirements.txt tells how)")
        return {"peer_multiple": None, "peers_agree": None, "peers": {}}
    rate, expected = judge(rules, batch)
    print(f"beside others, {len(rules)} rules: Tipstaff {rate:,.0f} events/s")
    peers: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "events.json")
        path.write_bytes(b"\n".join(batch) + b"\n")
        job = {"rules": rules, "events": str(path), "seconds": seconds, "most": len(batch)}
        for name in PEERS:
            answer = _ask(python, name, job, patience)
            if isinstance(answer, str):
                print(f"  {name}: left out: {answer}")
            else:
                peers[name] = _judged(name, answer, batch, expected)
    single = [one["events_per_s"] for one in peers.values() if one["kind"] == "event"]
    return {
        "peer_multiple": round(rate / max(single), 1) if single else None,
        "peers_agree": not any(one["missed"] or one["extra"] for one in peers.values()),
        "peers": peers,
    }


def _ask(python: Path, name: str, job: dict[str, Any], patience: float) -> dict[str, Any] | str:
    """Return an engine's answer, or why there is none."""
    try:
        done = subprocess.run(
            [python, RUNNER, name],
            input=orjson.dumps(job),
            capture_output=True,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {patience:.0f} s"
    if done.returncode:
        return done.stderr.decode(errors="replace").strip().splitlines()[-1]
    answer: dict[str, Any] = orjson.loads(done.stdout.splitlines()[-1])
    return answer


def _judged(
    name: str, answer: dict[str, Any], batch: Sequence[bytes], expected: set[tuple[str, str]]
) -> dict[str, Any]:
    """Hold an engine's matches against ours, for the events and rules that it judged."""
    ids = {orjson.loads(line)["_document_id"] for line in batch[: answer["events"]]}
    ours = {one for one in expected if one[0] in ids and one[1] not in answer["left_out"]}
    theirs = {(event, rule) for event, rule in answer["matches"]}
    rate = answer["events"] / answer["seconds"]
    missed, extra = len(ours - theirs), len(theirs - ours)
    print(
        f"  {name} {answer['version']} ({'one event' if answer['kind'] == 'event' else 'a table'}"
        f" at a time): {rate:,.1f} events/s over {answer['events']:,}; matches {len(theirs)}"
        f", of ours missed {missed}, beyond ours {extra}"
        f"; rules it cannot express {len(answer['left_out'])}"
    )
    for rule, why in list(answer["left_out"].items())[:1]:
        print(f"    such as {rule}: {why[:120]}")
    for kind, some in (("missed", ours - theirs), ("beyond", theirs - ours)):
        if some:
            print(f"    {kind}, such as {min(some)}")
    return {
        "events_per_s": round(rate, 1),
        "kind": answer["kind"],
        "missed": missed,
        "extra": extra,
        "left_out": len(answer["left_out"]),
    }
