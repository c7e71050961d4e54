"""Endpoints of those whom the organisation blocks."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import blocks
from bot.simulator.problem import not_found
from bot.simulator.shapes import people


def list_blocked(request: Request) -> Answer:
    """List who is blocked."""
    return request.page(request.world.org.blocked, lambda user: people.user(request.world, user))


def check(request: Request) -> Answer:
    """Say 204 for who is blocked, 404 for everybody else."""
    if request.user not in request.world.org.blocked:
        raise not_found()
    return Answer(status=204)


def block(request: Request) -> Answer:
    """Block somebody."""
    blocks.block(request.world, request.actor, request.user)
    return Answer(status=204)


def unblock(request: Request) -> Answer:
    """Let somebody in again."""
    blocks.unblock(request.world, request.actor, request.user)
    return Answer(status=204)


_ONE = "/orgs/{org}/blocks/{username}"

ROUTES = (
    Route(
        "GET",
        "/orgs/{org}/blocks",
        list_blocked,
        docs="orgs/blocking#list-users-blocked-by-an-organization",
        needs="organization_user_blocking=read",
    ),
    Route(
        "GET",
        _ONE,
        check,
        docs="orgs/blocking#check-if-a-user-is-blocked-by-an-organization",
        needs="organization_user_blocking=read",
    ),
    Route(
        "PUT",
        _ONE,
        block,
        docs="orgs/blocking#block-a-user-from-an-organization",
        needs="organization_user_blocking=write",
    ),
    Route(
        "DELETE",
        _ONE,
        unblock,
        docs="orgs/blocking#unblock-a-user-from-an-organization",
        needs="organization_user_blocking=write",
    ),
)
