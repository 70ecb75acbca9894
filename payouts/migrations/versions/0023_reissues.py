"""Debts that are paid again."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

OPEN = "ended_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "reissue",
        sa.Column("id", Key(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("new_ref", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("citizen_id", sa.String(), nullable=True),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=True),
        sa.Column("account_no", sa.String(), nullable=True),
        sa.Column("account_name", sa.String(), nullable=True),
        sa.Column("approval_id", Key(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ordered_at", Moment(), nullable=True),
        sa.Column("ordered_by", sa.String(), nullable=True),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reissue")),
        sa.UniqueConstraint("new_ref", name=op.f("uq_reissue_new_ref")),
    )
    op.create_index("ix_reissue_citizen_id", "reissue", ["citizen_id"])
    op.create_index("ix_reissue_line_ref", "reissue", ["line_ref"])
    op.create_index(
        "uq_reissue_open",
        "reissue",
        ["line_ref"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def downgrade() -> None:
    op.drop_table("reissue")
