"""A corrected list that was dropped may be sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BEFORE = ("programme", "cycle", "sha256", "supersedes")
NAME = "uq_payout_list_programme_cycle_sha256_supersedes"


def upgrade() -> None:
    with op.batch_alter_table("payout_list", schema=None) as batch:
        batch.add_column(sa.Column("attempt", sa.BigInteger(), server_default="0", nullable=False))
        batch.drop_constraint(op.f(NAME), type_="unique")
        batch.create_unique_constraint(op.f(f"{NAME}_attempt"), [*BEFORE, "attempt"])


def downgrade() -> None:
    with op.batch_alter_table("payout_list", schema=None) as batch:
        batch.drop_constraint(op.f(f"{NAME}_attempt"), type_="unique")
        batch.create_unique_constraint(op.f(NAME), [*BEFORE])
        batch.drop_column("attempt")
