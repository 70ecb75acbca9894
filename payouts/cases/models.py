"""Cases and what happened to them, as kept in the database."""

import datetime as dt

from sqlalchemy import BigInteger, Index, text
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
        Index("ix_cases_area_code_state_due_id", "area_code", "state", "due", "id"),
        Index("ix_cases_state_due_id", "state", "due", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    kind: str = "exception"
    subject: str = Field(index=True)  # the line_ref of the payout line
    payout_line_id: int | None = Field(default=None, foreign_key="payout_line.id", sa_type=Key, index=True)
    programme: str
    cycle: str
    area_code: str | None = None
    verdict: str
    reason_code: str | None = None
    state: str = "open"
    assignee: str | None = None
    due: dt.date
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
    kind: str  # opened, changed, reopened, closed, moved, assigned, rescheduled, noted
    before: str | None = None
    after: str | None = None
    note: str | None = None
    run_id: int | None = Field(default=None, sa_type=Key)
