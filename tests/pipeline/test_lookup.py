"""What a delivery does about lists that cannot be read."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.core.errors import Forbidden, InstallationGone, NotFound, Unavailable
from bot.pipeline.lookup import PATIENCE, look_up
from tests.detect.build import event

HAPPENED = event({"action": "repo.add_member", "org": "acme"})


@dataclass(kw_only=True)
class Known:
    """Lists in memory, or what goes wrong with them."""

    lists: dict[str, Sequence[str] | Exception]
    asked: list[tuple[str, int, str]] = field(default_factory=list)

    async def values(self, name: str, *, installation: int, org: str) -> Sequence[str]:
        """Return a list, or raise what is wrong with it."""
        self.asked.append((name, installation, org))
        found = self.lists[name]
        if isinstance(found, Exception):
            raise found
        return found


async def test_lists_are_asked_for_the_events_own_organisation() -> None:
    """Each is read by its name, installation and organisation."""
    known = Known(lists={"org_owners": ["olivia"], "own_app": []})
    found = await look_up(known, {"org_owners", "own_app"}, HAPPENED, attempts=1)
    assert found == {"org_owners": ["olivia"], "own_app": []}
    assert known.asked == [("org_owners", 1, "acme"), ("own_app", 1, "acme")]


async def test_an_outage_is_waited_for_and_then_taken_as_not_knowing() -> None:
    """The delivery is tried again, and at the last try the list is left out, not empty."""
    known = Known(lists={"org_owners": Unavailable("GitHub is away"), "own_app": ["bot"]})
    for attempts in (1, PATIENCE - 1):
        with pytest.raises(Unavailable):
            await look_up(known, {"org_owners"}, HAPPENED, attempts=attempts)
    found = await look_up(known, {"org_owners", "own_app"}, HAPPENED, attempts=PATIENCE)
    assert found == {"own_app": ["bot"]}


@pytest.mark.parametrize("refusal", [NotFound, Forbidden, InstallationGone])
async def test_a_refusal_is_not_waited_for(refusal: type[Exception]) -> None:
    """No team of that name, or no permission: the list is not known, at once."""
    known = Known(lists={"team:x": refusal("no")})
    assert await look_up(known, {"team:x"}, HAPPENED, attempts=1) == {}


async def test_an_event_of_no_organisation_has_no_lists() -> None:
    """There is nobody to ask, and nobody is asked."""
    known = Known(lists={})
    assert await look_up(known, {"own_app"}, replace(HAPPENED, fields={}), attempts=1) == {}
    lost = replace(HAPPENED, installation=None)
    assert await look_up(known, {"own_app"}, lost, attempts=1) == {}
