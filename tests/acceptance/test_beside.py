"""Through the whole app: a leaked token is revoked, and people outside of GitHub are told."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from aiohttp import web
from pydantic import SecretStr
from standardwebhooks.webhooks import Webhook

from bot.respond.step import StepState
from bot.simulator import Simulator
from tests.acceptance.stage import guarded, state, step, until, write_playbooks

TOKEN = "ghp_" + "Abc1" * 9
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PLAYBOOK = """\
title: Token In A Comment
id: 5f0f6f1e-6f0b-4b8e-9c57-0a5a2f7f4d71
level: critical
logsource: {product: github, service: audit}
detection:
  selection: {action: issue_comment.create}
  token: {body|re: 'gh[a-z]_[A-Za-z0-9]{30,}'}
  condition: selection and token
response:
  mode: enforce
  about: actor
  steps:
    - {action: open-issue}
    - {action: revoke-leaked-credential}
    - {action: escalate, with: {to: ['team:security']}}
    - {action: notify, with: {to: soc}}
    - {action: notify, with: {to: pager}}
"""


@pytest.fixture
def playbooks(tmp_path: Path) -> str:
    """Write the playbook into a folder of its own."""
    return write_playbooks(tmp_path, PLAYBOOK)


async def test_a_leaked_token_is_revoked_and_told_of(
    sim: Simulator, tmp_path: Path, playbooks: str
) -> None:
    """From the webhook to GitHub's revocation and the signed post; nothing kept has the token."""
    got: list[tuple[dict[str, str], bytes]] = []

    async def take(http: web.Request) -> web.Response:
        got.append(({name.lower(): v for name, v in http.headers.items()}, await http.read()))
        return web.Response(status=503 if len(got) == 1 else 204)

    application = web.Application()
    application.router.add_post("/", take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    settings: dict[str, Any] = {
        "playbooks": playbooks,
        "notify_webhook": {"soc": (SecretStr(url),)},
        "notify_webhook_secret": SecretStr(SECRET),
    }
    try:
        async with guarded(sim, tmp_path, **settings) as house:
            number = await sim.by("bob").open_issue("payments", "Help")
            await sim.by("bob").comment("payments", number, f"My token is {TOKEN}, why?")
            await until(lambda: len(got) == 2)
            await house.quiet()
            file = await house.case()
            comments = await house.comments()
    finally:
        await runner.cleanup()
    assert sim.world.credentials.revoked == {TOKEN}
    assert state(file, "revoke-leaked-credential") is StepState.DONE
    assert state(file, "escalate") is StepState.DONE
    told = next(each for each in file.steps if each.params.get("to") == "soc")
    assert told.state is StepState.DONE
    # The first post met a 503: the second is the same notice, and can be told to be.
    assert got[0][0]["webhook-id"] == got[1][0]["webhook-id"] == told.id
    body = Webhook(SECRET).verify(got[1][1].decode(), got[1][0])
    assert file.case.issue is not None
    assert body["data"]["url"] == file.case.issue.url
    assert [each["action"] for each in body["data"]["steps"]] == ["revoke-leaked-credential"]
    assert TOKEN.encode() not in orjson.dumps(body)
    assert TOKEN not in repr(file)
    # The place that the settings do not name is told in the case.
    assert step(file, "notify").state is StepState.FAILED
    assert any("The settings name no place" in comment for comment in comments)
    assert TOKEN not in repr(comments)
