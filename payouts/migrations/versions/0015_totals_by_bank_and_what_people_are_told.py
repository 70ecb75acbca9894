"""Totals of runs by bank, marks of people whose family is told nothing, and where to reach offices."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The last run of each cycle; earlier ones are asked for by area and verdict alone.
BY_BANK = """
INSERT INTO bank_total (run_id, area_code, bank_code, verdict, lines, owed, settled, paid)
SELECT v.run_id, COALESCE(v.area_code, ''), COALESCE(l.bank_code, ''), v.verdict,
  COUNT(*), SUM(v.owed), SUM(v.settled),
  SUM(CASE WHEN v.verdict NOT IN ('paid', 'amount_differs', 'paid_twice') THEN 0
      WHEN v.settled < v.owed THEN v.settled ELSE v.owed END)
FROM verdict v JOIN payout_line l ON l.id = v.payout_line_id
WHERE v.run_id IN (SELECT MAX(id) FROM run WHERE state = 'done' GROUP BY cycle_id)
GROUP BY v.run_id, COALESCE(v.area_code, ''), COALESCE(l.bank_code, ''), v.verdict
"""


def upgrade() -> None:
    op.create_table(
        "bank_total",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "area_code", "bank_code", "verdict", name=op.f("pk_bank_total")),
    )
    op.execute(BY_BANK)
    op.create_table(
        "disclosure_mark",
        sa.Column("id", Key(), nullable=False),
        sa.Column("beneficiary_id", Key(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("withheld", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_disclosure_mark_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure_mark")),
        sa.UniqueConstraint(
            "beneficiary_id", "number", name=op.f("uq_disclosure_mark_beneficiary_id_number")
        ),
    )
    op.create_table(
        "contact_point",
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_contact_point")),
    )


def downgrade() -> None:
    for table in ("contact_point", "disclosure_mark", "bank_total"):
        op.drop_table(table)
