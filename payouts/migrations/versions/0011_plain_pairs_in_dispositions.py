"""A plain pair of lines stands once: in the disposition of the settlement line."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "disposition",
        sa.Column("payout_line_id", Key(), nullable=True),
    )


def downgrade() -> None:
    op.execute(
        "INSERT INTO evidence_link (run_id, payout_line_id, settlement_line_id, rule, role) "
        "SELECT d.run_id, d.payout_line_id, d.settlement_line_id, d.rule, 'evidence' FROM disposition d "
        "WHERE d.payout_line_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM evidence_link l "
        "WHERE l.run_id = d.run_id AND l.payout_line_id = d.payout_line_id "
        "AND l.settlement_line_id = d.settlement_line_id)"
    )
    with op.batch_alter_table("disposition", schema=None) as batch:
        batch.drop_column("payout_line_id")
