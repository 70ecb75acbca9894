"""Decisions on bank files, policies of controls, statements, and lines whose evidence fell away."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "control_policy",
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("control", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("bank_code", "control", name=op.f("pk_control_policy")),
    )
    op.create_table(
        "fallen_line",
        sa.Column("run_id", Key(), autoincrement=False, nullable=False),
        sa.Column("payout_line_id", Key(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("run_id", "payout_line_id", name=op.f("pk_fallen_line")),
    )
    op.create_table(
        "file_decision",
        sa.Column("id", Key(), nullable=False),
        sa.Column("file_id", Key(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("new_file_id", Key(), nullable=True),
        sa.Column("proposed_at", Moment(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("checked_at", Moment(), nullable=True),
        sa.Column("checked_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint(
            "state <> 'done' OR kind NOT IN ('release', 'withdraw')"
            " OR (checked_by IS NOT NULL AND checked_by <> proposed_by)",
            name=op.f("ck_file_decision_two_people"),
        ),
        sa.ForeignKeyConstraint(["file_id"], ["settlement_file.id"], name=op.f("fk_file_decision_file_id")),
        sa.ForeignKeyConstraint(
            ["new_file_id"], ["settlement_file.id"], name=op.f("fk_file_decision_new_file_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_decision")),
    )
    with op.batch_alter_table("file_decision", schema=None) as batch_op:
        batch_op.create_index("ix_file_decision_file_id_id", ["file_id", "id"], unique=False)
        batch_op.create_index(
            "uq_file_decision_waiting",
            ["file_id"],
            unique=True,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
    op.create_table(
        "settlement_statement",
        sa.Column("file_id", Key(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("page", sa.BigInteger(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=False),
        sa.Column("opening", sa.String(), nullable=False),
        sa.Column("closing", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["file_id"], ["settlement_file.id"], name=op.f("fk_settlement_statement_file_id")
        ),
        sa.PrimaryKeyConstraint("file_id", "statement", name=op.f("pk_settlement_statement")),
    )
    with op.batch_alter_table("settlement_statement", schema=None) as batch_op:
        batch_op.create_index(
            "ix_settlement_statement_bank_code_account_closed_on",
            ["bank_code", "account", "closed_on"],
            unique=False,
        )
    with op.batch_alter_table("settlement_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("decision", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("supersedes", Key(), nullable=True))
        batch_op.add_column(sa.Column("changes", sa.JSON(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_settlement_file_supersedes"), "settlement_file", ["supersedes"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_settlement_file_supersedes"), ["supersedes"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("settlement_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_settlement_file_supersedes"))
        batch_op.drop_constraint(op.f("fk_settlement_file_supersedes"), type_="foreignkey")
        for name in ("changes", "supersedes", "decision"):
            batch_op.drop_column(name)
    for name in ("settlement_statement", "file_decision", "fallen_line", "control_policy"):
        op.drop_table(name)
