"""What the worklist filters and sorts by in each case; saved views, and acts on many cases."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OPEN = "state <> 'closed'"
WORST = sa.text("hardship DESC")
INDEXES: tuple[tuple[str, list[str | sa.TextClause], str], ...] = (
    ("ix_cases_open_worst", [WORST, "due", "id"], OPEN),
    ("ix_cases_open_area_worst", ["area_code", WORST, "due", "id"], OPEN),
    ("ix_cases_open_assignee_worst", ["assignee", WORST, "due", "id"], OPEN),
    ("ix_cases_open_in_use", ["area_code", "programme", "reason_code", "bank_code"], OPEN),
    ("ix_cases_not_described", ["id"], "search IS NULL"),
)


def upgrade() -> None:
    op.add_column("cases", sa.Column("bank_code", sa.String(), nullable=True))
    op.add_column("cases", sa.Column("search", sa.String(), nullable=True))
    for name, columns, where in INDEXES:
        op.create_index(name, "cases", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    op.create_table(
        "saved_view",
        sa.Column("id", Key(), nullable=False),
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_saved_view_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_saved_view_user_id_name")),
    )
    op.create_table(
        "bulk_act",
        sa.Column("id", Key(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("left_out", sa.BigInteger(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("undone_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_act")),
    )
    op.create_table(
        "bulk_case",
        sa.Column("act_id", Key(), nullable=False),
        sa.Column("place", sa.BigInteger(), nullable=False),
        sa.Column("case_id", Key(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.JSON(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("done_version", sa.BigInteger(), nullable=True),
        sa.Column("refused", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["act_id"], ["bulk_act.id"], name=op.f("fk_bulk_case_act_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bulk_case_case_id")),
        sa.PrimaryKeyConstraint("act_id", "place", name=op.f("pk_bulk_case")),
    )
    op.add_column("users", sa.Column("shortcuts", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("users", schema=None) as batch:
        batch.drop_column("shortcuts")
    for table in ("bulk_case", "bulk_act", "saved_view"):
        op.drop_table(table)
    for name, _, _ in INDEXES:
        op.drop_index(name, table_name="cases")
    with op.batch_alter_table("cases", schema=None) as batch:
        batch.drop_column("search")
        batch.drop_column("bank_code")
