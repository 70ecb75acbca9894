"""Files of payers of cash."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("settlement_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cash", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("settlement_file", schema=None) as batch_op:
        batch_op.drop_column("cash")
