"""Custom properties of a repository, put back."""

from collections.abc import Mapping
from typing import Any, Final

from tests.actions.bench import Bench
from tests.actions.put_back.played import Played, by_mallory


def described(bench: Bench) -> dict[str, Any]:
    """Return what the repository's custom properties show."""
    return dict(bench.sim.properties("widgets"))


async def defined(bench: Bench) -> None:
    """Let the organisation describe repositories by three properties, and this one by none."""
    bench.sim.add_property("environment", "single_select", allowed=["production", "none"])
    bench.sim.add_property("platform", "multi_select", allowed=["ios", "web", "a, b"])
    bench.sim.add_property("names")


async def set_by_an_owner(bench: Bench) -> None:
    """Let an owner have described the repository."""
    await defined(bench)
    await bench.sim.by("olivia").set_properties(
        "widgets", environment="production", platform=["web", "ios"], names="cogs"
    )


PLAYED: Final[Mapping[str, Played]] = {
    "custom_property_value.create": Played(
        look=described,
        arrange=defined,
        act=by_mallory(lambda by: by.set_properties("widgets", environment="none", names="x")),
    ),
    "custom_property_value.update": Played(
        look=described,
        arrange=set_by_an_owner,
        act=by_mallory(
            lambda by: by.set_properties(
                "widgets", environment="none", platform=["a, b"], names="names"
            )
        ),
    ),
    "custom_property_value.destroy": Played(
        look=described,
        arrange=set_by_an_owner,
        act=by_mallory(lambda by: by.set_properties("widgets", environment=None, platform=["ios"])),
    ),
}
