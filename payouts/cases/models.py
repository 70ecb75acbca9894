"""Cases and what happened to them, as kept in the database."""

import datetime as dt

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


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
    outcome: str | None = None  # once closed
    run_id: int | None = Field(default=None, sa_type=Key)  # the run that last changed it
    version: int = Field(default=1, sa_type=BigInteger)  # one more with each change
    opened_at: dt.datetime = Field(sa_type=Moment)
    closed_at: dt.datetime | None = Field(default=None, sa_type=Moment)


class CaseEvent(SQLModel, table=True):
    """One thing that happened to a case: who, when, what and why."""

    __tablename__ = "case_event"
    __table_args__ = (Index("ix_case_event_case_id_id", "case_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    case_id: int = Field(foreign_key="cases.id", sa_type=Key)
    at: dt.datetime = Field(sa_type=Moment)
    by: str  # a username, or "run 3" for a run
    kind: str  # a key of events.EVENTS
    before: str | None = None
    after: str | None = None
    note: str | None = None
    run_id: int | None = Field(default=None, sa_type=Key)


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
