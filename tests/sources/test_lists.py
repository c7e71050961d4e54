"""Live lists are whole, of a stated age, and each organisation's own."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.actions.port import Reply
from bot.core.errors import NotFound, Unavailable
from bot.simulator.faults import Fault
from bot.sources.lists import NEEDS, LiveLists
from tests.github.stage import Clock, Stage

AGE = timedelta(minutes=5)
OWNERS = "/orgs/{org}/members{?role}"
TEAM = "/orgs/{org}/teams/{team_slug}/members"


@dataclass(kw_only=True)
class Answers:
    """GitHub as the lists see it: an answer for each organisation, or what goes wrong."""

    logins: dict[str, list[Any] | Exception]
    asked: list[tuple[int, str, Mapping[str, Any]]] = field(default_factory=list)
    narrowed_to: list[Mapping[str, str]] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)

    def installation(self, installation_id: int) -> "OneInstallation":
        """Return the way to one installation."""
        return OneInstallation(answers=self, id=installation_id)


@dataclass(kw_only=True)
class OneInstallation:
    """One installation's GitHub."""

    answers: Answers
    id: int

    def narrowed(self, permissions: Mapping[str, str]) -> "OneInstallation":
        """Note what it was narrowed to."""
        self.answers.narrowed_to.append(permissions)
        return self

    async def call(self, *_: Any, **__: Any) -> Reply:
        """Nothing but lists is read."""
        raise AssertionError

    async def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """Yield the organisation's answer once the way is open."""
        assert key is None
        assert variables is not None
        self.answers.asked.append((self.id, url, variables))
        await self.answers.open.wait()
        found = self.answers.logins[f"{self.id}:{variables['org']}"]
        if isinstance(found, Exception):
            raise found
        for number, login in enumerate(found):
            yield {"login": login, "id": number} if isinstance(login, str) else login


def lists_of(**logins: Any) -> tuple[LiveLists, Answers, Clock]:
    """Return lists over answers (named ``acme``: installation 1), and their clock."""
    clock = Clock()
    answers = Answers(logins={f"1:{org}": found for org, found in logins.items()})
    answers.open.set()
    return LiveLists(apps=answers, own_login="tipstaff[bot]", age=AGE, clock=clock), answers, clock


async def test_each_list_holds_what_the_organisation_has(stage: Stage) -> None:
    """Owners, members, a team's members, outside collaborators and the App itself."""
    stage.sim.add_owner("Olivia")
    stage.sim.add_member("bob")
    stage.sim.add_team("Security Response", ["bob"])
    stage.sim.add_repository("site")
    stage.sim.add_user("eve")
    stage.sim.add_collaborator("site", "eve", "push")
    lists = LiveLists(apps=stage.app, own_login="tipstaff[bot]", age=AGE, clock=stage.clock)
    org, installation = stage.sim.world.org.login, stage.sim.installation_id

    async def values(name: str) -> tuple[str, ...]:
        return tuple(await lists.values(name, installation=installation, org=org))

    assert "olivia" in await values("org_owners")
    assert await values("team:security-response") == ("bob",)
    assert {"bob", "olivia"} <= {*await values("org_members")}
    assert "eve" not in await values("org_members")
    assert await values("outside_collaborators") == ("eve",)
    assert await values("own_app") == ("tipstaff[bot]",)
    with pytest.raises(NotFound):
        await values("team:nobody-made-it")


async def test_an_outage_gives_no_list(stage: Stage) -> None:
    """What cannot be read is an error, and the next try reads it."""
    stage.sim.add_owner("olivia")
    lists = LiveLists(apps=stage.app, own_login="t[bot]", age=AGE, clock=stage.clock)
    where: dict[str, Any] = {
        "installation": stage.sim.installation_id,
        "org": stage.sim.world.org.login,
    }
    stage.sim.faults.add(Fault(method="GET", path="/members$", kind="status", times=3))
    with pytest.raises(Unavailable):
        await lists.values("org_owners", **where)
    assert "olivia" in await lists.values("org_owners", **where)


async def test_a_list_is_kept_for_its_age_and_no_longer() -> None:
    """It is read once, and again when it is too old."""
    lists, answers, clock = lists_of(acme=["olivia"])
    for minutes, readings in ((0, 1), (5, 1), (0.1, 2)):
        clock.move(minutes=minutes)
        assert await lists.values("org_owners", installation=1, org="acme") == ("olivia",)
        assert len(answers.asked) == readings
    assert answers.narrowed_to == [NEEDS, NEEDS]


async def test_a_list_that_is_too_old_is_not_used_when_github_is_away() -> None:
    """An old list is no answer: the delivery waits instead."""
    lists, answers, clock = lists_of(acme=["olivia"])
    await lists.values("org_owners", installation=1, org="acme")
    answers.logins["1:acme"] = Unavailable("away")
    clock.move(minutes=6)
    with pytest.raises(Unavailable):
        await lists.values("org_owners", installation=1, org="acme")


async def test_no_organisation_is_without_an_owner() -> None:
    """An empty list of owners is a fault of the answer, never the answer."""
    lists, _, _ = lists_of(acme=[])
    with pytest.raises(Unavailable, match="empty"):
        await lists.values("org_owners", installation=1, org="acme")
    assert await lists.values("team:x", installation=1, org="acme") == ()


@pytest.mark.parametrize("item", [{"id": 5}, None, "text in a list of objects"])
async def test_a_list_with_one_unreadable_login_is_no_list(item: Any) -> None:
    """Leaving one out would make a shorter list of it."""
    lists, answers, _ = lists_of(acme=["bob"])
    answers.logins["1:acme"] = ["bob", [item]]
    with pytest.raises(Unavailable, match="can't be read"):
        await lists.values("outside_collaborators", installation=1, org="acme")


async def test_one_organisations_list_is_never_anothers() -> None:
    """Neither the same installation's other organisation nor another installation sees it."""
    lists, answers, _ = lists_of(acme=["bob"], other=["mallory"])
    answers.logins["2:acme"] = ["trudy"]
    for _ in range(2):
        assert await lists.values("team:x", installation=1, org="acme") == ("bob",)
        assert await lists.values("team:x", installation=1, org="other") == ("mallory",)
        assert await lists.values("team:x", installation=2, org="acme") == ("trudy",)
    assert len(answers.asked) == 3


async def test_a_name_of_another_case_is_the_same_organisation() -> None:
    """Logins know no case."""
    lists, answers, _ = lists_of(acme=["bob"])
    await lists.values("team:x", installation=1, org="Acme")
    await lists.values("team:x", installation=1, org="acme")
    assert len(answers.asked) == 1


async def test_many_who_need_a_list_wait_for_one_reading() -> None:
    """A burst of events asks GitHub once; each gets the answer, also a failure."""
    lists, answers, _ = lists_of(acme=["bob"])
    answers.open.clear()
    waiting = [
        asyncio.create_task(lists.values("team:x", installation=1, org="acme")) for _ in range(5)
    ]
    await asyncio.sleep(0)
    waiting[0].cancel()
    await asyncio.sleep(0)
    answers.open.set()
    found = await asyncio.gather(*waiting, return_exceptions=True)
    assert found[1:] == [("bob",)] * 4
    assert len(answers.asked) == 1


async def test_a_refusal_is_remembered_for_a_while() -> None:
    """A team that is not there is not asked for by every event, and is found when it is made."""
    lists, answers, clock = lists_of(acme=NotFound("no such team", status=404))
    for _ in range(3):
        with pytest.raises(NotFound, match="no such team"):
            await lists.values("team:x", installation=1, org="acme")
    assert len(answers.asked) == 1
    answers.logins["1:acme"] = ["bob"]
    clock.move(minutes=2)
    assert await lists.values("team:x", installation=1, org="acme") == ("bob",)


async def test_lists_in_use_are_read_again_before_they_are_too_old() -> None:
    """Who uses a list need not wait for it; who does not use it costs nothing."""
    lists, answers, clock = lists_of(acme=["bob"])
    await lists.values("team:x", installation=1, org="acme")
    clock.move(minutes=3)
    await lists.refresh()
    assert len(answers.asked) == 1, "nobody used it since it was read"
    await lists.values("team:x", installation=1, org="acme")
    answers.logins["1:acme"] = ["bob", "carol"]
    await lists.refresh()
    assert len(answers.asked) == 2
    clock.move(minutes=4)
    assert await lists.values("team:x", installation=1, org="acme") == ("bob", "carol")
    assert len(answers.asked) == 2


async def test_a_failed_refresh_leaves_the_list_until_it_is_too_old() -> None:
    """Until then it is as good as promised."""
    lists, answers, clock = lists_of(acme=["bob"])
    for _ in range(2):
        await lists.values("team:x", installation=1, org="acme")
    answers.logins["1:acme"] = Unavailable("away")
    clock.move(minutes=3)
    await lists.refresh()
    assert await lists.values("team:x", installation=1, org="acme") == ("bob",)


async def test_watching_lists_ends_when_told() -> None:
    """The round in the background stops at once, and readings with it."""
    lists, answers, _ = lists_of(acme=["bob"])
    stop = asyncio.Event()
    watching = asyncio.create_task(lists.run(stop))
    await asyncio.sleep(0)
    answers.open.clear()
    waiting = asyncio.create_task(lists.values("team:x", installation=1, org="acme"))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(watching, 5)
    with pytest.raises(Unavailable):
        await waiting
