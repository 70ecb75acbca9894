"""Cases and what happened to them, as kept in the database."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment
from payouts.core.tables import table_behind

OPEN = "state <> 'closed'"


class Case(SQLModel, table=True):
    """The follow-up of one exception with one beneficiary; how it stands now, its events tell the rest."""

    __tablename__ = "cases"
    __table_args__ = (
        Index(
            "uq_cases_open_subject",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
        Index(
            "ix_cases_open_due_id",
            "due",
            "id",
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
        Index(
            "ix_cases_open_counts",
            *("area_code", "programme", "state", "kind", "due", "assignee", "escalated_at"),
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
        Index(
            "ix_cases_open_ages",
            *("programme", "cycle", "area_code", "state", "kind", "opened_at", "due"),
            sqlite_where=text("state <> 'closed'"),
            postgresql_where=text("state <> 'closed'"),
        ),
        Index("ix_cases_area_code_state_due_id", "area_code", "state", "due", "id"),
        Index("ix_cases_state_due_id", "state", "due", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    kind: str = "exception"  # a key of kinds.KINDS
    subject: str = Field(index=True)  # what it is about, as kinds.KINDS says: a line_ref, an incident
    payout_line_id: int | None = Field(default=None, foreign_key="payout_line.id", sa_type=Key, index=True)
    programme: str
    cycle: str
    area_code: str | None = None
    verdict: str
    reason_code: str | None = None
    state: str = "open"
    assignee: str | None = None
    due: dt.date  # no clock runs while the state is parked
    hardship: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # points of hardship.py; more is worse
    escalated_at: dt.datetime | None = Field(
        default=None, sa_type=Moment
    )  # overdue: the province looks after it, too
    incident_id: int | None = Field(
        default=None, foreign_key="cases.id", sa_type=Key, index=True
    )  # the incident that it hangs under, or hung until it was released
    next_on: dt.date | None = None  # the day on which somebody wants to come back to it
    bank_code: str | None = None  # of the payout line, its person's
    hamlet: str | None = None  # and
    search: str | None = None  # the words and numbers by which it is found: describing.py fills them in
    outcome: str | None = None  # once closed
    run_id: int | None = Field(default=None, sa_type=Key)  # the run that last changed it
    version: int = Field(default=1, sa_type=BigInteger)  # one more with each change
    opened_at: dt.datetime = Field(sa_type=Moment)
    closed_at: dt.datetime | None = Field(default=None, sa_type=Moment)


# The orders of the worklist, what its filters offer, and what describing.py has to fill in.
_CASES = table_behind(Case)
_WORST = (_CASES.c.hardship.desc(), _CASES.c.due, _CASES.c.id)
for _name, _columns, _where in (
    ("ix_cases_open_worst", _WORST, OPEN),
    ("ix_cases_open_area_worst", (_CASES.c.area_code, *_WORST), OPEN),
    ("ix_cases_open_assignee_worst", (_CASES.c.assignee, *_WORST), OPEN),
    (
        "ix_cases_open_in_use",
        (_CASES.c.area_code, _CASES.c.programme, _CASES.c.reason_code, _CASES.c.bank_code, _CASES.c.hamlet),
        OPEN,
    ),
    ("ix_cases_not_described", (_CASES.c.id,), "search IS NULL"),
):
    Index(_name, *_columns, sqlite_where=text(_where), postgresql_where=text(_where))


class CaseEvent(SQLModel, table=True):
    """One thing that happened to a case: who, when, what and why."""

    __tablename__ = "case_event"
    __table_args__ = (
        Index("ix_case_event_case_id_id", "case_id", "id"),
        Index("ix_case_event_untold", "id", sqlite_where=text("told = 0"), postgresql_where=text("NOT told")),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    case_id: int = Field(foreign_key="cases.id", sa_type=Key)
    at: dt.datetime = Field(sa_type=Moment)
    by: str  # a username, or "run 3" for a run
    kind: str  # a key of events.EVENTS
    before: str | None = None
    after: str | None = None
    note: str | None = None
    run_id: int | None = Field(default=None, sa_type=Key)
    told: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # subscribers were told of it; see webhooks.telling


class Confirmation(SQLModel, table=True):
    """The person's own word that what they told us of is over: alone it closes a case opened by hand."""

    __tablename__ = "confirmation"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    case_id: int = Field(foreign_key="cases.id", sa_type=Key, index=True)
    confirmed_on: dt.date
    how: str  # a key of kinds.WAYS
    words: str  # what they said
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str


class Contact(SQLModel, table=True):
    """One time that somebody reached, or tried to reach, the person of a case; never changed."""

    __tablename__ = "contact"
    __table_args__ = (Index("ix_contact_case_id_id", "case_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    case_id: int = Field(foreign_key="cases.id", sa_type=Key)
    at: dt.datetime = Field(sa_type=Moment)
    by: str
    way: str  # of contacts.WAYS
    result: str  # of data/contact_results.csv
    note: str | None = None
    next_on: dt.date | None = None  # the day to come back to it


class Message(SQLModel, table=True):
    """A text that somebody sent to the person of a case, by their own telephone or through the gateway."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_case_id_id", "case_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    case_id: int = Field(foreign_key="cases.id", sa_type=Key)
    at: dt.datetime = Field(sa_type=Moment)
    by: str
    number: str  # to which it went
    text: str
    way: str  # hand or gateway
    state: str  # sent; through the gateway: sending, then sent or failed


class Proof(SQLModel, table=True):
    """A photo or PDF that proves something of a case; its bytes are kept under their digest."""

    __tablename__ = "proof"
    __table_args__ = (UniqueConstraint("case_id", "sha256"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    case_id: int = Field(foreign_key="cases.id", sa_type=Key)
    at: dt.datetime = Field(sa_type=Moment)
    by: str
    what: str  # of proofs.WHAT
    filename: str
    media_type: str  # by its content
    size: int = Field(sa_type=BigInteger)  # bytes
    sha256: str


class SavedView(SQLModel, table=True):
    """Filters of the worklist that somebody keeps under a name."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("user_id", "name"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    user_id: int = Field(foreign_key="users.id", sa_type=Key)
    name: str
    query: str  # as it stands in the address
    made_at: dt.datetime = Field(sa_type=Moment)


class BulkAct(SQLModel, table=True):
    """One act on many cases: prepared and shown, then done, perhaps undone; its events are on each case."""

    __tablename__ = "bulk_act"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    sheet: str | None = None  # the name of the sheet that it was read from
    state: str = "prepared"  # then done, then perhaps undone
    left_out: int = Field(
        default=0, sa_type=BigInteger
    )  # cases that were chosen too, beyond what one act takes
    done_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    undone_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class BulkCase(SQLModel, table=True):
    """What a bulk act does to one case, and what became of it."""

    __tablename__ = "bulk_case"

    act_id: int = Field(
        primary_key=True, foreign_key="bulk_act.id", sa_type=Key, sa_column_kwargs={"autoincrement": False}
    )
    place: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )  # in the worklist, or the row of the sheet
    case_id: int | None = Field(default=None, foreign_key="cases.id", sa_type=Key)
    version: int = Field(default=0, sa_type=BigInteger)  # that was read
    change: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # see bulk.Change
    before: dict[str, Any] | None = Field(default=None, sa_type=JSON)  # what it was, once done
    done_version: int | None = Field(default=None, sa_type=BigInteger)
    refused: str | None = None  # the code of what was in the way


class Recovery(SQLModel, table=True):
    """Money that reached somebody who should not have it and is asked back; one a debt stands at a time."""

    __tablename__ = "recovery"
    __table_args__ = (
        Index(
            "uq_recovery_standing",
            "line_ref",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    line_ref: str  # the payout line whose money it is
    case_id: int = Field(foreign_key="cases.id", sa_type=Key, index=True)  # the case that follows it up
    from_whom: str  # of recovery.FROM_WHOM
    holder: str | None = None  # who that is, in words
    amount: int = Field(sa_type=BigInteger)  # đồng
    approval_id: int = Field(sa_type=Key)
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)  # all of it came back


class Refund(SQLModel, table=True):
    """Money that came back of a recovery; rows are only ever added, one a paper."""

    __tablename__ = "refund"
    __table_args__ = (
        UniqueConstraint("recovery_id", "document_no"),
        CheckConstraint("amount > 0", name="amount"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    recovery_id: int = Field(foreign_key="recovery.id", sa_type=Key)
    amount: int = Field(sa_type=BigInteger)  # đồng
    received_on: dt.date
    document_no: str  # of the receipt
    at: dt.datetime = Field(sa_type=Moment)
    by: str
