"""Whatever GitHub or the network does, the error says what is known and what is not."""

from datetime import timedelta

import pytest

from bot.core.errors import NotFound, Refused, Unavailable
from bot.simulator import Fault, Limits
from bot.simulator.faults import Kind
from tests.github.stage import Stage, open_stage

ORG = {"org": "acme"}
BOB = {"org": "acme", "username": "bob"}
MEMBERSHIP = "/orgs/{org}/memberships/{username}"
ISSUES = "/repos/{owner}/{repo}/issues"
WIDGETS = {"owner": "acme", "repo": "widgets"}


def issue_fault(kind: Kind, *, seconds: float | None = None) -> Fault:
    """Return a fault that hits the next opened issue."""
    return Fault(method="POST", path="/issues$", kind=kind, seconds=seconds)


async def open_issue(stage: Stage) -> None:
    """Open an issue."""
    await stage.gh(issues="write").call("POST", ISSUES, WIDGETS, body={"title": "t"})


@pytest.mark.parametrize(
    ("kind", "opened"),
    [
        ("status", 0),
        ("status_after_effect", 1),
        ("reset", 0),
        ("reset_after_effect", 1),
        ("timeout_before", 0),
        ("timeout_after_effect", 1),
    ],
)
async def test_an_uncertain_write_is_reported_as_such_and_made_once(
    stage: Stage, kind: Kind, opened: int
) -> None:
    """Whether it took effect is for the caller to look up: the adapter never writes twice."""
    stage.app = stage.another_app(timeout=0.3)
    stage.sim.faults.add(issue_fault(kind, seconds=1.0))
    with pytest.raises(Unavailable) as caught:
        await open_issue(stage)
    assert caught.value.sent
    assert len(stage.sim.issues("acme/widgets")) == opened
    assert stage.count("POST", "/issues") == 1


@pytest.mark.parametrize("kind", ["status", "reset", "timeout_before"])
async def test_a_read_survives_what_happens_once(stage: Stage, kind: Kind) -> None:
    """A single fault under a read goes unnoticed."""
    stage.app = stage.another_app(timeout=0.3)
    stage.sim.faults.add(Fault(method="GET", path="/orgs/acme$", kind=kind, seconds=1.0))
    assert (await stage.gh().call("GET", "/orgs/{org}", ORG)).data["login"] == "acme"


async def test_a_slow_answer_is_an_answer(stage: Stage) -> None:
    """Within its time limit a slow write is simply a write."""
    stage.sim.faults.add(issue_fault("slow", seconds=0.2))
    await open_issue(stage)
    assert len(stage.sim.issues("acme/widgets")) == 1


async def refused_until(stage: Stage) -> Unavailable:
    """Open issues until that has to wait, and return what says so."""
    with pytest.raises(Unavailable) as caught:
        await open_issues(stage, 1000)
    return caught.value


async def open_issues(stage: Stage, number: int) -> None:
    """Open many issues, one after another."""
    for _ in range(number):
        await open_issue(stage)


@pytest.mark.parametrize("kind", ["secondary", "primary"])
async def test_a_limit_is_kept_until_it_is_over(stage: Stage, kind: Kind) -> None:
    """Until then nothing is sent; after that all is well."""
    stage.sim.faults.add(issue_fault(kind, seconds=90.0))
    before = stage.clock()
    for _ in range(3):
        failure = await refused_until(stage)
        assert not failure.sent
        assert failure.retry_at is not None
        assert timedelta(seconds=89) <= failure.retry_at - before <= timedelta(seconds=91)
    assert stage.count("POST", "/issues") == 1
    stage.clock.move(seconds=91)
    await open_issue(stage)
    assert len(stage.sim.issues("acme/widgets")) == 1


async def test_the_pace_stays_within_githubs_limits() -> None:
    """Under GitHub's documented limits a burst is never refused by GitHub itself."""
    async with open_stage(limits=Limits.as_github()) as stage:
        for expected in (80, 160, 240):
            failure = await refused_until(stage)
            assert failure.status == 0, "GitHub had to refuse"
            assert failure.retry_at is not None
            assert len(stage.sim.issues("acme/widgets")) == expected
            stage.clock.now = failure.retry_at
        assert {call.status for call in stage.sim.calls} == {201}


async def test_the_hourly_limit_is_honoured() -> None:
    """When the hour's calls are used up, the next is for when the hour is over."""
    async with open_stage(limits=Limits(primary=5)) as stage:
        failure = await refused_until(stage)
        assert failure.retry_at is not None
        assert failure.retry_at - stage.clock() > timedelta(minutes=50)
        served = stage.count("POST", "/issues")
        await refused_until(stage)
        assert stage.count("POST", "/issues") == served
        stage.clock.now = failure.retry_at
        await open_issue(stage)


async def test_an_unchanged_answer_costs_nothing() -> None:
    """Asked again by ETag, GitHub answers 304 and counts nothing; a change is seen at once."""
    async with open_stage(limits=Limits(primary=4)) as stage:
        stage.sim.add_member("bob")
        gh = stage.gh()
        for _ in range(20):
            assert (await gh.call("GET", MEMBERSHIP, BOB)).data["role"] == "member"
        stage.sim.add_owner("bob")
        reply = await gh.call("GET", MEMBERSHIP, BOB)
        assert (reply.status, reply.data["role"]) == (200, "admin")
        assert [call.status for call in stage.sim.calls].count(304) == 19


async def test_every_page_is_read(stage: Stage) -> None:
    """More members than fit on a page all come, each once."""
    for number in range(230):
        stage.sim.add_member(f"member{number}")
    pages = stage.gh(members="read").pages("/orgs/{org}/members{?role}", {**ORG, "role": "member"})
    logins = [member["login"] async for member in pages]
    assert (len(logins), len(set(logins))) == (230, 230)
    assert stage.count("GET", "/orgs/acme/members") == 3


async def test_what_is_not_there_is_not_found(stage: Stage) -> None:
    """A 404 is an answer: asked once."""
    with pytest.raises(NotFound):
        await stage.gh().call("GET", MEMBERSHIP, BOB)
    assert stage.count("GET", "/memberships/bob") == 1


async def test_a_refused_write_tells_githubs_reason(stage: Stage) -> None:
    """The last owner stays, and GitHub's own words and status say so."""
    with pytest.raises(Refused) as caught:
        await stage.gh().call(
            "PUT", MEMBERSHIP, {**ORG, "username": "olivia"}, body={"role": "member"}
        )
    assert caught.value.status in {403, 422}
    assert stage.sim.org_role("olivia") == "admin"
