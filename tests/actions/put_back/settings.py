"""The settings of the organisation and of a repository, put back."""

from collections.abc import Mapping
from typing import Any, Final

from bot.core.event import Event
from bot.core.normalise.security import FEATURES
from bot.core.normalise.survey import SWITCHES
from tests.actions.bench import Bench
from tests.actions.put_back.played import Played, by_mallory, surveyed
from tests.actions.scenes import settings


def about(bench: Bench) -> tuple[Any, ...]:
    """Return what the repository says about itself."""
    repo = bench.sim.world.repository("widgets")
    return repo.description or "", repo.homepage or "", repo.topics


def organization(bench: Bench) -> dict[str, bool]:
    """Return the organisation's settings."""
    return dict(bench.sim.world.org.settings)


def _switched(feature: str, *, on: bool) -> Played:
    async def arrange(bench: Bench) -> None:
        await bench.sim.by("olivia").switch_features("widgets", **{feature: not on})

    async def act(bench: Bench) -> None:
        await bench.sim.by("mallory").switch_features("widgets", **{feature: on})

    return Played(look=settings.features, act=act, arrange=arrange)


def _setting(name: str, *, strict: bool = False) -> Played:
    async def arrange(bench: Bench) -> None:
        await bench.sim.by("olivia").switch_setting(name, on=strict)

    async def act(bench: Bench) -> Event:
        await bench.sim.by("mallory").switch_setting(name, on=not strict)
        return surveyed(bench, name, now=not strict, former=strict)

    return Played(look=organization, act=act, arrange=arrange)


async def _base(bench: Bench) -> Event:
    await bench.sim.by("mallory").set_base_permission("write")
    return surveyed(bench, "default_repository_permission", "write", "read")


async def _widgets_described(bench: Bench) -> None:
    await bench.sim.by("olivia").describe("widgets", description="Cogs", topics=["cogs", "acme"])


PLAYED: Final[Mapping[str, Played]] = {
    "org.update_default_repository_permission": Played(
        look=lambda bench: bench.sim.base_permission(), act=_base
    ),
    "org.update_member_repository_creation_permission": _setting(
        "members_can_create_public_repositories"
    ),
    **{
        SWITCHES[name][int(strict)]: _setting(name, strict=strict)
        for name, strict in (
            ("members_can_fork_private_repositories", False),
            ("members_can_create_pages", False),
            ("members_can_create_public_pages", False),
            ("members_can_create_private_pages", False),
            ("web_commit_signoff_required", True),
            ("deploy_keys_enabled_for_repositories", False),
        )
    },
    **dict.fromkeys(
        ("repo.access", "public"),
        Played(look=settings.visibility, act=by_mallory(lambda by: by.publicize("widgets"))),
    ),
    "repo.archived": Played(
        look=settings.is_archived, act=by_mallory(lambda by: by.archive("widgets"))
    ),
    "repo.unarchived": Played(
        look=settings.is_archived,
        arrange=settings.put_away,
        act=by_mallory(lambda by: by.unarchive("widgets")),
    ),
    "repo.rename": Played(
        look=settings.names, act=by_mallory(lambda by: by.rename("widgets", "gears"))
    ),
    "repo.update_default_branch": Played(look=settings.default_branch, act=settings.shown_first),
    "repository.edited": Played(
        look=about,
        arrange=_widgets_described,
        act=by_mallory(
            lambda by: by.describe(
                "widgets", description="Free money", homepage="https://evil.example", topics=["win"]
            )
        ),
    ),
    **{
        name: _switched(feature, on=on)
        for feature, (off, back_on) in FEATURES.items()
        for name, on in ((off, False), (back_on, True))
    },
}
