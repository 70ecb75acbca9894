"""Who is told of what happens, what each was told, and which rows nobody was told of yet."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

SPEAKING = ("run", "case_event", "expected_file_event")


def upgrade() -> None:
    for table in SPEAKING:
        op.add_column(table, sa.Column("told", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_case_event_untold",
        "case_event",
        ["id"],
        sqlite_where=sa.text("told = 0"),
        postgresql_where=sa.text("NOT told"),
    )
    op.create_table(
        "webhook_subscriber",
        sa.Column("id", Key(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("events", sa.String(), nullable=False),
        sa.Column("programmes", sa.String(), nullable=True),
        sa.Column("areas", sa.String(), nullable=True),
        sa.Column("secret", sa.String(), nullable=False),
        sa.Column("old_secret", sa.String(), nullable=True),
        sa.Column("old_secret_until", Moment(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("paused_until", Moment(), nullable=True),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.Column("disabled_by", sa.String(), nullable=True),
        sa.Column("disabled_why", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_subscriber")),
        sa.UniqueConstraint("name", name=op.f("uq_webhook_subscriber_name")),
    )
    op.create_table(
        "webhook_message",
        sa.Column("id", Key(), nullable=False),
        sa.Column("subscriber_id", Key(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"], ["webhook_subscriber.id"], name=op.f("fk_webhook_message_subscriber_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_message")),
        sa.UniqueConstraint("uid", name=op.f("uq_webhook_message_uid")),
        sa.UniqueConstraint("subscriber_id", "source", name=op.f("uq_webhook_message_subscriber_id_source")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_webhook_message_due_at",
        "webhook_message",
        ["due_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("ix_webhook_message_subscriber_id_id", "webhook_message", ["subscriber_id", "id"])
    op.create_table(
        "webhook_attempt",
        sa.Column("id", Key(), nullable=False),
        sa.Column("message_id", Key(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("took_ms", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.BigInteger(), nullable=True),
        sa.Column("problem", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["message_id"], ["webhook_message.id"], name=op.f("fk_webhook_attempt_message_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempt")),
    )
    op.create_index("ix_webhook_attempt_message_id_id", "webhook_attempt", ["message_id", "id"])


def downgrade() -> None:
    for table in ("webhook_attempt", "webhook_message", "webhook_subscriber"):
        op.drop_table(table)
    op.drop_index("ix_case_event_untold", "case_event")
    for table in SPEAKING:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("told")
