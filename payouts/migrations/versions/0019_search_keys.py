"""Keys by which a search finds people, and payout lines that name none."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import ByBytes, Key

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


# A line without an identity number was taken for a person without one; the same with accounts.
NOBODY = "SELECT id FROM beneficiary WHERE citizen_id = ''"
CLEARED = (
    f"DELETE FROM welfare_account WHERE account_no = '' OR beneficiary_id IN ({NOBODY})",  # noqa: S608  # our own words
    f"DELETE FROM earlier_id WHERE beneficiary_id IN ({NOBODY})",  # noqa: S608  # the same
    "DELETE FROM beneficiary WHERE citizen_id = ''",
)


def upgrade() -> None:
    for statement in CLEARED:
        op.execute(statement)
    for table in ("beneficiary", "payout_list"):
        op.add_column(table, sa.Column("searchable", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(op.f("ix_beneficiary_area_code"), "beneficiary", ["area_code"], unique=False)
    op.create_index(
        "ix_beneficiary_not_searchable",
        "beneficiary",
        ["id"],
        unique=False,
        sqlite_where=sa.text("NOT searchable"),
        postgresql_where=sa.text("NOT searchable"),
    )
    op.create_table(
        "person_key",
        sa.Column("key", ByBytes(), nullable=False),
        sa.Column("beneficiary_id", Key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_person_key_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("key", "beneficiary_id", name=op.f("pk_person_key")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_person_key_beneficiary_id_key", "person_key", ["beneficiary_id", "key"], unique=False)
    op.create_table(
        "line_key",
        sa.Column("key", ByBytes(), nullable=False),
        sa.Column("payout_line_id", Key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payout_line_id"], ["payout_line.id"], name=op.f("fk_line_key_payout_line_id")
        ),
        sa.PrimaryKeyConstraint("key", "payout_line_id", name=op.f("pk_line_key")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("line_key")
    op.drop_table("person_key")
    op.drop_index("ix_beneficiary_not_searchable", table_name="beneficiary")
    op.drop_index(op.f("ix_beneficiary_area_code"), table_name="beneficiary")
    for table in ("payout_list", "beneficiary"):
        with op.batch_alter_table(table, schema=None) as batch:
            batch.drop_column("searchable")
