"""The simulated GitHub for every test of the adapter that asks."""

from collections.abc import AsyncIterator

import pytest

from tests.github.stage import Stage, open_stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Give a simulated GitHub without limits, and an App that talks to it."""
    async with open_stage() as opened:
        yield opened
