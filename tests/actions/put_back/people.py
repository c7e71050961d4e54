"""Who belongs to the organisation and to a repository, put back."""

from collections.abc import Mapping
from typing import Final

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.put_back.played import Played, by_mallory, told_at_once
from tests.actions.scenes import people, roles


async def _eve_in(bench: Bench) -> None:
    bench.sim.add_member("eve")


async def _eve_writes(bench: Bench) -> None:
    bench.sim.add_member("eve")
    bench.sim.add_collaborator("widgets", "eve", "push")


async def _out_of_the_repository(bench: Bench) -> Event:
    await bench.sim.by("mallory").remove_collaborator("widgets", "eve")
    fields = {"user": "eve", "old_repo_permission": "write"}
    return bench.made("repo.remove_member", repo="acme/widgets", **fields)


async def _made_owner(bench: Bench) -> Event:
    await bench.sim.by("mallory").make_owner("eve")
    return bench.roster("eve")


async def _blocked(bench: Bench) -> Event:
    bench.sim.add_user("eve")
    await bench.sim.by("mallory").block("eve")
    return bench.made("org.block_user", user="eve")


async def _eve_blocked(bench: Bench) -> None:
    bench.sim.add_user("eve")
    await bench.sim.by("olivia").block("eve")


async def _unblocked(bench: Bench) -> Event:
    await bench.sim.by("mallory").unblock("eve")
    return bench.made("org.unblock_user", user="eve")


def _eves_role(bench: Bench) -> str | None:
    return bench.sim.collaborator("widgets", "eve")


PLAYED: Final[Mapping[str, Played]] = {
    "repo.add_member": Played(
        look=_eves_role,
        arrange=_eve_in,
        act=by_mallory(lambda by: by.add_collaborator("widgets", "eve", "admin")),
    ),
    "repo.update_member": Played(
        look=_eves_role,
        arrange=_eve_writes,
        act=by_mallory(lambda by: by.set_collaborator("widgets", "eve", "admin")),
    ),
    "repo.remove_member": Played(look=_eves_role, arrange=_eve_writes, act=_out_of_the_repository),
    "org.update_member": Played(look=people.place, arrange=_eve_in, act=_made_owner),
    "org.add_member": Played(look=people.place, act=by_mallory(lambda by: by.add_member("eve"))),
    "org.remove_member": Played(
        look=people.place,
        arrange=_eve_in,
        act=by_mallory(lambda by: by.remove_member("eve")),
        again="invited",
    ),
    "org.invite_member": Played(look=people.place, act=by_mallory(lambda by: by.invite("eve"))),
    "repository_invitation.create": Played(
        look=lambda bench: bench.sim.invited("widgets"), act=people.invited_to_repository
    ),
    "organization_role.assign": told_at_once(roles.role_holders, roles.role_given, before=[]),
    "org.block_user": Played(look=lambda bench: bench.sim.blocked(), act=_blocked),
    "org.unblock_user": Played(
        look=lambda bench: bench.sim.blocked(), arrange=_eve_blocked, act=_unblocked
    ),
}
