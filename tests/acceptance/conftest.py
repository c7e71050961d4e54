"""GitHub's description, the simulated organisation, and the app that guards it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.simulator import Simulator
from tests.acceptance.stage import House, github, guarded
from tests.official.validator import OfficialApi


@pytest.fixture(scope="session")
def official() -> OfficialApi:
    """Read GitHub's descriptions once."""
    return OfficialApi()


@pytest.fixture
async def sim(official: OfficialApi) -> AsyncIterator[Simulator]:
    """Run the organisation; afterwards, fail for any call or reply GitHub does not know."""
    async with github(official) as simulator:
        yield simulator


@pytest.fixture
async def house(sim: Simulator, tmp_path: Path) -> AsyncIterator[House]:
    """Guard the organisation with the app, enforcing."""
    async with guarded(sim, tmp_path) as guard:
        yield guard
