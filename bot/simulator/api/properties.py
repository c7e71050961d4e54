"""Endpoints of custom properties: what a repository's are set to."""

from typing import Any

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import properties
from bot.simulator.problem import malformed, not_found
from bot.simulator.shapes.properties import listed, shown_values

_MOST_REPOSITORIES = 30


def show_values(request: Request) -> Answer:
    """List the values of a repository's properties."""
    found = shown_values(request.world, request.repository)
    return Answer(data=listed(found))


def set_values(request: Request) -> Answer:
    """Set properties of some of the organisation's repositories, named without their owner."""
    world, names = request.world, request.body.texts("repository_names")
    if not names or len(names) > _MOST_REPOSITORIES:
        raise malformed(f'"repository_names" takes 1 to {_MOST_REPOSITORIES} names.')
    wanted = _wanted(request.body.fields.get("properties"))
    found = [world.repository(f"{world.org.login}/{name}") for name in names]
    if not all(world.installed_on(repo) for repo in found):
        raise not_found()
    for repo in found:
        properties.set_values(world, request.actor, repo, wanted)
    return Answer(status=204)


def _wanted(given: Any) -> dict[str, Any]:
    if not isinstance(given, list):
        raise malformed('"properties" wasn\'t supplied.')
    for each in given:
        if not isinstance(each, dict) or not isinstance(each.get("property_name"), str):
            raise malformed("For 'properties', an item names no property.")
        if "value" not in each:
            raise malformed("For 'properties', an item has no value.")
    return {each["property_name"]: each["value"] for each in given}


ROUTES = (
    Route(
        "GET",
        "/repos/{owner}/{repo}/properties/values",
        show_values,
        docs="repos/custom-properties#get-all-custom-property-values-for-a-repository",
        needs="metadata=read",
    ),
    Route(
        "PATCH",
        "/orgs/{org}/properties/values",
        set_values,
        docs="orgs/custom-properties"
        "#create-or-update-custom-property-values-for-organization-repositories",
        needs="organization_custom_properties=write",
    ),
)
