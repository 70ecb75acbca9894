"""Approvals, who decides for a ward, and who stands in for whom."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

WAITING = "state = 'waiting'"
NAMED = "ended_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "approval",
        sa.Column("id", Key(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("case_id", Key(), nullable=True),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("citizen_ids", sa.String(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_approval_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("id", "asked_by", name=op.f("uq_approval_id_asked_by")),
    )
    op.create_index("ix_approval_case_id", "approval", ["case_id"])
    op.create_index("ix_approval_state_id", "approval", ["state", "id"])
    op.create_index(
        "uq_approval_waiting",
        "approval",
        ["kind", "subject"],
        unique=True,
        sqlite_where=sa.text(WAITING),
        postgresql_where=sa.text(WAITING),
    )
    op.create_table(
        "delegation",
        sa.Column("id", Key(), nullable=False),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("taker", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("kinds", sa.String(), nullable=True),
        sa.Column("areas", sa.String(), nullable=True),
        sa.Column("most", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.Column("revoked_by", sa.String(), nullable=True),
        sa.Column("revoked_why", sa.String(), nullable=True),
        sa.CheckConstraint("giver <> taker", name=op.f("ck_delegation_two_people")),
        sa.CheckConstraint("valid_from <= valid_to", name=op.f("ck_delegation_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index("ix_delegation_giver", "delegation", ["giver"])
    op.create_index("ix_delegation_taker_valid_to", "delegation", ["taker", "valid_to"])
    op.create_table(
        "approval_answer",
        sa.Column("id", Key(), nullable=False),
        sa.Column("approval_id", Key(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("delegation_id", Key(), nullable=True),
        sa.Column("giver", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(answer = 'take_back' AND \"by\" = asked_by)"
            " OR (answer <> 'take_back' AND \"by\" <> asked_by AND (giver IS NULL OR giver <> asked_by))",
            name=op.f("ck_approval_answer_another_person"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id", "asked_by"],
            ["approval.id", "approval.asked_by"],
            name=op.f("fk_approval_answer_approval_id"),
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_approval_answer_delegation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_answer")),
        sa.UniqueConstraint("approval_id", "by", name=op.f("uq_approval_answer_approval_id_by")),
    )
    op.create_table(
        "approver",
        sa.Column("id", Key(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("named_at", Moment(), nullable=False),
        sa.Column("named_by", sa.String(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approver")),
    )
    op.create_index(
        "uq_approver_named",
        "approver",
        ["area_code", "username"],
        unique=True,
        sqlite_where=sa.text(NAMED),
        postgresql_where=sa.text(NAMED),
    )


def downgrade() -> None:
    op.drop_table("approver")
    op.drop_table("approval_answer")
    op.drop_table("delegation")
    op.drop_table("approval")
