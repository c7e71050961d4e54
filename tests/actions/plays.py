"""Every action of the catalogue in a situation where it has something to do."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.actions.catalogue import ACTIONS, CHANGING
from bot.actions.changing import ChangingAction
from bot.core.event import Event
from bot.respond.alert import CaseFile
from bot.respond.step import Receipt
from bot.simulator import Call
from tests.actions.bench import Bench, receipt_of
from tests.actions.cases import planned
from tests.actions.opening import open_bench
from tests.actions.scenes import SCENES, roles, settings, workflows

LEAKED: Final = "ghp_" + "Abc1" * 9
WIDE: Final = {"repository": {"contents": "write"}, "organization": {"members": "write"}}


@dataclass(frozen=True, kw_only=True)
class Play:
    """An action, its parameters, and what brings its event about."""

    name: str
    action: str
    prepare: Callable[[Bench], Awaitable[Event]]
    params: Mapping[str, Any] = field(default_factory=dict)


async def raised(bench: Bench) -> Event:
    """Let Eve be made an administrator."""
    return await roles.raised(bench)


async def requested(bench: Bench) -> Event:
    """Let Eve ask for a token."""
    bench.sim.add_member("eve")
    await bench.sim.by("eve").request_token("deploy", WIDE)
    return bench.event("personal_access_token.request_created")


async def granted(bench: Bench) -> Event:
    """Let Eve have a token."""
    token = bench.sim.add_token("eve", "deploy", WIDE)
    action = "personal_access_token.access_granted"
    return bench.made(action, user="eve", actor="eve", token_id=token.token_id)


async def authorised(bench: Bench) -> Event:
    """Let Eve's classic token through single sign-on."""
    given = bench.sim.add_credential_authorization("eve", ["admin:org"])
    action = "org_credential_authorization.grant"
    return bench.made(action, user="eve", actor="eve", credential_id=given.id)


async def leaked(bench: Bench) -> Event:
    """Let Mallory write a token into a comment."""
    number = await bench.sim.by("mallory").open_issue("widgets", "Help")
    await bench.sim.by("mallory").comment("widgets", number, f"Use {LEAKED}")
    return bench.event("issue_comment.create")


async def running(bench: Bench) -> Event:
    """Let a workflow run."""
    mallory = bench.sim.by("mallory")
    run = await mallory.run_workflow("widgets", await mallory.add_workflow("widgets"))
    return workflows.here(bench, "workflows.created_workflow_run", workflow_run_id=run)


async def at_work(bench: Bench) -> Event:
    """Let a job begin on a runner of the repository."""
    number = await bench.sim.by("mallory").register_runner("box", "widgets")
    return workflows.here(bench, "workflows.started", runner_id=number, runner_name="box")


PLAYS: Final = (
    *(
        Play(name=scene.name, action=scene.action, prepare=scene.prepare, params=scene.params)
        for scene in SCENES
    ),
    Play(name="open-issue", action="open-issue", prepare=raised),
    Play(name="flag-token", action="flag-token", prepare=granted),
    Play(name="flag-token requested", action="flag-token", prepare=requested),
    Play(name="comment", action="comment", prepare=raised, params={"body": "Look."}),
    Play(name="close-issue", action="close-issue", prepare=raised),
    Play(name="assign", action="assign", prepare=raised, params={"assignees": ["olivia"]}),
    Play(name="label", action="label", prepare=raised, params={"labels": ["urgent"]}),
    Play(name="escalate", action="escalate", prepare=raised, params={"to": ["olivia"]}),
    Play(name="notify", action="notify", prepare=raised, params={"to": "chat"}),
    Play(name="check-run", action="check-run", prepare=settings.pushed),
    Play(name="revoke-token", action="revoke-token", prepare=granted),
    Play(name="revoke-token saml", action="revoke-token", prepare=authorised),
    Play(name="deny-token-request", action="deny-token-request", prepare=requested),
    Play(
        name="deauthorize-sso-credential", action="deauthorize-sso-credential", prepare=authorised
    ),
    Play(name="revoke-leaked-credential", action="revoke-leaked-credential", prepare=leaked),
    Play(name="cancel-run", action="cancel-run", prepare=running),
    Play(name="remove-runner", action="remove-runner", prepare=at_work),
)

CHANGES: Final = {
    play.name: play
    for play in PLAYS
    if play.action in CHANGING and issubclass(type(ACTIONS[play.action]), ChangingAction)
}


async def arranged(bench: Bench, play: Play) -> CaseFile:
    """Return the case of a play with its one step, before anything was done."""
    return planned(bench, await play.prepare(bench), play.action, **play.params)


async def undisturbed(play: Play) -> tuple[Receipt, Call]:
    """Return the receipt of a play in which no answer is lost, and its last call that wrote."""
    async with open_bench() as bench:
        file = await arranged(bench, play)
        receipt = receipt_of(await bench.step(file, file.steps[0].id))
        last = next(call for call in reversed(bench.sim.calls) if call.writes)
        bench.problems.clear()
    return receipt, last
