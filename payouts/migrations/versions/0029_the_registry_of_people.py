"""Who is on which programme since when, payees, opt-outs, dossiers, registry files, changes and proposals."""

import sqlalchemy as sa
from alembic import op

from payouts.core import clock
from payouts.core.fields import Key, Moment

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

PERSON = (
    ("sex", sa.String()),
    ("channel", sa.String()),
    ("vneid_level", sa.SmallInteger()),
    ("card_expires_on", sa.Date()),
)
WAITING = "state = 'waiting'"


def upgrade() -> None:
    for name, kind in PERSON:
        op.add_column("beneficiary", sa.Column(name, kind, nullable=True))
    op.create_table(
        "enrolment",
        *_of_person("enrolment"),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=True),
        sa.Column("recorded_at", Moment(), nullable=False),
    )
    _current("enrolment", "until IS NULL", "beneficiary_id", "programme")
    op.create_table(
        "payee",
        *_of_person("payee"),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *_told(),
        *_ended(),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_payee_days")),
    )
    _current("payee", "ended_at IS NULL", "beneficiary_id")
    op.create_table(
        "opt_out",
        *_of_person("opt_out"),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("look_again_on", sa.Date(), nullable=True),
        *_told(),
        *_ended(),
    )
    _current("opt_out", "ended_at IS NULL", "beneficiary_id")
    op.create_table(
        "dossier",
        *_of_person("dossier"),
        sa.Column("bank_code", sa.String(), nullable=False),
        sa.Column("completed_on", sa.Date(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=True),
        sa.Column("refused_on", sa.Date(), nullable=True),
        sa.Column("refused_why", sa.String(), nullable=True),
        *_told(),
    )
    _current("dossier", "opened_on IS NULL AND refused_on IS NULL", "beneficiary_id")
    op.create_index("ix_dossier_beneficiary_id", "dossier", ["beneficiary_id"])
    op.create_table(
        "registry_change",
        *_of_person("registry_change"),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("programme", sa.String(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=True),
        sa.Column("proof", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
    )
    op.create_index("ix_registry_change_beneficiary_id_id", "registry_change", ["beneficiary_id", "id"])
    _proposals()
    _files()
    _enrol_who_was_listed()


def downgrade() -> None:
    for table in (
        *("registry_row", "registry_file", "registry_proposal", "registry_change"),
        *("dossier", "opt_out", "payee", "enrolment"),
    ):
        op.drop_table(table)
    with op.batch_alter_table("beneficiary", schema=None) as batch:
        for name, _ in reversed(PERSON):
            batch.drop_column(name)


def _proposals() -> None:
    op.create_table(
        "registry_proposal",
        *_of_person("registry_proposal"),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.Column("programme", sa.String(), nullable=False),
        sa.Column("month", sa.String(), nullable=True),
        sa.Column("area_code", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=True),
        sa.Column("told_id", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_at", Moment(), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind NOT IN ('account', 'payee') OR state <> 'done' OR decided_by <> asked_by",
            name=op.f("ck_registry_proposal_another_person"),
        ),
    )
    where = sa.text(WAITING)
    op.create_index(
        "uq_registry_proposal_waiting",
        "registry_proposal",
        ["beneficiary_id", "programme", "field"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_index("ix_registry_proposal_state_kind_id", "registry_proposal", ["state", "kind", "id"])
    op.create_index("ix_registry_proposal_source_id", "registry_proposal", ["source", "source_id"])


def _files() -> None:
    op.create_table(
        "registry_file",
        sa.Column("id", Key(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("filename", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=True),
        sa.Column("lines", sa.BigInteger(), nullable=False),
        sa.Column("good_lines", sa.BigInteger(), nullable=False),
        sa.Column("problems", sa.JSON(), nullable=False),
        sa.Column("problem_count", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("received_at", Moment(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("read_at", Moment(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_file")),
        sa.UniqueConstraint("sha256", name=op.f("uq_registry_file_sha256")),
    )
    texts = ("sex", "category_code", "area_code", "programme", "since", "channel", "bank_code", "account_no")
    op.create_table(
        "registry_row",
        sa.Column("id", Key(), autoincrement=False, nullable=False),
        sa.Column("file_id", Key(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("citizen_id", sa.String(), nullable=False),
        sa.Column("full_name", sa.String(), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        *(sa.Column(name, sa.String(), nullable=True) for name in texts),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("account_name", "payee_name")),
        *(sa.Column(f"payee_{name}", sa.String(), nullable=True) for name in ("citizen_id", "relation")),
        sa.Column("payee_document", sa.String(), nullable=True),
        sa.Column("payee_valid_to", sa.Date(), nullable=True),
        sa.Column("vneid_level", sa.SmallInteger(), nullable=True),
        sa.Column("card_expires_on", sa.Date(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("opt_out", sa.String(), nullable=True),
        *(
            sa.Column(f"dossier_{step}_on", sa.Date(), nullable=True)
            for step in ("completed", "sent", "opened")
        ),
        sa.Column("other_ids", sa.String(), nullable=True),
        sa.Column("document", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["registry_file.id"], name=op.f("fk_registry_row_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registry_row")),
    )


def _of_person(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("id", Key(), nullable=False),
        sa.Column("beneficiary_id", Key(), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiary.id"], name=op.f(f"fk_{table}_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def _told() -> list[sa.Column[object]]:
    return [
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", Moment(), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
    ]


def _ended() -> list[sa.Column[object]]:
    return [
        sa.Column("ended_at", Moment(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
    ]


def _current(table: str, condition: str, *columns: str) -> None:
    where = sa.text(condition)
    op.create_index(
        f"uq_{table}_current", table, list(columns), unique=True, sqlite_where=where, postgresql_where=where
    )


def _enrol_who_was_listed() -> None:
    """Put people on the programmes whose lists named them; who stands not in the latest month has left."""
    line = sa.table("payout_line", sa.column("citizen_id"), sa.column("cycle_id"), sa.column("ended_by"))
    cycle = sa.table("payout_cycle", sa.column("id"), sa.column("programme"), sa.column("cycle"))
    person = sa.table("beneficiary", sa.column("id"), sa.column("citizen_id"))
    enrolment = sa.table(
        "enrolment",
        *(sa.column(name) for name in ("beneficiary_id", "programme", "since", "until", "recorded_at")),
    )
    latest = (
        sa.select(cycle.c.programme, sa.func.max(cycle.c.cycle).label("cycle"))
        .group_by(cycle.c.programme)
        .subquery()
    )
    last = sa.func.max(cycle.c.cycle)
    listed = (
        sa.select(
            person.c.id,
            cycle.c.programme,
            sa.func.min(cycle.c.cycle),
            sa.case((last < latest.c.cycle, last)),
            sa.literal(clock.now(), Moment()),
        )
        .join(line, line.c.citizen_id == person.c.citizen_id)
        .join(cycle, cycle.c.id == line.c.cycle_id)
        .join(latest, latest.c.programme == cycle.c.programme)
        .where(line.c.ended_by == 0)
        .group_by(person.c.id, cycle.c.programme, latest.c.cycle)
    )
    op.execute(enrolment.insert().from_select([column.name for column in enrolment.c], listed))
