"""When cases end, are reminded of and are looked at again; and that a case may expire.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_STANDING = sa.text("state NOT IN ('closed', 'expired')")
_TIMES = ("closed_at", "heard_at", "reminded_at", "escalated_at", "next_look_at")


def upgrade() -> None:
    """Give each case its times; those that stand are looked at from now on."""
    for name in _TIMES:
        op.add_column("cases", sa.Column(name, _MOMENT))
    op.add_column("cases", sa.Column("former", sa.Text))
    op.drop_index("uq_cases_open_key", table_name="cases")
    op.create_index(
        "uq_cases_open_key",
        "cases",
        ["key"],
        unique=True,
        sqlite_where=_STANDING,
        postgresql_where=_STANDING,
    )
    op.create_index("ix_cases_key", "cases", ["key"])
    due = sa.text("next_look_at IS NOT NULL")
    op.create_index(
        "ix_cases_next_look", "cases", ["next_look_at"], sqlite_where=due, postgresql_where=due
    )
    op.execute("UPDATE cases SET next_look_at = opened_at WHERE state <> 'closed'")
