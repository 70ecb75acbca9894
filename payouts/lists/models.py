"""Payout cycles, payout lists and payout lines, as kept in the database."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from payouts.core.fields import ByBytes, Key, Moment
from payouts.lists.parts import PARTS


class PayoutCycle(SQLModel, table=True):
    """One programme in one month."""

    __tablename__ = "payout_cycle"
    __table_args__ = (UniqueConstraint("programme", "cycle"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    programme: str
    cycle: str  # 2026-11
    opens_on: dt.date  # movements booked before it never count for it, save by reference
    deadline: dt.date | None = None  # the last day for the bank's answer; null: it has passed
    deadline_by_rule: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # no list told it: it goes with the rules
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    closed_at: dt.datetime | None = Field(default=None, sa_type=Moment)  # no list comes in any more


class PayoutList(SQLModel, table=True):
    """The receipt of a file of payout lines: kept whatever became of the file.

    A corrected list names the one it is to supersede; it counts once a person has confirmed the difference.
    """

    __tablename__ = "payout_list"
    __table_args__ = (UniqueConstraint("programme", "cycle", "sha256", "supersedes", "attempt"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    programme: str
    cycle: str
    cycle_id: int | None = Field(
        default=None, foreign_key="payout_cycle.id", sa_type=Key
    )  # set once accepted
    sha256: str
    size: int = Field(sa_type=BigInteger)  # bytes
    filename: str
    wished_deadline: dt.date | None = None  # the deadline given with the file, for a cycle not yet there
    state: str = "received"  # then accepted, quarantined or refused
    format: str | None = None
    lines: int = Field(default=0, sa_type=BigInteger)
    good_lines: int = Field(default=0, sa_type=BigInteger)
    amount: int = Field(default=0, sa_type=BigInteger)  # đồng, over the good lines
    parts: dict[str, int] = Field(
        default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": text("'{}'")}
    )  # đồng, by part of the amount as lists.parts names them
    sheets: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": text("'[]'")}
    )  # of a list over several sheets: name, and the row number after which its rows begin
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    problem_count: int = Field(default=0, sa_type=BigInteger)
    received_at: dt.datetime = Field(sa_type=Moment)
    received_by: str
    read_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    supersedes: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # the list in whose place it was sent; 0: none
    attempt: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # how often the same corrected list was dropped before
    superseded_by: int | None = Field(default=None, foreign_key="payout_list.id", sa_type=Key)
    decision: str | None = None  # of a corrected list: confirmed or cancelled
    decided_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str | None = None
    decision_note: str | None = None
    searchable: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # its lines without an identity number have their search keys


class LineKey(SQLModel, table=True):
    """A word or number by which a search finds a payout line that names no identity number, so no person."""

    __tablename__ = "line_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: str = Field(primary_key=True, sa_type=ByBytes)
    payout_line_id: int = Field(primary_key=True, foreign_key="payout_line.id", sa_type=Key)


class PayoutLine(SQLModel, table=True):
    """One amount owed to one beneficiary for one period, by one channel. Its id is core.keys.line_key.

    A row is never changed but for `ended_by`, and `other_ids` when it begins to count. A line that a
    corrected list changes goes on in a new row with the same line_ref; of the rows of one line_ref one at
    most counts, by a constraint of the database.
    """

    __tablename__ = "payout_line"
    __table_args__ = (
        UniqueConstraint("line_ref", "ended_by"),
        Index("ix_payout_line_cycle_id_area_code_id", "cycle_id", "area_code", "id"),
        Index(
            "ix_payout_line_carried_from",
            "carried_from",
            sqlite_where=text("carried_from IS NOT NULL"),
            postgresql_where=text("carried_from IS NOT NULL"),
        ),
        Index(
            "ix_payout_line_carries",
            "cycle_id",
            sqlite_where=text("amount_carried_over IS NOT NULL OR carried_from IS NOT NULL"),
            postgresql_where=text("amount_carried_over IS NOT NULL OR carried_from IS NOT NULL"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    list_id: int = Field(foreign_key="payout_list.id", sa_type=Key)
    cycle_id: int = Field(foreign_key="payout_cycle.id", sa_type=Key)
    row: int = Field(sa_type=BigInteger)  # as the file numbers it
    line_ref: str
    citizen_id: str | None = Field(default=None, index=True)
    full_name: str
    date_of_birth: dt.date | None = None
    category_code: str | None = None
    area_code: str | None = None
    hamlet: str | None = None  # as lists.hamlets writes it
    amount: int = Field(sa_type=BigInteger)  # đồng
    amount_current: int | None = Field(default=None, sa_type=BigInteger)  # of it, for this month
    amount_carried_over: int | None = Field(default=None, sa_type=BigInteger)  # not paid in an earlier month
    amount_arrears: int | None = Field(default=None, sa_type=BigInteger)  # of a raise that came late
    amount_deducted: int | None = Field(default=None, sa_type=BigInteger)  # taken off
    amount_one_off: int | None = Field(default=None, sa_type=BigInteger)  # a grant paid once
    carried_from: str | None = None  # line_ref of the earlier line whose money is carried over
    period: str | None = None  # the month the money is for; arrears differ from the cycle
    channel: str
    bank_code: str | None = None
    account_no: str | None = None
    account_name: str | None = None
    payee_name: str | None = None
    payee_citizen_id: str | None = None
    note: str | None = None
    other_ids: str | None = None  # earlier identity numbers of the person, joined by ";"
    ended_by: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # 0: it counts; a list: that one ended it; minus a list: it waits for that one to be confirmed

    def parts(self) -> dict[str, int]:
        """Give the parts of the amount that are not nothing, in đồng."""
        return {name: amount for name in PARTS if (amount := getattr(self, name))}


class PayoutListChange(SQLModel, table=True):
    """What a corrected list makes of one payout line: added, gone or changed; kept for good."""

    __tablename__ = "payout_list_change"
    __table_args__ = ({"sqlite_with_rowid": False},)

    list_id: int = Field(primary_key=True, foreign_key="payout_list.id", sa_type=Key)
    line_ref: str = Field(primary_key=True)
    kind: str  # added, gone or changed
    old_id: int | None = Field(default=None, sa_type=Key)  # the row of the line that goes
    new_id: int | None = Field(default=None, sa_type=Key)  # the row of the line that comes
    fields: str | None = None  # that changed, joined by ";"


class Voucher(SQLModel, table=True):
    """A signed voucher that a beneficiary or payee took the cash of a payout line."""

    __tablename__ = "voucher"

    payout_line_id: int = Field(
        primary_key=True, foreign_key="payout_line.id", sa_type=Key, sa_column_kwargs={"autoincrement": False}
    )
    number: str
    collected_on: dt.date
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str


class Reissue(SQLModel, table=True):
    """An order that pays a debt again, after the first failed: a new reference that points to the same debt.

    The debt is known by its line_ref, which stays whatever a corrected list makes of the line. One
    replacement of a debt is open at a time, held by the database.
    """

    __tablename__ = "reissue"
    __table_args__ = (
        Index(
            "uq_reissue_open",
            "line_ref",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    line_ref: str = Field(index=True)  # the debt
    new_ref: str = Field(unique=True)
    programme: str
    cycle: str  # of the debt
    area_code: str | None = None
    citizen_id: str | None = Field(default=None, index=True)
    period: str | None = None
    amount: int = Field(sa_type=BigInteger)  # đồng
    channel: str
    bank_code: str | None = None
    account_no: str | None = None
    account_name: str | None = None
    approval_id: int = Field(sa_type=Key)
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str  # who approved it last
    ordered_at: dt.datetime | None = Field(default=None, sa_type=Moment)  # it went out in a payment order
    ordered_by: str | None = None
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None
    ended_why: str | None = None  # failed or withdrawn


class Deduction(SQLModel, table=True):
    """A decision that lets a sum be taken off somebody's later allowances, never more than a cap a month."""

    __tablename__ = "deduction"
    __table_args__ = (CheckConstraint("monthly_cap > 0", name="cap"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    recovery_id: int = Field(sa_type=Key, index=True)  # of what is recovered so
    programme: str
    citizen_id: str = Field(index=True)
    document_no: str
    document_on: dt.date
    monthly_cap: int = Field(sa_type=BigInteger)  # đồng
    first_month: str  # 2026-12
    approval_id: int = Field(sa_type=Key)
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)  # all is recovered
