"""Where people stand on the way to a working account, what it adds up to from day to day, and the targets."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

LEFT, CURRENT = sa.text("cause <> ''"), sa.text("until IS NULL")


def upgrade() -> None:
    op.create_table(
        "coverage_person",
        sa.Column("beneficiary_id", Key(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _OF_PERSON),
        sa.Column("force_majeure", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_coverage_person_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("beneficiary_id", name=op.f("pk_coverage_person")),
    )
    for name, columns in _LEFT.items():
        op.create_index(name, "coverage_person", columns, sqlite_where=LEFT, postgresql_where=LEFT)
    op.create_table(
        "coverage_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_coverage_day")),
    )
    op.create_table(
        "coverage_cell",
        sa.Column("id", Key(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _OF_CELL[:-1]),
        sa.Column("force_majeure", sa.Boolean(), nullable=False),
        sa.Column("people", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_cell")),
    )
    op.create_index("ix_coverage_cell_dimension_since", "coverage_cell", ["dimension", "since", "until"])
    op.create_index(
        "uq_coverage_cell_current",
        "coverage_cell",
        [*_OF_CELL],
        unique=True,
        sqlite_where=CURRENT,
        postgresql_where=CURRENT,
    )
    op.create_table(
        "coverage_target",
        sa.Column("id", Key(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("but_force_majeure", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_at", Moment(), nullable=False),
        sa.Column("set_by", sa.String(), nullable=False),
        sa.CheckConstraint("share BETWEEN 1 AND 10000", name=op.f("ck_coverage_target_share")),
        sa.CheckConstraint("starts_on < due", name=op.f("ck_coverage_target_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_target")),
    )
    op.create_index("ix_coverage_target_area_code_id", "coverage_target", ["area_code", "id"])


def downgrade() -> None:
    for table in ("coverage_target", "coverage_cell", "coverage_day", "coverage_person"):
        op.drop_table(table)


_OF_PERSON = ("programmes", "area_code", "category", "age", "sex", "bank_code", "stage", "cause")
_LEFT = {
    "ix_coverage_person_left": ["area_code", "cause", "beneficiary_id"],
    "ix_coverage_person_causes": [
        *("cause", "area_code", "programmes", "bank_code", "stage", "force_majeure", "since")
    ],
}
_OF_CELL = ("dimension", "area_code", "key", "programmes", "stage", "force_majeure")
