"""Steps that wait for their time or for others, and are judged when their turn comes.

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what says so; steps that wait belong to those a worker still has to look at."""
    empty = sa.text("''")
    op.add_column("steps", sa.Column("needs", sa.Text, nullable=False, server_default=empty))
    op.add_column("steps", sa.Column("late", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("alerts", sa.Column("output", sa.Text, nullable=False, server_default=empty))
    op.drop_index("ix_steps_unsettled", "steps")
    unsettled = sa.text("state IN ('planned', 'waiting', 'retrying', 'running')")
    op.create_index(
        "ix_steps_unsettled",
        "steps",
        ["case_id", "seq"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )
