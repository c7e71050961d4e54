"""The issues that cases lived in before.

Revision 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add an empty table: where cases lived before now is in no column."""
    op.create_table(
        "former_issues",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("repository", sa.Text, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("id", sa.BigInteger),
        sa.PrimaryKeyConstraint("seq", name="pk_former_issues"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_former_issues_case_id_cases"),
    )
    op.create_index("ix_former_issues_number", "former_issues", ["number"])
    op.create_index("ix_former_issues_id", "former_issues", ["id"])
