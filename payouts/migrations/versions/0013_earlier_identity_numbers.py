"""Earlier identity numbers of people."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "earlier_id",
        sa.Column("id", Key(), nullable=False),
        sa.Column("beneficiary_id", Key(), nullable=False),
        sa.Column("earlier_id", sa.String(), nullable=False),
        sa.Column("known_by", sa.String(), nullable=False),
        sa.Column("source_line_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_earlier_id_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_id")),
        sa.UniqueConstraint(
            "beneficiary_id", "earlier_id", name=op.f("uq_earlier_id_beneficiary_id_earlier_id")
        ),
    )
    op.add_column("payout_line", sa.Column("other_ids", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("payout_line", schema=None) as batch:
        batch.drop_column("other_ids")
    op.drop_table("earlier_id")
