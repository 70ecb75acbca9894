"""Payment orders to banks, their payments, what went out, and the accounts that pay."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "payer_account",
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("bank_code", name=op.f("pk_payer_account")),
    )
    op.create_table(
        "payment_order",
        sa.Column("id", Key(), nullable=False),
        sa.Column("cycle_id", Key(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("execute_on", sa.Date(), nullable=False),
        sa.Column("debtor_account", sa.String(), nullable=True),
        sa.Column("debtor_name", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancelled_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["payout_cycle.id"], name=op.f("fk_payment_order_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_order")),
        sa.UniqueConstraint(
            "cycle_id", "bank_code", "number", name=op.f("uq_payment_order_cycle_id_bank_code_number")
        ),
        sa.UniqueConstraint("message_id", name=op.f("uq_payment_order_message_id")),
    )
    op.create_table(
        "payment_order_line",
        sa.Column("order_id", Key(), nullable=False),
        sa.Column("number", Key(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("payout_line_id", Key(), nullable=False),
        sa.Column("reissue_id", Key(), nullable=True),
        sa.Column("cancelled", sa.BigInteger(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["payment_order.id"], name=op.f("fk_payment_order_line_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["payout_line_id"], ["payout_line.id"], name=op.f("fk_payment_order_line_payout_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["reissue_id"], ["reissue.id"], name=op.f("fk_payment_order_line_reissue_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_payment_order_line")),
        sa.UniqueConstraint("reference", "cancelled", name=op.f("uq_payment_order_line_reference_cancelled")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_payment_order_line_payout_line_id", "payment_order_line", ["payout_line_id"])
    op.create_table(
        "order_export",
        sa.Column("order_id", Key(), nullable=False),
        sa.Column("number", Key(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("layout", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint("number = 1 OR reason IS NOT NULL", name=op.f("ck_order_export_reason")),
        sa.ForeignKeyConstraint(["order_id"], ["payment_order.id"], name=op.f("fk_order_export_order_id")),
        sa.PrimaryKeyConstraint("order_id", "number", name=op.f("pk_order_export")),
    )


def downgrade() -> None:
    for table in ("order_export", "payment_order_line", "payment_order", "payer_account"):
        op.drop_table(table)
