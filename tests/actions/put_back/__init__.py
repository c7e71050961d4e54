"""Every event that `revert` puts back, played."""

from collections.abc import Mapping
from typing import Final

from tests.actions.put_back import branches, people, properties, settings, teams, things, workflows
from tests.actions.put_back.played import Played

PLAYED: Final[Mapping[str, Played]] = {
    **people.PLAYED,
    **teams.PLAYED,
    **settings.PLAYED,
    **properties.PLAYED,
    **things.PLAYED,
    **branches.PLAYED,
    **workflows.PLAYED,
}
"""Each event that is put back, by its action."""
