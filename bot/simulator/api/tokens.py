"""Endpoints of people's credentials: fine-grained tokens, requests, SSO authorisations."""

from typing import TypeVar

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import tokens as change
from bot.simulator.problem import not_found
from bot.simulator.shapes import tokens
from bot.simulator.shapes.repository import minimal_repository
from bot.simulator.state.tokens import FineGrainedToken
from bot.simulator.world import stamp

T = TypeVar("T", bound=FineGrainedToken)


def list_tokens(request: Request) -> Answer:
    """List the fine-grained tokens that reach the organisation."""
    held = request.world.credentials.tokens.values()
    found = [token for token in held if _wanted(request, token)]
    return request.page(_sorted(request, found), lambda token: tokens.grant(request.world, token))


def list_requests(request: Request) -> Answer:
    """List the fine-grained tokens that wait for a yes."""
    waiting = request.world.credentials.requests.values()
    found = [asked for asked in waiting if _wanted(request, asked)]
    return request.page(_sorted(request, found), lambda asked: tokens.request(request.world, asked))


def _sorted(request: Request, found: list[T]) -> list[T]:
    newest = request.query.get("direction", "desc") == "desc"
    return sorted(found, key=lambda token: (token.created_at, token.id), reverse=newest)


def _wanted(request: Request, token: FineGrainedToken) -> bool:
    """Whether the query asks for this token: by owner, repository, permission, use or id."""
    owners = _many(request, "owner")
    ids = _many(request, "token_id")
    repo = request.query.get("repository")
    permission = request.query.get("permission")
    reached = {found.name for found in tokens.reached(request.world, token)}
    held = {name for group in token.permissions.values() for name in group}
    return (
        (not owners or token.owner.key in owners)
        and (not ids or str(token.token_id) in ids)
        and (repo is None or repo in reached)
        and (permission is None or permission in held)
        and _used_between(request, token)
    )


def _used_between(request: Request, token: FineGrainedToken) -> bool:
    before = request.query.get("last_used_before")
    after = request.query.get("last_used_after")
    used = stamp(token.last_used_at)
    if before is None and after is None:
        return True
    return used is not None and (after or "") <= used <= (before or "9")


def _many(request: Request, name: str) -> set[str]:
    """Return the values of an array in the query (``owner[]=a,b``, or repeated)."""
    text = request.query.get(name) or request.query.get(f"{name}[]") or ""
    return {part.strip().lower() for part in text.split(",")} - {""}


def revoke(request: Request) -> Answer:
    """Lock a token out of the organisation."""
    request.body.choice("action", ("revoke",))
    change.revoke(request.world, request.number("pat_id"))
    return Answer(status=204)


def list_token_repositories(request: Request) -> Answer:
    """List the repositories a token reaches."""
    token = request.world.credentials.tokens.get(request.number("pat_id"))
    if token is None:
        raise not_found()
    found = tokens.reached(request.world, token)
    return request.page(found, lambda repo: minimal_repository(request.world, repo))


def list_request_repositories(request: Request) -> Answer:
    """List the repositories a request asks for."""
    asked = request.world.credentials.requests.get(request.number("pat_request_id"))
    if asked is None:
        raise not_found()
    found = tokens.reached(request.world, asked)
    return request.page(found, lambda repo: minimal_repository(request.world, repo))


def review(request: Request) -> Answer:
    """Say yes or no to a request."""
    number = request.number("pat_request_id")
    if request.body.choice("action", ("approve", "deny")) == "approve":
        change.approve(request.world, request.actor, number)
    else:
        change.deny(request.world, request.actor, number)
    return Answer(status=204)


def list_authorizations(request: Request) -> Answer:
    """List the credentials that single sign-on lets in."""
    login = request.query.get("login", "").lower()
    held = request.world.credentials.authorizations.values()
    found = [given for given in held if login in {"", given.user.key}]
    return request.page(found, tokens.authorization)


def remove_authorization(request: Request) -> Answer:
    """Lock a credential out."""
    number = request.number("credential_id")
    if request.world.credentials.authorizations.pop(number, None) is None:
        raise not_found()
    return Answer(status=204)


_PATS = "/orgs/{org}/personal-access-tokens"
_REQUESTS = "/orgs/{org}/personal-access-token-requests"
_SSO = "/orgs/{org}/credential-authorizations"
_PAT = "organization_personal_access_tokens"
_REQUEST = "organization_personal_access_token_requests"
_ORG = "organization_administration"

ROUTES = (
    Route(
        "GET",
        _PATS,
        list_tokens,
        docs="orgs/personal-access-tokens#list-fine-grained-personal-access-tokens-with-access-to-organization-resources",
        needs=f"{_PAT}=read",
    ),
    Route(
        "POST",
        f"{_PATS}/{{pat_id}}",
        revoke,
        docs="orgs/personal-access-tokens#update-the-access-a-fine-grained-personal-access-token-has-to-organization-resources",
        needs=f"{_PAT}=write",
    ),
    Route(
        "GET",
        f"{_PATS}/{{pat_id}}/repositories",
        list_token_repositories,
        docs="orgs/personal-access-tokens#list-repositories-a-fine-grained-personal-access-token-has-access-to",
        needs=f"{_PAT}=read",
    ),
    Route(
        "GET",
        _REQUESTS,
        list_requests,
        docs="orgs/personal-access-tokens#list-requests-to-access-organization-resources-with-fine-grained-personal-access-tokens",
        needs=f"{_REQUEST}=read",
    ),
    Route(
        "POST",
        f"{_REQUESTS}/{{pat_request_id}}",
        review,
        docs="orgs/personal-access-tokens#review-a-request-to-access-organization-resources-with-a-fine-grained-personal-access-token",
        needs=f"{_REQUEST}=write",
    ),
    Route(
        "GET",
        f"{_REQUESTS}/{{pat_request_id}}/repositories",
        list_request_repositories,
        docs="orgs/personal-access-tokens#list-repositories-requested-to-be-accessed-by-a-fine-grained-personal-access-token",
        needs=f"{_REQUEST}=read",
    ),
    Route(
        "GET",
        _SSO,
        list_authorizations,
        docs="orgs/orgs#list-saml-sso-authorizations-for-an-organization",
        needs=f"{_ORG}=read",
    ),
    Route(
        "DELETE",
        f"{_SSO}/{{credential_id}}",
        remove_authorization,
        docs="orgs/orgs#remove-a-saml-sso-authorization-for-an-organization",
        needs=f"{_ORG}=write",
    ),
)
