"""Which bank owes which file by when."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "expected_file",
        sa.Column("id", Key(), nullable=False),
        sa.Column("cycle_id", Key(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("agreed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("excused", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("missed_at", Moment(), nullable=True),
        sa.Column("came_at", Moment(), nullable=True),
        sa.Column("came_file_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["payout_cycle.id"], name=op.f("fk_expected_file_cycle_id")),
        sa.ForeignKeyConstraint(
            ["came_file_id"], ["settlement_file.id"], name=op.f("fk_expected_file_came_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_file")),
        sa.UniqueConstraint("cycle_id", "bank_code", name=op.f("uq_expected_file_cycle_id_bank_code")),
    )
    missed = sa.text("missed_at IS NOT NULL")
    op.create_index(
        "ix_expected_file_missed_at",
        "expected_file",
        ["missed_at"],
        sqlite_where=missed,
        postgresql_where=missed,
    )
    op.create_table(
        "expected_file_event",
        sa.Column("id", Key(), nullable=False),
        sa.Column("expected_id", Key(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("file_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(
            ["expected_id"], ["expected_file.id"], name=op.f("fk_expected_file_event_expected_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_file_event")),
    )
    op.create_index("ix_expected_file_event_expected_id_id", "expected_file_event", ["expected_id", "id"])


def downgrade() -> None:
    op.drop_table("expected_file_event")
    op.drop_table("expected_file")
