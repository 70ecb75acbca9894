"""The first tables."""

import sqlalchemy as sa
from alembic import op

from payouts.core.fields import Key, Moment

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", Key(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_event_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_event_subject_id", ["subject", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_event_who"), ["who"], unique=False)

    op.create_table(
        "bank_key",
        sa.Column("id", Key(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_bank_key_key_hash")),
    )
    with op.batch_alter_table("bank_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bank_key_bank_code"), ["bank_code"], unique=False)

    op.create_table(
        "beneficiary",
        sa.Column("id", Key(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beneficiary")),
        sa.UniqueConstraint("citizen_id", name=op.f("uq_beneficiary_citizen_id")),
    )
    op.create_table(
        "disposition",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("settlement_line_id", Key(), autoincrement=False, nullable=False),
        sa.Column("disposition", sa.String(), nullable=False),
        sa.Column("line_refs", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("cycle_id", Key(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "settlement_line_id", name=op.f("pk_disposition")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "evidence_link",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("payout_line_id", Key(), nullable=False),
        sa.Column("settlement_line_id", Key(), autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("role", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint(
            "run_id", "payout_line_id", "settlement_line_id", name=op.f("pk_evidence_link")
        ),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("evidence_link", schema=None) as batch_op:
        batch_op.create_index(
            "ix_evidence_link_settlement_line_id", ["settlement_line_id", "run_id"], unique=False
        )

    op.create_table(
        "job",
        sa.Column("id", Key(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("due_at", Moment(), nullable=False),
        sa.Column("holder", sa.String(), nullable=True),
        sa.Column("lease_until", Moment(), nullable=True),
        sa.Column("fence", sa.BigInteger(), nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("name", "key", name=op.f("uq_job_name_key")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_state_due_at", ["state", "due_at"], unique=False)

    op.create_table(
        "payout_cycle",
        sa.Column("id", Key(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_cycle")),
        sa.UniqueConstraint("programme", "cycle", name=op.f("uq_payout_cycle_programme_cycle")),
    )
    op.create_table(
        "settlement_file",
        sa.Column("id", Key(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("read_by_profile", sa.String(), nullable=True),
        sa.Column("servicer", sa.String(), nullable=True),
        sa.Column("movement", sa.Boolean(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=True),
        sa.Column("statements", sa.BigInteger(), nullable=False),
        sa.Column("balances", sa.JSON(), nullable=False),
        sa.Column("balanced", sa.JSON(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("good_lines", sa.BigInteger(), nullable=False),
        sa.Column("totals", sa.JSON(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("problem_count", sa.BigInteger(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_file")),
        sa.UniqueConstraint(
            "bank_code", "sha256", "profile", name=op.f("uq_settlement_file_bank_code_sha256_profile")
        ),
        sa.UniqueConstraint("label", name=op.f("uq_settlement_file_label")),
    )
    with op.batch_alter_table("settlement_file", schema=None) as batch_op:
        batch_op.create_index("ix_settlement_file_state", ["state", "id"], unique=False)

    op.create_table(
        "sign_in_failure",
        sa.Column("id", Key(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_failure")),
    )
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.create_index("ix_sign_in_failure_address_at", ["address", "at"], unique=False)
        batch_op.create_index("ix_sign_in_failure_username_at", ["username", "at"], unique=False)

    op.create_table(
        "standing",
        sa.Column("settlement_line_id", Key(), autoincrement=False, nullable=False),
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("cycle_id", Key(), nullable=True),
        sa.PrimaryKeyConstraint("settlement_line_id", name=op.f("pk_standing")),
    )
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_standing_cycle_id_settlement_line_id", ["cycle_id", "settlement_line_id"], unique=False
        )

    op.create_table(
        "suggestion",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("payout_line_id", Key(), nullable=False),
        sa.Column("settlement_line_id", Key(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("compared", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "payout_line_id", "settlement_line_id", name=op.f("pk_suggestion")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "users",
        sa.Column("id", Key(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("password_ends_at", Moment(), nullable=True),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("disabled_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    op.create_table(
        "verdict",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("payout_line_id", Key(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("differences", sa.String(), nullable=True),
        sa.Column("rule", sa.String(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("explanation", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("run_id", "payout_line_id", name=op.f("pk_verdict")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index(
            "ix_verdict_run_id_area_code_verdict_payout_line_id",
            ["run_id", "area_code", "verdict", "payout_line_id"],
            unique=False,
        )
        batch_op.create_index(
            "ix_verdict_run_id_verdict_payout_line_id", ["run_id", "verdict", "payout_line_id"], unique=False
        )

    op.create_table(
        "verdict_total",
        sa.Column("run_id", Key(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("owed", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("paid", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "area_code", "verdict", name=op.f("pk_verdict_total")),
    )
    op.create_table(
        "payout_list",
        sa.Column("id", Key(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("cycle_id", Key(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("wished_deadline", sa.Date(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("good_lines", sa.BigInteger(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("problem_count", sa.BigInteger(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["payout_cycle.id"], name=op.f("fk_payout_list_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_list")),
        sa.UniqueConstraint(
            "programme", "cycle", "sha256", name=op.f("uq_payout_list_programme_cycle_sha256")
        ),
    )
    op.create_table(
        "personal_token",
        sa.Column("id", Key(), nullable=False),
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_personal_token_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_personal_token_token_hash")),
    )
    with op.batch_alter_table("personal_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_token_user_id"), ["user_id"], unique=False)

    op.create_table(
        "run",
        sa.Column("id", Key(), nullable=False),
        sa.Column("cycle_id", Key(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("done_at", Moment(), nullable=True),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["cycle_id"], ["payout_cycle.id"], name=op.f("fk_run_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("cycle_id", "number", name=op.f("uq_run_cycle_id_number")),
    )
    op.create_table(
        "settlement_line",
        sa.Column("id", Key(), autoincrement=False, nullable=False),
        sa.Column("file_id", Key(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("statement", sa.BigInteger(), nullable=True),
        sa.Column("bank_code", sa.String(), nullable=True),
        sa.Column("branch", sa.String(), nullable=True),
        sa.Column("bank_ref", sa.String(), nullable=True),
        sa.Column("end_to_end_id", sa.String(), nullable=True),
        sa.Column("account_no", sa.String(), nullable=True),
        sa.Column("account_name", sa.String(), nullable=True),
        sa.Column("citizen_id", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=True),
        sa.Column("currency", sa.String(), nullable=True),
        sa.Column("booked_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("reason_text", sa.String(), nullable=True),
        sa.Column("fee", sa.BigInteger(), nullable=True),
        sa.Column("original_ref", sa.String(), nullable=True),
        sa.Column("remittance_info", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["settlement_file.id"], name=op.f("fk_settlement_line_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_line")),
    )
    with op.batch_alter_table("settlement_line", schema=None) as batch_op:
        batch_op.create_index(
            "ix_settlement_line_bank_ref",
            ["bank_ref"],
            unique=False,
            sqlite_where=sa.text("bank_ref IS NOT NULL"),
            postgresql_where=sa.text("bank_ref IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_settlement_line_end_to_end_id",
            ["end_to_end_id"],
            unique=False,
            sqlite_where=sa.text("end_to_end_id IS NOT NULL"),
            postgresql_where=sa.text("end_to_end_id IS NOT NULL"),
        )

    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", Key(), nullable=False),
        sa.Column("csrf", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_staff_session_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "user_area",
        sa.Column("user_id", Key(), autoincrement=False, nullable=False),
        sa.Column("area_code", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_area_user_id")),
        sa.PrimaryKeyConstraint("user_id", "area_code", name=op.f("pk_user_area")),
    )
    op.create_table(
        "user_programme",
        sa.Column("user_id", Key(), autoincrement=False, nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_programme_user_id")),
        sa.PrimaryKeyConstraint("user_id", "programme", name=op.f("pk_user_programme")),
    )
    op.create_table(
        "welfare_account",
        sa.Column("id", Key(), nullable=False),
        sa.Column("beneficiary_id", Key(), nullable=False),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("account_no", sa.String(), nullable=False),
        sa.Column("account_name", sa.String(), nullable=True),
        sa.Column("payee_citizen_id", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source_line_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f("fk_welfare_account_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_welfare_account")),
    )
    with op.batch_alter_table("welfare_account", schema=None) as batch_op:
        batch_op.create_index(
            "uq_welfare_account_current",
            ["beneficiary_id", "programme", "bank_code", "account_no"],
            unique=True,
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.create_table(
        "payout_line",
        sa.Column("id", Key(), autoincrement=False, nullable=False),
        sa.Column("list_id", Key(), nullable=False),
        sa.Column("cycle_id", Key(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("line_ref", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=True),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("category_code", sa.String(), nullable=True),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.String(), nullable=True),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("bank_code", sa.String(), nullable=True),
        sa.Column("account_no", sa.String(), nullable=True),
        sa.Column("account_name", sa.String(), nullable=True),
        sa.Column("payee_name", sa.String(), nullable=True),
        sa.Column("payee_citizen_id", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["payout_cycle.id"], name=op.f("fk_payout_line_cycle_id")),
        sa.ForeignKeyConstraint(["list_id"], ["payout_list.id"], name=op.f("fk_payout_line_list_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payout_line")),
        sa.UniqueConstraint("line_ref", name=op.f("uq_payout_line_line_ref")),
    )
    with op.batch_alter_table("payout_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payout_line_citizen_id"), ["citizen_id"], unique=False)
        batch_op.create_index(
            "ix_payout_line_cycle_id_area_code_id", ["cycle_id", "area_code", "id"], unique=False
        )

    op.create_table(
        "cases",
        sa.Column("id", Key(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("payout_line_id", Key(), nullable=True),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("run_id", Key(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["payout_line_id"], ["payout_line.id"], name=op.f("fk_cases_payout_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(
            "ix_cases_area_code_state_due_id", ["area_code", "state", "due", "id"], unique=False
        )
        batch_op.create_index(
            "ix_cases_open_due_id",
            ["due", "id"],
            unique=False,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.create_index(batch_op.f("ix_cases_payout_line_id"), ["payout_line_id"], unique=False)
        batch_op.create_index("ix_cases_state_due_id", ["state", "due", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_subject"), ["subject"], unique=False)
        batch_op.create_index(
            "uq_cases_open_subject",
            ["kind", "subject"],
            unique=True,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )

    op.create_table(
        "voucher",
        sa.Column("payout_line_id", Key(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("collected_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["payout_line_id"], ["payout_line.id"], name=op.f("fk_voucher_payout_line_id")
        ),
        sa.PrimaryKeyConstraint("payout_line_id", name=op.f("pk_voucher")),
    )
    op.create_table(
        "case_event",
        sa.Column("id", Key(), nullable=False),
        sa.Column("case_id", Key(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("run_id", Key(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_event_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index("ix_case_event_case_id_id", ["case_id", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index("ix_case_event_case_id_id")

    op.drop_table("case_event")
    op.drop_table("voucher")
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_cases_open_subject",
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.drop_index(batch_op.f("ix_cases_subject"))
        batch_op.drop_index("ix_cases_state_due_id")
        batch_op.drop_index(batch_op.f("ix_cases_payout_line_id"))
        batch_op.drop_index(
            "ix_cases_open_due_id",
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.drop_index("ix_cases_area_code_state_due_id")

    op.drop_table("cases")
    with op.batch_alter_table("payout_line", schema=None) as batch_op:
        batch_op.drop_index("ix_payout_line_cycle_id_area_code_id")
        batch_op.drop_index(batch_op.f("ix_payout_line_citizen_id"))

    op.drop_table("payout_line")
    with op.batch_alter_table("welfare_account", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_welfare_account_current",
            sqlite_where=sa.text("valid_to IS NULL"),
            postgresql_where=sa.text("valid_to IS NULL"),
        )

    op.drop_table("welfare_account")
    op.drop_table("user_programme")
    op.drop_table("user_area")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_user_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("settlement_line", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_settlement_line_end_to_end_id",
            sqlite_where=sa.text("end_to_end_id IS NOT NULL"),
            postgresql_where=sa.text("end_to_end_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_settlement_line_bank_ref",
            sqlite_where=sa.text("bank_ref IS NOT NULL"),
            postgresql_where=sa.text("bank_ref IS NOT NULL"),
        )

    op.drop_table("settlement_line")
    op.drop_table("run")
    with op.batch_alter_table("personal_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_token_user_id"))

    op.drop_table("personal_token")
    op.drop_table("payout_list")
    op.drop_table("verdict_total")
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.drop_index("ix_verdict_run_id_verdict_payout_line_id")
        batch_op.drop_index("ix_verdict_run_id_area_code_verdict_payout_line_id")

    op.drop_table("verdict")
    op.drop_table("users")
    op.drop_table("suggestion")
    with op.batch_alter_table("standing", schema=None) as batch_op:
        batch_op.drop_index("ix_standing_cycle_id_settlement_line_id")

    op.drop_table("standing")
    with op.batch_alter_table("sign_in_failure", schema=None) as batch_op:
        batch_op.drop_index("ix_sign_in_failure_username_at")
        batch_op.drop_index("ix_sign_in_failure_address_at")

    op.drop_table("sign_in_failure")
    with op.batch_alter_table("settlement_file", schema=None) as batch_op:
        batch_op.drop_index("ix_settlement_file_state")

    op.drop_table("settlement_file")
    op.drop_table("payout_cycle")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state_due_at")

    op.drop_table("job")
    with op.batch_alter_table("evidence_link", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_link_settlement_line_id")

    op.drop_table("evidence_link")
    op.drop_table("disposition")
    op.drop_table("beneficiary")
    with op.batch_alter_table("bank_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bank_key_bank_code"))

    op.drop_table("bank_key")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_event_who"))
        batch_op.drop_index("ix_audit_event_subject_id")
        batch_op.drop_index(batch_op.f("ix_audit_event_at"))

    op.drop_table("audit_event")
