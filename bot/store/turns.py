"""Steps whose turn has come: what was found then is final, and saved before anything is done."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, update

from bot.store.tables import steps


def settle(
    connection: Connection,
    step_id: str,
    *,
    worker: str,
    attempts: int,
    params: Mapping[str, Any],
    subject: str | None,
) -> bool:
    """Save what a late step is made with; false when the claim was lost."""
    held = (
        update(steps)
        .where(
            steps.c.id == step_id,
            steps.c.claimed_by == worker,
            steps.c.attempts == attempts,
        )
        .values(params=dict(params), subject=subject, late=False)
    )
    return connection.execute(held).rowcount == 1
