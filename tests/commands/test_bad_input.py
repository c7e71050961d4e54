"""What authors' commands say when what they are given is no good: plainly, and never a trace."""

import json
import os
from pathlib import Path
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.core.errors import ConfigurationError
from bot.lint.report import as_github, as_sarif
from bot.playbooks import load

BOOK = """\
title: T
id: 11111111-2222-4333-8444-555555555555
level: high
logsource: {product: github, service: audit}
detection: {s: {action: repo.access}, condition: s}
tests:
  - {name: n, event: {action: repo.access}, match: true}
"""


def run(*words: object) -> tuple[int, str]:
    """Run a command; return its exit code and what it printed, also when it refuses."""
    try:
        ended = CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)
    except ConfigurationError as error:  # `bot.cli.main` prints it and ends with 2
        return 2, str(error)
    return ended.exit_code, ended.output


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a playbook without fault, in a folder of its own."""
    path = tmp_path / "books" / "book.yml"
    path.parent.mkdir()
    path.write_text(BOOK, encoding="utf-8")
    return path


def test_a_folder_without_playbooks_passes_no_check(tmp_path: Path) -> None:
    """A check that looked at nothing must not look like one that found nothing."""
    for command in ("check", "test", "convert"):
        code, said = run(command, tmp_path)
        assert (code, said) == (
            2,
            f"there is no playbook in {tmp_path}: name the folder they are in",
        ), command


def test_a_folder_of_lists_that_is_named_must_be_there(book: Path) -> None:
    """Only the usual one may be missing."""
    for words in (("check",), ("test", "--no-calls"), ("convert",)):
        code, said = run(*words, book, "--lists", book.parent / "nowhere")
        assert code == 1, words
        assert "nowhere:1:1: there is no such folder" in said


def test_what_cannot_be_written_is_told(book: Path) -> None:
    """A file where a folder should be, and a folder where a file should be."""
    code, said = run("convert", book, "-o", book)
    assert code == 2
    assert said.startswith(f"{book}/book.yml cannot be written: ")
    code, said = run("test", book, "--no-calls", "--junit", book.parent)
    assert code == 2
    assert said.startswith(f"{book.parent} cannot be written: ")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("default_permissions: [", ":1:23: not YAML: "),
        ("", ": the App's manifest must be a mapping (key: value)"),
        ("- 5", ": the App's manifest must be a mapping (key: value)"),
        ("default_events: []", ": default_permissions: Field required"),
        (
            "{default_permissions: {issues: sudo}, default_events: []}",
            ": default_permissions.issues: Input should be 'read', 'write' or 'admin'",
        ),
        ("a: \x00", ": not usable YAML: "),
        ("[" * 1_000, ": not usable YAML: "),
    ],
)
def test_a_manifest_that_is_none_is_told_with_its_place(book: Path, text: str, says: str) -> None:
    """One line for each fault, and nothing of the program's own insides."""
    manifest = book.parent / "mine.txt"
    manifest.write_text(text, encoding="utf-8")
    for words in (("check", book), ("test", book)):
        code, said = run(*words, "--manifest", manifest)
        assert code == 2
        assert said.startswith(f"{manifest}{says}")
        assert "\n" not in said


def test_an_event_with_a_byte_order_mark_is_read(book: Path, tmp_path: Path) -> None:
    """As some editors save JSON."""
    event = tmp_path / "event.json"
    event.write_bytes(b"\xef\xbb\xbf" + json.dumps({"action": "repo.access"}).encode())
    assert run("explain", book, event)[0] == 0


ODD = {
    "empty": b"",
    "binary": bytes(range(256)) * 20,
    "utf16": BOOK.encode("utf-16"),
    "nul": BOOK.encode() + b"\0",
    "tabs": BOOK.replace("  ", "\t").encode(),
    "null": b"null\n",
    "number": b"5\n",
    "list": b"- 1\n- a\n",
    "unclosed": b"title: [\n",
    "twice": BOOK.encode() + b"title: X\n",
    "alias": BOOK.replace("condition: s", "condition: *nope").encode(),
    "recursive": b"title: &a [*a]\n",
    "bomb": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(
        b"%c: &%c [%s]\n" % (98 + n, 98 + n, b",".join([b"*%c" % (97 + n)] * 9)) for n in range(9)
    ),
    "deep": (BOOK + "x: " + "[" * 5_000 + "]" * 5_000).encode(),
    "nested": ("\n".join(" " * depth + "a:" for depth in range(3_000))).encode(),
    "brackets": BOOK.replace("condition: s", f"condition: {'(' * 3_000}s{')' * 3_000}").encode(),
    "object": BOOK.replace("title: T", "title: !!python/object/apply:os.system [ls]").encode(),
    "escape": BOOK.replace("title: T", 'title: "\\ud800"').encode(),
    "key": BOOK.replace("title: T", "? [a, b]\n: c").encode(),
    "no text": BOOK.replace("title: T", "5: T").encode(),
    "date": BOOK.replace("level: high", "level: 2026-01-01").encode(),
    "infinite": BOOK.replace("action: repo.access", "action|gte: .inf", 1).encode(),
    "falco": b"- rule: R\n  exceptions: [{name: e, fields: null, values: [[x]]}]\n  condition: [\n",
    "falco types": b"- rule: {}\n  condition: [5]\n  output: {a: b}\n  desc: 1\n  priority: []\n",
}


@pytest.mark.parametrize("name", ODD)
def test_every_oddity_of_a_file_has_its_place(name: str, tmp_path: Path) -> None:
    """Whatever is in a file, its neighbours load, and each finding says where it is."""
    odd = tmp_path / "odd.yml"
    odd.write_bytes(ODD[name])
    (tmp_path / "sound.yml").write_text(BOOK.replace("1111-2222", "1111-3333"), encoding="utf-8")
    loaded = load(tmp_path)
    assert [Path(rule.playbook.place.path).name for rule in loaded.rules] == ["sound.yml"]
    problems = [problem for problem in loaded.problems if problem.place.path == str(odd)]
    assert problems
    for problem in problems:
        assert problem.place.line >= 1
        assert problem.place.column >= 1
        assert problem.message
        assert "\n" not in problem.message
    results = as_sarif(problems)["runs"][0]["results"]
    assert [result["message"]["text"] for result in results] == [p.message for p in problems]
    assert all(line.count("\n") == 0 for line in as_github(problems))


def test_results_of_what_cannot_be_loaded_are_xml(tmp_path: Path) -> None:
    """A broken playbook is an error in the report that a CI system reads."""
    (tmp_path / "bad.yml").write_text("title: [\n", encoding="utf-8")
    report = tmp_path / "made" / "report.xml"
    assert run("test", tmp_path, "--no-calls", "--junit", report)[0] == 1
    (case,) = ElementTree.parse(report).getroot().iter("testcase")
    assert case.get("name", "").endswith("bad.yml:2:1")
    assert [child.tag for child in case] == ["error"]


@pytest.mark.parametrize("name", ["bad\udcff.yml", "two\n::error ::lines.yml"])
def test_a_files_name_may_be_anything(name: str, tmp_path: Path) -> None:
    """Bytes that are no text, and line ends, break no form of the findings."""
    (tmp_path / name).write_text("title: 5\n", encoding="utf-8")
    told = json.loads(run("check", tmp_path, "--format", "json")[1])["problems"]
    sarif = json.loads(run("check", tmp_path, "--format", "sarif")[1])["runs"][0]["results"]
    notes = run("check", tmp_path, "--format", "github")[1].splitlines()
    text = run("check", tmp_path)[1].splitlines()
    assert len(told) == len(sarif) == len(notes) == len(text) - 1
    uri = sarif[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote_to_bytes(uri) == os.fsencode(tmp_path / name)
    assert all(note.startswith(("::error file=", "::warning file=")) for note in notes)
    report = tmp_path / "report.xml"
    assert run("test", tmp_path, "--no-calls", "--junit", report)[0] == 1
    ElementTree.parse(report)
