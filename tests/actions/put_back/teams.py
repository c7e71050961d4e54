"""Teams, put back: who is in them, what they reach, how they are called."""

from collections.abc import Mapping
from typing import Any, Final

from tests.actions.bench import Bench
from tests.actions.put_back.played import Played, by_mallory
from tests.actions.records import told


def team(bench: Bench) -> list[tuple[Any, ...]]:
    """Return how every team is called and shown."""
    return [
        (each.name, each.privacy, each.description or "", each.notifies)
        for each in bench.sim.world.org.teams.values()
    ]


async def _team(bench: Bench) -> None:
    bench.sim.add_team("security", ["eve"])


async def _team_with_widgets(bench: Bench) -> None:
    bench.sim.add_team("security")
    bench.sim.set_team_repository("security", "widgets", "pull")


async def _recorded_team(bench: Bench) -> None:
    """Let an event of a month ago have told the team's role in full."""
    await _team_with_widgets(bench)
    team, repo = bench.sim.world.team("security"), bench.sim.world.repository("widgets")
    told(bench, f"team-role:{repo.id}:{team.id}", state="read")


def _security_role(bench: Bench) -> str | None:
    return bench.sim.team_repository("security", "widgets")


def _security_team(bench: Bench) -> list[str]:
    return bench.sim.team_members("security")


PLAYED: Final[Mapping[str, Played]] = {
    "team.add_member": Played(
        look=_security_team,
        arrange=_team,
        act=by_mallory(lambda by: by.add_to_team("security", "mallory")),
    ),
    "team.remove_member": Played(
        look=_security_team,
        arrange=_team,
        act=by_mallory(lambda by: by.remove_from_team("security", "eve")),
    ),
    **dict.fromkeys(
        ("team.add_repository", "team_add"),
        Played(
            look=_security_role,
            arrange=_team,
            act=by_mallory(lambda by: by.add_team_repository("security", "widgets", "admin")),
        ),
    ),
    "team.update_repository_permission": Played(
        look=_security_role,
        arrange=_team_with_widgets,
        act=by_mallory(lambda by: by.set_team_repository("security", "widgets", "admin")),
    ),
    "team.remove_repository": Played(
        look=_security_role,
        arrange=_recorded_team,
        act=by_mallory(lambda by: by.remove_team_repository("security", "widgets")),
    ),
    "team.rename": Played(
        look=team,
        arrange=_team,
        act=by_mallory(lambda by: by.rename_team("security", "Old staff")),
    ),
    "team.change_privacy": Played(
        look=team,
        arrange=_team,
        act=by_mallory(lambda by: by.describe_team("security", privacy="secret")),
    ),
    "team.edited": Played(
        look=team,
        arrange=_team,
        act=by_mallory(
            lambda by: by.describe_team("security", description="Nobody", notifies=False)
        ),
    ),
}
