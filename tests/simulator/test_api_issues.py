"""Issues, comments, labels, assignees and reactions over the API."""

import pytest

from bot.simulator import Simulator
from tests.simulator.conftest import Client, Clock

pytestmark = pytest.mark.usefixtures("judged")

ISSUES = "/repos/acme/widgets/issues"


async def test_an_issue_is_opened_with_labels_nobody_made_before(
    sim: Simulator, api: Client
) -> None:
    """Unknown labels are created; the Markdown is kept as it was written."""
    body = {"title": "Found", "body": "a **b** <!-- c -->", "labels": ["tipstaff", "high"]}
    opened = await api("POST", ISSUES, body)
    assert (opened.status, opened.data["number"]) == (201, 1)
    assert opened.data["user"]["login"] == "tipstaff[bot]"
    assert [label["name"] for label in opened.data["labels"]] == ["tipstaff", "high"]
    assert sim.issues("acme/widgets")[0]["body"] == "a **b** <!-- c -->"
    assert [found.action for found in sim.deliveries] == ["opened", "labeled", "labeled"]


async def test_what_is_too_long_or_missing_is_refused(api: Client) -> None:
    """GitHub's limits hold: 65,536 characters, a title of 256, a body with words in it."""
    assert (await api("POST", ISSUES, {"title": "x", "body": "x" * 65_536})).status == 201
    long = await api("POST", ISSUES, {"title": "x", "body": "x" * 65_537})
    assert (long.status, long.data["message"]) == (422, "Validation Failed")
    assert long.data["errors"][0]["field"] == "body"
    assert (await api("POST", ISSUES, {"title": "x" * 257})).status == 422
    assert (await api("POST", ISSUES, {"title": " "})).status == 422
    assert (await api("POST", f"{ISSUES}/1/comments", {"body": " "})).status == 422


async def test_issues_that_are_switched_off_are_gone(sim: Simulator, api: Client) -> None:
    """A repository without issues answers 410."""
    sim.add_repository("quiet", issues=False)
    assert (await api("POST", "/repos/acme/quiet/issues", {"title": "x"})).status == 410
    assert (await api("GET", "/repos/acme/quiet/issues")).status == 410


async def test_issues_are_found_by_label_state_creator_and_time(
    sim: Simulator, api: Client, clock: Clock
) -> None:
    """The list's filters work together."""
    await sim.by("bob").open_issue("widgets", "Mine")
    clock.pass_(minutes=50)
    await api("POST", ISSUES, {"title": "Case", "labels": ["tipstaff"]})

    async def found(query: str) -> list[str]:
        return [issue["title"] for issue in (await api("GET", f"{ISSUES}?{query}")).data]

    assert await found("labels=Tipstaff&state=all") == ["Case"]
    assert await found("creator=bob") == ["Mine"]
    assert await found("creator=tipstaff%5Bbot%5D") == ["Case"]
    assert await found("since=2026-01-01T00:30:00Z") == ["Case"]
    assert await found("sort=created&direction=asc") == ["Mine", "Case"]
    await sim.by("bob").close_issue("widgets", 1)
    assert await found("state=closed") == ["Mine"]
    assert await found("") == ["Case"]


async def test_an_issue_is_closed_and_opened_again(sim: Simulator, api: Client) -> None:
    """Closing takes a reason and says who did it."""
    await api("POST", ISSUES, {"title": "x"})
    closing = {"state": "closed", "state_reason": "not_planned"}
    closed = (await api("PATCH", f"{ISSUES}/1", closing)).data
    assert (closed["state"], closed["state_reason"], closed["closed_by"]["login"]) == (
        "closed",
        "not_planned",
        "tipstaff[bot]",
    )
    assert (await api("PATCH", f"{ISSUES}/1", {"state": "open"})).data["state"] == "open"
    await api("PATCH", f"{ISSUES}/1", {"title": "y", "body": "z"})
    assert [found.action for found in sim.deliveries] == ["opened", "closed", "reopened", "edited"]


async def test_labels_and_assignees_are_added_and_taken_off(sim: Simulator, api: Client) -> None:
    """What is there already is not told twice; who does not exist is left out."""
    await api("POST", ISSUES, {"title": "x"})
    await api("POST", f"{ISSUES}/1/labels", {"labels": ["a"]})
    added = await api("POST", f"{ISSUES}/1/labels", {"labels": ["A", "b"]})
    assert [label["name"] for label in added.data] == ["a", "b"]
    assert (await api("DELETE", f"{ISSUES}/1/labels/b")).status == 200
    assert (await api("DELETE", f"{ISSUES}/1/labels/b")).status == 404
    assert len((await api("PUT", f"{ISSUES}/1/labels", {"labels": ["d"]})).data) == 1
    assert (await api("DELETE", f"{ISSUES}/1/labels")).status == 204
    assert (await api("POST", "/repos/acme/widgets/labels", {"name": "c"})).status == 201
    assert (await api("POST", "/repos/acme/widgets/labels", {"name": "C"})).status == 422
    assert len((await api("GET", "/repos/acme/widgets/labels")).data) == 4
    people = {"assignees": ["bob", "nobody-at-all"]}
    assigned = await api("POST", f"{ISSUES}/1/assignees", people)
    assert [user["login"] for user in assigned.data["assignees"]] == ["bob"]
    freed = await api("DELETE", f"{ISSUES}/1/assignees", {"assignees": ["bob"]})
    assert freed.data["assignees"] == []
    assert [found.action for found in sim.deliveries] == [
        *("opened", "labeled", "labeled", "unlabeled", "labeled", "unlabeled", "unlabeled"),
        *("assigned", "unassigned"),
    ]


async def test_an_assignee_without_access_is_refused_when_checked(
    sim: Simulator, api: Client
) -> None:
    """With the check on, only who may read the repository can be assigned."""
    sim.world.check_assignees = True
    refused = await api("POST", ISSUES, {"title": "x", "assignees": ["eve"]})
    assert (refused.status, refused.data["errors"][0]["field"]) == (422, "assignees")
    assert sim.issues("widgets") == []


async def test_comments_are_written_read_and_changed(sim: Simulator, api: Client) -> None:
    """A comment keeps its id, and reactions count once."""
    await api("POST", ISSUES, {"title": "x"})
    written = await api("POST", f"{ISSUES}/1/comments", {"body": "one"})
    one = f"{ISSUES}/comments/{written.data['id']}"
    assert (await api("PATCH", one, {"body": "two"})).data["body"] == "two"
    assert (await api("GET", one)).data["body"] == "two"
    assert [comment["body"] for comment in sim.comments("widgets", 1)] == ["two"]
    assert (await api("POST", f"{one}/reactions", {"content": "eyes"})).status == 201
    assert (await api("POST", f"{one}/reactions", {"content": "eyes"})).status == 200
    assert (await api("POST", f"{one}/reactions", {"content": "no"})).status == 422
    assert (await api("GET", one)).data["reactions"]["eyes"] == 1
    assert len((await api("GET", f"{one}/reactions")).data) == 1
    assert (await api("DELETE", one)).status == 204
    assert (await api("GET", f"{ISSUES}/1/comments")).data == []
    assert (await api("GET", one)).status == 404


async def test_an_issue_can_be_locked(api: Client) -> None:
    """A lock has a reason and can be taken off."""
    await api("POST", ISSUES, {"title": "x"})
    assert (await api("PUT", f"{ISSUES}/1/lock", {"lock_reason": "spam"})).status == 204
    assert (await api("GET", f"{ISSUES}/1")).data["active_lock_reason"] == "spam"
    assert (await api("DELETE", f"{ISSUES}/1/lock")).status == 204
    assert (await api("GET", f"{ISSUES}/1")).data["locked"] is False


async def test_a_body_that_is_not_what_the_endpoint_takes_is_refused(api: Client) -> None:
    """Each mistake has GitHub's status and names the field."""
    assert (await api("GET", f"{ISSUES}/99")).status == 404
    assert (await api("GET", f"{ISSUES}/none")).status == 404
