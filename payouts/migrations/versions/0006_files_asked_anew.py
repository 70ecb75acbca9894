"""What a bank is told that is asked to send a file anew."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("settlement_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asked_anew", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("settlement_file", schema=None) as batch_op:
        batch_op.drop_column("asked_anew")
