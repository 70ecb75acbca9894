"""Letters of enquiry, their lines and the banks' answers."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", Key(), nullable=False),
        sa.Column("year", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("written_at", Moment(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by", sa.String(), nullable=True),
        sa.Column("cancelled_at", Moment(), nullable=True),
        sa.Column("cancelled_by", sa.String(), nullable=True),
        sa.Column("cancelled_why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
        sa.UniqueConstraint("year", "number", name=op.f("uq_enquiry_year_number")),
    )
    op.create_index(op.f("ix_enquiry_bank_code"), "enquiry", ["bank_code"])
    op.create_table(
        "enquiry_line",
        sa.Column("id", Key(), nullable=False),
        sa.Column("enquiry_id", Key(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("case_id", Key(), nullable=False),
        sa.Column("payout_line_id", Key(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("ended_by", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiry.id"], name=op.f("fk_enquiry_line_enquiry_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_enquiry_line_case_id")),
        sa.ForeignKeyConstraint(
            ["payout_line_id"], ["payout_line.id"], name=op.f("fk_enquiry_line_payout_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_line")),
        sa.UniqueConstraint("enquiry_id", "place", name=op.f("uq_enquiry_line_enquiry_id_place")),
        sa.UniqueConstraint("line_ref", "ended_by", name=op.f("uq_enquiry_line_line_ref_ended_by")),
    )
    op.create_index(op.f("ix_enquiry_line_case_id"), "enquiry_line", ["case_id"])
    op.create_table(
        "enquiry_answer",
        sa.Column("id", Key(), nullable=False),
        sa.Column("enquiry_line_id", Key(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date(), nullable=False),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("bank_ref", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("account_no", sa.String(), nullable=True),
        sa.Column("account_name", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("file_id", Key(), nullable=True),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enquiry_line_id"], ["enquiry_line.id"], name=op.f("fk_enquiry_answer_enquiry_line_id")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["settlement_file.id"], name=op.f("fk_enquiry_answer_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry_answer")),
    )
    op.create_index(op.f("ix_enquiry_answer_enquiry_line_id"), "enquiry_answer", ["enquiry_line_id"])
    op.create_index(op.f("ix_enquiry_answer_file_id"), "enquiry_answer", ["file_id"])


def downgrade() -> None:
    op.drop_table("enquiry_answer")
    op.drop_table("enquiry_line")
    op.drop_table("enquiry")
