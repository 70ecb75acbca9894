"""Corrected payout lists, versions of payout lines, and the parts of an amount."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PARTS = ("amount_current", "amount_carried_over", "amount_arrears", "amount_deducted", "amount_one_off")


def upgrade() -> None:
    op.create_table(
        "payout_list_change",
        sa.Column("list_id", Key(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("old_id", Key(), nullable=True),
        sa.Column("new_id", Key(), nullable=True),
        sa.Column("fields", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["payout_list.id"], name=op.f("fk_payout_list_change_list_id")),
        sa.PrimaryKeyConstraint("list_id", "line_ref", name=op.f("pk_payout_list_change")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("payout_list", schema=None) as batch_op:
        batch_op.add_column(sa.Column("supersedes", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("superseded_by", Key(), nullable=True))
        batch_op.add_column(sa.Column("parts", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
        batch_op.add_column(sa.Column("sheets", sa.JSON(), server_default=sa.text("'[]'"), nullable=False))
        batch_op.add_column(sa.Column("decision", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("decided_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("decided_by", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("decision_note", sa.String(), nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_payout_list_superseded_by"), "payout_list", ["superseded_by"], ["id"]
        )
        batch_op.drop_constraint(op.f("uq_payout_list_programme_cycle_sha256"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_payout_list_programme_cycle_sha256_supersedes"),
            ["programme", "cycle", "sha256", "supersedes"],
        )
    with op.batch_alter_table("payout_line", schema=None) as batch_op:
        for name in PARTS:
            batch_op.add_column(sa.Column(name, sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("carried_from", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("ended_by", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.drop_constraint(op.f("uq_payout_line_line_ref"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_payout_line_line_ref_ended_by"), ["line_ref", "ended_by"])
        batch_op.create_index(
            "ix_payout_line_carried_from",
            ["carried_from"],
            unique=False,
            sqlite_where=sa.text("carried_from IS NOT NULL"),
            postgresql_where=sa.text("carried_from IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("payout_line", schema=None) as batch_op:
        batch_op.drop_index("ix_payout_line_carried_from")
        batch_op.drop_constraint(op.f("uq_payout_line_line_ref_ended_by"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_payout_line_line_ref"), ["line_ref"])
        for name in ("ended_by", "carried_from", *PARTS):
            batch_op.drop_column(name)
    with op.batch_alter_table("payout_list", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_payout_list_programme_cycle_sha256_supersedes"), type_="unique")
        batch_op.create_unique_constraint(
            op.f("uq_payout_list_programme_cycle_sha256"), ["programme", "cycle", "sha256"]
        )
        batch_op.drop_constraint(op.f("fk_payout_list_superseded_by"), type_="foreignkey")
        for name in (
            *("decision_note", "decided_by", "decided_at", "decision"),
            *("sheets", "parts", "superseded_by", "supersedes"),
        ):
            batch_op.drop_column(name)
    op.drop_table("payout_list_change")
