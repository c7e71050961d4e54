"""Opens the bench: the organisation at work, with every call of the app judged."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import aiohttp

from bot.actions.catalogue import ACTIONS, needs
from bot.github import GitHubApp
from bot.simulator import AppIdentity, Call, Simulator
from tests.actions.bench import Bench
from tests.actions.parts import Clock
from tests.github.stage import key_pair
from tests.official.validator import OfficialApi

EVENTS = (
    *("organization", "member", "membership", "team", "team_add", "repository", "deploy_key"),
    *("public", "custom_property_values"),
    *("push", "personal_access_token_request", "issues", "issue_comment"),
    *("branch_protection_rule", "repository_ruleset", "security_and_analysis"),
    "secret_scanning_alert",
)


def _judge(bench: Bench, call: Call, reply: Any) -> None:
    """Note a call, or an answer, that GitHub's official description does not know."""
    official = OfficialApi()
    try:
        official.check(_described(call))
        if call.status:  # otherwise nobody heard the answer
            official.check_reply(call, reply)
    except AssertionError as problem:
        bench.problems.append(f"{call.method} {call.path} {call.status}: {problem}")


def _described(call: Call) -> Call:
    """Return a call as GitHub's description has it where GitHub itself wants it otherwise.

    It asks for ``contexts`` beside the ``checks`` of a protection, and refuses both together.
    """
    body = call.body if isinstance(call.body, dict) else {}
    checks = body.get("required_status_checks")
    if not isinstance(checks, dict) or "checks" not in checks:
        return call
    return replace(call, body={**body, "required_status_checks": {**checks, "contexts": []}})


@asynccontextmanager
async def open_bench(permissions: Mapping[str, str] | None = None) -> AsyncIterator[Bench]:
    """Start the organisation; every call is judged by GitHub's official description."""
    clock = Clock()
    identity = AppIdentity(
        id=12345,
        slug="tipstaff",
        public_key=key_pair()[1],
        webhook_secret="a secret of the tests",
        permissions=permissions or needs(ACTIONS),
        events=EVENTS,
    )
    async with (
        Simulator(identity, org="acme", clock=clock) as sim,
        aiohttp.ClientSession() as session,
    ):
        sim.add_owner("olivia")
        sim.add_member("mallory")
        sim.add_repository("widgets")
        sim.add_repository("security")
        app = GitHubApp(
            app_id=12345,
            private_key=key_pair()[0],
            api_url=sim.url,
            session=session,
            clock=clock,
            sleep=clock.sleep,
            jitter=lambda: 0.5,
        )
        bench = Bench(sim=sim, app=app, clock=clock)
        sim.observers.append(lambda call, reply: _judge(bench, call, reply))
        yield bench
        assert not bench.problems, "\n".join(bench.problems)
