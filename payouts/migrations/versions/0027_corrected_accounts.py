"""Corrected accounts, and suspensions of who did not collect."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

CURRENT = "ended_at IS NULL"


def upgrade() -> None:
    op.add_column("welfare_account", sa.Column("replaces", sa.BigInteger(), nullable=True))
    op.add_column("welfare_account", sa.Column("approval_id", sa.BigInteger(), nullable=True))
    op.create_table(
        "suspension",
        sa.Column("id", Key(), nullable=False),
        sa.Column("beneficiary_id", Key(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("approval_id", sa.BigInteger(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("arrears", sa.BigInteger(), nullable=True),
        sa.Column("ended_approval_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_suspension_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suspension")),
    )
    op.create_index(
        "uq_suspension_current",
        "suspension",
        ["beneficiary_id", "programme"],
        unique=True,
        sqlite_where=sa.text(CURRENT),
        postgresql_where=sa.text(CURRENT),
    )


def downgrade() -> None:
    op.drop_table("suspension")
    with op.batch_alter_table("welfare_account", schema=None) as batch:
        batch.drop_column("approval_id")
        batch.drop_column("replaces")
