"""A real PostgreSQL for the tests, on a port and in a folder of its own."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from bot.store import migrate
from bot.store.metadata import metadata

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")

_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def find_binaries() -> Path | None:
    """Find the folder that holds ``initdb`` and ``postgres``."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    in_path = [Path(found).resolve().parent] if (found := shutil.which("initdb")) else []
    both = [
        folder
        for folder in (*in_path, *debian)
        if (folder / "initdb").exists() and (folder / "postgres").exists()
    ]
    return both[0] if both else None


class PostgresServer:
    """A server that forgets everything when it is stopped.

    PostgreSQL refuses to run as root: root starts it as ``postgres``, or as ``nobody``.
    """

    def __init__(self, binaries: Path) -> None:
        self._binaries = binaries
        self._folder = Path(tempfile.mkdtemp(prefix="tipstaff-postgres-"))
        self._user, self._group = _runner()
        self._port = _free_port()
        self._made = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._shared: psycopg.Connection | None = None

    def start(self) -> None:
        """Make a cluster, start the server, and migrate the database that others copy."""
        if self._user is not None and self._group is not None:
            os.chown(self._folder, self._user, self._group)
        data = str(self._folder / "data")
        subprocess.run(
            [
                str(self._binaries / "initdb"),
                *("-D", data, "-U", "tipstaff", "--auth=trust", "--no-sync", "-E", "UTF8"),
                "--locale=C",
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=self._folder,
            user=self._user,
            group=self._group,
        )
        settings = (*_QUICK, f"unix_socket_directories={self._folder}")
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    str(self._binaries / "postgres"),
                    *("-D", data, "-h", "127.0.0.1", "-p", str(self._port)),
                    *(word for setting in settings for word in ("-c", setting)),
                ],
                stdout=log,
                stderr=log,
                cwd=self._folder,
                user=self._user,
                group=self._group,
            )
        self._wait()
        self._say("CREATE DATABASE shared")
        migrate(self.url("shared"))

    def clean(self) -> str:
        """Empty the database that tests share one after the other; return its URL.

        Ten times as fast as making a database of its own for each test.
        """
        if self._shared is None:  # kept: a new one takes longer than what it is there for
            self._shared = psycopg.connect(self.url("shared"), autocommit=True)
        self._shared.execute(_END_OTHERS)
        rows = (f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables))
        self._shared.execute("; ".join(rows).encode())
        return self.url("shared")

    def create(self) -> str:
        """Make a database with nothing in it; return its URL."""
        self._made += 1
        name = f"empty_{self._made}"
        self._say(f"CREATE DATABASE {name} TEMPLATE template0")
        return self.url(name)

    def url(self, name: str) -> str:
        """Return the URL of a database, in Heroku's spelling."""
        return f"postgres://tipstaff@127.0.0.1:{self._port}/{name}"

    def stop(self) -> None:
        """Stop at once, and remove everything."""
        if self._shared is not None:
            self._shared.close()
        if self._process is not None:
            self._process.send_signal(3)  # SIGQUIT: "immediate shutdown"
            self._process.wait(timeout=30)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _say(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _wait(self) -> None:
        for _ in range(300):
            try:
                self._say("SELECT 1")
            except psycopg.OperationalError:
                if self._process is None or self._process.poll() is not None:
                    break
                time.sleep(0.1)
            else:
                return
        log = (self._folder / "log").read_text()
        self.stop()
        raise RuntimeError(f"PostgreSQL did not start:\n{log}")


def _runner() -> tuple[int | None, int | None]:
    """Choose the user and group to run as; neither for whoever we are."""
    if os.geteuid() != 0:
        return None, None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return entry.pw_uid, entry.pw_gid
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
