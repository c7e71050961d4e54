"""Custom properties of a repository, put back."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from bot.core.event import Event
from tests.actions.bench import Bench
from tests.actions.put_back.played import Played, by_mallory

SET: Final = {"environment": "production", "platform": ["ios", "web"], "names": "cogs"}
"""What an owner has described the repository by."""


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


async def changed(bench: Bench, **values: Any) -> Event:
    """Let somebody describe otherwise a repository that an owner has described."""
    await set_by_an_owner(bench)
    await bench.sim.by("mallory").set_properties("widgets", **values)
    return bench.latest()


def listing(event: Event, before: Mapping[str, Any], after: Mapping[str, Any]) -> Event:
    """Return the event with these values in its two lists."""
    lists = {"old_property_values": listed(before), "new_property_values": listed(after)}
    return replace(event, fields={**event.fields, **lists})


def listed(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return values as GitHub lists them."""
    return [{"property_name": name, "value": value} for name, value in values.items()]


def written(bench: Bench) -> list[Any]:
    """Return what was asked of GitHub to be set, one request after the other."""
    return [call.body for call in bench.sim.calls if call.method == "PATCH"]


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
