"""The simulated organisation for every test of an action that asks."""

from collections.abc import AsyncIterator

import pytest

from tests.actions.bench import Bench
from tests.actions.opening import open_bench


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """Give a simulated organisation with every permission the actions need."""
    async with open_bench() as opened:
        yield opened
