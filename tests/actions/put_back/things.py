"""Deploy keys, webhooks and what was found in a repository, put back."""

from collections.abc import Mapping
from typing import Final

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.put_back.played import Played, told_at_once
from tests.actions.scenes import things, webhooks


async def _key(bench: Bench) -> None:
    await bench.sim.by("olivia").add_deploy_key("widgets", "mirror", read_only=True)


async def _key_removed(bench: Bench) -> None:
    (key,) = bench.sim.deploy_keys("widgets")
    await bench.sim.by("mallory").delete_deploy_key("widgets", key["id"])


async def _hook_switched(bench: Bench) -> Event:
    number = await bench.sim.by("mallory").add_webhook(None, "https://ci.example/")
    await bench.sim.by("mallory").change_webhook(None, number, active=False)
    fields = {"active": False, "active_was": True}
    return bench.made("hook.active_changed", hook_id=number, **fields)


PLAYED: Final[Mapping[str, Played]] = {
    "public_key.create": Played(look=things.keys, act=things.key_added),
    "public_key.delete": Played(look=things.keys, arrange=_key, act=_key_removed),
    "hook.create": Played(look=webhooks.hooks, act=webhooks.hook_added),
    "hook.active_changed": told_at_once(webhooks.hooks, _hook_switched, before=[(True, ("push",))]),
    "hook.events_changed": told_at_once(
        webhooks.hooks, webhooks.hook_given_events, before=[(True, ("push", "create"))]
    ),
    "secret_scanning_alert.resolve": told_at_once(
        things.findings, things.secret_put_aside, before=[("open", None)]
    ),
    "code_scanning.alert_closed_by_user": told_at_once(
        things.findings, things.weakness_put_aside, before=[("open", None)]
    ),
    "repository_vulnerability_alert.dismiss": told_at_once(
        things.findings, things.dependency_put_aside, before=[("open", None)]
    ),
}
