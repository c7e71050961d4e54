"""What guards code, over the API and by webhook: protection, rulesets; webhooks and checks."""

from collections.abc import Awaitable, Callable
from typing import Any, Literal

import orjson
import pytest

from bot.simulator import Person, Simulator
from tests.official.payloads import payload_invention, payload_problem
from tests.simulator.conftest import Client, Inbox

pytestmark = pytest.mark.usefixtures("judged")

MAIN = "/repos/acme/widgets/branches/main/protection"
OPEN = {
    "required_status_checks": None,
    "enforce_admins": True,
    "required_pull_request_reviews": None,
    "restrictions": None,
}
CONDITIONS = {"ref_name": {"include": ["~ALL"], "exclude": []}}
REPOSITORIES = {**CONDITIONS, "repository_name": {"include": ["~ALL"], "exclude": []}}
CHECKS = {"required_status_checks": [], "strict_required_status_checks_policy": False}
STRICT = {**CHECKS, "strict_required_status_checks_policy": True}


async def test_a_branch_is_protected_shown_and_laid_open(api: Client) -> None:
    """Two kinds of 404 tell a branch that is not protected from one that is not there."""
    assert (await api("GET", MAIN)).data["message"] == "Branch not protected"
    assert (await api("PUT", MAIN, OPEN)).data["enforce_admins"]["enabled"] is True
    assert (await api("GET", MAIN)).data["allow_force_pushes"] == {"enabled": False}
    assert (await api("DELETE", MAIN)).status == 204
    assert (await api("DELETE", MAIN)).status == 404
    gone = await api("PUT", MAIN.replace("main", "gone"), OPEN)
    assert (gone.status, gone.data["message"]) == (404, "Branch not found")


async def test_a_protection_names_people_teams_and_checks(sim: Simulator, api: Client) -> None:
    """The answer shows them whole; an App of a check is set by an endpoint of its own."""
    sim.add_team("release")
    who = {"users": ["olivia"], "teams": ["release"], "apps": ["tipstaff"]}
    reviews = {"dismissal_restrictions": who, "bypass_pull_request_allowances": who}
    checks = {"strict": True, "contexts": ["ci"]}
    body = {
        **OPEN,
        "restrictions": who,
        "required_pull_request_reviews": reviews,
        "required_status_checks": checks,
    }
    shown = (await api("PUT", MAIN, body)).data
    assert [each["slug"] for each in shown["restrictions"]["teams"]] == ["release"]
    assert shown["required_status_checks"]["checks"] == [{"context": "ci", "app_id": None}]
    path = f"{MAIN}/required_status_checks"
    pinned = await api("PATCH", path, {"checks": [{"context": "ci", "app_id": 7}]})
    assert pinned.data["checks"] == [{"context": "ci", "app_id": 7}]
    assert pinned.data["strict"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"required_status_checks": {"strict": True}},
        {"required_status_checks": {"strict": True, "contexts": [], "checks": []}},
        {"restrictions": {"users": ["nobody-here"], "teams": []}},
    ],
    ids=["neither contexts nor checks", "both of them", "an unknown user"],
)
async def test_a_protection_that_makes_no_sense_is_refused(
    sim: Simulator, api: Client, judged: list[str], change: dict[str, Any]
) -> None:
    """With a 422, and nothing is set."""
    assert (await api("PUT", MAIN, {**OPEN, **change})).status == 422
    assert sim.world.repository("widgets").protections == {}
    assert judged == []


async def test_a_missing_part_of_a_protection_is_refused(api: Client) -> None:
    """Four keys must be there, if only as null."""
    answer = await api("PUT", MAIN, {"enforce_admins": True})
    assert (answer.status, "wasn't supplied" in answer.data["message"]) == (422, True)


async def test_signed_commits_are_asked_for_apart(api: Client) -> None:
    """POST asks for them, DELETE does no longer; the protection shows it."""
    path = f"{MAIN}/required_signatures"
    assert (await api("POST", path)).status == 404
    await api("PUT", MAIN, OPEN)
    assert (await api("POST", path)).data["enabled"] is True
    assert (await api("PUT", MAIN, OPEN)).data["required_signatures"]["enabled"] is True
    assert (await api("DELETE", path)).status == 204
    assert (await api("GET", path)).data["enabled"] is False


@pytest.mark.parametrize("root", ["/repos/acme/widgets", "/orgs/acme"])
async def test_a_ruleset_keeps_its_history(api: Client, root: str) -> None:
    """Each change is a version, newest first; deleted, it is gone with its history."""
    conditions = CONDITIONS if "repos" in root else REPOSITORIES
    body = {"name": "main", "enforcement": "active", "rules": [], "conditions": conditions}
    made = await api("POST", f"{root}/rulesets", body)
    assert (made.status, made.data["bypass_actors"]) == (201, [])
    one = f"{root}/rulesets/{made.data['id']}"
    assert (await api("PUT", one, {"enforcement": "disabled"})).data["name"] == "main"
    versions = (await api("GET", f"{one}/history")).data
    states = [
        (await api("GET", f"{one}/history/{each['version_id']}")).data["state"]["enforcement"]
        for each in versions
    ]
    assert states == ["disabled", "active"]
    assert [each["id"] for each in (await api("GET", f"{root}/rulesets")).data] == [made.data["id"]]
    assert (await api("POST", f"{root}/rulesets", body)).status == 422
    assert (await api("GET", f"{one}/history/1")).status == 404
    assert (await api("DELETE", one)).status == 204
    assert (await api("GET", one)).status == 404
    assert (await api("GET", f"{one}/history")).status == 404


@pytest.mark.parametrize("repo", ["widgets", None])
async def test_a_webhook_is_shown_switched_and_deleted(
    sim: Simulator, api: Client, repo: str | None
) -> None:
    """Of its secret GitHub shows that there is one, and no more."""
    number = await sim.by("bob").add_webhook(repo, "https://ci.example/", ["push"])
    root = "/orgs/acme/hooks" if repo is None else f"/repos/acme/{repo}/hooks"
    (listed,) = (await api("GET", root)).data
    assert (listed["id"], listed["config"]["secret"]) == (number, "********")
    one = f"{root}/{number}"
    assert (await api("PATCH", one, {"active": False})).data["active"] is False
    assert (await api("PATCH", one, {"events": ["create"]})).data["events"] == ["create"]
    assert (await api("DELETE", one)).status == 204
    assert (await api("GET", one)).status == 404


async def test_a_verdict_on_a_commit_is_given_and_changed(sim: Simulator, api: Client) -> None:
    """It is listed for the commit; a conclusion completes it."""
    sha = sim.world.repository("widgets").branches["main"]
    output = {"title": "No", "summary": "Look again"}
    body = {"name": "guard", "head_sha": sha, "external_id": "1", "output": output}
    made = await api("POST", "/repos/acme/widgets/check-runs", {**body, "conclusion": "failure"})
    assert (made.status, made.data["status"]) == (201, "completed")
    await api("POST", "/repos/acme/widgets/check-runs", {"name": "other", "head_sha": sha})
    one = f"/repos/acme/widgets/check-runs/{made.data['id']}"
    assert (await api("PATCH", one, {"conclusion": "neutral"})).data["conclusion"] == "neutral"
    found = await api("GET", f"/repos/acme/widgets/commits/{sha}/check-runs?check_name=guard")
    assert (found.data["total_count"], found.data["check_runs"][0]["external_id"]) == (1, "1")
    wrong = await api(
        "POST", "/repos/acme/widgets/check-runs", {"name": "guard", "head_sha": "0" * 40}
    )
    assert (wrong.status, wrong.data["message"][:15]) == (422, "No commit found")


@pytest.mark.parametrize(
    ("kind", "reason"), [("code-scanning", "used in tests"), ("dependabot", "not_used")]
)
async def test_a_finding_is_dismissed_and_opened_again(
    sim: Simulator, api: Client, kind: Literal["code-scanning", "dependabot"], reason: str
) -> None:
    """A dismissed one has a reason, an open one has none."""
    one = f"/repos/acme/widgets/{kind}/alerts/{sim.add_finding('widgets', kind)}"
    dismissed = await api("PATCH", one, {"state": "dismissed", "dismissed_reason": reason})
    assert (dismissed.status, dismissed.data["dismissed_reason"]) == (200, reason)
    assert (await api("PATCH", one, {"state": "open"})).data["dismissed_reason"] is None
    assert (await api("GET", one)).data["state"] == "open"
    assert (await api("PATCH", one, {"state": "dismissed"})).status == 422


async def test_a_secret_is_hidden_on_demand(sim: Simulator, api: Client) -> None:
    """Resolved and opened again without anybody seeing it."""
    number = await sim.by("bob").secret_scanning_alert("widgets")
    one = f"/repos/acme/widgets/secret-scanning/alerts/{number}"
    body = {"state": "resolved", "resolution": "revoked"}
    assert (await api("PATCH", one, body)).data["state"] == "resolved"
    assert "secret" not in (await api("GET", f"{one}?hide_secret=true")).data
    assert "secret" in (await api("GET", one)).data


Act = Callable[[Person, int], Awaitable[Any]]

ACTS: dict[str, tuple[Act, str, str]] = {
    "protect": (
        lambda by, _: by.protect_branch("widgets", "side", enforce_admins=True),
        "branch_protection_rule",
        "created",
    ),
    "change a protection": (
        lambda by, _: by.change_protection(
            "widgets", enforce_admins=False, lock_branch=True, restrictions=None
        ),
        "branch_protection_rule",
        "edited",
    ),
    "lay open": (
        lambda by, _: by.unprotect_branch("widgets"),
        "branch_protection_rule",
        "deleted",
    ),
    "switch a security feature": (
        lambda by, _: by.switch_features("widgets", secret_scanning=True),
        "security_and_analysis",
        "None",
    ),
    "show another branch first": (
        lambda by, _: by.set_default_branch("widgets", "side"),
        "repository",
        "edited",
    ),
    "put a secret aside": (
        lambda by, _: by.resolve_secret("widgets", 7, comment="trust me"),
        "secret_scanning_alert",
        "resolved",
    ),
    "make a ruleset": (
        lambda by, _: by.create_ruleset(None, "other", conditions=REPOSITORIES),
        "repository_ruleset",
        "created",
    ),
    "change a ruleset": (
        lambda by, number: by.change_ruleset(
            "widgets",
            number,
            name="weak",
            enforcement="disabled",
            rules=[
                {"type": "creation"},
                {"type": "required_status_checks", "parameters": CHECKS},
            ],
        ),
        "repository_ruleset",
        "edited",
    ),
    "delete a ruleset": (
        lambda by, number: by.delete_ruleset("widgets", number),
        "repository_ruleset",
        "deleted",
    ),
}


@pytest.mark.parametrize("name", ACTS)
async def test_an_act_sends_the_webhook_github_sends_for_it(
    name: str, sim: Simulator, inbox: Inbox
) -> None:
    """By the one who acts, valid by GitHub's payload schemas."""
    hooks, sim.hook_url = sim.hook_url, None
    olivia = sim.by("olivia")
    await olivia.create_branch("widgets", "side")
    who = {"users": ["bob"], "teams": [], "apps": []}
    await olivia.protect_branch("widgets", enforce_admins=True, restrictions=who)
    rules = [
        {"type": "deletion"},
        {"type": "required_status_checks", "parameters": STRICT},
    ]
    number = await olivia.create_ruleset("widgets", "main", rules=rules, conditions=CONDITIONS)
    found = await olivia.secret_scanning_alert("widgets")
    repo = sim.world.repository("widgets")
    repo.secrets[7] = repo.secrets.pop(found)
    sim.hook_url = hooks
    act, event, action = ACTS[name]
    await act(sim.by("bob"), number)
    await sim.settled()
    ((headers, body),) = inbox.received
    payload = orjson.loads(body)
    assert (headers["X-GitHub-Event"], str(payload.get("action"))) == (event, action)
    assert payload["sender"]["login"] == "bob"
    assert payload_problem(event, payload) is None
    assert payload_invention(event, payload) is None
