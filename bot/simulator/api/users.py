"""Endpoints that belong to nobody in particular: profiles, and what is left of the limit."""

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.problem import Problem, not_found
from bot.simulator.shapes import people


def show_user(request: Request) -> Answer:
    """Show somebody's public profile."""
    return Answer(data=people.public_user(request.world, request.user))


def show_user_by_id(request: Request) -> Answer:
    """Show the public profile of whoever has this number, whatever they are called now."""
    number = request.number("account_id")
    found = next((who for who in request.world.users.values() if who.id == number), None)
    if found is None:
        raise not_found()
    return Answer(data=people.public_user(request.world, found))


def show_limit(request: Request) -> Answer:
    """Show what is left of the hourly limit; 404 when there is none (as GitHub Enterprise does)."""
    state = request.meter.state()
    if state is None:
        raise Problem(404, "Rate limiting is not enabled.")
    rest = {**state, "used": 0, "remaining": state["limit"]}
    return Answer(data={"resources": {"core": state, "search": rest}, "rate": state})


ROUTES = (
    Route(
        "GET",
        "/users/{username}",
        show_user,
        docs="users/users#get-a-user",
        asks="any",
    ),
    Route(
        "GET",
        "/user/{account_id}",
        show_user_by_id,
        docs="users/users#get-a-user-using-their-id",
        asks="any",
    ),
    Route(
        "GET",
        "/rate_limit",
        show_limit,
        docs="rate-limit/rate-limit#get-rate-limit-status-for-the-authenticated-user",
        asks="any",
    ),
)
