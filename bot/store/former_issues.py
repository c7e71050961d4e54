"""The issues that cases lived in before they went on elsewhere, so that who answers there is heard.

A case leaves its issue when everybody may read it, or when its repository is closed to Tipstaff.
"""

from sqlalchemy import Connection, and_, func, insert, or_, select, update

from bot.respond.step import Issue
from bot.store.tables import cases, former_issues


def leave(connection: Connection, case_id: str, issue: Issue) -> None:
    """Remember where a case lives so far, when that is another issue than the one it goes to.

    An issue that was moved to another repository by hand is the same: its id says so.
    """
    row = connection.execute(
        select(cases.c.issue_repository, cases.c.issue_number, cases.c.issue_id).where(
            cases.c.id == case_id, cases.c.issue_number.is_not(None)
        )
    ).one_or_none()
    if row is None or row.issue_id == issue.id is not None:
        return
    if (row.issue_repository.lower(), row.issue_number) == (issue.repository.lower(), issue.number):
        return
    left = {"repository": row.issue_repository, "number": row.issue_number, "id": row.issue_id}
    connection.execute(insert(former_issues).values(case_id=case_id, **left))


def case_of(
    connection: Connection, repository: str, number: int, issue_id: int | None
) -> str | None:
    """Return the id of the case that left this issue last; the issue's id decides if known."""
    columns = former_issues.c
    named = and_(columns.number == number, func.lower(columns.repository) == repository.lower())
    if issue_id is not None:
        named = or_(columns.id == issue_id, and_(named, columns.id.is_(None)))
    found: str | None = connection.scalar(
        select(columns.case_id).where(named).order_by(columns.seq.desc()).limit(1)
    )
    return found


def rename_repository(connection: Connection, old: str, new: str) -> None:
    """Let the issues that were in ``old`` be in ``new``; both are ``owner/name``."""
    connection.execute(
        update(former_issues)
        .where(func.lower(former_issues.c.repository) == old.lower())
        .values(repository=new)
    )
