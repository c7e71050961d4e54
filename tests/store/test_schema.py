from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from bot.core.errors import ConfigurationError
from bot.store import Store, StoreUnavailable, migrate
from bot.store.engines import connect, parse
from bot.store.metadata import metadata
from tests.acceptance.process import forked
from tests.store.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name each database in turn, with no table in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'folder' / '100% new.db'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.create()


def test_migrations_lead_to_the_tables_of_the_code(empty_url: str) -> None:
    """From nothing to exactly what `tables.py` says: no table, column or index differs."""
    migrate(empty_url)

    engine = connect(parse(empty_url), connections=1)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
        indexes = {
            index["name"]: bool(index["unique"])
            for table in metadata.tables
            for index in sa.inspect(connection).get_indexes(table)
            if "duplicates_constraint" not in index
        }
    engine.dispose()

    assert differences == []
    assert indexes == {
        index.name: index.unique for table in metadata.tables.values() for index in table.indexes
    }


def test_partial_indexes_hold_the_rows_that_the_code_says(empty_url: str) -> None:
    """Alembic does not compare the predicates of indexes; their words must be equal."""
    migrate(empty_url)

    engine = connect(parse(empty_url), connections=1)
    kind = engine.dialect.name
    with engine.connect() as connection:
        found = {
            str(index["name"]): str(index["dialect_options"][f"{kind}_where"])
            for table in metadata.tables
            for index in sa.inspect(connection).get_indexes(table)
            if f"{kind}_where" in index.get("dialect_options", {})
        }
        plain = {
            str(index.name): str(
                index.dialect_options[kind]["where"].compile(
                    engine, compile_kwargs={"include_table": False, "literal_binds": True}
                )
            )
            for table in metadata.tables.values()
            for index in table.indexes
            if index.dialect_options[kind]["where"] is not None
        }
    engine.dispose()

    assert found.keys() == plain.keys()
    if kind == "sqlite":  # PostgreSQL gives them back in words of its own
        assert {name: text.replace('"', "") for name, text in found.items()} == plain


def test_migrating_twice_changes_nothing(empty_url: str) -> None:
    """The command may be run at every start."""
    migrate(empty_url)
    migrate(empty_url)


def test_two_processes_may_migrate_at_once(empty_url: str) -> None:
    """One does it, the other waits and finds it done."""
    running = [forked(migrate, empty_url) for _ in range(3)]
    for process in running:
        process.join()

    assert [process.exitcode for process in running] == [0, 0, 0]


async def test_a_new_sqlite_file_gets_its_tables_and_is_for_its_owner_only(
    tmp_path: Path,
) -> None:
    """Whoever tries Tipstaff needs no command before it; others may not read its events."""
    path = tmp_path / "state" / "tipstaff.db"

    store = await Store.open(f"sqlite:///{path}", clock=_now)
    await store.ping()
    await store.close()

    assert path.stat().st_mode & 0o777 == 0o600


async def test_an_empty_postgresql_is_refused_with_what_to_run(postgres: PostgresServer) -> None:
    """A server's schema is changed only when a person says so."""
    with pytest.raises(ConfigurationError, match="run `tipstaff migrate`"):
        await Store.open(postgres.create(), clock=_now)


async def test_a_foreign_sqlite_file_is_refused(tmp_path: Path) -> None:
    """A database with tables of somebody else is not quietly filled with ours."""
    path = tmp_path / "theirs.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE TABLE theirs (id INTEGER)"))
    engine.dispose()

    with pytest.raises(ConfigurationError, match="run `tipstaff migrate`"):
        await Store.open(f"sqlite:///{path}", clock=_now)


async def test_a_newer_database_is_refused(empty_url: str) -> None:
    """An old version never writes into what a newer one made."""
    migrate(empty_url)
    engine = connect(parse(empty_url), connections=1)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()

    with pytest.raises(ConfigurationError, match="newer Tipstaff"):
        await Store.open(empty_url, clock=_now)
    with pytest.raises(ConfigurationError, match="newer Tipstaff"):
        migrate(empty_url)


async def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    """The operator's mistake is named, without a stack trace."""
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, not a database, and long enough to show it " * 20)

    with pytest.raises(ConfigurationError, match="not a database"):
        await Store.open(f"sqlite:///{path}", clock=_now)


async def test_a_server_that_is_not_there_is_told_in_one_line() -> None:
    """The text names the host, and never the password."""
    with pytest.raises(StoreUnavailable, match="not available") as told:
        await Store.open("postgres://tipstaff:hunter2@127.0.0.1:9/none", clock=_now)

    assert "hunter2" not in str(told.value)
    assert "\n" not in str(told.value)


def _now() -> datetime:
    return datetime.now(UTC)
