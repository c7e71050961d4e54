"""Owners are compared whole or not at all, and every difference is told exactly once."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.actions.port import Reply
from bot.core.errors import InstallationGone, NotFound, Unavailable
from bot.sources.owners import Changes, Member, compare
from bot.sources.roster import Roster
from bot.sources.rounds import Round
from tests.sources.memory import RosterMemory

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
OLIVIA, CAROL, MALLORY = Member("olivia", 1), Member("carol", 2), Member("mallory", 3)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One installation."""

    id: int
    account: str
    account_id: int = 100
    account_type: str = "Organization"
    suspended: bool = False


@dataclass(kw_only=True)
class Organisations:
    """GitHub as the roster sees it: each organisation's list of owners, or what goes wrong."""

    places: list[Place]
    owners: dict[str, list[Any] | Exception]
    still_owners: set[str] = field(default_factory=set)
    narrowed_to: list[Mapping[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def installations(self) -> Sequence[Place]:
        """List the installations."""
        if "*" in self.owners:
            raise Unavailable("GitHub is away")
        return self.places

    def installation(self, installation_id: int) -> "Organisations":
        """Return the one way there is."""
        return self

    def narrowed(self, permissions: Mapping[str, str]) -> "Organisations":
        """Remember what was asked for."""
        self.narrowed_to.append(permissions)
        return self

    async def call(
        self,
        method: str,
        url: str,
        variables: Mapping[str, str | int] | None = None,
        *,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Answer for one membership."""
        assert (method, url) == ("GET", "/orgs/{org}/memberships/{username}")
        login = str((variables or {})["username"])
        if login in self.still_owners:
            return Reply(status=200, data={"role": "admin", "state": "active"})
        raise NotFound("Not Found", status=404)

    async def pages(
        self, url: str, variables: Mapping[str, str | int] | None = None, *, key: str | None = None
    ) -> AsyncIterator[Any]:
        """Give the owners."""
        assert (url, (variables or {})["role"]) == ("/orgs/{org}/members{?role}", "admin")
        org = str((variables or {})["org"])
        self.asked.append(org)
        found = self.owners[org]
        if isinstance(found, Exception):
            yield {"login": "olivia", "id": 1}
            raise found
        for owner in found:
            yield {"login": owner.login, "id": owner.id} if isinstance(owner, Member) else owner


@dataclass(kw_only=True)
class World:
    """A roster and what it stands on."""

    github: Organisations
    store: RosterMemory
    roster: Roster
    waits: list[float]
    woken: list[None]

    async def round(self, *, after: float = 0.0) -> Round:
        """Go round once, some seconds after noon."""
        return await self.roster.once(NOW + timedelta(seconds=after))


def build(*places: Place, **owners: list[Any] | Exception) -> World:
    """Return organisations by name with their owners, and a roster that knows none of them."""
    github = Organisations(
        places=list(places) or [Place(id=number, account=org) for number, org in enumerate(owners)],
        owners=dict(owners),
    )
    store, waits, woken = RosterMemory(), list[float](), list[None]()

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    roster = Roster(
        apps=github,
        store=store,
        own_login="tipstaff[bot]",
        interval=0.01,
        settle=1.0,
        clock=lambda: NOW,
        sleep=sleep,
        recorded=lambda: woken.append(None),
    )
    return World(github=github, store=store, roster=roster, waits=waits, woken=woken)


MEMBERS = st.frozensets(st.integers(1, 9)).map(
    lambda ids: frozenset(Member(f"user{number}", number) for number in ids)
)


@given(MEMBERS, MEMBERS)
def test_the_changes_lead_from_the_known_to_the_present(
    known: frozenset[Member], present: frozenset[Member]
) -> None:
    """Known plus added less removed is present, whatever the two are."""
    changes = compare(known, present)
    assert (known | set(changes.added)) - set(changes.removed) == present
    assert not known & set(changes.added)
    assert known.issuperset(changes.removed)


def test_the_first_sight_and_a_new_login_are_no_changes() -> None:
    """Nobody is accused for having been there before, or for a new name."""
    assert compare(None, frozenset({OLIVIA})) == Changes()
    assert compare(frozenset({OLIVIA}), frozenset({Member("livvy", 1)})) == Changes()


async def test_the_first_round_only_learns() -> None:
    """A new organisation's owners are taken as they are; the token can read members only."""
    world = build(acme=[OLIVIA, CAROL])
    assert await world.round() == Round(organisations=1, learned=1)
    assert world.store.rosters["acme"] == (1, frozenset({("olivia", 1), ("carol", 2)}))
    assert world.store.inbox == []
    assert world.github.narrowed_to == [{"members": "read"}]


async def test_a_new_owner_is_told_once() -> None:
    """The delivery names organisation, person and since when; the next round is silent."""
    world = build(Place(id=7, account="acme", account_id=42), acme=[OLIVIA])
    await world.round()
    world.github.owners["acme"] = [OLIVIA, MALLORY]
    assert await world.round(after=60) == Round(organisations=1, deliveries=1)
    assert await world.round(after=120) == Round(organisations=1)
    [delivery] = world.store.inbox
    assert delivery.id == "roster:acme:3:added:1"
    assert (delivery.source, delivery.event) == ("roster", "roster")
    assert delivery.received_at == NOW + timedelta(seconds=60)
    assert world.store.told == [
        {
            "action": "owner_added",
            "organization": {"login": "acme", "id": 42},
            "member": {"login": "mallory", "id": 3, "type": "User"},
            "actor": None,
            "installation": {"id": 7},
            "known_since": "2025-06-01T12:00:00+00:00",
        }
    ]
    assert len(world.woken) == 1


async def test_one_who_is_owner_no_more_is_told() -> None:
    """A removal is told under the name that was known."""
    world = build(acme=[OLIVIA, CAROL])
    await world.round()
    world.github.owners["acme"] = [OLIVIA]
    await world.round(after=60)
    assert [(told["action"], told["member"]["login"]) for told in world.store.told] == [
        ("owner_removed", "carol")
    ]


async def test_coming_and_going_again_is_told_each_time() -> None:
    """The same person made owner twice is two deliveries, by the roster's version."""
    world = build(acme=[OLIVIA])
    await world.round()
    for owners in ([OLIVIA, CAROL], [OLIVIA], [OLIVIA, CAROL]):
        world.github.owners["acme"] = list(owners)
        await world.round()
    assert [delivery.id for delivery in world.store.inbox] == [
        "roster:acme:2:added:1",
        "roster:acme:2:removed:2",
        "roster:acme:2:added:3",
    ]


async def test_a_restart_forgets_nothing() -> None:
    """A new process compares with the recorded roster, and knows when that was last right."""
    former = build(acme=[OLIVIA])
    await former.round()
    await former.round(after=600)
    world = build(acme=[OLIVIA, MALLORY])
    world.store.rosters, world.store.seen_at = former.store.rosters, former.store.seen_at
    await world.round(after=90_000)
    assert world.store.told[0]["known_since"] == "2025-06-01T12:10:00+00:00"


async def test_when_a_roster_was_right_may_be_unknown() -> None:
    """Then it is not made up."""
    world = build(acme=[OLIVIA, MALLORY])
    world.store.rosters["acme"] = (4, frozenset({("olivia", 1)}))
    await world.round()
    assert world.store.told[0]["known_since"] is None
    assert world.store.inbox[0].id == "roster:acme:3:added:4"


VERDICTLESS = {
    "an error on the way": Unavailable("502"),
    "an empty list": [],
    "an owner without id": [OLIVIA, {"login": "carol"}],
    "an owner that is nothing": [OLIVIA, None],
}


@pytest.mark.parametrize("found", VERDICTLESS.values(), ids=VERDICTLESS.keys())
async def test_an_incomplete_answer_is_never_a_verdict(found: list[Any] | Exception) -> None:
    """The round is skipped, the old roster stays, and the truth is told later."""
    world = build(acme=[OLIVIA, CAROL])
    await world.round()
    before = dict(world.store.rosters)
    world.github.owners["acme"] = found
    assert await world.round() == Round(organisations=1, skipped=1)
    assert (world.store.rosters, world.store.inbox) == (before, [])


async def test_an_owner_missing_from_the_list_only_is_still_an_owner() -> None:
    """Somebody the list skipped is asked about; the list was incomplete then."""
    world = build(acme=[OLIVIA, CAROL])
    await world.round()
    world.github.owners["acme"] = [OLIVIA]
    world.github.still_owners = {"carol"}
    assert await world.round() == Round(organisations=1, skipped=1)
    assert world.store.inbox == []


@pytest.mark.parametrize(
    "error", [Unavailable("timeout"), InstallationGone("gone"), RuntimeError("a bug")]
)
async def test_one_organisation_does_not_stop_the_others(error: Exception) -> None:
    """Whatever goes wrong in one, the others are still compared."""
    world = build(broken=error, acme=[OLIVIA])
    assert await world.round() == Round(organisations=2, learned=1, skipped=1)


async def test_no_list_of_installations_skips_the_round() -> None:
    """Without installations nothing is concluded."""
    world = build(acme=[OLIVIA])
    world.github.owners["*"] = []
    assert await world.round() == Round(skipped=1)


async def test_suspended_installations_and_people_are_left_alone() -> None:
    """Only organisations that can be asked are asked."""
    world = build(
        Place(id=1, account="acme"),
        Place(id=2, account="paused", suspended=True),
        Place(id=3, account="person", account_type="User"),
        acme=[OLIVIA],
    )
    assert (await world.round()).organisations == 1
    assert world.github.asked == ["acme"]


async def test_a_roster_somebody_else_advanced_is_not_told_again() -> None:
    """Of two workers that see the same change, one tells."""
    world = build(acme=[OLIVIA])
    await world.round()
    world.github.owners["acme"] = [OLIVIA, MALLORY]
    world.store.raced = True
    assert await world.round() == Round(organisations=1)
    assert (world.store.inbox, world.woken) == ([], [])


async def test_a_change_of_our_own_is_told_as_ours() -> None:
    """Who was demoted by Tipstaff is told with Tipstaff as the actor."""
    world = build(acme=[OLIVIA, MALLORY])
    await world.round()
    world.github.owners["acme"] = [OLIVIA]
    world.store.effects["org-role:acme/mallory"] = ("member", NOW + timedelta(seconds=30))
    await world.round(after=60)
    assert [told["actor"] for told in world.store.told] == ["tipstaff[bot]"]
    assert world.waits == []


@pytest.mark.parametrize(
    ("key", "value", "actor"),
    [
        ("org-invitation-admin:acme/mallory", "admin", "tipstaff[bot]"),
        ("org-invitation-admin:acme/mallory", "spent", "tipstaff[bot]"),
        ("org-invitation-read:acme/mallory", "spent", None),
    ],
)
async def test_an_owner_who_accepted_what_an_undo_offered_is_told_as_ours(
    key: str, value: str, actor: str | None
) -> None:
    """Whether or not their joining was heard of before; who was offered less is told as usual."""
    world = build(acme=[OLIVIA])
    await world.round()
    world.github.owners["acme"] = [OLIVIA, MALLORY]
    world.store.effects[key] = (value, NOW + timedelta(seconds=30))
    await world.round(after=60)
    assert [told["actor"] for told in world.store.told] == [actor]


async def test_capitals_do_not_hide_a_change_of_our_own() -> None:
    """GitHub's names do not tell them apart, and what we did is written down without."""
    shouting = Member("Mallory", 3)
    world = build(Acme=[OLIVIA, shouting])
    await world.round()
    world.github.owners["Acme"] = [OLIVIA]
    world.store.effects["org-role:acme/mallory"] = ("member", NOW + timedelta(seconds=30))
    await world.round(after=60)
    assert [told["actor"] for told in world.store.told] == ["tipstaff[bot]"]


async def test_an_act_that_is_just_being_written_down_is_waited_for() -> None:
    """A change seen before our own receipt is saved is looked up once more."""
    world = build(acme=[OLIVIA, MALLORY])
    await world.round()
    world.github.owners["acme"] = [OLIVIA]

    async def save_meanwhile(seconds: float) -> None:
        world.store.effects["org-role:acme/mallory"] = ("member", NOW + timedelta(seconds=61))

    roster = Roster(
        apps=world.github,
        store=world.store,
        own_login="tipstaff[bot]",
        clock=lambda: NOW,
        sleep=save_meanwhile,
    )
    await roster.once(NOW + timedelta(seconds=60))
    assert [told["actor"] for told in world.store.told] == ["tipstaff[bot]"]


@pytest.mark.parametrize("known_as", MALLORY)
async def test_what_a_step_of_ours_may_just_have_done_is_not_judged(known_as: str | int) -> None:
    """Its answer is lost or late: the round is skipped, and the next one knows whose act it was."""
    world = build(acme=[OLIVIA])
    await world.round()
    world.github.owners["acme"] = [OLIVIA, MALLORY]
    world.store.under_way = frozenset({known_as})
    assert await world.round(after=60) == Round(organisations=1, skipped=1)
    assert world.store.inbox == []
    world.store.under_way = frozenset()
    world.store.effects["org-role:acme/mallory"] = ("admin", NOW + timedelta(seconds=60))
    await world.round(after=120)
    assert [told["actor"] for told in world.store.told] == ["tipstaff[bot]"]


async def test_an_owner_made_again_right_after_our_demotion_is_told_once() -> None:
    """Both looks show an owner; in between Tipstaff took the role, and somebody gave it back."""
    world = build(acme=[OLIVIA, MALLORY])
    await world.round()
    world.github.still_owners = {"mallory"}
    world.store.effects["org-role:acme/mallory"] = ("member", NOW + timedelta(seconds=30))
    assert await world.round(after=60) == Round(organisations=1, deliveries=1)
    assert await world.round(after=120) == Round(organisations=1)
    (told,) = world.store.told
    assert (told["action"], told["member"]["id"], told["actor"]) == ("owner_added", 3, None)
    assert world.store.inbox[0].id == "roster:acme:3:added:1"


async def test_a_role_that_we_take_while_github_is_asked_is_the_next_looks() -> None:
    """Its answer may be older than our own act, and so may the answer about the member."""
    world = build(acme=[OLIVIA, MALLORY])
    await world.round()
    world.github.still_owners = {"mallory"}
    world.store.effects["org-role:acme/mallory"] = ("member", NOW + timedelta(seconds=61))
    assert await world.round(after=60) == Round(organisations=1)
    assert await world.round(after=120) == Round(organisations=1, deliveries=1)


async def test_what_is_just_being_written_down_is_not_older_than_the_look() -> None:
    """Two looks that show the same must not hide what its receipt will tell."""
    world = build(acme=[OLIVIA, MALLORY])
    await world.round()
    world.github.still_owners = {"mallory"}
    world.store.under_way = frozenset({"mallory"})
    assert await world.round(after=60) == Round(organisations=1)
    world.store.under_way = frozenset()
    world.store.effects["org-role:acme/mallory"] = ("member", NOW + timedelta(seconds=59))
    assert await world.round(after=120) == Round(organisations=1, deliveries=1)
    assert await world.round(after=180) == Round(organisations=1)


async def test_one_made_owner_again_while_github_is_asked_is_told_once() -> None:
    """The list shows what came after our own act: the next look knows both."""
    world = build(acme=[OLIVIA])
    await world.round()
    world.github.owners["acme"] = [OLIVIA, MALLORY]
    world.github.still_owners = {"mallory"}
    world.store.effects["org-role:acme/mallory"] = ("member", NOW + timedelta(seconds=61))
    for after in (60, 120, 180, 240):
        await world.round(after=after)
    (told,) = world.store.told
    assert (told["action"], told["actor"]) == ("owner_added", None)


async def test_a_list_that_still_shows_whom_we_demoted_is_no_verdict() -> None:
    """GitHub's list may lag behind the membership itself: the round is skipped."""
    world = build(acme=[OLIVIA, MALLORY])
    await world.round()
    world.store.effects["org-role:acme/mallory"] = ("member", NOW + timedelta(seconds=30))
    assert await world.round(after=60) == Round(organisations=1, skipped=1)
    world.github.owners["acme"] = [OLIVIA]
    await world.round(after=120)
    assert [(told["action"], told["actor"]) for told in world.store.told] == [
        ("owner_removed", "tipstaff[bot]")
    ]


async def test_an_old_act_of_ours_does_not_excuse_a_new_one() -> None:
    """That Tipstaff once made somebody owner (an undo) hides no later grant by another."""
    world = build(acme=[OLIVIA])
    await world.round()
    world.store.effects["org-role:acme/mallory"] = ("admin", NOW - timedelta(hours=3))
    world.github.owners["acme"] = [OLIVIA, MALLORY]
    await world.round(after=60)
    assert [told["actor"] for told in world.store.told] == [None]
    assert world.waits == [1.0]


async def test_the_opposite_of_our_act_is_not_ours() -> None:
    """Whoever makes an owner of one whom Tipstaff just demoted did it himself."""
    world = build(acme=[OLIVIA])
    await world.round()
    world.store.effects["org-role:acme/mallory"] = ("member", NOW + timedelta(seconds=30))
    world.github.owners["acme"] = [OLIVIA, MALLORY]
    await world.round(after=60)
    assert [told["actor"] for told in world.store.told] == [None]


async def test_it_runs_until_told_to_stop_whatever_happens() -> None:
    """Rounds go on after a broken one, and stop at once when asked."""
    world = build(acme=[OLIVIA])
    world.store.broken = True
    stop = asyncio.Event()
    running = asyncio.create_task(world.roster.run(stop))
    await asyncio.sleep(0.03)
    world.store.broken = False
    async with asyncio.timeout(2):
        await world.store.advanced.wait()
        stop.set()
        await running
