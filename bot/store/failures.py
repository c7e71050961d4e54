"""A driver's errors in one line that a person can act on."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.core.errors import ConfigurationError
from bot.store.errors import StoreUnavailable

# Deadlock, lost serialisation, and a unique value that another worker was quicker to write:
# the same operation, run again, sees what the other one did.
_AGAIN = frozenset({"40P01", "40001", "23505"})


@contextmanager
def explained() -> Iterator[None]:
    """Turn "the database is not there" into `StoreUnavailable`; leave mistakes of ours alone."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        # The driver's own words name host and cause, never the password or any stored value.
        words = str(error.orig).strip().splitlines()[0]
        raise StoreUnavailable(f"the state database is not available: {words}") from error
    except DatabaseError as error:
        if type(error.orig) is not sqlite3.DatabaseError:
            raise
        # SQLite's plainest error is about the file itself: no database, or damaged.
        raise ConfigurationError(
            f"DATABASE_URL: {error.orig}; choose another file, or restore it"
        ) from error
    except PoolTimeout as error:
        raise StoreUnavailable("the state database is busy: no connection came free") from error


def lost_a_race(error: Exception) -> bool:
    """Tell whether the operation may well succeed when it is run again at once."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _AGAIN
