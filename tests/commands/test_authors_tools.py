"""The commands for authors, as they type them."""

import gzip
import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.errors import ConfigurationError
from bot.detect.falco import is_falco

ROOT = Path(__file__).parents[2]
BOOK = ROOT / "playbooks" / "collaborator-made-admin.yml"
DOUBTFUL = """\
title: T
id: 11111111-2222-4333-8444-555555555555
level: high
logsource: {product: github, service: audit}
detection: {s: {action: repo.acess}, condition: s}
"""
FALCO = """\
- rule: Deletion
  desc: A repository was deleted
  condition: github.type = repository and github.action = deleted
  output: gone
  priority: WARNING
  source: github
"""


def run(*words: object, answers: str = "") -> tuple[int, str]:
    """Run a command; return its exit code and what it printed."""
    ended = CliRunner().invoke(app, [str(word) for word in words], answers, catch_exceptions=False)
    return ended.exit_code, ended.output


@pytest.fixture
def doubtful(tmp_path: Path) -> Path:
    """Return a playbook that loads, and has a slip in it."""
    path = tmp_path / "doubtful.yml"
    path.write_text(DOUBTFUL, encoding="utf-8")
    return path


def test_warnings_fail_only_when_that_is_asked_for(doubtful: Path) -> None:
    """The exit code is 0 for warnings, 1 for them with --strict."""
    code, said = run("check", doubtful)
    assert code == 0
    assert "doubtful.yml:5:25: warning: " in said
    assert "did you mean 'repo.access'?" in said
    assert run("check", doubtful, "--strict")[0] == 1


def test_findings_are_printed_in_the_form_asked_for(doubtful: Path) -> None:
    """SARIF and JSON are documents, GitHub's notes are lines; all have the same findings."""
    sarif = json.loads(run("check", doubtful, "--format", "sarif")[1])
    told = json.loads(run("check", doubtful, "--format", "json")[1])
    notes = run("check", doubtful, "--format", "github")[1].splitlines()
    kinds = [problem["rule"] for problem in told["problems"]]
    assert "unknown-action" in kinds
    assert [result["ruleId"] for result in sarif["runs"][0]["results"]] == kinds
    assert len(notes) == len(kinds)
    assert all(note.startswith("::warning file=") for note in notes)


def test_a_manifest_that_lacks_a_permission_is_told(tmp_path: Path) -> None:
    """What --manifest grants is compared with what the steps need."""
    manifest = tmp_path / "mine.yml"
    manifest.write_text("default_permissions: {metadata: read}\ndefault_events: [member]\n")
    code, said = run("check", BOOK, "--lists", ROOT / "lists", "--manifest", manifest)
    assert code == 1
    assert "the App lacks the permission 'administration: write'" in said


def test_a_broken_test_file_is_an_error_of_the_check(tmp_path: Path) -> None:
    """Tests beside a file are linted with it."""
    (tmp_path / "rules.yml").write_text(FALCO, encoding="utf-8")
    (tmp_path / "rules.test.yml").write_text("- {rule: Deltion, name: n}\n", encoding="utf-8")
    code, said = run("check", tmp_path)
    assert code == 1
    assert "rules.test.yml:1:3: a test has no 'match'" in said


def test_a_foreign_rule_is_tested_by_the_file_beside_it(tmp_path: Path) -> None:
    """A Falco rule cannot carry tests; NAME.test.yml does."""
    assert is_falco(FALCO)
    (tmp_path / "rules.yml").write_text(FALCO, encoding="utf-8")
    (tmp_path / "rules.test.yml").write_text(
        "- rule: Deletion\n  name: a deleted repository is found\n  match: true\n"
        "  delivery: {event: repository, payload: {action: deleted, repository: "
        "{full_name: a/b, name: b}}}\n"
        "- rule: Deletion\n  name: a new one is left alone\n  match: false\n"
        "  delivery: {event: repository, payload: {action: created}}\n",
        encoding="utf-8",
    )
    code, said = run("test", tmp_path, "--no-calls")
    assert "2 passed, 0 failed" in said
    assert code == 0


def test_what_no_test_made_true_is_told(tmp_path: Path) -> None:
    """Coverage names the selections, and fails below the minimum."""
    book = tmp_path / "mine.yml"
    book.write_text(
        DOUBTFUL.replace("acess", "access").replace(
            "s: {action: repo.access}, condition: s",
            "s: {action: repo.access}, t: {actor: ann}, condition: s and not t",
        )
        + "tests: [{name: n, event: {action: repo.access, actor: bob}, match: true}]\n",
        encoding="utf-8",
    )
    code, said = run("test", book, "--no-calls")
    assert code == 0
    assert "T: t" in said
    assert "50 % of the selections" in said
    assert run("test", book, "--no-calls", "--coverage-min", "60")[0] == 1
    told = json.loads(run("test", book, "--no-calls", "--json")[1])
    assert told["coverage"]["percent"] == 50
    assert list(told["coverage"]["missed"].values()) == [["t"]]


def test_results_are_written_as_junit(tmp_path: Path) -> None:
    """A CI system sees each playbook as a suite, with what failed and where."""
    book, report = tmp_path / "mine.yml", tmp_path / "report.xml"
    text = BOOK.read_text(encoding="utf-8").replace("match: true", "match: false", 1)
    book.write_text(text, encoding="utf-8")
    (tmp_path / "broken.yml").write_text("title: [\n", encoding="utf-8")
    code, _ = run("test", tmp_path, "--lists", ROOT / "lists", "--no-calls", "--junit", report)
    assert code == 1
    suites = ElementTree.parse(report).getroot()
    broken, own = suites
    assert broken.get("errors") == "1"
    assert (own.get("tests"), own.get("failures")) == ("5", "1")
    failed = own.find("testcase/failure")
    assert failed is not None
    assert "should not match, and does" in failed.get("message", "")
    first = own[0]
    assert first.get("file") == str(book)
    assert int(first.get("line", "")) > 1


@pytest.fixture
def watching(doubtful: Path) -> Iterator["subprocess.Popen[str]"]:
    """Start `tipstaff test --watch` on a playbook."""
    words = [sys.executable, "-u", "-m", "bot", "test", str(doubtful), "--no-calls", "--watch"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        if process.poll() is None:
            process.kill()


def test_a_watch_runs_again_when_a_file_changes(
    doubtful: Path, watching: "subprocess.Popen[str]"
) -> None:
    """Saving the file is enough; Ctrl-C ends it without a trace."""
    assert watching.stdout is not None
    assert watching.stderr is not None

    def until(word: str) -> None:
        began = time.monotonic()
        while word not in watching.stdout.readline():  # type: ignore[union-attr] # a pipe, as above
            assert time.monotonic() - began < 60

    until("0 passed")
    until("waiting for a change")
    with doubtful.open("a", encoding="utf-8") as file:
        file.write("tests: [{name: n, event: {action: repo.acess}, match: true}]\n")
    until("1 passed")
    until("waiting for a change")
    watching.send_signal(signal.SIGINT)
    assert watching.wait(120) == 0
    assert "Traceback" not in watching.stderr.read()


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    """Return an audit-log entry in a file."""
    path = tmp_path / "entry.json"
    path.write_text('{"action": "repo.add_member", "user": "eve", "permission": "read"}')
    return path


def test_explain_says_what_each_selection_found(entry: Path) -> None:
    """The tree names selections, what they ask, and what the event has instead."""
    code, said = run("explain", BOOK, entry, "--lists", ROOT / "lists")
    assert code == 1
    assert "does not match repo.add_member" in said
    assert "✘ permission: admin — the event has 'read'" in said
    assert "the event has no new_repo_permission" in said
    code, said = run("explain", BOOK, entry, "--list", "approved_admins=eve, bob")
    assert "✔ approved: user|expand: %approved_admins% — the event has 'eve'" in said


def test_explain_says_what_several_events_come_to(tmp_path: Path) -> None:
    """Of a correlation: whether it matches and by which events, or what they fell short of."""
    book = ROOT / "playbooks" / "admin-made-then-published.yml"
    made = {"action": "repo.add_member", "permission": "admin", "actor": "bob", "user": "eve"}
    shown = {"action": "repo.access", "visibility": "public", "actor": "bob"}
    events = [
        {**made, "repo": "acme/a", "org": "acme", "@timestamp": "2026-11-22T02:00:00Z"},
        {**shown, "repo": "acme/a", "org": "acme", "@timestamp": "2026-11-22T03:00:00Z"},
    ]
    path = tmp_path / "events.json"
    path.write_text(json.dumps(events))
    code, said = run("explain", book, path)
    assert code == 0
    assert "Administrator Made, Then Repository Published matches all this together, once" in said
    assert "2026-11-22 02:00:00 UTC: repo.add_member by bob of eve in acme/a" in said
    path.write_text(json.dumps([{**events[0], "permission": "read"}, events[1]]))
    code, said = run("explain", book, path)
    assert code == 1
    assert "'administrator_made' matches 0 of 2 events" in said
    path.write_text(json.dumps([{**events[0], "@timestamp": "2026-11-20T02:00:00Z"}, events[1]]))
    code, said = run("explain", book, path, "--json")
    assert code == 1
    last = json.loads(said)[-1]
    assert last["matches"] is False
    assert [part["holds"] for part in last["groups"][0]["parts"]] == [False, True, False]
    code, said = run("explain", book, path)
    assert "asked for: temporal_ordered gte 2 within" in said
    assert "✘ repository_published seen — not seen" in said


def test_tests_are_acted_out_without_a_manifest_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever installed only the package writes playbooks in a folder of their own."""
    monkeypatch.chdir(tmp_path)
    code, said = run("test", BOOK, "--lists", ROOT / "lists")
    assert code == 0
    assert "PUT /repos/" in said or "DELETE /repos/" in said


def test_explain_takes_deliveries_and_payloads(tmp_path: Path) -> None:
    """An event is explained in whatever form somebody has it."""
    payload = {"action": "added", "member": {"login": "eve"}, "sender": {"login": "bob"},
               "changes": {"role_name": {"to": "admin"}}}  # fmt: skip
    bare, whole, many = (tmp_path / name for name in ("bare.json", "whole.json", "many.json"))
    bare.write_text(json.dumps(payload))
    whole.write_text(json.dumps({"event": "member", "payload": payload}))
    many.write_text(json.dumps([{"action": "x.y"}, {"event": "member", "payload": payload}]))
    for words in ((bare, "--event", "member"), (whole,), (many,)):
        code, said = run("explain", BOOK, *words, "--lists", ROOT / "lists", "--json")
        assert code == 0
        assert json.loads(said)[-1]["matches"] is True
    with pytest.raises(ConfigurationError, match="--event"):
        run("explain", BOOK, bare)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "empty list"),
        ("[1]", "event 1 is no object"),
        ("{}", "which event"),
    ],
)
def test_an_event_that_is_none_gets_a_clear_answer(tmp_path: Path, text: str, says: str) -> None:
    """The file is named, and what it takes."""
    path = tmp_path / "event.json"
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=says):
        run("explain", BOOK, path)


@pytest.mark.parametrize("packed", [False, True])
def test_events_may_come_one_a_line(tmp_path: Path, packed: bool) -> None:
    """As streams and exports have them, packed or not; each line is in whatever form."""
    lines = [
        '{"action": "repo.add_member", "permission": "admin", "user": "eve", "repo": "a/b"}',
        "",
        '{"_source": {"event": {"action": "repo.create"}, "github": {"repo": "a/b"}}}',
    ]
    text = "\n".join(lines).encode()
    path = tmp_path / "events.jsonl"
    path.write_bytes(gzip.compress(text, mtime=0) if packed else text)
    code, said = run("explain", BOOK, path)
    assert code == 0
    assert "matches repo.add_member (events.jsonl#1)" in said
    assert "does not match repo.create (events.jsonl#2)" in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"action": "a.b"}\n{"action": \n', r"events.jsonl:2:\d+: not JSON"),
        (gzip.compress(b"{}", mtime=0)[:-9], "cannot be unpacked"),
        (b'{"action": "a.b"}\n{"hello": 1}\n', "event 2: it does not say which event"),
    ],
)
def test_a_slip_in_one_of_many_events_is_told(tmp_path: Path, content: bytes, says: str) -> None:
    """By its line or its number."""
    path = tmp_path / "events.jsonl"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=says):
        run("explain", BOOK, path)


def test_a_test_may_name_a_file_of_events(tmp_path: Path) -> None:
    """Beside a foreign rule, such as an export that must match."""
    (tmp_path / "rule.yml").write_text(DOUBTFUL.replace("repo.acess", "repo.access"))
    (tmp_path / "events.json").write_text('[{"action": "repo.create"}, {"action": "repo.access"}]')
    tests = "- {name: found, event-file: events.json, match: true}\n"
    (tmp_path / "rule.test.yml").write_text(tests)
    code, said = run("test", tmp_path, "--no-calls")
    assert (code, "1 passed, 0 failed" in said) == (0, True), said


def test_new_writes_a_faultless_playbook_from_an_event(tmp_path: Path) -> None:
    """It asks for what was telling in the event, and passes check and test at once."""
    event, book = tmp_path / "e.json", tmp_path / "new" / "book.yml"
    event.write_text(
        '{"action": "repo.access", "visibility": "public", "actor": "bob", "org": "o"}'
    )
    assert run("new", book, "--from", event, "--title", "Made public")[0] == 0
    assert "visibility: public" in book.read_text(encoding="utf-8")
    assert run("check", book, "--strict")[0] == 0
    assert "2 passed, 0 failed" in run("test", book, "--no-calls")[1]


def test_new_asks_for_what_no_option_says(tmp_path: Path) -> None:
    """A slip in the action is told at once, with the nearest as the proposal."""
    book = tmp_path / "book.yml"
    answers = "repo.acess\n\nvisibility=public\nMade public\nIt is out\nhigh\n"
    code, said = run("new", book, answers=answers)
    assert code == 0, said
    assert "Action [repo.access]" in said
    text = book.read_text(encoding="utf-8")
    assert "title: Made public" in text
    assert "level: high" in text
    assert run("check", book, "--strict")[0] == 0


def test_new_never_writes_over_a_file(doubtful: Path, entry: Path) -> None:
    """What somebody wrote stays as it is."""
    with pytest.raises(ConfigurationError, match="is not written over"):
        run("new", doubtful, "--from", entry)
    assert doubtful.read_text(encoding="utf-8") == DOUBTFUL


def test_the_schema_is_printed() -> None:
    """It can be piped into a file that an editor reads."""
    assert json.loads(run("schema")[1])["title"] == "Tipstaff playbook"


def test_many_playbooks_are_checked_at_once(tmp_path: Path) -> None:
    """Five hundred playbooks, each with its tests, are all found sound."""
    text = BOOK.read_text(encoding="utf-8")
    for number in range(500):
        name = f"{number:04d}.yml"
        (tmp_path / name).write_text(text.replace("8a3d2f0e", f"8a3d{number:04d}"), "utf-8")
    code, said = run("check", tmp_path, "--lists", ROOT / "lists")
    assert code == 0
    assert "500 playbooks usable, 0 errors, 0 warnings" in said
