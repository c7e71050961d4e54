"""How often a window was judged in vain, and which were given up.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the tries of a window, and keep one that always fails for a person to look at."""
    op.add_column(
        "windows", sa.Column("attempts", sa.Integer, nullable=False, server_default=sa.text("0"))
    )
    op.add_column(
        "windows", sa.Column("error", sa.Text, nullable=False, server_default=sa.text("''"))
    )
    op.add_column("windows", sa.Column("buried_at", sa.DateTime(timezone=True)))
