"""Learning from GitHub who the App is, however long GitHub does not say."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog

from bot.core.errors import ApiError
from bot.github.app import AppIdentity, GitHubApp
from bot.waiting import stopped_within

log = structlog.get_logger(__name__)

LONGEST_WAIT: Final = 60.0
"""Seconds between two tries."""


async def introduced(
    github: GitHubApp, stop: asyncio.Event, unknown: Callable[[str], None]
) -> AppIdentity | None:
    """Ask GitHub who the App is until it says so; ``None`` when told to stop first.

    ``unknown`` is told why it is not known yet.
    """
    wait = 1.0
    while not stop.is_set():
        try:
            return await github.identity()
        except ApiError as error:
            unknown(str(error))
            log.warning("app.identity_unknown", reason=str(error), retry_in=wait)
        if not await stopped_within(stop, wait):
            wait = min(wait * 2, LONGEST_WAIT)
    return None
