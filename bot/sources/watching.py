"""What is looked at beside the webhooks, as far as the operator wants it looked at."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from bot.actions.port import GitHub
from bot.sources.redelivery import Redelivery, RedeliveryStore
from bot.sources.roster import Roster, RosterStore
from bot.sources.rounds import GitHubApps
from bot.sources.survey import Survey, SurveyStore


class Watcher(Protocol):
    """Looks at something, again and again."""

    async def run(self, stop: asyncio.Event) -> None:
        """Look until told to stop."""
        ...


class Apps(GitHubApps, Protocol):
    """The App's installations, and the App itself."""

    def as_app(self) -> GitHub:
        """Return the way to what is the App's own."""
        ...


class WatchStore(RosterStore, SurveyStore, RedeliveryStore, Protocol):
    """What the watchers remember."""


class Intervals(Protocol):
    """How often to look at what; zero is never."""

    @property
    def roster_interval(self) -> timedelta:
        """Between two looks at the owners."""
        ...

    @property
    def survey_interval(self) -> timedelta:
        """Between two looks at the settings."""
        ...

    @property
    def redelivery_interval(self) -> timedelta:
        """Between two looks for what did not arrive."""
        ...


def watchers(
    intervals: Intervals,
    *,
    apps: Apps,
    store: WatchStore,
    own_login: str,
    clock: Callable[[], datetime],
    recorded: Callable[[], None],
) -> Iterator[Watcher]:
    """Yield those that are switched on; ``recorded`` is called after new deliveries."""
    if every := intervals.roster_interval.total_seconds():
        yield Roster(
            apps=apps,
            store=store,
            own_login=own_login,
            interval=every,
            clock=clock,
            recorded=recorded,
        )
    if every := intervals.survey_interval.total_seconds():
        yield Survey(
            apps=apps,
            store=store,
            own_login=own_login,
            interval=every,
            clock=clock,
            recorded=recorded,
        )
    if every := intervals.redelivery_interval.total_seconds():
        yield Redelivery(app=apps.as_app(), store=store, interval=every, clock=clock)
