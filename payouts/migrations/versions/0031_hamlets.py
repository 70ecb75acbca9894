"""The hamlet of a payout line, and of its case."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

OPEN = "state <> 'closed'"
IN_USE = ["area_code", "programme", "reason_code", "bank_code"]


def _index(columns: list[str]) -> None:
    op.drop_index("ix_cases_open_in_use", table_name="cases")
    op.create_index(
        "ix_cases_open_in_use", "cases", columns, sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN)
    )


def upgrade() -> None:
    for table in ("payout_line", "cases"):
        op.add_column(table, sa.Column("hamlet", sa.String(), nullable=True))
    _index([*IN_USE, "hamlet"])


def downgrade() -> None:
    _index(IN_USE)
    for table in ("cases", "payout_line"):
        with op.batch_alter_table(table, schema=None) as batch:
            batch.drop_column("hamlet")
