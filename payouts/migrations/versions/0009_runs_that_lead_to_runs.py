"""Runs that lead to runs of other cycles, and files that do."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

CAUSES = (("after_run_id", "run"), ("after_file_id", "settlement_file"))


def upgrade() -> None:
    op.create_table(
        "concerned_cycle",
        sa.Column("run_id", Key(), autoincrement=False, nullable=False),
        sa.Column("cycle_id", Key(), autoincrement=False, nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "cycle_id", name=op.f("pk_concerned_cycle")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        for column, table in CAUSES:
            batch_op.add_column(sa.Column(column, Key(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_run_{column}"), table, [column], ["id"])
            batch_op.create_unique_constraint(op.f(f"uq_run_cycle_id_{column}"), ["cycle_id", column])


def downgrade() -> None:
    with op.batch_alter_table("run", schema=None) as batch_op:
        for column, _ in CAUSES:
            batch_op.drop_constraint(op.f(f"uq_run_cycle_id_{column}"), type_="unique")
            batch_op.drop_constraint(op.f(f"fk_run_{column}"), type_="foreignkey")
            batch_op.drop_column(column)
    op.drop_table("concerned_cycle")
