"""Alembic's environment; `bot.store.schema.migrate` runs it with a connection of ours.

Migrations only go up. A file here is written by hand (or by ``alembic.command.revision`` with
``autogenerate``); a test holds the result equal to `bot.store.metadata`.
"""

import sqlalchemy as sa
from alembic import context
from sqlalchemy import Connection

from bot.store.metadata import metadata

# Any number, the same in every version: it keeps two processes from migrating at once.
_LOCK = 7_189_244_771


def run(connection: Connection) -> None:
    """Run what is missing, all in the transaction that ``connection`` is in."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run(context.config.attributes["connection"])
