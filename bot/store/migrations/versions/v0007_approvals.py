"""Whose approvals a step has, until when it is asked for, and exemptions.

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add them. What waits for approval already is asked for without an end, as it was."""
    op.add_column(
        "steps", sa.Column("approvals", sa.JSON, nullable=False, server_default=sa.text("'[]'"))
    )
    op.add_column("steps", sa.Column("ask_until", _MOMENT))
    asking = sa.text("state = 'awaiting'")
    op.create_index(
        "ix_steps_ask_until", "steps", ["ask_until"], sqlite_where=asking, postgresql_where=asking
    )
    op.add_column("alerts", sa.Column("exemption", sa.Text))
    op.create_table(
        "exemptions",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, sa.ForeignKey("cases.id"), nullable=False),
        sa.Column("installation", sa.BigInteger, nullable=False),
        sa.Column("org", sa.Text, nullable=False),
        sa.Column("playbook_id", sa.Text, nullable=False),
        sa.Column("playbook", sa.Text, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("delivery_id", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.Column("announce_at", _MOMENT, nullable=False),
        sa.Column("announced_at", _MOMENT),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_by", sa.Text),
    )
    op.create_index("ix_exemptions_actor", "exemptions", ["actor", "until"])
    op.create_index("ix_exemptions_case_id", "exemptions", ["case_id"])
    unannounced = sa.text("announced_at IS NULL AND ended_at IS NULL")
    op.create_index(
        "ix_exemptions_announce_at",
        "exemptions",
        ["announce_at"],
        sqlite_where=unannounced,
        postgresql_where=unannounced,
    )
