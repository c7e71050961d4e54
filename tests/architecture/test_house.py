"""The rules of the house that no linter holds."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = ("bot", "tests", "bench", "tools")
LONGEST = 350
VAGUE = frozenset({"utils", "util", "helpers", "helper", "manager", "common", "misc"})

# An ignore, and whatever stands after its codes.
IGNORE = re.compile(
    r"#\s*(?:noqa\b:?\s*(?P<rules>[A-Z]+\d+(?:,\s*[A-Z]+\d+)*)?"
    r"|type:\s*ignore(?P<codes>\[[\w, -]+\])?)(?P<rest>.*)"
)
REASON = re.compile(r"\s*(?:-|#|:)\s*\S+.*\s\S+")
LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def sources(*folders: str) -> list[Path]:
    """Return every Python file below these folders."""
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def comments(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file that hold an ignore, outside of texts about ignores."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if path != Path(__file__) and IGNORE.search(line):
            yield number, line


def complaint(line: str) -> str | None:
    """Say what is wrong with a line's ignore; `None` when it is in order."""
    found = IGNORE.search(line)
    if found is None:
        return None
    if not found["rules"] and not found["codes"]:
        return "names no rule"
    return None if REASON.match(found["rest"]) else "gives no reason"


def test_every_ignore_names_its_rule_and_its_reason() -> None:
    """Whoever silences a check says on the same line which one, and why."""
    bad = [
        f"{path.relative_to(ROOT)}:{number}: the ignore {problem}"
        for path in sources(*CODE)
        for number, line in comments(path)
        if (problem := complaint(line))
    ]
    assert bad == []


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("x = 1", None),
        ("x = 1  # noqa: S101 - tests are made of asserts", None),
        ("x = 1  # noqa: S101, PLR2004 - for a good reason", None),
        ("x = 1  # type: ignore[arg-type]  # the library's stub is wrong", None),
        ("x = 1  # noqa", "names no rule"),
        ("x = 1  # type: ignore", "names no rule"),
        ("x = 1  # noqa: S101", "gives no reason"),
        ("x = 1  # type: ignore[misc]", "gives no reason"),
    ],
)
def test_a_bare_ignore_is_found(line: str, expected: str | None) -> None:
    """The check itself tells a reason from none."""
    assert complaint(line) == expected


def test_every_test_is_one_promise_in_words() -> None:
    """Each test has a docstring, whose first line says what is promised."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.name}"
        for path in sources("tests")
        if path.name.startswith("test_")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_no_file_outgrows_its_reader() -> None:
    """A file of the product that needs more lines has more than one reason to change."""
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for path in sources("bot")
    }
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST} == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    """A module is named after what it is, so that everyone knows what does not belong there."""
    assert [path for path in sources(*CODE) if path.stem in VAGUE] == []
    folders = (path for folder in CODE for path in (ROOT / folder).rglob("*") if path.is_dir())
    assert [path for path in folders if path.name in VAGUE] == []


def pages() -> list[Path]:
    """Return every page a person reads."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def test_every_page_that_is_pointed_to_exists() -> None:
    """No link from one page to another, or to a file of the project, leads nowhere."""
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages()
        for match in LINK.finditer(page.read_text(encoding="utf-8"))
        if (target := match[1] or match[2])
        and not re.match(r"[a-z]+:|#", target)
        and not (page.parent / target.split("#")[0]).exists()
    ]
    assert broken == []


def test_every_page_that_code_speaks_of_exists() -> None:
    """Where a docstring, a comment or a message names a page of docs/, there is such a page."""
    named = {
        (page, path.relative_to(ROOT).as_posix())
        for path in [*sources(*CODE), ROOT / "Makefile"]
        for page in re.findall(r"\bdocs/[\w/-]+\.md\b", path.read_text(encoding="utf-8"))
    }
    assert sorted(pair for pair in named if not (ROOT / pair[0]).exists()) == []


def test_every_dependency_is_pinned() -> None:
    """`constraints.txt` pins each package that pyproject.toml asks for to one version."""
    pins = {
        plain(line.split("==")[0])
        for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {plain(re.split(r"[^A-Za-z0-9._-]", requirement)[0]) for requirement in wanted}
    assert names - pins == set()


def plain(name: str) -> str:
    """Return a package's name as PyPI compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()
