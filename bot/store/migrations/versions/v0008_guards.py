"""What steps change, the global stop, and which versions were ever in use.

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_CHANGING = sa.text("subject IS NOT NULL")
_PAUSED = sa.text("ended_at IS NULL")


def upgrade() -> None:
    """Make room for what guards ask for; earlier steps have no subject and are not counted."""
    op.add_column("steps", sa.Column("subject", sa.Text))
    for name, column in (("ix_steps_subject", "subject"), ("ix_steps_changed", "finished_at")):
        op.create_index(name, "steps", [column], sqlite_where=_CHANGING, postgresql_where=_CHANGING)
    op.create_table(
        "pauses",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("org", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.Column("ended_by", sa.Text),
        sa.PrimaryKeyConstraint("seq", name="pk_pauses"),
    )
    op.create_index(
        "uq_pauses_org",
        "pauses",
        ["org"],
        unique=True,
        sqlite_where=_PAUSED,
        postgresql_where=_PAUSED,
    )
    op.create_table(
        "editions",
        sa.Column("edition", sa.Text, nullable=False),
        sa.Column("first_seen", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("edition", name="pk_editions"),
    )
