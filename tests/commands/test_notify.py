"""The trial notice, from the command line to a real web server."""

import http.server
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from tests.acceptance.process import tipstaff

GOT: list[bytes] = []


class Taker(http.server.BaseHTTPRequestHandler):
    """Answers 204, or 404 below ``/gone``."""

    def do_POST(self) -> None:
        """Take one post."""
        GOT.append(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(404 if self.path.startswith("/gone") else 204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it is called there
        """Say nothing."""


@pytest.fixture
def url() -> Iterator[str]:
    """Run a web server."""
    GOT.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def run(tmp_path: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command in an empty folder, with these settings."""
    enough = {"APP_ID": "1", "PRIVATE_KEY": "k", "WEBHOOK_SECRET": "s"}
    env = {"PATH": os.environ["PATH"], **enough, **variables}
    return tipstaff("notify", *words, folder=tmp_path, env=env)


def test_every_place_gets_a_trial_that_says_so(tmp_path: Path, url: str) -> None:
    """Nobody takes it for an alert."""
    ended = run(tmp_path, TIPSTAFF_NOTIFY_SLACK=url, TIPSTAFF_NOTIFY_FALCO=url)
    assert (ended.returncode, ended.stdout) == (0, "✔ slack\n✔ falco\n")
    assert all(b"This is a trial" in body for body in GOT)
    assert orjson.loads(GOT[1])["priority"] == "Informational"


def test_a_place_that_does_not_take_it_is_told(tmp_path: Path, url: str) -> None:
    """With its name and without its address; the others are told all the same."""
    ended = run(tmp_path, TIPSTAFF_NOTIFY_SLACK=f"{url}/gone, chat={url}/x")
    assert ended.returncode == 1
    assert ended.stdout == "✘ slack: 'slack' answered 404\n✔ chat\n"
    assert "127.0.0.1" not in ended.stdout + ended.stderr


def test_one_place_can_be_named(tmp_path: Path, url: str) -> None:
    """Only that one is told; one that the settings do not name is a mistake."""
    places = f"{url}/a, chat={url}/b"
    assert run(tmp_path, "chat", TIPSTAFF_NOTIFY_SLACK=places).stdout == "✔ chat\n"
    ended = run(tmp_path, "pager", TIPSTAFF_NOTIFY_SLACK=places)
    assert ended.returncode == 2
    assert "no place pager (they name: slack, chat)" in ended.stderr


def test_without_places_it_says_what_to_set(tmp_path: Path) -> None:
    """Not a success that means nothing."""
    ended = run(tmp_path)
    assert ended.returncode == 2
    assert "TIPSTAFF_NOTIFY_" in ended.stderr
