"""What the README promises is there."""

import re
from pathlib import Path

from typer.main import get_command

from bot.cli import app
from bot.playbooks import load

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
OPERATE = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")


def test_the_readme_lists_every_command() -> None:
    """A newcomer finds all of them, and none that is not there."""
    listed = set(re.findall(r"^\| `tipstaff (\w+)", README, re.MULTILINE))
    assert listed == set(get_command(app).commands)  # type: ignore[attr-defined] # typer's group


def test_the_readmes_playbook_is_a_playbook(tmp_path: Path) -> None:
    """Whoever copies it gets no error."""
    (example,) = re.findall(r"```yaml\n(.*?)```", README, re.DOTALL)
    path = tmp_path / "example.yml"
    path.write_text(example, encoding="utf-8")
    loaded = load(path)
    assert [str(problem) for problem in loaded.errors] == []
    assert [rule.playbook.title for rule in loaded.rules] == ["Repository Made Public"]


def test_every_make_target_that_the_pages_speak_of_exists() -> None:
    """`make x` in a page is a target of the Makefile."""
    spoken = set(re.findall(r"^make (\w+)", README + OPERATE, re.MULTILINE))
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert spoken
    assert spoken <= targets


def test_every_variable_that_the_pages_speak_of_exists() -> None:
    """A setting named in the documentation is one that the program reads."""
    known = (ROOT / ".env.example").read_text(encoding="utf-8")
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    spoken = {
        name
        for page in pages
        for name in re.findall(r"\bTIPSTAFF_[A-Z_]+\b", page.read_text(encoding="utf-8"))
    }
    assert spoken
    assert {name for name in spoken if name not in known} == set()


def test_every_metric_that_the_pages_speak_of_exists() -> None:
    """An operator who alerts on it gets data."""
    spoken = set(re.findall(r"`(tipstaff_[a-z_]+)`", OPERATE))
    code = (ROOT / "bot" / "metrics.py").read_text(encoding="utf-8")
    assert spoken
    assert {name for name in spoken if f'"{name.removeprefix("tipstaff_")}"' not in code} == set()
