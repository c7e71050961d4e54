"""Bringing a database to the schema this version of Tipstaff needs, and telling whether it is."""

import threading
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection

from bot.core.errors import ConfigurationError
from bot.store.engines import connect, is_embedded, parse, prepare_file
from bot.store.failures import explained

_FOLDER = Path(__file__).with_name("migrations")
# Alembic keeps its context in a global of its module; between processes the database locks.
_ONE_AT_A_TIME = threading.Lock()


def migrate(url: str) -> None:
    """Bring the database at ``url`` to the newest schema; do nothing if it is there.

    Safe to run from several processes at once. Raises `ConfigurationError` for an unusable URL
    and `StoreUnavailable` when the database cannot be reached.
    """
    parsed = parse(url)
    if is_embedded(parsed):
        prepare_file(parsed)
    engine = connect(parsed, connections=1)
    try:
        with _ONE_AT_A_TIME, explained(), engine.begin() as connection:
            _refuse_unknown(connection)
            config = _config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


def require(url: URL) -> None:
    """Refuse a database whose schema is not the one this version needs.

    An embedded database that is new is brought there first.
    """
    if is_embedded(url):
        prepare_file(url)
    engine = connect(url, connections=1)
    try:
        with explained(), engine.connect() as connection:
            present = _revision(connection)
            empty = not sa.inspect(connection).get_table_names()
            _refuse_unknown(connection)
    finally:
        engine.dispose()
    if present == _scripts().get_current_head():
        return
    if empty and is_embedded(url):
        migrate(url.render_as_string(hide_password=False))
        return
    raise ConfigurationError(
        "the state database is empty: run `tipstaff migrate`"
        if empty
        else "the state database has an older schema: run `tipstaff migrate`"
    )


def _refuse_unknown(connection: Connection) -> None:
    present = _revision(connection)
    known = {script.revision for script in _scripts().walk_revisions()}
    if present is not None and present not in known:
        raise ConfigurationError(
            "the state database was made by a newer Tipstaff: run that version, "
            "or set DATABASE_URL to another database"
        )


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache  # each reading runs every migration's file
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(_FOLDER))


def _config() -> Config:
    config = Config()
    # The value is a template, in which a percent sign is written twice.
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config
