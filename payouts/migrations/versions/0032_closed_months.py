"""Months closed by two people, what each debt was then, and what the payer's papers say."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

STANDING = "reopened_at IS NULL"
CARRIES = "amount_carried_over IS NOT NULL OR carried_from IS NOT NULL"


def upgrade() -> None:
    op.add_column("payout_cycle", sa.Column("closed_at", Moment(), nullable=True))
    where = sa.text(CARRIES)
    op.create_index(
        "ix_payout_line_carries", "payout_line", ["cycle_id"], sqlite_where=where, postgresql_where=where
    )
    op.create_table(
        "month_close",
        sa.Column("id", Key(), nullable=False),
        sa.Column("cycle_id", Key(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("runs", sa.JSON(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("approval_id", Key(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("reopened_at", Moment(), nullable=True),
        sa.Column("reopened_by", sa.String(), nullable=True),
        sa.Column("reopened_why", sa.String(), nullable=True),
        sa.Column("reopen_approval_id", Key(), nullable=True),
        sa.CheckConstraint("asked_by <> closed_by", name=op.f("ck_month_close_two_people")),
        sa.CheckConstraint(
            "reopened_at IS NULL OR (reopened_by IS NOT NULL AND reopened_why IS NOT NULL)",
            name=op.f("ck_month_close_reopened"),
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["payout_cycle.id"], name=op.f("fk_month_close_cycle_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_month_close_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_close")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_month_close_cycle_id_number")),
    )
    standing = sa.text(STANDING)
    op.create_index(
        "uq_month_close_standing",
        "month_close",
        ["cycle_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )
    op.create_table(
        "closed_debt",
        sa.Column("close_id", Key(), nullable=False),
        sa.Column("payout_line_id", Key(), autoincrement=False, nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.Column("carried_out", sa.BigInteger(), nullable=False),
        sa.Column("stopped", sa.BigInteger(), nullable=False),
        sa.Column("to_recover", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["close_id"], ["month_close.id"], name=op.f("fk_closed_debt_close_id")),
        sa.PrimaryKeyConstraint("close_id", "payout_line_id", name=op.f("pk_closed_debt")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_closed_debt_payout_line_id", "closed_debt", ["payout_line_id"])
    op.create_table(
        "payer_entry",
        sa.Column("id", Key(), nullable=False),
        sa.Column("cycle_id", Key(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.CheckConstraint("amount <> 0", name=op.f("ck_payer_entry_amount")),
        sa.ForeignKeyConstraint(["cycle_id"], ["payout_cycle.id"], name=op.f("fk_payer_entry_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payer_entry")),
        sa.UniqueConstraint(
            *("cycle_id", "kind", "document_no", "amount"),
            name=op.f("uq_payer_entry_cycle_id_kind_document_no_amount"),
        ),
    )
    op.create_index("ix_payer_entry_cycle_id", "payer_entry", ["cycle_id"])


def downgrade() -> None:
    for table in ("payer_entry", "closed_debt", "month_close"):
        op.drop_table(table)
    op.drop_index("ix_payout_line_carries", "payout_line")
    op.drop_column("payout_cycle", "closed_at")
