"""One other rule engine, measured in the environment it was installed in.

    python detect_peers.py NAME < job.json

The job holds ``rules`` (Sigma, as YAML texts), ``events`` (a file, one JSON event a line),
``seconds`` (for engines that judge event by event) and ``most`` (events for those that judge many
at once). Told on standard output, as JSON: what was judged in how many seconds of this process's
time, which rules could not be expressed, and each match as event and rule.

This file imports nothing of Tipstaff: it runs where only the other engines are.
"""

import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

Rule = dict[str, Any]
Judge = Callable[[Any], bool]
OPERATORS = {"contains": "contains", "startswith": "startsWith", "endswith": "endsWith"}


def each(job: dict[str, Any], make: Callable[[Rule, str], Judge], ready: Any = dict) -> Any:
    """Measure an engine that judges one event by one rule at a time."""
    begin = time.process_time()
    judges, left_out = compiled(job["rules"], make)
    compile_seconds = time.process_time() - begin
    matches, spent, judged = [], 0.0, 0
    for event in first_events(job):
        given = ready(event)
        begin = time.process_time()
        found = [name for name, judge in judges if judge(given)]
        spent += time.process_time() - begin
        judged += 1
        matches += [[event["_document_id"], name] for name in found]
        if spent > job["seconds"]:
            break
    return report(judged, spent, compile_seconds, left_out, matches)


def compiled(
    rules: Iterable[str], make: Callable[[Rule, str], Any]
) -> tuple[list[tuple[str, Any]], dict[str, str]]:
    """Return what is made of each rule that can be expressed, and why the others cannot."""
    made, left_out = [], {}
    for text in rules:
        rule = yaml.load(text, Loader=yaml.CSafeLoader)
        try:
            made.append((rule["id"], make(rule, text)))
        except Exception as error:
            left_out[rule["id"]] = f"{type(error).__name__}: {error}"
    return made, left_out


def report(
    judged: int, spent: float, compile_seconds: float, left_out: dict[str, str], matches: list[Any]
) -> dict[str, Any]:
    """Return the answer to a job."""
    return {
        "events": judged,
        "seconds": spent,
        "compile_seconds": compile_seconds,
        "left_out": left_out,
        "matches": matches,
    }


def sigma_rule_matcher(job: dict[str, Any]) -> Any:
    """Judge by sigma-rule-matcher."""
    from sigma.rule import SigmaRule
    from sigma_rule_matcher import RuleMatcher

    return each(job, lambda _, text: RuleMatcher(SigmaRule.from_yaml(text)).match)


def detkit(job: dict[str, Any]) -> Any:
    """Judge by detkit's evaluator."""
    from detkit.evaluator import event_matches_rule, scan_unsupported

    def make(rule: Rule, _: str) -> Judge:
        detection = rule["detection"]
        if problems := scan_unsupported(detection):
            raise ValueError(problems)
        return lambda event: event_matches_rule(detection, event)

    return each(job, make)


def common_expression_language(job: dict[str, Any]) -> Any:
    """Judge by CEL in Rust: our translation of the rules, over events in lower case."""
    import cel

    def make(rule: Rule, _: str) -> Judge:
        program = cel.compile(to_cel(rule["detection"]))
        execute: Judge = program.execute
        return execute

    return each(job, make, lambda event: cel.Context(variables={"e": lowered(event)}))


def cel_python(job: dict[str, Any]) -> Any:
    """Judge by CEL in Python: our translation of the rules, over events in lower case."""
    import celpy

    environment = celpy.Environment()

    def make(rule: Rule, _: str) -> Judge:
        program = environment.program(environment.compile(to_cel(rule["detection"])))
        return lambda context: bool(program.evaluate(context))

    return each(job, make, lambda event: {"e": celpy.json_to_cel(lowered(event))})


def lowered(event: Rule) -> Rule:
    """Return the event in lower case, since CEL has no comparison that ignores it."""
    return {key: value.lower() if isinstance(value, str) else value for key, value in event.items()}


def to_cel(detection: Rule) -> str:
    """Spell a measured rule in CEL."""
    text = f"({selection_to_cel(detection['selection'])})"
    if "filter" in detection:
        text += f" && !({selection_to_cel(detection['filter'])})"
    return text


def selection_to_cel(selection: Rule) -> str:
    """Spell one selection in CEL."""
    return " && ".join(item_to_cel(key, value) for key, value in selection.items())


def item_to_cel(key: str, value: Any) -> str:
    """Spell one key of a selection in CEL."""
    field, *modifiers = key.split("|")
    values = value if isinstance(value, list) else [value]
    what = f'e["{field}"]'
    if not modifiers:
        spelt = [json.dumps(one.lower() if isinstance(one, str) else one) for one in values]
        test = f"{what} in [{', '.join(spelt)}]" if len(spelt) > 1 else f"{what} == {spelt[0]}"
    elif modifiers == ["re"]:
        test = " || ".join(f"{what}.matches({json.dumps(one)})" for one in values)
    else:
        call = OPERATORS[modifiers[0]]
        join = " && " if "all" in modifiers else " || "
        test = join.join(f"{what}.{call}({json.dumps(one.lower())})" for one in values)
    return f'("{field}" in e && ({test}))'


def zargunlite(job: dict[str, Any]) -> Any:
    """Judge all events by zargunlite, over rules made by pysigma-backend-sqlite."""
    from sigma.backends.sqlite import sqliteBackend

    return by_queries(job, lambda backend, rule: backend.convert_rule(rule)[0], sqliteBackend())


def by_queries(job: dict[str, Any], convert: Callable[[Any, Any], str], backend: Any) -> Any:
    """Run one SQL query for each rule over a table of events; loading is part of the time."""
    from sigma.rule import SigmaRule
    from zargunlite.core import ZargunCore

    events = first_events(job)
    begin = time.process_time()
    queries, left_out = compiled(
        job["rules"], lambda _, text: convert(backend, SigmaRule.from_yaml(text))
    )
    compile_seconds = time.process_time() - begin
    begin = time.process_time()
    matches = []
    with ZargunCore() as core:
        core.load_data([flat(event) for event in events], strict_field_name=False)
        for name, query in queries:
            rows = core.execute_sqlite_query(query.replace("<TABLE_NAME>", "logs"))
            matches += [[row["_document_id"], name] for row in rows]
    spent = time.process_time() - begin
    return report(len(events), spent, compile_seconds, left_out, matches)


def pysigma_duckdb(job: dict[str, Any]) -> Any:
    """Judge all events by the SQL that pysigma-backend-duckdb writes."""
    import duckdb
    from sigma.rule import SigmaRule
    from sigma_backend_duckdb.backend import DuckDBBackend

    backend = DuckDBBackend()
    begin = time.process_time()
    queries, left_out = compiled(
        job["rules"], lambda _, text: backend.convert_rule(SigmaRule.from_yaml(text))[0]
    )
    compile_seconds = time.process_time() - begin
    events = first_events(job)
    matches = []
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.writelines(json.dumps(flat(event)) + "\n" for event in events)
        file.flush()
        begin = time.process_time()
        base = duckdb.connect()
        base.execute(f"CREATE TABLE logs AS SELECT * FROM read_json_auto('{file.name}')")
        for name, query in queries:
            ids = re.sub(r"SELECT \* FROM \S+", 'SELECT "_document_id" FROM logs', query, count=1)
            try:
                matches += [[row[0], name] for row in base.execute(ids).fetchall()]
            except duckdb.Error as error:
                left_out[name] = str(error)
        spent = time.process_time() - begin
    return report(len(events), spent, compile_seconds, left_out, matches)


def tenzir(job: dict[str, Any]) -> Any:
    """Judge all events by Tenzir's own sigma operator; starting it is part of the time."""
    events = first_events(job)
    program = Path(sys.executable).with_name("tenzir")
    with tempfile.TemporaryDirectory() as folder:
        rules = Path(folder, "rules")
        rules.mkdir()
        for number, text in enumerate(job["rules"]):
            Path(rules, f"{number}.yml").write_text(text, encoding="utf-8")
        Path(folder, "events.json").write_text(
            "".join(json.dumps(event) + "\n" for event in events), encoding="utf-8"
        )
        pipeline = (
            f'from_file "{folder}/events.json" {{ read_ndjson }} | sigma path="{rules}" '
            "| write_ndjson"
        )
        begin = time.perf_counter()
        done = subprocess.run(
            [program, "--bare-mode", pipeline],
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        spent = time.perf_counter() - begin
    found = [json.loads(line) for line in done.stdout.splitlines()]
    matches = [[one["evidences"][0]["data"]["_document_id"], one["policy"]["uid"]] for one in found]
    return report(len(events), spent, 0.0, {}, matches)


def first_events(job: dict[str, Any]) -> list[Rule]:
    """Return the events for an engine that judges many at once."""
    with Path(job["events"]).open(encoding="utf-8") as lines:
        return [json.loads(line) for _, line in zip(range(job["most"]), lines, strict=False)]


def flat(event: Rule) -> Rule:
    """Return the event as a row: nested values are left out, no rule asks for one."""
    return {key: value for key, value in event.items() if not isinstance(value, dict)}


PEERS: dict[str, tuple[Callable[[dict[str, Any]], Any], str, str]] = {
    "sigma-rule-matcher": (sigma_rule_matcher, "sigma-rule-matcher", "event"),
    "detkit-cli": (detkit, "detkit-cli", "event"),
    "common-expression-language": (
        common_expression_language,
        "common-expression-language",
        "event",
    ),
    "cel-python": (cel_python, "cel-python", "event"),
    "zargunlite + pysigma-backend-sqlite": (zargunlite, "zargunlite", "batch"),
    "pysigma-backend-duckdb": (pysigma_duckdb, "pysigma-backend-duckdb", "batch"),
    "tenzir": (tenzir, "tenzir", "batch"),
}


def main() -> None:
    """Do the job on standard input by the engine that is named."""
    run, package, kind = PEERS[sys.argv[1]]
    answer = run(json.load(sys.stdin))
    print(json.dumps({**answer, "version": version(package), "kind": kind}))


if __name__ == "__main__":
    main()
