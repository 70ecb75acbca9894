"""Who is owed nothing any more, what is claimed back, and what may be deducted."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

STANDING = "ended_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "stop",
        sa.Column("id", Key(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=False),
        sa.Column("last_month", sa.String(), nullable=False),
        sa.Column("approval_id", Key(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_approval_id", Key(), nullable=True),
        sa.Column("arrears", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop")),
    )
    _standing("uq_stop_standing", "stop", "citizen_id")
    op.create_table(
        "deduction",
        sa.Column("id", Key(), nullable=False),
        sa.Column("recovery_id", Key(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("document_on", sa.Date(), nullable=False),
        sa.Column("monthly_cap", sa.BigInteger(), nullable=False),
        sa.Column("first_month", sa.String(), nullable=False),
        sa.Column("approval_id", Key(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("monthly_cap > 0", name=op.f("ck_deduction_cap")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deduction")),
    )
    op.create_index("ix_deduction_citizen_id", "deduction", ["citizen_id"])
    op.create_index("ix_deduction_recovery_id", "deduction", ["recovery_id"])
    op.create_table(
        "recovery",
        sa.Column("id", Key(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("case_id", Key(), nullable=False),
        sa.Column("from_whom", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("approval_id", Key(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.CheckConstraint("amount > 0", name=op.f("ck_recovery_amount")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_recovery_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
    )
    op.create_index("ix_recovery_case_id", "recovery", ["case_id"])
    _standing("uq_recovery_standing", "recovery", "line_ref")
    op.create_table(
        "refund",
        sa.Column("id", Key(), nullable=False),
        sa.Column("recovery_id", Key(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_refund_amount")),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_refund_recovery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refund")),
        sa.UniqueConstraint("recovery_id", "document_no", name=op.f("uq_refund_recovery_id_document_no")),
    )


def downgrade() -> None:
    for table in ("refund", "recovery", "deduction", "stop"):
        op.drop_table(table)


def _standing(name: str, table: str, column: str) -> None:
    where = sa.text(STANDING)
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)
