"""Forms that were sent, so that each counts once, and a form that waits with its session."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "form_sent",
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("led_to", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_form_sent_user_id")),
        sa.PrimaryKeyConstraint("form", name=op.f("pk_form_sent")),
    )
    op.create_index(op.f("ix_form_sent_user_id"), "form_sent", ["user_id"])
    op.create_index(op.f("ix_form_sent_at"), "form_sent", ["at"])
    op.add_column("staff_session", sa.Column("held", sa.String(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("staff_session", schema=None) as batch:
        batch.drop_column("held")
    op.drop_table("form_sent")
