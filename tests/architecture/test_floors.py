"""The house of docs/architecture.md, held by reading every import of every module."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Each room and its floor. What is imported must be on a lower floor, or in the same room.
FLOORS = {
    "core": 0,
    "detect": 1,
    "respond": 1,
    "settings": 1,
    "logs": 1,
    "metrics": 1,
    "manifest": 1,
    "actions": 2,
    "waiting": 2,
    "pipeline": 3,
    "playbooks": 3,
    "sources": 3,
    "github": 3,
    "store": 3,
    "lint": 3,
    "notify": 3,
    "authoring": 3,
    "simulator": 3,
    "web": 4,
    "worker": 4,
    "effective": 4,
    "reload": 4,
    "tally": 4,
    "app": 5,
    "commands": 6,
}
# The commands are one room: a command may use another's parts.
COMMANDS = frozenset({"cli", "__main__", "demo", "rehearsal"})

# What reaches outside: the clock, the network, files, the environment, chance, other threads.
OUTSIDE = frozenset(
    [
        "aiohttp",
        "alembic",
        "asyncio",
        "concurrent",
        "gidgethub",
        "glob",
        "http",
        "importlib",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "psycopg",
        "queue",
        "random",
        "requests",
        "secrets",
        "shutil",
        "signal",
        "socket",
        "sqlalchemy",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "threading",
        "time",
        "urllib",
        "uvloop",
    ]
)
OUTSIDE_CALLS = frozenset({"open", "print", "input", "now", "utcnow", "today", "uuid1", "uuid4"})
PURE = 1  # floors up to this one are pure

ALLOWED = {
    ("bot/core/forms/recording.py", "urllib"): "urllib.parse only: takes form data apart",
    ("bot/core/normalise/__main__.py", "sys"): "prints the page about events, as a command",
    ("bot/settings/__main__.py", "sys"): "prints .env.example, as a command",
    ("bot/settings/load.py", "io"): "StringIO only: python-dotenv parses streams",
    ("bot/respond/render.py", "importlib"): "templates are part of the package, as code is",
    ("bot/logs.py", "logging"): "configure() is called at the edge and sets up the real loggers",
}


@cache
def modules() -> dict[str, str]:
    """Return the source of every module of the product, by its path below the root."""
    return {
        path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "bot").rglob("*.py"))
    }


def room_of(name: str) -> str | None:
    """Return the room of a dotted module name of ours; `None` for `bot` itself."""
    parts = name.split(".")
    if len(parts) == 1:
        return None
    return "commands" if parts[1] in COMMANDS else parts[1]


def room_at(path: str) -> str | None:
    """Return the room of a module by its path; `None` for `bot` itself."""
    return room_of(path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def is_pure(path: str) -> bool:
    """Tell whether a module is on a floor that reaches nothing outside."""
    room = room_at(path)
    return room is not None and FLOORS[room] <= PURE


@cache
def read(source: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of all that a module imports, wherever in it, and of all that it calls."""
    nodes = list(ast.walk(ast.parse(source)))
    imported = frozenset(name for node in nodes for name in imports(node))
    return imported, frozenset(name for node in nodes for name in calls(node))


def imports(node: ast.AST) -> Iterator[str]:
    """Yield the dotted name of everything that is imported here."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports hide where they lead"
        module = node.module or ""
        if module == "bot":
            names = [alias.name for alias in node.names if alias.name != "__version__"]
            yield from (f"bot.{name}" for name in names)
        else:
            yield module


def calls(node: ast.AST) -> Iterator[str]:
    """Yield the last name of what is called here."""
    if isinstance(node, ast.Call):
        if isinstance(node.func, ast.Name):
            yield node.func.id
        elif isinstance(node.func, ast.Attribute):
            yield node.func.attr


def upward(path: str, source: str) -> list[str]:
    """Return the imports of a module that do not point to a lower floor."""
    here = room_at(path)
    if here is None:
        return []
    imported, _ = read(source)
    ours = {name: room_of(name) for name in sorted(imported) if name.split(".")[0] == "bot"}
    return [
        f"{path} (floor {FLOORS[here]}) imports {name} (floor {FLOORS[room]})"
        for name, room in ours.items()
        if room is not None and room != here and FLOORS[room] >= FLOORS[here]
    ]


def impure(path: str, source: str) -> list[str]:
    """Return what a module of a pure floor imports or calls that reaches outside."""
    imported, called = read(source)
    outside = {name.split(".")[0] for name in imported} & OUTSIDE | called & OUTSIDE_CALLS
    return [name for name in sorted(outside) if (path, name) not in ALLOWED]


def test_every_module_belongs_to_a_room() -> None:
    """A new room gets its floor here before it gets anything else."""
    rooms = {room for path in modules() if (room := room_at(path)) is not None}
    assert rooms <= FLOORS.keys(), f"rooms without a floor: {rooms - FLOORS.keys()}"


def test_imports_point_to_a_lower_floor_only() -> None:
    """No room imports from above, and rooms on one floor do not know each other."""
    found = [problem for path, source in modules().items() for problem in upward(path, source)]
    assert found == []


def test_the_lower_floors_are_pure() -> None:
    """Floors 0 and 1 know no clock, network, file, environment, chance or thread."""
    found = {path: impure(path, source) for path, source in modules().items() if is_pure(path)}
    assert {path: reached for path, reached in found.items() if reached} == {}


def test_every_exception_is_still_needed() -> None:
    """What is allowed to a module is what it really does: no exception outlives its reason."""
    for path, name in ALLOWED:
        imported, called = read(modules()[path])
        used = {found.split(".")[0] for found in imported} | called
        assert name in used, f"{path} no longer uses {name}"


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/core/event.py", "import bot.detect.matcher"),
        ("bot/detect/matcher.py", "from bot.respond.plan import plan"),
        ("bot/respond/plan.py", "def f():\n    from bot.actions import catalogue"),
        ("bot/store/store.py", "from bot.sources.roster import Member"),
        ("bot/worker/worker.py", "from bot import app"),
        ("bot/github/__init__.py", "from bot.web import build_web"),
    ],
)
def test_an_import_from_above_or_beside_is_found(path: str, source: str) -> None:
    """The check finds an upward or sideways import, also inside a function or of a package."""
    assert upward(path, source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("bot/detect/matcher.py", "from bot.core.event import Event\nfrom bot.detect import rule"),
        ("bot/worker/worker.py", "from bot.pipeline import Pipeline"),
        ("bot/demo/stage.py", "from bot.app import running\nfrom bot import __version__"),
        ("bot/cli.py", "from bot.demo import play"),
    ],
)
def test_an_import_from_below_is_fine(path: str, source: str) -> None:
    """The check leaves alone what points down, or stays in the room."""
    assert upward(path, source) == []


@pytest.mark.parametrize(
    "source",
    [
        "import time",
        "from pathlib import Path",
        "import os.path",
        "def f():\n    import random",
        "from datetime import datetime\nx = datetime.now()",
        "x = open('x')",
        "import uuid\nx = uuid.uuid4()",
    ],
)
def test_reaching_outside_is_found(source: str) -> None:
    """The check finds a clock, a file or a die on a pure floor."""
    assert impure("bot/core/event.py", source)
