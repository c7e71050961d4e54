"""GitHub Actions over the API: what may run, workflows, runs, runners; and leaked credentials."""

from typing import Any

import orjson
import pytest

from bot.simulator import Simulator
from tests.official.payloads import payload_invention, payload_problem
from tests.simulator.conftest import Client, Inbox

pytestmark = pytest.mark.usefixtures("judged")

REPO = "/repos/acme/widgets/actions"
ORG = "/orgs/acme/actions/permissions"
GHP = "ghp_" + "a" * 36


async def test_actions_are_switched_off_and_on_in_a_repository(api: Client) -> None:
    """Which ones may run is told only where any may."""
    assert (await api("GET", f"{REPO}/permissions")).data["allowed_actions"] == "all"
    assert (await api("PUT", f"{REPO}/permissions", {"enabled": False})).status == 204
    assert (await api("GET", f"{REPO}/permissions")).data == {"enabled": False}
    body: dict[str, Any] = {"enabled": True, "allowed_actions": "selected"}
    assert (await api("PUT", f"{REPO}/permissions", body)).status == 204
    chosen = {"github_owned_allowed": True, "verified_allowed": False, "patterns_allowed": ["a/*"]}
    assert (await api("PUT", f"{REPO}/permissions/selected-actions", chosen)).status == 204
    assert (await api("GET", f"{REPO}/permissions/selected-actions")).data == chosen


async def test_the_organisations_policy_goes_before_a_repositorys(api: Client) -> None:
    """Switched off for all, one repository can't switch them on."""
    assert (await api("PUT", ORG, {"enabled_repositories": "none"})).status == 204
    assert (await api("GET", ORG)).data == {"enabled_repositories": "none"}
    assert (await api("PUT", f"{REPO}/permissions", {"enabled": True})).status == 409


async def test_actions_may_be_for_some_repositories_only(sim: Simulator, api: Client) -> None:
    """The list of them is there while it counts."""
    number = sim.world.repository("widgets").id
    assert (await api("GET", f"{ORG}/repositories")).status == 409
    await api("PUT", ORG, {"enabled_repositories": "selected"})
    await api("PUT", f"{ORG}/repositories", {"selected_repository_ids": [number]})
    listed = (await api("GET", f"{ORG}/repositories")).data
    assert [each["id"] for each in listed["repositories"]] == [number]


async def test_a_workflow_is_found_by_its_file(sim: Simulator, api: Client) -> None:
    """Or by its number; 404 for any other."""
    number = await sim.by("bob").add_workflow("widgets")
    assert (await api("PUT", f"{REPO}/workflows/ci.yml/disable")).status == 204
    shown = (await api("GET", f"{REPO}/workflows/{number}")).data
    assert (shown["name"], shown["state"]) == ("ci", "disabled_manually")
    assert (await api("PUT", f"{REPO}/workflows/{number}/enable")).status == 204
    assert (await api("GET", f"{REPO}/workflows/other.yml")).status == 404


async def test_a_run_is_cancelled_and_a_stubborn_one_by_force(sim: Simulator, api: Client) -> None:
    """A run that is over can't be."""
    workflow = await sim.by("bob").add_workflow("widgets")
    run = await sim.by("bob").run_workflow("widgets", workflow, stubborn=True)
    assert (await api("POST", f"{REPO}/runs/{run}/cancel")).status == 202
    assert (await api("GET", f"{REPO}/runs/{run}")).data["status"] == "in_progress"
    assert (await api("POST", f"{REPO}/runs/{run}/force-cancel")).status == 202
    assert (await api("GET", f"{REPO}/runs/{run}")).data["conclusion"] == "cancelled"
    assert (await api("POST", f"{REPO}/runs/{run}/cancel")).status == 409


@pytest.mark.parametrize("where", ["widgets", None])
async def test_a_runner_is_removed_once_it_is_idle(
    sim: Simulator, api: Client, where: str | None
) -> None:
    """Of a repository, or of the organisation."""
    number = await sim.by("bob").register_runner("box", where)
    root = f"{REPO}/runners" if where else "/orgs/acme/actions/runners"
    assert [each["name"] for each in (await api("GET", root)).data["runners"]] == ["box"]
    await sim.by("bob").occupy_runner(number)
    assert (await api("DELETE", f"{root}/{number}")).status == 422
    await sim.by("bob").occupy_runner(number, busy=False)
    assert (await api("DELETE", f"{root}/{number}")).status == 204
    assert (await api("GET", f"{root}/{number}")).status == 404


async def test_a_leaked_credential_is_revoked_by_nobody_in_particular(
    sim: Simulator, api: Client
) -> None:
    """Whoever shows a credential of their own is refused, and so is an unknown kind."""
    body = {"credentials": [GHP]}
    assert (await api("POST", "/credentials/revoke", body)).status == 403
    assert (
        await api("POST", "/credentials/revoke", {"credentials": ["x"]}, token="")
    ).status == 422
    assert (await api("POST", "/credentials/revoke", body, token="")).status == 202
    assert sim.world.credentials.revoked == {GHP}


async def test_an_alert_shows_the_secret(sim: Simulator, api: Client) -> None:
    """The webhook does not."""
    number = await sim.by("bob").secret_scanning_alert("widgets", secret=GHP)
    shown = (await api("GET", f"/repos/acme/widgets/secret-scanning/alerts/{number}")).data
    assert shown["secret"] == GHP
    assert GHP.encode() not in sim.deliveries[-1].body


async def test_runs_are_told_in_githubs_shape(sim: Simulator, inbox: Inbox) -> None:
    """Begun and ended."""
    workflow = await sim.by("bob").add_workflow("widgets")
    run = await sim.by("bob").run_workflow("widgets", workflow)
    await sim.by("bob").finish_run("widgets", run)
    await sim.settled()
    told = [attempt for attempt in sim.deliveries if attempt.event == "workflow_run"]
    payloads = [orjson.loads(attempt.body) for attempt in told]
    assert [payload["action"] for payload in payloads] == ["requested", "completed"]
    for payload in payloads:
        assert payload_problem("workflow_run", payload) is None
        assert payload_invention("workflow_run", payload) is None
