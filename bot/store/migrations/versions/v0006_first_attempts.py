"""When GitHub first tried to send what it was asked to send again.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Give each delivery that is asked for its first attempt; of older ones it is not known."""
    op.add_column("redeliveries", sa.Column("first_at", sa.DateTime(timezone=True)))
