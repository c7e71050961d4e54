"""Waiting between two looks ends when it is over, or at once when told to stop."""

import asyncio

from bot.waiting import stopped_within


async def test_nobody_told_to_stop() -> None:
    """The wait is over, and the next look may begin."""
    assert not await stopped_within(asyncio.Event(), 0.01)


async def test_whoever_is_told_to_stop_waits_no_longer() -> None:
    """However long the wait was to be."""
    stop = asyncio.Event()
    waiting = asyncio.create_task(stopped_within(stop, 3600))
    await asyncio.sleep(0)
    stop.set()
    assert await asyncio.wait_for(waiting, 5)


async def test_who_has_been_told_to_stop_does_not_wait() -> None:
    """It may have been told during the look."""
    stop = asyncio.Event()
    stop.set()
    assert await asyncio.wait_for(stopped_within(stop, 3600), 5)
