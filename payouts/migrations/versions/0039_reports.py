"""Reports that were given out, and plans of those that are made by themselves."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_plan",
        sa.Column("id", Key(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_plan")),
    )
    op.create_table(
        "report_issue",
        sa.Column("id", Key(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("run_number", sa.BigInteger(), nullable=False),
        sa.Column("known_at", Moment(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=True),
        sa.Column("program", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("kept", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("plan_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_report_issue_run_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["report_plan.id"], name=op.f("fk_report_issue_plan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_issue")),
        sa.UniqueConstraint("plan_id", "cycle", name=op.f("uq_report_issue_plan_id_cycle")),
    )
    op.create_index("ix_report_issue_programme_cycle_id", "report_issue", ["programme", "cycle", "id"])
    op.create_index("ix_report_issue_sha256", "report_issue", ["sha256"])


def downgrade() -> None:
    op.drop_table("report_issue")
    op.drop_table("report_plan")
