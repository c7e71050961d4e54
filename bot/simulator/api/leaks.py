"""Endpoints of leaked credentials: what secret scanning found, and taking them away."""

import re

from bot.simulator.api.route import Answer, Request, Route
from bot.simulator.changes import alerts
from bot.simulator.problem import Problem, malformed, not_found

_KINDS = re.compile(r"ghp_[A-Za-z0-9]{36}|github_pat_\w{20,}|gh[our]_[A-Za-z0-9]{36,}")
_MOST = 1000


def show_alert(request: Request) -> Answer:
    """Show what secret scanning found, with the secret unless it shall be hidden."""
    alert = request.repository.secrets.get(request.number("alert_number"))
    if alert is None:
        raise not_found()
    hidden = {"secret"} if request.query.get("hide_secret") == "true" else set()
    return Answer(data={name: value for name, value in alert.items() if name not in hidden})


def change_alert(request: Request) -> Answer:
    """Resolve what secret scanning found, or open it again."""
    body = request.body
    alert = alerts.set_secret_state(
        request.world,
        request.actor,
        request.repository,
        request.number("alert_number"),
        state=body.choice("state", ("open", "resolved")),
        resolution=body.maybe("resolution"),
        comment=body.maybe("resolution_comment"),
    )
    return Answer(data=dict(alert))


def revoke(request: Request) -> Answer:
    """Take credentials away from whoever holds them; the caller must be nobody."""
    if request.caller is not None:
        raise Problem(403, "Forbidden")
    found = request.body.texts("credentials")
    if not found or len(found) > _MOST:
        raise malformed('"credentials" must hold 1 to 1000 items.')
    if not all(_KINDS.fullmatch(each) for each in found):
        raise Problem(422, "Validation Failed: a credential is of a type that is not supported")
    request.world.credentials.revoked.update(found)
    return Answer(status=202, data={})


ROUTES = (
    Route(
        "GET",
        "/repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}",
        show_alert,
        docs="secret-scanning/secret-scanning#get-a-secret-scanning-alert",
        needs="secret_scanning_alerts=read",
    ),
    Route(
        "PATCH",
        "/repos/{owner}/{repo}/secret-scanning/alerts/{alert_number}",
        change_alert,
        docs="secret-scanning/secret-scanning#update-a-secret-scanning-alert",
        needs="secret_scanning_alerts=write",
    ),
    Route(
        "POST",
        "/credentials/revoke",
        revoke,
        docs="credentials/revoke#revoke-a-list-of-credentials",
        asks="any",
    ),
)
