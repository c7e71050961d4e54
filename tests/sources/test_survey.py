"""What no webhook tells of an organisation's settings is found, once, and in words rules know."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.core.event import Event
from bot.core.normalise import SURVEYED, normalise
from bot.simulator import Fault
from bot.sources.rounds import Round
from bot.sources.survey import Difference, Survey, differences
from bot.store import Store
from tests.github.stage import Stage, open_stage
from tests.sources.memory import SurveyMemory


@dataclass(kw_only=True)
class Watch:
    """A survey over the simulated GitHub."""

    stage: Stage
    store: SurveyMemory
    survey: Survey
    woken: list[None] = field(default_factory=list)

    async def round(self) -> Round:
        """Go round once, five minutes after the last time."""
        self.stage.clock.move(minutes=5)
        return await self.survey.once(self.stage.clock())

    def events(self) -> list[Event]:
        """Return what was told, as rules see it."""
        return [normalise(delivery) for delivery in self.store.inbox]


def survey_of(stage: Stage, store: SurveyMemory | Store, **more: Any) -> Survey:
    """Return a survey of the stage's organisation that just started."""
    return Survey(apps=stage.app, store=store, own_login="tipstaff[bot]", clock=stage.clock, **more)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Give a simulated GitHub whose App may read the organisation's settings."""
    async with open_stage(permissions={"organization_administration": "read"}) as opened:
        yield opened


@pytest.fixture
def watch(stage: Stage) -> Watch:
    """Give a survey that knows nothing yet."""
    store, woken = SurveyMemory(), list[None]()
    survey = survey_of(stage, store, recorded=lambda: woken.append(None))
    return Watch(stage=stage, store=store, survey=survey, woken=woken)


def test_only_what_was_seen_both_times_is_compared() -> None:
    """A setting that appears, or is not shown any more, is no change."""
    known: dict[str, bool | str] = {"a": True, "b": "read", "gone": True}
    assert differences(known, {"a": True, "b": "write", "new": False}) == (
        Difference(name="b", former="read", present="write"),
    )


async def test_the_first_round_only_learns(watch: Watch) -> None:
    """Nobody is accused for what was so before; an unchanged organisation is told no more of."""
    assert await watch.round() == Round(organisations=1, learned=1)
    assert await watch.round() == Round(organisations=1)
    assert (watch.store.inbox, watch.woken) == ([], [])


async def test_a_raised_base_permission_is_told_in_the_audit_logs_words(watch: Watch) -> None:
    """So that a rule written for the audit log fires, and revert knows what was before."""
    await watch.round()
    await watch.stage.sim.by("olivia").set_base_permission("admin")
    assert watch.stage.sim.deliveries == []
    assert (await watch.round()).deliveries == 1
    assert watch.woken == [None]
    (told,) = watch.events()
    assert told.action == "org.update_default_repository_permission"
    assert (told.fields["permission"], told.fields["old_permission"]) == ("admin", "read")
    assert (told.org, told.actor, told.source) == ("acme", None, "survey")
    assert told.installation == watch.stage.sim.installation_id
    assert told.fields["known_since"] < told.at.isoformat()


@pytest.mark.parametrize(
    ("setting", "on", "action"),
    [
        ("two_factor_requirement_enabled", False, "org.disable_two_factor_requirement"),
        ("members_can_fork_private_repositories", True, "private_repository_forking.enable"),
        (
            "members_can_create_public_repositories",
            False,
            "org.update_member_repository_creation_permission",
        ),
        ("members_can_create_teams", False, "org.disable_member_team_creation_permission"),
    ],
)
async def test_a_switch_is_told_with_its_name_and_both_values(
    watch: Watch, setting: str, on: bool, action: str
) -> None:
    """Which of them, which way, and what it was."""
    await watch.round()
    await watch.stage.sim.by("olivia").switch_setting(setting, on=on)
    await watch.round()
    (told,) = watch.events()
    assert told.action == action
    shown = {name: told.fields[name] for name in ("setting", "enabled", "old_enabled")}
    assert shown == {"setting": setting, "enabled": on, "old_enabled": not on}


async def test_every_setting_of_the_simulated_organisation_is_watched(watch: Watch) -> None:
    """None that GitHub shows is overlooked."""
    await watch.round()
    shown = {"default_repository_permission", *watch.stage.sim.world.org.settings}
    assert shown <= set(SURVEYED)
    assert watch.store.surveys["acme"][1].keys() == shown


async def test_a_change_of_our_own_is_told_as_ours(watch: Watch) -> None:
    """Which the pipeline then does not judge; an older act of ours explains nothing."""
    await watch.round()
    key = "org-setting:acme/default_repository_permission"
    watch.store.effects[key] = ("none", watch.stage.clock() + timedelta(minutes=1))
    await watch.stage.sim.by("olivia").set_base_permission("none")
    await watch.round()
    await watch.stage.sim.by("olivia").set_base_permission("write")
    await watch.round()
    await watch.stage.sim.by("olivia").set_base_permission("none")
    await watch.round()
    assert [told["actor"] for told in watch.store.told] == ["tipstaff[bot]", None, None]


@pytest.mark.parametrize(
    ("setting", "own"), [("default_repository_permission", "read"), ("two_factor", None)]
)
async def test_a_setting_set_again_right_after_we_put_it_back_is_told(
    watch: Watch, setting: str, own: str | None
) -> None:
    """Both looks show the same; what Tipstaff set in between tells that somebody acted again."""
    await watch.stage.sim.by("olivia").set_base_permission("admin")
    await watch.round()
    key = f"org-setting:acme/{setting}"
    watch.store.effects[key] = (own or "false", watch.stage.clock() + timedelta(seconds=1))
    assert (await watch.round()).deliveries == (own is not None)
    assert (await watch.round()).deliveries == 0
    assert [(told["from"], told["to"]) for told in watch.store.told] == (
        [("read", "admin")] if own else []
    )


async def test_what_we_put_back_while_github_is_asked_is_not_taken_for_somebodys(
    watch: Watch,
) -> None:
    """Its answer may be older than our own act; the next look shows it."""
    await watch.stage.sim.by("olivia").set_base_permission("admin")
    await watch.round()
    key = "org-setting:acme/default_repository_permission"
    watch.store.effects[key] = ("read", watch.stage.clock() + timedelta(minutes=5, seconds=1))
    assert (await watch.round()).deliveries == 0
    await watch.stage.sim.by("olivia").set_base_permission("read")
    await watch.round()
    assert [told["actor"] for told in watch.store.told] == ["tipstaff[bot]"]


async def test_a_change_right_after_what_we_put_back_while_github_is_asked_is_told_once(
    watch: Watch,
) -> None:
    """By the next look, which knows what it was changed from."""
    await watch.stage.sim.by("olivia").set_base_permission("admin")
    await watch.round()
    key = "org-setting:acme/default_repository_permission"
    watch.store.effects[key] = ("read", watch.stage.clock() + timedelta(minutes=5, seconds=1))
    await watch.stage.sim.by("olivia").set_base_permission("write")
    for _ in range(4):
        await watch.round()
    assert [(told["to"], told["actor"]) for told in watch.store.told] == [("write", None)]


async def test_nothing_is_compared_while_a_step_of_our_own_is_under_way(watch: Watch) -> None:
    """Two looks that show the same must not hide what its receipt will tell."""
    await watch.round()
    seen_at = await watch.store.settings_seen_at("acme")
    watch.store.under_way = True
    assert (await watch.round()).skipped == 1
    assert await watch.store.settings_seen_at("acme") == seen_at


async def test_a_step_of_our_own_that_is_under_way_is_waited_for(watch: Watch) -> None:
    """Whose act it was is known once its receipt is."""
    await watch.round()
    watch.store.under_way = True
    await watch.stage.sim.by("olivia").set_base_permission("none")
    assert (await watch.round()).skipped == 1
    watch.store.under_way = False
    assert (await watch.round()).deliveries == 1


@pytest.mark.parametrize("kind", ["status", "reset", "secondary"])
async def test_an_error_is_never_a_verdict(watch: Watch, kind: Any) -> None:
    """The round is skipped, what is known stays, and the change is found afterwards."""
    await watch.round()
    known = dict(watch.store.surveys)
    await watch.stage.sim.by("olivia").set_base_permission("write")
    fault = Fault(method="GET", path="/orgs/acme$", kind=kind, times=9, seconds=30)
    watch.stage.sim.faults.add(fault)
    assert (await watch.round()).skipped == 1
    assert (watch.store.surveys, watch.store.inbox) == (known, [])
    watch.stage.sim.faults.clear()
    assert (await watch.round()).deliveries == 1


async def test_a_setting_that_is_not_shown_keeps_its_last_value(watch: Watch) -> None:
    """When it is shown again, it is compared with that."""
    await watch.round()
    held = watch.stage.sim.world.org.settings
    del held["members_can_create_pages"]
    assert await watch.round() == Round(organisations=1)
    held["members_can_create_pages"] = False
    await watch.round()
    assert [told.action for told in watch.events()] == ["members_can_create_pages.disable"]


async def test_another_worker_that_was_first_tells_it(watch: Watch) -> None:
    """Two that look at once tell a difference once."""
    await watch.round()
    await watch.stage.sim.by("olivia").set_base_permission("write")
    watch.store.raced = True
    assert await watch.round() == Round(organisations=1)
    assert watch.store.inbox == []


async def test_an_app_that_may_not_see_settings_skips_them() -> None:
    """No event is made up, and the others go on."""
    async with open_stage(permissions={"members": "read"}) as stage:
        store = SurveyMemory()
        assert (await survey_of(stage, store).once(stage.clock())).skipped == 1
        assert store.surveys == {}


async def test_a_change_is_recorded_once_in_the_real_inbox(stage: Stage, store: Store) -> None:
    """Over the real database, and a restart does not tell it again."""
    survey = survey_of(stage, store)
    assert (await survey.once(stage.clock())).learned == 1
    await stage.sim.by("olivia").set_base_permission("write")
    assert (await survey.once(stage.clock())).deliveries == 1
    assert await survey_of(stage, store).once(stage.clock()) == Round(organisations=1)
    claimed = await store.claim_deliveries(
        "w", now=stage.clock(), lease=timedelta(minutes=1), limit=9
    )
    assert [each.delivery.event for each in claimed] == ["survey"]
