"""`tipstaff convert`, as people type it."""

from pathlib import Path

import yaml

from tests.acceptance.stage import ROOT
from tests.acceptance.test_cli import tipstaff


def test_convert_prints_pure_sigma(tmp_path: Path) -> None:
    """What it prints can be piped on; what it says of it goes to standard error."""
    words = ("--lists", str(ROOT / "lists"), "--list", "org_members=alice,bob")
    ended = tipstaff("convert", str(ROOT / "playbooks"), *words)
    assert ended.returncode == 0, ended.stderr
    rules = [rule for rule in yaml.safe_load_all(ended.stdout) if rule]
    assert len(rules) >= len(list((ROOT / "playbooks").rglob("*.yml")))
    assert not any("response" in rule or "tests" in rule for rule in rules)
    assert f"{len(rules)} Sigma rules written" in ended.stderr


def test_convert_writes_files_and_tells_what_it_cannot(tmp_path: Path) -> None:
    """Each file has its own in the folder; what Sigma has no words for ends in exit code 1."""
    folder = tmp_path / "books"
    (folder / "team").mkdir(parents=True)
    good = (ROOT / "playbooks" / "push-protection-bypassed.yml").read_text(encoding="utf-8")
    (folder / "team" / "good.yml").write_text(good, encoding="utf-8")
    falco = "- macro: pushed\n  condition: github.type = push\n"
    (folder / "falco.yaml").write_text(falco, encoding="utf-8")
    ended = tipstaff("convert", str(folder), "--output", str(tmp_path / "out"))
    assert ended.returncode == 1
    assert "falco.yaml:1:1: not a Sigma rule" in ended.stderr
    written = [path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*.yml")]
    assert written == [Path("team/good.yml")]
