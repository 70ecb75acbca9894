"""An index by which open cases are counted by ward and age."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OPEN = sa.text("state <> 'closed'")


def upgrade() -> None:
    op.create_index(
        "ix_cases_open_ages",
        "cases",
        ["programme", "cycle", "area_code", "state", "kind", "opened_at", "due"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def downgrade() -> None:
    op.drop_index("ix_cases_open_ages", table_name="cases")
