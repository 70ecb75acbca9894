"""Drafts of cycles, payment orders to banks, and what went out when, as kept in the database."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class PayerAccount(SQLModel, table=True):
    """The account from which a bank is told to pay; every change is in the audit trail."""

    __tablename__ = "payer_account"

    bank_code: str = Field(primary_key=True)
    account_no: str
    holder: str
    set_at: dt.datetime = Field(sa_type=Moment)
    set_by: str


class PaymentOrder(SQLModel, table=True):
    """What one bank is told to pay of a cycle: its lines never change, and none is ordered twice."""

    __tablename__ = "payment_order"
    __table_args__ = (UniqueConstraint("cycle_id", "bank_code", "number"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    cycle_id: int = Field(foreign_key="payout_cycle.id", sa_type=Key)
    programme: str
    cycle: str
    bank_code: str  # that pays: of the beneficiaries' accounts
    number: int = Field(sa_type=BigInteger)  # from 1, of the bank in the cycle
    message_id: str = Field(unique=True)  # BTXH202611MB01
    lines: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=BigInteger)  # đồng
    execute_on: dt.date
    debtor_account: str | None = None  # as it was when the order was made
    debtor_name: str
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    cancelled_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    cancelled_by: str | None = None
    cancelled_why: str | None = None


class PaymentOrderLine(SQLModel, table=True):
    """One payment of an order, under the reference by which the bank tells what became of it.

    A reference stands in one order that counts, held by the database: so nothing is ordered twice.
    """

    __tablename__ = "payment_order_line"
    __table_args__ = (
        UniqueConstraint("reference", "cancelled"),
        {"sqlite_with_rowid": False},
    )

    order_id: int = Field(primary_key=True, foreign_key="payment_order.id", sa_type=Key)
    number: int = Field(primary_key=True, sa_type=Key)  # from 1, of the order
    reference: str
    payout_line_id: int = Field(foreign_key="payout_line.id", sa_type=Key, index=True)
    reissue_id: int | None = Field(default=None, foreign_key="reissue.id", sa_type=Key)
    cancelled: int = Field(
        default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"}
    )  # 0: it counts; else the order, which was cancelled


class OrderExport(SQLModel, table=True):
    """An order went out as a file: once by itself, each further time with a reason."""

    __tablename__ = "order_export"
    __table_args__ = (CheckConstraint("number = 1 OR reason IS NOT NULL", name="reason"),)

    order_id: int = Field(primary_key=True, foreign_key="payment_order.id", sa_type=Key)
    number: int = Field(primary_key=True, sa_type=Key)  # from 1, of the order
    format: str  # a key of rules.FORMATS
    layout: str | None = None  # of a CSV or XLSX
    sha256: str
    size: int = Field(sa_type=BigInteger)  # bytes
    at: dt.datetime = Field(sa_type=Moment)
    by: str
    reason: str | None = None


class CycleDraft(SQLModel, table=True):
    """A cycle as it is to be opened from the one before: shown, approved, then read as the cycle's list.

    One draft of a cycle stands at a time, held by the database.
    """

    __tablename__ = "cycle_draft"
    __table_args__ = (
        Index(
            "uq_cycle_draft_standing",
            *("programme", "cycle"),
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    programme: str
    cycle: str
    base_cycle: str  # from which it is opened
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    sha256: str  # of the list that it is to be
    size: int = Field(sa_type=BigInteger)  # bytes
    lines: int = Field(sa_type=BigInteger)
    amount: int = Field(sa_type=BigInteger)  # đồng
    base_lines: int = Field(sa_type=BigInteger)  # regular ones of the base cycle
    base_amount: int = Field(sa_type=BigInteger)  # đồng of them
    sums: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)  # kind -> [how many, đồng]
    notes: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=JSON
    )  # code and values of drafts.rules.NOTES
    ended_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    ended_by: str | None = None
    ended_why: str | None = None  # opened, or dropped
    list_id: int | None = Field(default=None, foreign_key="payout_list.id", sa_type=Key)


class DraftEffect(SQLModel, table=True):
    """One thing that makes a draft differ from the cycle before; with their signs they add up."""

    __tablename__ = "draft_effect"
    __table_args__ = (
        Index("ix_draft_effect_kind", "draft_id", "kind", "number"),
        {"sqlite_with_rowid": False},
    )

    draft_id: int = Field(primary_key=True, foreign_key="cycle_draft.id", sa_type=Key)
    number: int = Field(primary_key=True, sa_type=Key)
    kind: str  # a key of drafts.rules.EFFECTS
    citizen_id: str | None = None
    full_name: str
    area_code: str | None = None
    category_code: str | None = None
    amount: int = Field(sa_type=BigInteger)  # đồng, with a sign
    before: str | None = None
    after: str | None = None
    about: str | None = None  # months, or the line that a debt comes from
