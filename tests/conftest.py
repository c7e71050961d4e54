"""How tests are collected, and databases for those that ask: SQLite and a real PostgreSQL."""

import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import hypothesis
import pytest

from bot.store import Store, migrate
from tests.store.postgres import PostgresServer, find_binaries

# How long an example takes says more about the machine than about the code. CI tries the same
# examples each time, so that what it says is about the change; people's machines look for new ones.
hypothesis.settings.register_profile(
    "tipstaff",
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("tipstaff")

ROOT = Path(__file__).parent
WAITING = ROOT / "acceptance"  # tests that drive whole processes wait a lot
PARTS = sorted(
    str(path)
    for path in ROOT.iterdir()
    if path.match("test_*.py") or (path.is_dir() and any(path.rglob("test_*.py")))
)


def pytest_configure(config: pytest.Config) -> None:
    """Let each worker begin with another part, so that not every one compiles every file."""
    worker = getattr(config, "workerinput", None)
    if worker is not None and config.args == config.getini("testpaths"):
        first = len(PARTS) * int(worker["workerid"].removeprefix("gw")) // worker["workercount"]
        config.args = [*PARTS[first:], *PARTS[:first]]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give every worker the same order in the end: who waits is spread among who computes."""
    if not hasattr(config, "workerinput"):
        return
    files = sorted({item.path for item in items})
    waiting = [path for path in files if path.is_relative_to(WAITING)]
    others = [path for path in files if not path.is_relative_to(WAITING)]
    # Those that wait are the longest: the last of them shall not end alone.
    place = {path: 0.8 * nth / len(waiting) for nth, path in enumerate(waiting)}
    place |= {path: nth / len(others) for nth, path in enumerate(others)}
    items.sort(key=lambda item: (place[item.path], item.path))


def pytest_collection_finish() -> None:
    """Keep the collector from going over thousands of collected tests again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """Start a PostgreSQL server, where its binaries are installed."""
    binaries = find_binaries()
    if binaries is None:
        reason = "no PostgreSQL server here (Debian: apt-get install postgresql)"
        if os.environ.get("TIPSTAFF_REQUIRE_POSTGRES") == "1":
            pytest.fail(f"TIPSTAFF_REQUIRE_POSTGRES=1, but {reason}")
        pytest.skip(reason)
    server = PostgresServer(binaries)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def postgres_url(postgres: PostgresServer) -> str:
    """Give the test a migrated PostgreSQL database with nothing in it."""
    return postgres.clean()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the SQLite file that tests copy."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """Give the test a migrated SQLite database with nothing in it."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'tipstaff.db')}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give the test each database in turn."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """Open a store over each database in turn."""
    opened = await Store.open(database_url, clock=lambda: datetime.now(UTC))
    yield opened
    await opened.close()
