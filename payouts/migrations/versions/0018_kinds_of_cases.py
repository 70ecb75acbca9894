"""Kinds of cases: hardship, escalation, incidents, and the person's own confirmation."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

OPEN = sa.text("state <> 'closed'")
COUNTED = ["area_code", "programme", "state", "kind", "due", "assignee", "escalated_at"]


def upgrade() -> None:
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.add_column(sa.Column("hardship", sa.BigInteger(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("escalated_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("incident_id", Key(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_cases_incident_id"), "cases", ["incident_id"], ["id"])
        batch_op.create_index(batch_op.f("ix_cases_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index(
            "ix_cases_open_counts", COUNTED, unique=False, sqlite_where=OPEN, postgresql_where=OPEN
        )
    op.create_table(
        "confirmation",
        sa.Column("id", Key(), nullable=False),
        sa.Column("case_id", Key(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_confirmation_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
    )
    with op.batch_alter_table("confirmation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_confirmation_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    op.drop_table("confirmation")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index("ix_cases_open_counts", sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_index(batch_op.f("ix_cases_incident_id"))
        batch_op.drop_constraint(op.f("fk_cases_incident_id"), type_="foreignkey")
        batch_op.drop_column("incident_id")
        batch_op.drop_column("escalated_at")
        batch_op.drop_column("hardship")
