"""Closed months, what each debt was when its month was closed, and what a payer says of their money."""

import datetime as dt

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment

STANDING = "reopened_at IS NULL"


class MonthClose(SQLModel, table=True):
    """A payout cycle closed by two people; reopened it gets an end and stays to be seen.

    One close of a cycle stands at a time, held by the database.
    """

    __tablename__ = "month_close"
    __table_args__ = (
        UniqueConstraint("cycle_id", "number"),
        Index(
            "uq_month_close_standing",
            "cycle_id",
            unique=True,
            sqlite_where=text(STANDING),
            postgresql_where=text(STANDING),
        ),
        CheckConstraint("asked_by <> closed_by", name="two_people"),
        CheckConstraint(
            "reopened_at IS NULL OR (reopened_by IS NOT NULL AND reopened_why IS NOT NULL)", name="reopened"
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    cycle_id: int = Field(foreign_key="payout_cycle.id", sa_type=Key)
    programme: str
    cycle: str
    number: int = Field(sa_type=BigInteger)  # from 1, of the cycle: one more after each reopening
    run_id: int = Field(foreign_key="run.id", sa_type=Key)  # the last run of the cycle then
    runs: dict[str, int] = Field(default_factory=dict, sa_type=JSON)  # cycle up to this one -> its last run
    content: str  # canonical JSON of content.py
    hash: str  # SHA-256 of the content
    asked_by: str
    reason: str
    approval_id: int = Field(sa_type=Key)
    closed_at: dt.datetime = Field(sa_type=Moment)
    closed_by: str
    reopened_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    reopened_by: str | None = None
    reopened_why: str | None = None
    reopen_approval_id: int | None = Field(default=None, sa_type=Key)


class ClosedDebt(SQLModel, table=True):
    """A payout line that was not simply paid when a month was closed: its amount by what became of it.

    A line without a row was paid in full. What is carried over or stopped has a row in each close until it
    is settled; the latest row of a line holds.
    """

    __tablename__ = "closed_debt"
    __table_args__ = (
        Index("ix_closed_debt_payout_line_id", "payout_line_id"),
        {"sqlite_with_rowid": False},
    )

    close_id: int = Field(primary_key=True, foreign_key="month_close.id", sa_type=Key)
    payout_line_id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    area_code: str  # empty where the line names none
    paid: int = Field(sa_type=BigInteger)  # đồng, as all below
    carried_out: int = Field(sa_type=BigInteger)
    stopped: int = Field(sa_type=BigInteger)
    to_recover: int = Field(sa_type=BigInteger)


class PayerEntry(SQLModel, table=True):
    """What the payer's papers say of their account in a month, where no statement does; rows are only added.

    A wrong entry is taken back by one of the same kind with the opposite sign.
    """

    __tablename__ = "payer_entry"
    __table_args__ = (
        Index("ix_payer_entry_cycle_id", "cycle_id"),
        UniqueConstraint("cycle_id", "kind", "document_no", "amount"),
        CheckConstraint("amount <> 0", name="amount"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    cycle_id: int = Field(foreign_key="payout_cycle.id", sa_type=Key)
    kind: str  # of payer.KINDS
    amount: int = Field(sa_type=BigInteger)  # đồng
    day: dt.date
    document_no: str
    note: str | None = None
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
