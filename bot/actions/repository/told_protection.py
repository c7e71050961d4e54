"""A rule that an event tells, as a protection: who its names are, and what it leaves open."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.actions.base import Situation
from bot.actions.repository.protection import Protection
from bot.core.errors import NotFound
from bot.respond.alert import Alert
from bot.respond.inert import plain

_ACTORS: Final = frozenset({"authorized_actors_only", "authorized_actor_names"})
_CHECKED: Final = "required_status_checks_enforcement_level"
_CHECKS: Final = "required_status_checks"
_DISMISSAL: Final = "authorized_dismissal_actors_only"
_REVIEWS: Final = "pull_request_reviews_enforcement_level"
SIGNED: Final = "signature_requirement_enforcement_level"


async def from_rule(
    situation: Situation, alert: Alert, aspects: Mapping[str, Any], names: Sequence[str]
) -> tuple[Protection, list[str]]:
    """Return a rule of an event as a protection, and what it leaves open of those aspects."""
    notes: list[str] = []
    people: dict[str, Mapping[str, Sequence[str]]] = {}
    actors: list[str] = aspects["authorized_actor_names"]
    if aspects["authorized_actors_only"] and _ACTORS & set(names):
        lists, unknown = await _sorted_out(situation, alert.org, actors)
        people["restrictions"] = lists
        kept = [name for name in actors if name not in unknown]
        aspects = {**aspects, "authorized_actor_names": kept}
        if unknown:
            shown = plain(", ".join(unknown), 200)
            notes.append(f"Nobody here is called {shown}: they may not push any more.")
        if not actors:
            notes.append("The event names nobody who may push; please name them in the settings.")
    if aspects[_CHECKED] and _CHECKED in names and not aspects[_CHECKS]:
        notes.append("The event names no status checks; please name them in the settings.")
    if aspects[_DISMISSAL] and _DISMISSAL in names:
        people["dismissal"] = {}
        notes.append(
            "The event does not say who may dismiss reviews; please name them in the settings."
        )
    if aspects[_REVIEWS] and _REVIEWS in names:
        notes.append("Who may go without a review, the event does not say: nobody may now.")
    return Protection(aspects=aspects, people=people), notes


async def _sorted_out(
    situation: Situation, org: str, names: Sequence[str]
) -> tuple[dict[str, list[str]], list[str]]:
    """Tell which names are teams and which are people, and which are neither."""
    lists: dict[str, list[str]] = {"users": [], "teams": [], "apps": []}
    unknown = []
    for name in names:
        slug = name.rpartition("/")[2]
        team = {"org": org, "team_slug": slug}
        if await _is_there(situation, "/orgs/{org}/teams/{team_slug}", team):
            lists["teams"].append(slug)
        elif await _is_there(situation, "/users/{username}", {"username": name}):
            lists["users"].append(name)
        else:
            unknown.append(name)
    return lists, unknown


async def _is_there(situation: Situation, url: str, variables: Mapping[str, str | int]) -> bool:
    try:
        await situation.gh.call("GET", url, variables)
    except NotFound:
        return False
    return True
