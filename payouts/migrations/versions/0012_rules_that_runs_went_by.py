"""Which rules a run went by, and what else its facts were; deadlines that go with the rules."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rule_set",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("first_used_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_rule_set")),
    )
    op.create_table(
        "run_record",
        sa.Column("run_id", Key(), autoincrement=False, nullable=False),
        sa.Column("rule_set", sa.String(), nullable=False),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["rule_set"], ["rule_set.hash"], name=op.f("fk_run_record_rule_set")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_run_record_run_id")),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run_record")),
    )
    with op.batch_alter_table("payout_cycle", schema=None) as batch:
        batch.add_column(
            sa.Column("deadline_by_rule", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("payout_cycle", schema=None) as batch:
        batch.drop_column("deadline_by_rule")
    op.drop_table("run_record")
    op.drop_table("rule_set")
