"""Whatever happens, in whatever order: nothing is lost, done twice, or done unasked.

Hypothesis makes up stories (`tests.acceptance.story`), and each must keep what is promised
(`tests.acceptance.promises`). ``TIPSTAFF_MACHINE=STORIES,STEPS`` tells more and longer ones than
the suite does.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.acceptance.story import Story
from tests.official.validator import OfficialApi
from tests.store.postgres import PostgresServer

STORIES, STEPS = (int(part) for part in os.environ.get("TIPSTAFF_MACHINE", "3,8").split(","))


def tell(story: type[Story], stories: int = STORIES) -> None:
    """Tell some stories."""
    run_state_machine_as_test(
        story,
        settings=settings(
            max_examples=stories,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize="TIPSTAFF_MACHINE" not in os.environ,
            report_multiple_bugs=False,
            # A story takes seconds: to make a failing one shorter would take minutes.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_whatever_happens_the_promises_hold(official: OfficialApi) -> None:
    """One worker at a time, on SQLite."""

    class Embedded(Story):
        """The embedded database, with a worker of its own."""

        workers = 1

        def database(self, folder: Path) -> str:
            """Name a file of the story's own."""
            return f"sqlite:///{folder}/tipstaff.db"

    Embedded.official = official
    tell(Embedded)


@pytest.mark.usefixtures("postgres_url")
def test_whatever_happens_to_two_workers_the_promises_hold(
    official: OfficialApi, postgres: PostgresServer
) -> None:
    """Two at once, on PostgreSQL."""

    class Shared(Story):
        """A database that two workers share."""

        workers = 2

        def database(self, _folder: Path) -> str:
            """Name an empty database."""
            return postgres.clean()

    Shared.official = official
    tell(Shared, max(2, STORIES // 3))
