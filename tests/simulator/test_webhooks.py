"""Every act of a person sends the webhooks that GitHub would send, in GitHub's own shape."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
import pytest

from bot.simulator import Person, Simulator
from tests.official.payloads import payload_invention, payload_problem
from tests.simulator.conftest import SECRET, Inbox

Act = Callable[[Person], Awaitable[Any]]

TOKEN = {"organization": {"members": "write"}, "repository": {"contents": "write"}}

ACTS: dict[str, tuple[Act, list[tuple[str, str | None]]]] = {
    "add a collaborator": (
        lambda by: by.add_collaborator("widgets", "eve", "admin"),
        [("member", "added")],
    ),
    "raise a collaborator": (
        lambda by: by.set_collaborator("widgets", "carl", "admin"),
        [("member", "edited")],
    ),
    "remove a collaborator": (
        lambda by: by.remove_collaborator("widgets", "carl"),
        [("member", "removed")],
    ),
    "make an owner": (lambda by: by.make_owner("bob"), []),
    "add a member": (lambda by: by.add_member("dora"), [("organization", "member_added")]),
    "remove a member": (
        lambda by: by.remove_member("tess"),
        [("membership", "removed"), ("organization", "member_removed")],
    ),
    "invite somebody": (lambda by: by.invite("dora"), [("organization", "member_invited")]),
    "create a team": (lambda by: by.create_team("Night watch"), [("team", "created")]),
    "delete a team": (lambda by: by.delete_team("security"), [("team", "deleted")]),
    "join a team": (lambda by: by.add_to_team("security", "bob"), [("membership", "added")]),
    "leave a team": (
        lambda by: by.remove_from_team("security", "tess"),
        [("membership", "removed")],
    ),
    "let a team in": (
        lambda by: by.add_team_repository("security", "gadgets", "push"),
        [("team", "added_to_repository"), ("team_add", None)],
    ),
    "raise a team": (
        lambda by: by.set_team_repository("security", "widgets", "admin"),
        [("team", "edited")],
    ),
    "shut a team out": (
        lambda by: by.remove_team_repository("security", "widgets"),
        [("team", "removed_from_repository")],
    ),
    "rename a team": (
        lambda by: by.rename_team("security", "Guards"),
        [("team", "edited")],
    ),
    "take another login": (lambda by: by.change_login("somebody-else"), []),
    "create a repository": (
        lambda by: by.create_repository("new"),
        [("repository", "created")],
    ),
    "delete a repository": (
        lambda by: by.delete_repository("widgets"),
        [("repository", "deleted")],
    ),
    "publicize": (
        lambda by: by.publicize("widgets"),
        [("repository", "publicized"), ("public", None)],
    ),
    "privatize": (lambda by: by.privatize("gadgets"), [("repository", "privatized")]),
    "archive": (lambda by: by.archive("widgets"), [("repository", "archived")]),
    "rename": (lambda by: by.rename("widgets", "gears"), [("repository", "renamed")]),
    "describe by properties": (
        lambda by: by.set_properties("widgets", environment="production", platform=None),
        [("custom_property_values", "updated")],
    ),
    "describe by the properties that it has": (
        lambda by: by.set_properties("widgets", platform=["ios"]),
        [],
    ),
    "fork": (lambda by: by.fork("gadgets"), [("fork", None)]),
    "add a deploy key": (
        lambda by: by.add_deploy_key("widgets", "door"),
        [("deploy_key", "created")],
    ),
    "push": (lambda by: by.push("widgets", "Fix it", files={"a.txt": "1"}), [("push", None)]),
    "push by force": (lambda by: by.push("widgets", "Undo", forced=True), [("push", None)]),
    "create a branch": (
        lambda by: by.create_branch("widgets", "side"),
        [("create", None), ("push", None)],
    ),
    "create a tag": (
        lambda by: by.create_tag("widgets", "v1"),
        [("create", None), ("push", None)],
    ),
    "delete a branch": (
        lambda by: by.delete_branch("widgets", "old"),
        [("delete", None), ("push", None)],
    ),
    "leak a secret": (
        lambda by: by.secret_scanning_alert("widgets", bypassed=True),
        [("secret_scanning_alert", "created")],
    ),
    "ask for a token": (
        lambda by: by.request_token("ci", TOKEN, repositories=["widgets"], reason="CI"),
        [("personal_access_token_request", "created")],
    ),
    "open an issue": (
        lambda by: by.open_issue("widgets", "It broke", "Look"),
        [("issues", "opened")],
    ),
    "close an issue": (lambda by: by.close_issue("widgets", 1), [("issues", "closed")]),
    "comment": (
        lambda by: by.comment("widgets", 1, "/ack"),
        [("issue_comment", "created")],
    ),
    "open a pull request": (
        lambda by: by.open_pull_request("widgets", "Better", "old"),
        [("pull_request", "opened")],
    ),
}


@pytest.fixture
async def stage(sim: Simulator, inbox: Inbox) -> Simulator:
    """Set the stage on which every act is possible."""
    sim.add_team("security", members=["tess"])
    sim.set_team_repository("security", "widgets", "pull")
    sim.add_repository("gadgets", private=False)
    sim.add_collaborator("widgets", "carl", "pull")
    hooks, sim.hook_url = sim.hook_url, None
    sim.add_property("environment", "single_select", allowed=["production"])
    sim.add_property("platform", "multi_select", allowed=["ios", "web"])
    await sim.by("bob").set_properties("widgets", platform=["ios"])
    await sim.by("bob").create_branch("widgets", "old")
    await sim.by("bob").open_issue("widgets", "Something", "is wrong")
    sim.hook_url = hooks
    return sim


@pytest.mark.parametrize("name", ACTS)
async def test_an_act_sends_the_webhooks_github_sends_for_it(
    name: str, stage: Simulator, inbox: Inbox
) -> None:
    """Each act sends its events, by the one who acts, valid by GitHub's payload schemas."""
    act, expected = ACTS[name]
    await act(stage.by("olivia"))
    await stage.settled()
    seen = [(headers["X-GitHub-Event"], orjson.loads(body)) for headers, body in inbox.received]
    assert sorted((event, str(p.get("action"))) for event, p in seen) == sorted(
        (event, str(action)) for event, action in expected
    )
    assert [payload_problem(event, payload) for event, payload in seen] == [None] * len(seen)
    assert [payload_invention(event, payload) for event, payload in seen] == [None] * len(seen)
    for event, payload in seen:
        nobody = event in {"org_block", "team_add"}  # GitHub names the organisation in these
        assert payload["sender"]["login"] == ("acme" if nobody else "olivia")


@pytest.mark.parametrize(
    ("verb", "action"),
    [
        ("approve_token_request", "approved"),
        ("deny_token_request", "denied"),
        ("cancel_token_request", "cancelled"),
    ],
)
async def test_the_answer_to_a_token_request_is_told(
    verb: str, action: str, stage: Simulator, inbox: Inbox
) -> None:
    """An approved, denied or cancelled request is a webhook, and the request is gone."""
    request = await stage.by("bob").request_token("ci", TOKEN)
    await getattr(stage.by("olivia"), verb)(request)
    await stage.settled()
    payloads = [orjson.loads(body) for _, body in inbox.received]
    assert {payload["action"] for payload in payloads} == {"created", action}
    problems = [payload_problem("personal_access_token_request", p) for p in payloads]
    assert problems == [None, None]
    assert stage.token_requests() == []
    assert len(stage.tokens()) == (action == "approved")


async def test_properties_without_a_value_are_told_as_null(stage: Simulator, inbox: Inbox) -> None:
    """Each that changed stands in both lists, and no other does."""
    await stage.by("olivia").set_properties("widgets", environment="production", platform=None)
    await stage.settled()
    ((_, body),) = inbox.received
    told = orjson.loads(body)
    assert told["old_property_values"] == [
        {"property_name": "environment", "value": None},
        {"property_name": "platform", "value": ["ios"]},
    ]
    assert told["new_property_values"] == [
        {"property_name": "environment", "value": "production"},
        {"property_name": "platform", "value": None},
    ]


async def test_a_comment_that_is_edited_tells_what_it_said_before(
    stage: Simulator, inbox: Inbox
) -> None:
    """The edit carries the former text, and the sender is who edited."""
    comment = await stage.by("bob").comment("widgets", 1, "/help")
    await stage.by("eve").edit_comment(comment, "/approve")
    await stage.settled()
    edits = [orjson.loads(b) for _, b in inbox.received if b.startswith(b'{"action":"edited"')]
    assert len(edits) == 1
    assert payload_problem("issue_comment", edits[0]) is None
    assert edits[0]["changes"]["body"]["from"] == "/help"
    assert edits[0]["sender"]["login"] == "eve"


async def test_the_installations_own_life_is_told_unasked(stage: Simulator, inbox: Inbox) -> None:
    """Installed, suspended, woken and taken away: four deliveries nobody subscribed to."""
    stage.install()
    stage.suspend()
    stage.unsuspend()
    stage.uninstall()
    await stage.settled()
    payloads = [orjson.loads(body) for _, body in inbox.received]
    actions = {payload["action"] for payload in payloads}
    assert actions == {"created", "suspend", "unsuspend", "deleted"}
    assert [payload_problem("installation", payload) for payload in payloads] == [None] * 4


async def test_a_delivery_is_signed_and_carries_githubs_headers(
    stage: Simulator, inbox: Inbox
) -> None:
    """The signature is over the raw bytes, and every header GitHub sends is there."""
    await stage.by("olivia").publicize("widgets")
    await stage.settled()
    headers, body = inbox.received[0]
    signature = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={signature}"
    assert headers["X-GitHub-Hook-Installation-Target-ID"] == "12345"
    assert headers["X-GitHub-Hook-Installation-Target-Type"] == "integration"
    assert headers["User-Agent"].startswith("GitHub-Hookshot/")
    assert headers["Content-Type"] == "application/json"
    assert {"X-GitHub-Delivery", "X-GitHub-Hook-ID"} <= headers.keys()


async def test_events_the_app_did_not_ask_for_are_not_sent(stage: Simulator, inbox: Inbox) -> None:
    """An archived repository outside the installation tells nobody."""
    stage.add_repository("hidden", installed=False)
    await stage.by("olivia").archive("hidden")
    await stage.settled()
    assert inbox.received == []
