"""From a `DATABASE_URL` to connections that behave: durable, strict, in UTC, without secrets."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import URL, Connection, Dialect, Engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.util import LRUCache

from bot.core.errors import ConfigurationError

_FORMS = "use sqlite:///path/to/file or postgresql://user:password@host/name"
BUSY_SECONDS = 10

_COMPILED: Final[LRUCache[Any, Any]] = LRUCache(500)
_DIALECTS: Final[dict[str, Dialect]] = {}
"""Engines for one kind of database share a dialect and the statements compiled for it: they are
large, and what writes, what reads and what is opened again would each compile them anew. The
dialect is one that has met a database: only then does it know what that can do."""


def parse(url: str) -> URL:
    """Read a database URL, in Heroku's spelling too; raise `ConfigurationError` if it is none."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        # The text itself may hold a password: it is not repeated.
        raise ConfigurationError(f"DATABASE_URL is not a database URL: {_FORMS}") from None
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"}:
        if not parsed.database or parsed.database == ":memory:" or parsed.query:
            raise ConfigurationError(
                "DATABASE_URL needs a file for SQLite, and no options: use sqlite:///path/to/file"
            )
        return parsed.set(drivername="sqlite")
    raise ConfigurationError(f"DATABASE_URL names {parsed.drivername!r}: {_FORMS}")


def is_embedded(url: URL) -> bool:
    """Tell SQLite, which is a file of ours, from a server."""
    return url.get_backend_name() == "sqlite"


def connect(url: URL, *, connections: int, write: bool = True) -> Engine:
    """Make an engine holding up to ``connections``; nothing is connected yet.

    With SQLite, ``write=False`` gives connections that cannot write, and that never wait for the
    one that does.
    """
    if is_embedded(url):
        return _embedded(url, connections, write)
    return _engine(
        url,
        pool_size=connections,
        pool_pre_ping=True,
        connect_args={"connect_timeout": BUSY_SECONDS, "options": "-c timezone=UTC"},
    )


def _embedded(url: URL, connections: int, write: bool) -> Engine:
    engine = _engine(
        url,
        pool_size=connections,
        connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(raw: sqlite3.Connection, _record: object) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves; the driver would guess
        raw.execute("PRAGMA journal_mode=WAL")
        raw.execute("PRAGMA synchronous=FULL")
        raw.execute("PRAGMA foreign_keys=ON")
        if not write:
            raw.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")

    return engine


def now(connection: Connection) -> datetime:
    """Tell the time by the database's clock."""
    if connection.dialect.name == "postgresql":
        told: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return told.astimezone(UTC)
    text = connection.scalar(sa.select(sa.func.strftime("%Y-%m-%dT%H:%M:%f", "now")))
    return datetime.fromisoformat(str(text)).replace(tzinfo=UTC)


def prepare_file(url: URL) -> None:
    """Make the folder and the file of an embedded database, readable by its owner only."""
    path = Path(str(url.database))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise ConfigurationError(
            f"DATABASE_URL: cannot write {path}: {error.strerror}; choose another file"
        ) from None


def _engine(url: URL, **options: Any) -> Engine:
    engine = sa.create_engine(
        url,
        max_overflow=0,
        # `columns.Document` writes and reads JSON; the drivers pass its text through.
        json_serializer=_text,
        json_deserializer=_text,
        hide_parameters=True,  # errors are logged; what people wrote is not
        execution_options={"compiled_cache": _COMPILED},
        **options,
    )
    own = engine.dialect
    engine.dialect = _DIALECTS.get(own.name, own)

    # SQLAlchemy listens, too, and before this: `own` has asked the database what it is.
    @event.listens_for(engine, "connect")
    def share(_raw: object, _record: object) -> None:
        _DIALECTS.setdefault(own.name, own)

    return engine


def _text(value: Any) -> Any:
    return value
