"""Batches of payments that upstream systems asked for."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "g2p_transaction",
        sa.Column("id", Key(), nullable=False),
        sa.Column("sender_id", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("correlation_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("list_id", Key(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["list_id"], ["payout_list.id"], name=op.f("fk_g2p_transaction_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_g2p_transaction")),
        sa.UniqueConstraint("correlation_id", name=op.f("uq_g2p_transaction_correlation_id")),
        sa.UniqueConstraint(
            "sender_id", "transaction_id", name=op.f("uq_g2p_transaction_sender_id_transaction_id")
        ),
    )


def downgrade() -> None:
    op.drop_table("g2p_transaction")
