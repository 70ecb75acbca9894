"""Settlement files, their lines and statements, and what people decided of them, as kept in the database."""

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class SettlementFile(SQLModel, table=True):
    """The receipt of a file from a bank, one for (bank, content, profile), whatever became of the file.

    A test file, sent with a test key, has a receipt and no lines in the database: it can be no evidence.
    """

    __tablename__ = "settlement_file"
    __table_args__ = (
        UniqueConstraint("bank_code", "sha256", "profile", "test"),
        Index("ix_settlement_file_state", "state", "id"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    bank_code: str  # the client's bank
    sha256: str
    profile: str = ""  # the profile asked for; empty where none was
    test: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    size: int = Field(sa_type=BigInteger)  # bytes
    filename: str
    label: str = Field(unique=True)  # the file's name in evidence: filename, numbered where another has it
    state: str = "received"  # then accepted, quarantined or refused
    format: str | None = None
    read_by_profile: str | None = None  # the layout by which it was read
    servicer: str | None = None  # the bank that the file itself names as its sender
    movement: bool = False  # booked movements, not a report of statuses
    cash: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # a payer of cash tells
    written_on: dt.date | None = None
    statements: int = Field(default=0, sa_type=BigInteger)
    balances: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)  # of its statements
    balanced: list[int] = Field(default_factory=list, sa_type=JSON)  # statements whose balance ties
    lines: int = Field(default=0, sa_type=BigInteger)
    good_lines: int = Field(default=0, sa_type=BigInteger)
    totals: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    problems: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    problem_count: int = Field(default=0, sa_type=BigInteger)
    received_at: dt.datetime = Field(sa_type=Moment)
    received_by: str
    read_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    same_name_as: int | None = Field(default=None, sa_type=Key)  # the bank's earlier file of that name
    decision: str | None = None  # what the last FileDecision made of it; see rules.standing
    asked_anew: str | None = None  # what the bank is told that is asked for a new one
    supersedes: int | None = Field(
        default=None, foreign_key="settlement_file.id", sa_type=Key, index=True
    )  # the earlier file in whose place it was sent
    changes: dict[str, Any] | None = Field(
        default=None, sa_type=JSON
    )  # against that file; see changes.changes_between


class SettlementLine(SQLModel, table=True):
    """One movement or status in a settlement file; its id is core.keys.line_key.

    It counts only where its file does (rules.counts): until it is read nobody sees it, quarantined it is no
    evidence.
    """

    __tablename__ = "settlement_line"
    __table_args__ = (
        Index(
            "ix_settlement_line_bank_ref",
            "bank_ref",
            sqlite_where=text("bank_ref IS NOT NULL"),
            postgresql_where=text("bank_ref IS NOT NULL"),
        ),
        Index(
            "ix_settlement_line_end_to_end_id",
            "end_to_end_id",
            sqlite_where=text("end_to_end_id IS NOT NULL"),
            postgresql_where=text("end_to_end_id IS NOT NULL"),
        ),
    )

    id: int = Field(primary_key=True, sa_type=Key, sa_column_kwargs={"autoincrement": False})
    file_id: int = Field(foreign_key="settlement_file.id", sa_type=Key)
    line: int = Field(sa_type=BigInteger)  # as the file numbers its entries
    statement: int | None = Field(default=None, sa_type=BigInteger)
    bank_code: str | None = None
    branch: str | None = None
    bank_ref: str | None = None
    end_to_end_id: str | None = None
    account_no: str | None = None
    account_name: str | None = None
    citizen_id: str | None = None
    amount: int | None = Field(default=None, sa_type=BigInteger)  # smallest unit of the currency
    currency: str | None = None
    booked_on: dt.date | None = None
    status: str
    reason_code: str | None = None
    reason_text: str | None = None
    fee: int | None = Field(default=None, sa_type=BigInteger)
    original_ref: str | None = None
    remittance_info: str | None = None


class Statement(SQLModel, table=True):
    """A statement that tells both balances, kept so that the next one can be held to it."""

    __tablename__ = "settlement_statement"
    __table_args__ = (
        Index(
            "ix_settlement_statement_bank_code_account_closed_on",
            *("bank_code", "account", "closed_on"),
        ),
    )

    file_id: int = Field(
        primary_key=True,
        foreign_key="settlement_file.id",
        sa_type=Key,
        sa_column_kwargs={"autoincrement": False},
    )
    statement: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )  # in its file, from 1
    bank_code: str
    account: str
    currency: str
    number: int | None = Field(default=None, sa_type=BigInteger)  # as the bank counts its statements
    page: int | None = Field(default=None, sa_type=BigInteger)
    opened_on: dt.date | None = None
    closed_on: dt.date
    opening: str  # decimal, in the file's currency
    closing: str


class FileDecision(SQLModel, table=True):
    """What somebody decided of a file, or proposes to a second person; a change of mind is a new row."""

    __tablename__ = "file_decision"
    __table_args__ = (
        CheckConstraint(
            "state <> 'done' OR kind NOT IN ('release', 'withdraw')"
            " OR (checked_by IS NOT NULL AND checked_by <> proposed_by)",
            name="two_people",
        ),
        Index("ix_file_decision_file_id_id", "file_id", "id"),
        Index(
            "uq_file_decision_waiting",
            "file_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    file_id: int = Field(foreign_key="settlement_file.id", sa_type=Key)
    kind: str  # a key of rules.KINDS
    reason: str
    new_file_id: int | None = Field(
        default=None, foreign_key="settlement_file.id", sa_type=Key
    )  # the file that takes its place
    proposed_at: dt.datetime = Field(sa_type=Moment)
    proposed_by: str
    state: str = "waiting"  # for a second person; then done, declined or taken_back
    checked_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    checked_by: str | None = None
    note: str | None = None  # of the second person


class ControlPolicy(SQLModel, table=True):
    """What becomes of a bank's file when a control fails, where it is not as shipped."""

    __tablename__ = "control_policy"

    bank_code: str = Field(primary_key=True)
    control: str = Field(primary_key=True)  # a row of data/controls.csv
    action: str  # warning, quarantine or refuse
    reason: str
    set_at: dt.datetime = Field(sa_type=Moment)
    set_by: str
