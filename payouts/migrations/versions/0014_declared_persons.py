"""Whose payments a member of staff never decides."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CURRENT = "ended_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "declared_person",
        sa.Column("id", Key(), nullable=False),
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("declared_at", Moment(), nullable=False),
        sa.Column("declared_by", sa.String(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_declared_person_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_person")),
    )
    op.create_index(
        "uq_declared_person_current",
        "declared_person",
        ["user_id", "citizen_id"],
        unique=True,
        sqlite_where=sa.text(CURRENT),
        postgresql_where=sa.text(CURRENT),
    )


def downgrade() -> None:
    op.drop_table("declared_person")
