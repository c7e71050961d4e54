"""The queries of docs/hunting.md run as they stand, and find what they promise."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest

from bot.core.delivery import Delivery
from bot.store import Store

PAGE = Path(__file__).parents[2] / "docs" / "hunting.md"
QUERIES = re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def delivery(number: int, event: str, payload: dict[str, object]) -> Delivery:
    """Return a recorded delivery."""
    return Delivery(
        id=f"d{number}",
        source="webhook",
        event=event,
        received_at=NOW,
        body=orjson.dumps(payload),
        headers={},
    )


@pytest.fixture
async def archive(sqlite_url: str) -> str:
    """Keep two deliveries: one of mallory's, and a request for a token."""
    store = await Store.open(sqlite_url, clock=lambda: NOW)
    sender = {"login": "mallory"}
    repository = {"full_name": "acme/payments"}
    await store.accept(delivery(1, "member", {"sender": sender, "repository": repository}))
    asked = {"owner": {"login": "carol"}, "permissions_result": {"repository": {}}}
    await store.accept(
        delivery(2, "personal_access_token_request", {"personal_access_token_request": asked})
    )
    await store.close()
    return sqlite_url.removeprefix("sqlite:///")


def run(path: str, query: str) -> Iterator[tuple[object, ...]]:
    """Run a query of the page read-only, as an investigator would."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        yield from connection.execute(query).fetchall()


@pytest.mark.parametrize("query", QUERIES)
async def test_every_query_of_the_page_runs(archive: str, query: str) -> None:
    """A query that names a table or column that is not there would mislead in bad hours."""
    list(run(archive, query))


async def test_what_a_login_did_is_found(archive: str) -> None:
    """The first query of the page finds mallory's delivery and its repository."""
    found = list(run(archive, QUERIES[0]))
    assert [row[2] for row in found] == ["acme/payments"]


async def test_token_requests_are_found_with_their_owner(archive: str) -> None:
    """The last query of the page tells whose token was asked for."""
    found = list(run(archive, QUERIES[2]))
    assert [row[1] for row in found] == ["carol"]
