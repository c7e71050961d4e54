"""What may run in GitHub Actions, and on which machines, put back."""

from collections.abc import Mapping
from typing import Final

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.put_back.played import Played, told_at_once


def actions_policy(bench: Bench) -> tuple[bool, str]:
    """Return whether Actions may run in the repository, and which."""
    actions = bench.sim.world.repository("widgets").actions
    return actions.enabled, actions.allowed


def organization_policy(bench: Bench) -> str:
    """Return which actions may run in the organisation."""
    return bench.sim.world.actions.allowed


def runners(bench: Bench) -> list[str]:
    """Return every runner there is, of the repository and of the organisation."""
    world = bench.sim.world
    both = (*world.repository("widgets").actions.runners.values(), *world.actions.runners.values())
    return [each.name for each in both]


def workflows(bench: Bench) -> list[bool]:
    """Return whether each workflow may run."""
    known = bench.sim.world.repository("widgets").actions.workflows.values()
    return [each.state == "active" for each in known]


async def _actions_off(bench: Bench) -> None:
    await bench.sim.by("olivia").set_actions("widgets", enabled=False)


async def _actions_on(bench: Bench) -> Event:
    await bench.sim.by("mallory").set_actions("widgets", enabled=True)
    return bench.made("repo.actions_enabled", repo="acme/widgets")


async def _anything_may_run(bench: Bench) -> Event:
    fields = {"old_policy": "local_only", "new_policy": "all"}
    return bench.made("repo.update_actions_settings", repo="acme/widgets", **fields)


async def _anything_may_run_everywhere(bench: Bench) -> Event:
    fields = {"old_policy": "local_only", "new_policy": "all"}
    return bench.made("org.update_actions_settings", **fields)


async def _workflow(bench: Bench) -> None:
    await bench.sim.by("olivia").add_workflow("widgets")


def _workflow_switched(*, on: bool) -> Played:
    async def arrange(bench: Bench) -> None:
        number = await bench.sim.by("olivia").add_workflow("widgets")
        await bench.sim.by("olivia").set_workflow("widgets", number, active=not on)

    async def act(bench: Bench) -> Event:
        (number,) = bench.sim.world.repository("widgets").actions.workflows
        await bench.sim.by("mallory").set_workflow("widgets", number, active=on)
        action = f"workflows.{'enable' if on else 'disable'}_workflow"
        return bench.made(action, repo="acme/widgets", workflow_id=number)

    return Played(look=workflows, act=act, arrange=arrange)


def _runner(repo: str | None) -> Played:
    async def act(bench: Bench) -> Event:
        number = await bench.sim.by("mallory").register_runner("miner", repo)
        kind, where = ("repo", {"repo": "acme/widgets"}) if repo else ("org", {})
        return bench.made(f"{kind}.register_self_hosted_runner", runner_id=number, **where)

    return Played(look=runners, act=act)


PLAYED: Final[Mapping[str, Played]] = {
    "repo.actions_enabled": Played(look=actions_policy, arrange=_actions_off, act=_actions_on),
    "repo.update_actions_settings": told_at_once(
        actions_policy, _anything_may_run, before=(True, "local_only")
    ),
    "org.update_actions_settings": told_at_once(
        organization_policy, _anything_may_run_everywhere, before="local_only"
    ),
    "workflows.enable_workflow": _workflow_switched(on=True),
    "workflows.disable_workflow": _workflow_switched(on=False),
    "repo.register_self_hosted_runner": _runner("widgets"),
    "org.register_self_hosted_runner": _runner(None),
}
