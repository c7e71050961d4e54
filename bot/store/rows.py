"""From the values of the other rooms to rows, and back."""

from dataclasses import fields
from typing import Any

from sqlalchemy import RowMapping

from bot.core.delivery import Delivery
from bot.core.playbook import Level
from bot.respond.alert import Alert, Case
from bot.respond.step import Issue, Step

_DELIVERY = tuple(f.name for f in fields(Delivery) if f.name != "happened_at")
_ALERT = tuple(f.name for f in fields(Alert))
_STEP = tuple(f.name for f in fields(Step))
_CASE_TIMES = ("opened_at", "closed_at", "heard_at", "reminded_at", "escalated_at", "former")


def delivery_value(row: RowMapping) -> Delivery:
    """Read a delivery."""
    return Delivery(**{name: row[name] for name in _DELIVERY})


def case_row(case: Case) -> dict[str, Any]:
    """Make the row of a case."""
    return {
        "id": case.id,
        "key": case.key,
        "org": case.org,
        "installation": case.installation,
        "state": case.state,
        **{name: getattr(case, name) for name in _CASE_TIMES},
        **issue_columns(case.issue),
    }


def issue_columns(issue: Issue | None) -> dict[str, Any]:
    """Make the columns that say where a case lives at GitHub."""
    return {
        "issue_repository": issue and issue.repository,
        "issue_number": issue and issue.number,
        "issue_url": issue and issue.url,
        "issue_id": issue and issue.id,
    }


def case_value(row: RowMapping) -> Case:
    """Read a case."""
    issue = None
    if row["issue_number"] is not None:
        issue = Issue(
            repository=row["issue_repository"],
            number=row["issue_number"],
            url=row["issue_url"],
            id=row["issue_id"],
        )
    return Case(
        id=row["id"],
        key=row["key"],
        org=row["org"],
        installation=row["installation"],
        state=row["state"],
        issue=issue,
        **{name: row[name] for name in _CASE_TIMES},
    )


def alert_row(alert: Alert, case_id: str) -> dict[str, Any]:
    """Make the row of an alert that goes into the case ``case_id``."""
    return {
        **_plain(alert, _ALERT),
        "case_id": case_id,
        "playbook_id": alert.playbook.id,
        "level": alert.playbook.level,
    }


def alert_value(row: RowMapping) -> Alert:
    """Read an alert."""
    return Alert(**{name: row[name] for name in _ALERT})


def step_row(step: Step, case_id: str, playbook: tuple[str, Level] | None) -> dict[str, Any]:
    """Make the row of a step that goes into the case ``case_id``.

    ``playbook`` is the id and level of the one that the step's alert matched. What a person asked
    for (an undo, an answer) comes before what a playbook of medium level asks for.
    """
    asked = playbook is None or step.kind == "undo"
    return {
        **_plain(step, _STEP),
        "case_id": case_id,
        "playbook_id": playbook and playbook[0],
        "rank": Level.HIGH.rank if asked or playbook is None else playbook[1].rank,
        "interrupted": False,
    }


def step_value(row: RowMapping) -> Step:
    """Read a step."""
    return Step(**{name: row[name] for name in _STEP})


def _plain(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(value, name) for name in names}
