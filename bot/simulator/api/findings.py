"""Endpoints of what code scanning and Dependabot found."""

from collections.abc import Callable

from bot.simulator.api.route import Answer, Handler, Request, Route
from bot.simulator.changes import alerts
from bot.simulator.problem import not_found


def _show(kind: str) -> Handler:
    def show(request: Request) -> Answer:
        """Show a finding."""
        alert = request.repository.findings.get((kind, request.number("alert_number")))
        if alert is None:
            raise not_found()
        return Answer(data=dict(alert))

    return show


def _change(kind: str) -> Handler:
    def change(request: Request) -> Answer:
        """Dismiss a finding, or open it again."""
        body = request.body
        alert = alerts.set_finding_state(
            request.world,
            request.actor,
            request.repository,
            (kind, request.number("alert_number")),
            state=body.choice("state", ("open", "dismissed")),
            reason=body.maybe("dismissed_reason"),
            comment=body.maybe("dismissed_comment"),
        )
        return Answer(data=dict(alert))

    return change


def _routes(kind: str, permission: str, docs: Callable[[str], str]) -> tuple[Route, ...]:
    url = f"/repos/{{owner}}/{{repo}}/{kind}/alerts/{{alert_number}}"
    return (
        Route("GET", url, _show(kind), docs=docs("get"), needs=f"{permission}=read"),
        Route("PATCH", url, _change(kind), docs=docs("update"), needs=f"{permission}=write"),
    )


ROUTES = (
    *_routes(
        "code-scanning",
        "security_events",
        lambda verb: f"code-scanning/code-scanning#{verb}-a-code-scanning-alert",
    ),
    *_routes(
        "dependabot",
        "vulnerability_alerts",
        lambda verb: f"dependabot/alerts#{verb}-a-dependabot-alert",
    ),
)
