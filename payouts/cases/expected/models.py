"""Files that banks owe, and what happened to each, as kept in the database."""

import datetime as dt

from sqlalchemy import BigInteger, Index, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class ExpectedFile(SQLModel, table=True):
    """The file that one bank owes for one cycle; whether it came is asked of the files themselves."""

    __tablename__ = "expected_file"
    __table_args__ = (
        UniqueConstraint("cycle_id", "bank_code"),
        Index(
            "ix_expected_file_missed_at",
            "missed_at",
            sqlite_where=text("missed_at IS NOT NULL"),
            postgresql_where=text("missed_at IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    cycle_id: int = Field(foreign_key="payout_cycle.id", sa_type=Key)
    bank_code: str
    source: str  # of rules.SOURCES
    due_on: dt.date  # the last day on which it is in time
    lines: int = Field(sa_type=BigInteger)  # payout lines that it is to tell of
    amount: int = Field(sa_type=BigInteger)  # đồng
    made_at: dt.datetime = Field(sa_type=Moment)
    made_by: str
    agreed: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # the day, by people
    excused: bool = Field(default=False, sa_column_kwargs={"server_default": false()})  # none is to come
    missed_at: dt.datetime | None = Field(default=None, sa_type=Moment)  # it is late, and was noticed
    came_at: dt.datetime | None = Field(default=None, sa_type=Moment)  # the first one that counts
    came_file_id: int | None = Field(default=None, foreign_key="settlement_file.id", sa_type=Key)


class ExpectedFileEvent(SQLModel, table=True):
    """One thing that happened to an expected file; rows are only ever added."""

    __tablename__ = "expected_file_event"
    __table_args__ = (Index("ix_expected_file_event_expected_id_id", "expected_id", "id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    expected_id: int = Field(foreign_key="expected_file.id", sa_type=Key)
    at: dt.datetime = Field(sa_type=Moment)
    by: str
    kind: str  # of rules.EVENTS
    due_on: dt.date | None = None  # that holds from then on
    reason: str | None = None
    file_id: int | None = Field(default=None, sa_type=Key)
    told: bool = Field(
        default=False, sa_column_kwargs={"server_default": false()}
    )  # subscribers were told of it; see webhooks.telling
