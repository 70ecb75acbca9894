"""Measurements of the data on people, and predictions of failures."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def _counts(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]


def _of_measure(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["measure_id"], ["quality_measure.id"], name=op.f(f"fk_{table}_measure_id")
    )


def upgrade() -> None:
    op.create_table(
        "quality_measure",
        sa.Column("id", Key(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("measured_at", Moment(), nullable=False),
        sa.Column("measured_by", sa.String(), nullable=False),
        *_counts("people"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_measure")),
    )
    op.create_index("ix_quality_measure_day_id", "quality_measure", ["day", "id"])
    op.create_table(
        "quality_total",
        sa.Column("measure_id", Key(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        *_counts("people", "right", "complete", "clean", "live"),
        _of_measure("quality_total"),
        sa.PrimaryKeyConstraint("measure_id", "area_code", name=op.f("pk_quality_total")),
    )
    op.create_table(
        "quality_count",
        sa.Column("measure_id", Key(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        *_counts("people"),
        _of_measure("quality_count"),
        sa.PrimaryKeyConstraint("measure_id", "code", "area_code", name=op.f("pk_quality_count")),
    )
    op.create_table(
        "quality_finding",
        sa.Column("id", Key(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("beneficiary_id", Key(), nullable=True),
        sa.Column("payout_line_id", Key(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.Column("other", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_finding")),
    )
    op.create_index("ix_quality_finding_beneficiary_id", "quality_finding", ["beneficiary_id"])
    op.create_index("ix_quality_finding_code_area_code_id", "quality_finding", ["code", "area_code", "id"])
    op.create_table(
        "prediction",
        sa.Column("id", Key(), nullable=False),
        sa.Column("list_id", Key(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        *_counts("lines", "predicted"),
        sa.ForeignKeyConstraint(["list_id"], ["payout_list.id"], name=op.f("fk_prediction_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prediction")),
    )
    op.create_index("ix_prediction_list_id", "prediction", ["list_id"])
    op.create_table(
        "predicted_line",
        sa.Column("prediction_id", Key(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("sign", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("value", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["prediction_id"], ["prediction.id"], name=op.f("fk_predicted_line_prediction_id")
        ),
        sa.PrimaryKeyConstraint("prediction_id", "line_ref", name=op.f("pk_predicted_line")),
    )
    op.create_index(
        "ix_predicted_line_prediction_id_area_code_line_ref",
        "predicted_line",
        ["prediction_id", "area_code", "line_ref"],
    )


def downgrade() -> None:
    for table in (
        *("predicted_line", "prediction", "quality_finding", "quality_count", "quality_total"),
        "quality_measure",
    ):
        op.drop_table(table)
