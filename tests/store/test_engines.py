import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from bot.core.errors import ConfigurationError
from bot.store import claims, inbox
from bot.store.engines import connect, parse, prepare_file
from tests.store.samples import LEASE, NOW


@pytest.mark.parametrize(
    "url",
    [
        "postgres://u:p@db.example:5432/tipstaff",
        "postgresql://u:p@db.example:5432/tipstaff",
        "postgresql+psycopg://u:p@db.example:5432/tipstaff",
    ],
)
def test_every_spelling_of_postgresql_is_understood(url: str) -> None:
    """Heroku says postgres://, which SQLAlchemy does not know."""
    parsed = parse(url)

    assert parsed.drivername == "postgresql+psycopg"
    assert (parsed.host, parsed.port, parsed.database) == ("db.example", 5432, "tipstaff")


def test_options_of_a_server_are_kept() -> None:
    """Hosted databases ask for TLS in the URL."""
    assert parse("postgres://h/n?sslmode=require").query == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "not a database URL"),
        ("tipstaff.db", "not a database URL"),
        ("mysql://u:hunter2@h/n", "'mysql'"),
        ("sqlite://", "needs a file"),
        ("sqlite:///:memory:", "needs a file"),
        ("sqlite:///x.db?mode=ro", "no options"),
        ("postgres://u:hunter2@h:port/n", "not a database URL"),
    ],
)
def test_an_unusable_url_is_refused_with_what_to_use(url: str, told: str) -> None:
    """The text says what is wrong and what to write, and never repeats a password."""
    with pytest.raises(ConfigurationError, match=told) as refusal:
        parse(url)

    assert "hunter2" not in str(refusal.value)
    assert "use sqlite:///path/to/file" in str(refusal.value)


def test_a_file_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """A folder that is a file is named."""
    (tmp_path / "folder").write_text("")

    with pytest.raises(ConfigurationError, match="cannot write"):
        prepare_file(parse(f"sqlite:///{tmp_path / 'folder' / 'x.db'}"))


def test_sqlite_is_durable_and_strict(sqlite_url: str) -> None:
    """What the design asks of every connection: WAL, FULL (2), foreign keys, patience."""
    engine = connect(parse(sqlite_url), connections=1)
    with engine.connect() as connection:
        found = [
            connection.execute(sa.text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    engine.dispose()

    assert found == ["wal", 2, 1, 10_000]


def test_a_reader_of_sqlite_cannot_write(sqlite_url: str) -> None:
    """Everything is written by the one thread that groups commits."""
    engine = connect(parse(sqlite_url), connections=1, write=False)
    with engine.connect() as connection, pytest.raises(sa.exc.OperationalError, match="readonly"):
        connection.execute(sa.text("DELETE FROM rosters"))
    engine.dispose()


_AFTER_A_FAILURE = """
import sys
import sqlalchemy as sa
from bot.store.engines import connect, parse
nowhere, here = (connect(parse(url), connections=1) for url in sys.argv[1:])
try:
    nowhere.connect()
except sa.exc.OperationalError:
    again = connect(parse(sys.argv[2]), connections=1)
    for engine in (here, again):
        with engine.connect() as connection:
            assert connection.dialect.server_version_info
            assert sa.inspect(connection).get_columns("steps")
    print("asked")
"""


def test_an_engine_that_never_met_its_database_lends_others_nothing(
    database_url: str, tmp_path: Path
) -> None:
    """A database that is away at first can be asked all there is to ask when it is back."""
    embedded = database_url.startswith("sqlite")
    nowhere = f"sqlite:///{tmp_path}/no/folder.db" if embedded else "postgres://u@127.0.0.1:1/n"
    asked = subprocess.run(
        [sys.executable, "-c", _AFTER_A_FAILURE, nowhere, database_url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.stdout == "asked\n", asked.stderr


async def test_claiming_costs_no_more_when_the_history_grows(sqlite_url: str) -> None:
    """Only what is not settled is looked at: the partial indexes are really used."""
    engine = connect(parse(sqlite_url), connections=1)
    plans: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def explain(
        connection: sa.Connection, _cursor: object, statement: str, parameters: Any, *_: object
    ) -> None:
        if statement.startswith("SELECT"):
            raw = connection.connection.cursor()
            raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(str(row[3]) for row in raw.fetchall())

    with engine.begin() as connection:
        inbox.claim(connection, "w1", now=NOW, lease=LEASE, limit=5)
        claims.claim(connection, "w1", now=NOW, lease=LEASE, limit=5)
    engine.dispose()

    scanned = [plan for plan in plans if plan.startswith(("SCAN steps", "SCAN deliveries"))]
    assert set(scanned) == {
        "SCAN deliveries USING INDEX ix_deliveries_open",
        "SCAN steps USING INDEX ix_steps_unsettled",
    }
