"""Cycles that are opened from the one before: drafts, and what makes the difference."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cycle_draft",
        sa.Column("id", Key(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("base_cycle", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("base_lines", sa.BigInteger(), nullable=False),
        sa.Column("base_amount", sa.BigInteger(), nullable=False),
        sa.Column("sums", sa.JSON(), nullable=False),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.Column("list_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(["list_id"], ["payout_list.id"], name=op.f("fk_cycle_draft_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle_draft")),
    )
    where = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_cycle_draft_standing",
        "cycle_draft",
        ["programme", "cycle"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "draft_effect",
        sa.Column("draft_id", Key(), nullable=False),
        sa.Column("number", Key(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=True),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["draft_id"], ["cycle_draft.id"], name=op.f("fk_draft_effect_draft_id")),
        sa.PrimaryKeyConstraint("draft_id", "number", name=op.f("pk_draft_effect")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_draft_effect_kind", "draft_effect", ["draft_id", "kind", "number"])


def downgrade() -> None:
    op.drop_table("draft_effect")
    op.drop_table("cycle_draft")
