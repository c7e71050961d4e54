"""The commands as people type them: what they print, and how they end."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import process
from tests.acceptance.stage import ROOT

GOOD = (ROOT / "playbooks" / "collaborator-made-admin.yml").read_text(encoding="utf-8")
BROKEN = {
    "unknown action": ("action: revert", "action: rewert", "revert"),
    "unknown condition": ("condition: selection and granted", "condition: selektion and", "sel"),
    "unknown level": ("level: high", "level: hihg", "high"),
    "unknown mode": ("mode: enforce", "mode: enforced", "enforce"),
    "not YAML": ("detection:", "detection: [", ""),
}


def tipstaff(*words: str, folder: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    return process.tipstaff(
        *words, folder=folder, env={"PATH": "/usr/bin:/bin", "COLUMNS": "200", **env}
    )


@pytest.fixture
def books(tmp_path: Path) -> Path:
    """Make a folder with a good playbook, and several broken ones."""
    folder = tmp_path / "playbooks"
    folder.mkdir()
    (folder / "good.yml").write_text(GOOD, encoding="utf-8")
    for n, (what, (old, new, _)) in enumerate(BROKEN.items()):
        text = GOOD.replace("8a3d2f0e", f"8a3d2f1{n}").replace(old, new, 1)
        (folder / f"{what.replace(' ', '-')}.yml").write_text(text, encoding="utf-8")
    return folder


def test_check_names_each_mistake_by_file_line_and_column(books: Path) -> None:
    """Every broken playbook has a line with place and help; the good one stays usable."""
    ended = tipstaff("check", str(books), "--lists", str(ROOT / "lists"))
    assert ended.returncode == 1
    assert ended.stderr == ""
    for what, (_, _, help_) in BROKEN.items():
        named = rf"^\S*{what.replace(' ', '-')}\.yml:\d+:\d+: .*{help_}"
        assert re.search(named, ended.stdout, re.MULTILINE), f"{what}:\n{ended.stdout}"
    assert re.search(r"^1 playbook usable, \d+ errors, 0 warnings$", ended.stdout, re.MULTILINE)


def test_check_speaks_to_machines_too(books: Path) -> None:
    """--json is one document with the usable playbooks and every problem's place."""
    ended = tipstaff("check", str(books), "--lists", str(ROOT / "lists"), "--json")
    assert ended.returncode == 1
    told = json.loads(ended.stdout)
    assert [each["title"] for each in told["playbooks"]] == [
        "Collaborator Made Administrator Of A Repository"
    ]
    errors = [each for each in told["problems"] if each["severity"] == "error"]
    assert {Path(each["path"]).stem.replace("-", " ") for each in errors} == set(BROKEN)
    assert all(each["line"] > 0 and each["column"] > 0 for each in errors)


def test_check_is_content_with_what_is_shipped() -> None:
    """Our own playbooks have no mistakes."""
    ended = tipstaff("check")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert re.search(r"^\d+ playbooks usable, 0 errors, 0 warnings$", ended.stdout, re.MULTILINE)


def test_test_shows_the_calls_that_a_match_would_make() -> None:
    """The playbook's own tests pass, each with the exact calls."""
    ended = tipstaff("test", "playbooks/collaborator-made-admin.yml")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "PUT /repos/acme/payments/collaborators/eve" in ended.stdout
    assert "POST /repos/acme/payments/issues" in ended.stdout
    assert re.search(r"^5 passed, 0 failed$", ended.stdout, re.MULTILINE)


def test_test_fails_with_the_place_of_the_test(tmp_path: Path) -> None:
    """A test that expects otherwise is named with file and line, and ends the command with 1."""
    book = tmp_path / "mine.yml"
    book.write_text(GOOD.replace("match: true", "match: false", 1), encoding="utf-8")
    ended = tipstaff("test", str(book))
    assert ended.returncode == 1
    assert re.search(r"mine\.yml:\d+", ended.stdout)
    assert re.search(r"^4 passed, 1 failed$", ended.stdout, re.MULTILINE)
    told = json.loads(tipstaff("test", str(book), "--json").stdout)
    assert told["passed"] is False
    assert [each["passed"] for each in told["tests"]].count(False) == 1


def test_actions_lists_what_a_playbook_may_do() -> None:
    """Names, parameters and permissions, for people and for machines."""
    told = json.loads(tipstaff("actions", "--json").stdout)
    found: dict[str, dict[str, Any]] = {each["name"]: each for each in told}
    assert set(found) >= {"open-issue", "comment", "revert", "flag-token", "revoke-token"}
    assert found["open-issue"]["needs"]["issues"] == "write"
    assert "title" in found["open-issue"]["parameters"]["properties"]
    table = tipstaff("actions").stdout
    assert all(name in table for name in found)


def test_migrate_makes_the_tables_once(tmp_path: Path) -> None:
    """A second run finds everything in place."""
    url = f"sqlite:///{tmp_path}/state.db"
    for _ in range(2):
        ended = tipstaff("migrate", folder=tmp_path, DATABASE_URL=url)
        assert (ended.returncode, ended.stderr) == (0, "")
    assert (tmp_path / "state.db").stat().st_size > 0


def test_a_folder_that_is_not_there_is_a_finding(tmp_path: Path) -> None:
    """Both commands that read playbooks say which folder they looked for, and end with 1."""
    for command in ("check", "test"):
        ended = tipstaff(command, "nowhere", folder=tmp_path)
        assert (ended.returncode, ended.stderr) == (1, ""), command
        assert re.search(r"^nowhere:.* there is no such folder", ended.stdout, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (
            ("test", "mine.yml", "--manifest", "no.yml"),
            "no.yml cannot be read (No such file or directory)",
        ),
        (("demo",), "there is no playbooks here"),
        (("serve",), "WEBHOOK_SECRET is not set"),
        (("protect",), "No such command 'protect'"),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_a_mistake_is_answered_in_plain_words(
    tmp_path: Path, words: tuple[str, ...], line: str
) -> None:
    """What is missing is named on standard error; nobody sees a stack trace."""
    (tmp_path / "mine.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "lists").symlink_to(ROOT / "lists")
    ended = tipstaff(*words, folder=tmp_path)
    assert ended.returncode == 2
    assert line in ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr


def test_a_database_that_cannot_be_had_is_named(tmp_path: Path) -> None:
    """The address is shown without its password."""
    url = "postgresql://tipstaff:hunter2@127.0.0.1:1/tipstaff"
    ended = tipstaff("migrate", folder=tmp_path, DATABASE_URL=url)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "hunter2" not in ended.stderr
    assert "127.0.0.1" in ended.stderr
