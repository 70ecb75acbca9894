"""Test keys of banks and their files, keys that end, and files named like an earlier one."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ONE_RECEIPT = ["bank_code", "sha256", "profile"]


def upgrade() -> None:
    with op.batch_alter_table("bank_key") as batch:
        batch.add_column(sa.Column("test", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("ends_at", Moment(), nullable=True))
    with op.batch_alter_table("settlement_file") as batch:
        batch.add_column(sa.Column("test", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("same_name_as", Key(), nullable=True))
        batch.drop_constraint("uq_settlement_file_bank_code_sha256_profile", type_="unique")
        batch.create_unique_constraint(
            "uq_settlement_file_bank_code_sha256_profile_test", [*ONE_RECEIPT, "test"]
        )


def downgrade() -> None:
    with op.batch_alter_table("settlement_file") as batch:
        batch.drop_constraint("uq_settlement_file_bank_code_sha256_profile_test", type_="unique")
        batch.create_unique_constraint("uq_settlement_file_bank_code_sha256_profile", ONE_RECEIPT)
        batch.drop_column("same_name_as")
        batch.drop_column("test")
    with op.batch_alter_table("bank_key") as batch:
        batch.drop_column("ends_at")
        batch.drop_column("test")
