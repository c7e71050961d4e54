"""What events told of who may do what, and what a step found before it wrote.

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an empty table: what earlier events told is in their bodies only."""
    op.add_column("steps", sa.Column("intent", sa.JSON))
    op.create_table(
        "told",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("thing", sa.Text, nullable=False),
        sa.Column("state", sa.Text),
        sa.Column("exact", sa.Boolean, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivery_id", sa.Text, nullable=False),
        sa.Column("by", sa.Text),
        sa.Column("alerted", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_told"),
    )
    op.create_index("ix_told_thing", "told", ["thing", "at", "seq"])
