"""What is looked at beside the work: the size of organisations, what is new, and stops."""

import io
from collections.abc import AsyncIterator, Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import logs
from bot.actions.port import Reply
from bot.core.errors import Forbidden, Unavailable
from bot.pipeline import Novelty, Stops
from bot.pipeline.sizes import KEPT, Sizes
from bot.respond.guards.facts import Sort
from bot.respond.pause import EVERYWHERE, Pause

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@dataclass
class Organisation:
    """GitHub, as far as it tells how large an organisation is."""

    members: int = 3
    repositories: int = 120
    problem: Exception | None = None
    asked: list[str] = field(default_factory=list)

    async def values(self, name: str, *, installation: int, org: str) -> Sequence[str]:
        """Return the members."""
        self._note(f"{name} {installation} {org}")
        return [str(number) for number in range(self.members)]

    def installation(self, installation_id: int) -> "Organisation":
        """Return itself, whoever asks."""
        del installation_id
        return self

    def anonymous(self) -> "Organisation":
        """Return itself."""
        return self

    def narrowed(self, permissions: Mapping[str, str]) -> "Organisation":
        """Return itself; to see the repositories needs no more than this."""
        assert permissions == {"metadata": "read"}
        return self

    async def call(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Answer nothing: only lists are read."""
        del variables, body
        raise AssertionError(f"{method} {url}")

    async def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """Yield the repositories."""
        del variables, key
        self._note(url)
        for number in range(self.repositories):
            yield {"id": number}

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.problem is not None:
            raise self.problem


def sizes(org: Organisation, clock: list[datetime]) -> Sizes:
    """Return what counts it; the clock is the first of a list."""
    return Sizes(apps=org, lists=org, clock=lambda: clock[0])


@pytest.mark.parametrize(("sort", "count"), [("people", 3), ("repositories", 120)])
async def test_a_size_is_counted_once_an_hour(sort: Sort, count: int) -> None:
    """Not for each change of a burst."""
    org, clock = Organisation(), [NOW]
    counting = sizes(org, clock)
    for _ in range(3):
        assert await counting.count(sort, installation=7, org="Acme") == count
    assert len(org.asked) == 1
    clock[0] = NOW + KEPT
    await counting.count(sort, installation=7, org="acme")
    assert len(org.asked) == 2


@pytest.mark.parametrize("sort", ["people", "repositories"])
async def test_what_github_does_not_tell_is_not_known(sort: Sort) -> None:
    """A no is told as such; an outage is no answer, and is waited for."""
    org = Organisation(problem=Forbidden("no"))
    counting = sizes(org, [NOW])
    assert await counting.count(sort, installation=7, org="acme") is None
    org.problem = Unavailable("later")
    with pytest.raises(Unavailable):
        await counting.count(sort, installation=7, org="acme")
    org.problem = None
    assert await counting.count(sort, installation=7, org="acme") is not None


@dataclass
class Seen:
    """Which editions were recorded."""

    seen: dict[str, datetime] = field(default_factory=dict)
    asked: int = 0

    async def first_seen(self, edition: str, *, now: datetime) -> datetime:
        """Remember an edition."""
        self.asked += 1
        return self.seen.setdefault(edition, now)


@contextmanager
def told() -> Iterator[list[MutableMapping[str, Any]]]:
    """Give the lines of the log, from those for information on."""
    logs.configure(level="info", json=True, stream=io.StringIO())
    with capture_logs() as lines:
        yield lines


async def test_an_edition_is_recorded_when_it_is_put_to_use() -> None:
    """Once, and the next one when it takes over; what was in use before keeps its time."""
    editions, current = Seen({"old": NOW - timedelta(days=9)}), ["old"]
    novelty = Novelty(editions=editions, edition=lambda: current[0], clock=lambda: NOW)
    for _ in range(3):
        await novelty.look()
    assert (novelty.since, editions.asked) == (NOW - timedelta(days=9), 1)
    current[0] = "new"
    with told() as lines:
        await novelty.look()
    assert novelty.since == NOW
    assert [line["event"] for line in lines] == ["edition.new"]


async def test_the_log_tells_when_a_stop_begins_and_ends() -> None:
    """Once each, whoever did it."""
    held: list[Pause] = [Pause(org=EVERYWHERE, by="root", reason="x", since=NOW)]

    async def pauses() -> Sequence[Pause]:
        return tuple(held)

    stops = Stops(pauses)
    with told() as lines:
        await stops.look()
        await stops.look()
        held.clear()
        await stops.look()
    assert [(line["event"], line["org"]) for line in lines] == [
        ("pause.holds", "all"),
        ("pause.ended", "all"),
    ]
