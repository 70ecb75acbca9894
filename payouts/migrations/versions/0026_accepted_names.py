"""Names of holders that two people accept are decisions on matches, too."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

Indexes = dict[str, tuple[list[str], str]]
STANDS = "state IN ('waiting', 'done')"
PAIR = ["payout_line_id", "settlement_line_id"]
ONE = ["settlement_line_id"]
CHECK = "state NOT IN ('done', 'undone') OR kind {} OR (checked_by IS NOT NULL AND checked_by <> proposed_by)"
# Index -> its columns, and which rows it holds, before and after.
BEFORE = {
    "uq_match_decision_pair": (PAIR, STANDS),
    "uq_match_decision_claimed": (ONE, f"{STANDS} AND kind <> 'reject'"),
}
AFTER = {
    "uq_match_decision_pair": (PAIR, f"{STANDS} AND kind <> 'name'"),
    "uq_match_decision_name": (PAIR, f"{STANDS} AND kind = 'name'"),
    "uq_match_decision_claimed": (ONE, f"{STANDS} AND kind IN ('confirm', 'force')"),
}


def upgrade() -> None:
    _change(BEFORE, AFTER, "NOT IN ('force', 'name')")


def downgrade() -> None:
    op.execute("DELETE FROM match_decision WHERE kind = 'name'")
    _change(AFTER, BEFORE, "<> 'force'")


def _change(old: Indexes, new: Indexes, alone: str) -> None:
    """Hold other kinds of decisions to two people, and to one a pair or a line."""
    with op.batch_alter_table("match_decision", schema=None) as batch_op:
        for name in old:
            batch_op.drop_index(name)
        batch_op.drop_constraint(op.f("ck_match_decision_two_people"), type_="check")
        batch_op.create_check_constraint(op.f("ck_match_decision_two_people"), CHECK.format(alone))
        for name, (columns, rows) in new.items():
            held = sa.text(rows)
            batch_op.create_index(name, columns, unique=True, sqlite_where=held, postgresql_where=held)
