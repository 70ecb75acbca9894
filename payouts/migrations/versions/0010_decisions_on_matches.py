"""What people decide of matches."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

STANDS = "state IN ('waiting', 'done')"
CLAIMS = "state IN ('waiting', 'done') AND kind <> 'reject'"


def upgrade() -> None:
    op.create_table(
        "match_decision",
        sa.Column("id", Key(), nullable=False),
        sa.Column("payout_line_id", Key(), nullable=False),
        sa.Column("settlement_line_id", Key(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("run_id", Key(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("checked_at", Moment(), nullable=True),
        sa.Column("checked_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.Column("undone_why", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state NOT IN ('done', 'undone') OR kind <> 'force'"
            " OR (checked_by IS NOT NULL AND checked_by <> proposed_by)",
            name=op.f("ck_match_decision_two_people"),
        ),
        sa.ForeignKeyConstraint(
            ["payout_line_id"], ["payout_line.id"], name=op.f("fk_match_decision_payout_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["settlement_line_id"], ["settlement_line.id"], name=op.f("fk_match_decision_settlement_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_decision")),
    )
    with op.batch_alter_table("match_decision", schema=None) as batch_op:
        batch_op.create_index("ix_match_decision_payout_line_id", ["payout_line_id"], unique=False)
        batch_op.create_index("ix_match_decision_settlement_line_id", ["settlement_line_id"], unique=False)
        batch_op.create_index("ix_match_decision_state_id", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_match_decision_claimed",
            ["settlement_line_id"],
            unique=True,
            sqlite_where=sa.text(CLAIMS),
            postgresql_where=sa.text(CLAIMS),
        )
        batch_op.create_index(
            "uq_match_decision_pair",
            ["payout_line_id", "settlement_line_id"],
            unique=True,
            sqlite_where=sa.text(STANDS),
            postgresql_where=sa.text(STANDS),
        )


def downgrade() -> None:
    op.drop_table("match_decision")
