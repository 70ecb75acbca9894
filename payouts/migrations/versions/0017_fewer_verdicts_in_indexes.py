"""Lines that are paid stand in no index but the primary key, on PostgreSQL, too."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_verdict_run_id_verdict_payout_line_id": ["run_id", "verdict", "payout_line_id"],
    "ix_verdict_run_id_area_code_verdict_payout_line_id": [
        *("run_id", "area_code", "verdict", "payout_line_id"),
    ],
}


def upgrade() -> None:
    _make_anew(sa.text("verdict <> 'paid'"))


def downgrade() -> None:
    _make_anew(None)


def _make_anew(where: sa.TextClause | None) -> None:
    if op.get_bind().dialect.name != "postgresql":
        return  # SQLite has them so from the beginning
    for name, columns in INDEXES.items():
        op.drop_index(name, table_name="verdict")
        op.create_index(name, "verdict", columns, postgresql_where=where)
