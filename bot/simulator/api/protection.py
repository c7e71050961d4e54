"""Endpoints of a branch's protection."""

from collections.abc import Mapping
from typing import Any

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import protection
from bot.simulator.problem import malformed
from bot.simulator.shapes import protection as shapes
from bot.simulator.state.protection import Protection

_REQUIRED = (
    "required_status_checks",
    "enforce_admins",
    "required_pull_request_reviews",
    "restrictions",
)


def show(request: Request) -> Answer:
    """Show how a branch is protected."""
    return Answer(data=shapes.protection(request.world, request.repository, _found(request)))


def protect(request: Request) -> Answer:
    """Protect a branch; what is not given is off afterwards."""
    fields = request.body.fields
    for name in _REQUIRED:
        if name not in fields:
            raise malformed(f'"{name}" wasn\'t supplied.')
    settings = dict(fields)
    if fields["required_status_checks"] is not None:
        settings["required_status_checks"] = _checks(fields["required_status_checks"])
    made = protection.protect(
        request.world, request.actor, request.repository, request.params["branch"], settings
    )
    return Answer(data=shapes.protection(request.world, request.repository, made))


def _checks(given: Mapping[str, Any]) -> dict[str, Any]:
    """Read which checks must pass: GitHub takes either ``contexts`` or ``checks``."""
    if ("contexts" in given) == ("checks" in given):
        raise malformed('No subschema in "anyOf" matched.\nNo subschema in "oneOf" matched.')
    return {"strict": bool(given.get("strict")), "checks": _listed(given)}


def _listed(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "checks" not in given:
        return [{"context": name, "app_id": None} for name in given["contexts"]]
    return [
        {
            "context": each["context"],
            "app_id": None if each.get("app_id") in {None, -1} else each["app_id"],
        }
        for each in given["checks"]
    ]


def change_checks(request: Request) -> Answer:
    """Change which checks must pass, where some must."""
    world, repo, made = request.world, request.repository, _found(request)
    former = made.settings.get("required_status_checks")
    if former is None:
        raise malformed("Required status checks not enabled")
    given = request.body.fields
    strict = request.body.flag("strict")
    checks = _listed(given) if {"checks", "contexts"} & set(given) else former["checks"]
    wanted = {"strict": former["strict"] if strict is None else strict, "checks": checks}
    settings = {**made.settings, "required_status_checks": wanted}
    protection.protect(world, request.actor, repo, made.branch, settings)
    url = f"{world.api}/repos/{repo.full_name}/branches/{made.branch}/protection"
    return Answer(data=shapes.status_checks(url, wanted))


def unprotect(request: Request) -> Answer:
    """Lay a branch open."""
    _found(request)
    protection.unprotect(request.world, request.actor, request.repository, request.params["branch"])
    return Answer(status=204)


def show_signatures(request: Request) -> Answer:
    """Show whether commits must be signed."""
    return Answer(data=shapes.signatures(request.world, request.repository, _found(request)))


def require_signatures(request: Request) -> Answer:
    """Ask for signed commits."""
    made = _found(request)
    protection.set_signatures(request.world, request.actor, request.repository, made, wanted=True)
    return Answer(data=shapes.signatures(request.world, request.repository, made))


def drop_signatures(request: Request) -> Answer:
    """Ask for signed commits no longer."""
    made = _found(request)
    protection.set_signatures(request.world, request.actor, request.repository, made, wanted=False)
    return Answer(status=204)


def _found(request: Request) -> Protection:
    return protection.find(request.repository, request.params["branch"])


_ONE = "/repos/{owner}/{repo}/branches/{branch}/protection"
_SIGNATURES = f"{_ONE}/required_signatures"
_DOCS = "branches/branch-protection"

ROUTES = (
    Route(
        "GET",
        _ONE,
        show,
        docs=f"{_DOCS}#get-branch-protection",
        needs="administration=read",
    ),
    Route(
        "PUT",
        _ONE,
        protect,
        docs=f"{_DOCS}#update-branch-protection",
        needs="administration=write",
    ),
    Route(
        "DELETE",
        _ONE,
        unprotect,
        docs=f"{_DOCS}#delete-branch-protection",
        needs="administration=write",
    ),
    Route(
        "PATCH",
        f"{_ONE}/required_status_checks",
        change_checks,
        docs=f"{_DOCS}#update-status-check-protection",
        needs="administration=write",
    ),
    Route(
        "GET",
        _SIGNATURES,
        show_signatures,
        docs=f"{_DOCS}#get-commit-signature-protection",
        needs="administration=read",
    ),
    Route(
        "POST",
        _SIGNATURES,
        require_signatures,
        docs=f"{_DOCS}#create-commit-signature-protection",
        needs="administration=write",
    ),
    Route(
        "DELETE",
        _SIGNATURES,
        drop_signatures,
        docs=f"{_DOCS}#delete-commit-signature-protection",
        needs="administration=write",
    ),
)
