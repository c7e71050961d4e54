"""Endpoints of rulesets: of a repository, and of the organisation; and of their history."""

from typing import Any

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import rulesets
from bot.simulator.problem import malformed, not_found
from bot.simulator.shapes import protection as shapes
from bot.simulator.state.protection import RULESET_FIELDS

_TARGETS = ("branch", "tag", "push", "repository")
_ENFORCEMENTS = ("disabled", "active", "evaluate")


def list_all(request: Request) -> Answer:
    """List the rulesets, without their rules."""
    found = list(rulesets.kept(request.world, request.found).values())
    return request.page(found, lambda made: shapes.ruleset_item(request.world, made))


def show(request: Request) -> Answer:
    """Show a ruleset."""
    made = rulesets.find(request.world, request.found, request.number("ruleset_id"))
    return Answer(data=shapes.ruleset(request.world, made))


def create(request: Request) -> Answer:
    """Make a ruleset."""
    request.body.text("name")
    request.body.choice("enforcement", _ENFORCEMENTS)
    made = rulesets.create(request.world, request.actor, request.found, _given(request))
    return Answer(status=201, data=shapes.ruleset(request.world, made))


def change(request: Request) -> Answer:
    """Change those parts of a ruleset that are given."""
    number = request.number("ruleset_id")
    made = rulesets.edit(request.world, request.actor, request.found, number, _given(request))
    return Answer(data=shapes.ruleset(request.world, made))


def delete(request: Request) -> Answer:
    """Delete a ruleset."""
    number = request.number("ruleset_id")
    rulesets.delete(request.world, request.actor, request.found, number)
    return Answer(status=204)


def list_versions(request: Request) -> Answer:
    """List a ruleset's versions, newest first."""
    made = rulesets.find(request.world, request.found, request.number("ruleset_id"))
    return request.page(list(reversed(made.versions)), shapes.version)


def show_version(request: Request) -> Answer:
    """Show a ruleset as it was."""
    made = rulesets.find(request.world, request.found, request.number("ruleset_id"))
    number = request.number("version_id")
    for version in made.versions:
        if version.id == number:
            return Answer(data=shapes.version_with_state(made, version))
    raise not_found()


def _given(request: Request) -> dict[str, Any]:
    body = request.body
    body.choice("target", _TARGETS, "branch")
    body.choice("enforcement", _ENFORCEMENTS, "active")
    for name in ("rules", "bypass_actors"):
        if not isinstance(body.fields.get(name, []), list):
            raise malformed(f"For 'properties/{name}', it is not an array.")
    return {name: body.fields[name] for name in RULESET_FIELDS if name in body.fields}


_REPO = "/repos/{owner}/{repo}/rulesets"
_ORG = "/orgs/{org}/rulesets"


def _routes(root: str, docs: str, what: str, permission: str) -> tuple[Route, ...]:
    one, named = f"{root}/{{ruleset_id}}", f"{what}-repository-ruleset"
    reads = "metadata=read" if what == "a" else f"{permission}=write"
    writes, history = f"{permission}=write", f"{one}/history"
    kind = "repository" if what == "a" else "organization-repository"
    return (
        Route("GET", root, list_all, docs=f"{docs}#get-all-{kind}-rulesets", needs=reads),
        Route("POST", root, create, docs=f"{docs}#create-{named}", needs=writes),
        Route("GET", one, show, docs=f"{docs}#get-{named}", needs=reads),
        Route("PUT", one, change, docs=f"{docs}#update-{named}", needs=writes),
        Route("DELETE", one, delete, docs=f"{docs}#delete-{named}", needs=writes),
        Route("GET", history, list_versions, docs=f"{docs}#get-ruleset-history", needs=writes),
        Route(
            "GET",
            f"{history}/{{version_id}}",
            show_version,
            docs=f"{docs}#get-ruleset-version",
            needs=writes,
        ),
    )


ROUTES = (
    *_routes(_REPO, "repos/rules", "a", "administration"),
    *_routes(_ORG, "orgs/rules", "an-organization", "organization_administration"),
)
