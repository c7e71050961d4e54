"""Waiting for the next look, which ends at once when the program is told to stop."""

import asyncio


async def stopped_within(stop: asyncio.Event, seconds: float) -> bool:
    """Wait that long, or until told to stop; return whether that was told."""
    try:
        async with asyncio.timeout(seconds):
            return await stop.wait()
    except TimeoutError:
        return False
