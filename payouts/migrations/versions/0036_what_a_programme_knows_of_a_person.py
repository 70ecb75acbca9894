"""For which category and by which channel a programme pays somebody; what a proposal says of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

OF_PROGRAMME = ("category_code", "channel")


def upgrade() -> None:
    for name in OF_PROGRAMME:
        op.add_column("enrolment", sa.Column(name, sa.String(), nullable=True))
    op.add_column(
        "registry_proposal", sa.Column("details", sa.JSON(), server_default=sa.text("'{}'"), nullable=False)
    )
    op.create_index("ix_registry_proposal_decided_at", "registry_proposal", ["decided_at"])


def downgrade() -> None:
    op.drop_index("ix_registry_proposal_decided_at", table_name="registry_proposal")
    with op.batch_alter_table("registry_proposal", schema=None) as batch:
        batch.drop_column("details")
    with op.batch_alter_table("enrolment", schema=None) as batch:
        for name in OF_PROGRAMME:
            batch.drop_column(name)
