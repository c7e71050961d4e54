"""The first tables.

Revision 0001, after nothing.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_WORD = sa.String(16)
_SEQUENCE = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the inbox, the casebook, the ledger of steps, and what the sources remember."""
    _inbox()
    _casebook()
    _ledger()
    _watch()


def _inbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("event", sa.Text, nullable=False),
        sa.Column("received_at", _MOMENT, nullable=False),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_by", sa.Text),
        sa.Column("lease_until", _MOMENT),
        sa.Column("handled_at", _MOMENT),
        sa.Column("action", sa.Text),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("headers", sa.JSON, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
    )
    _partial("ix_deliveries_open", "deliveries", ["received_at", "id"], "handled_at IS NULL")
    _partial("ix_deliveries_claimed_by", "deliveries", ["claimed_by"], "claimed_by IS NOT NULL")
    op.create_index("ix_deliveries_state", "deliveries", ["state"])


def _casebook() -> None:
    op.create_table(
        "cases",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("org", sa.Text, nullable=False),
        sa.Column("installation", sa.BigInteger, nullable=False),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("issue_repository", sa.Text),
        sa.Column("issue_number", sa.BigInteger),
        sa.Column("issue_id", sa.BigInteger),
        sa.Column("issue_url", sa.Text),
        sa.Column("opened_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
    )
    _partial("uq_cases_open_key", "cases", ["key"], "state <> 'closed'", unique=True)
    op.create_index("ix_cases_issue", "cases", ["issue_number"])
    op.create_index("ix_cases_issue_id", "cases", ["issue_id"])
    op.create_table(
        "alerts",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("delivery_id", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("installation", sa.BigInteger, nullable=False),
        sa.Column("org", sa.Text, nullable=False),
        sa.Column("repo", sa.Text),
        sa.Column("actor", sa.Text),
        sa.Column("person", sa.Text),
        sa.Column("mode", _WORD, nullable=False),
        sa.Column("playbook_id", sa.Text, nullable=False),
        sa.Column("level", _WORD, nullable=False),
        sa.Column("playbook", sa.JSON, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("happened_at", _MOMENT, nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_alerts_case_id_cases"),
    )
    op.create_index("ix_alerts_case_id", "alerts", ["case_id"])
    op.create_index("ix_alerts_created_at", "alerts", ["created_at"])


def _ledger() -> None:
    op.create_table(
        "steps",
        sa.Column("seq", _SEQUENCE, nullable=False),
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("case_id", sa.Text, nullable=False),
        sa.Column("alert_id", sa.Text),
        sa.Column("installation", sa.BigInteger, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("params", sa.JSON, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("undo_of", sa.Text),
        sa.Column("state", _WORD, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("intent_at", _MOMENT),
        sa.Column("finished_at", _MOMENT),
        sa.Column("approved_by", sa.Text),
        sa.Column("lane", sa.Text),
        sa.Column("sent", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("receipt", sa.JSON),
        sa.Column("playbook_id", sa.Text),
        sa.Column("rank", sa.Integer, nullable=False),
        sa.Column("interrupted", sa.Boolean, nullable=False),
        sa.Column("claimed_by", sa.Text),
        sa.Column("lease_until", _MOMENT),
        sa.PrimaryKeyConstraint("seq", name="pk_steps"),
        sa.UniqueConstraint("id", name="uq_steps_id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name="fk_steps_case_id_cases"),
        sa.ForeignKeyConstraint(["alert_id"], ["alerts.id"], name="fk_steps_alert_id_alerts"),
    )
    op.create_index("ix_steps_case_id", "steps", ["case_id"])
    op.create_index("ix_steps_finished", "steps", ["playbook_id", "finished_at"])
    unsettled = "state IN ('planned', 'retrying', 'running')"
    _partial("uq_steps_applied", "steps", ["alert_id", "position"], "kind = 'apply'", unique=True)
    _partial("uq_steps_running", "steps", ["case_id"], "state = 'running'", unique=True)
    _partial("uq_steps_lane", "steps", ["lane"], "state = 'running'", unique=True)
    _partial("ix_steps_lane", "steps", ["lane"], "lane IS NOT NULL")
    _partial("ix_steps_unsettled", "steps", ["case_id", "seq"], unsettled)
    _partial("ix_steps_claimed_by", "steps", ["claimed_by"], "claimed_by IS NOT NULL")
    op.create_table(
        "effects",
        sa.Column("seq", _SEQUENCE, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("step_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_effects"),
    )
    op.create_index("ix_effects_key", "effects", ["key", "seq"])


def _watch() -> None:
    op.create_table(
        "rosters",
        sa.Column("org", sa.Text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("owners", sa.JSON, nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("org", name="pk_rosters"),
    )
    op.create_table(
        "redeliveries",
        sa.Column("guid", sa.Text, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("guid", name="pk_redeliveries"),
    )


def _partial(
    name: str, table: str, columns: list[Any], where: str, *, unique: bool = False
) -> None:
    predicate = sa.text(where)
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        sqlite_where=predicate,
        postgresql_where=predicate,
    )
