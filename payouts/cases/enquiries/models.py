"""Letters of enquiry, their lines and the banks' answers, as kept in the database."""

import datetime as dt

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from payouts.core.fields import Key, Moment


class Enquiry(SQLModel, table=True):
    """One letter to one bank; numbered within its year, never changed but for what became of it."""

    __tablename__ = "enquiry"
    __table_args__ = (UniqueConstraint("year", "number"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    year: int = Field(sa_type=BigInteger)
    number: int = Field(sa_type=BigInteger)  # from 1, in the year
    bank_code: str = Field(index=True)
    written_on: dt.date
    due: dt.date  # by when the bank is asked to answer
    written_at: dt.datetime = Field(sa_type=Moment)
    written_by: str
    sent_on: dt.date | None = None  # the day on which it left the house
    sent_by: str | None = None
    cancelled_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    cancelled_by: str | None = None
    cancelled_why: str | None = None


class EnquiryLine(SQLModel, table=True):
    """One payout line that a letter asks of; a line is asked of in one letter at a time, by a constraint."""

    __tablename__ = "enquiry_line"
    __table_args__ = (UniqueConstraint("enquiry_id", "place"), UniqueConstraint("line_ref", "ended_by"))

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    enquiry_id: int = Field(foreign_key="enquiry.id", sa_type=Key)
    place: int = Field(sa_type=BigInteger)  # its number in the letter, from 1
    case_id: int = Field(foreign_key="cases.id", sa_type=Key, index=True)
    payout_line_id: int = Field(foreign_key="payout_line.id", sa_type=Key)
    line_ref: str
    programme: str
    cycle: str
    area_code: str | None = None
    verdict: str  # when the letter was written
    ended_by: int = Field(
        default=0, sa_type=BigInteger
    )  # 0: not yet; an answer that ends the question; minus the letter: it was cancelled


class EnquiryAnswer(SQLModel, table=True):
    """What a bank says of one line: a fact, only ever added."""

    __tablename__ = "enquiry_answer"

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    enquiry_line_id: int = Field(foreign_key="enquiry_line.id", sa_type=Key, index=True)
    answer: str  # a row of data/enquiry_answers.csv
    answered_on: dt.date  # the day of the bank's word
    document: str | None = None  # the number of the bank's letter
    booked_on: dt.date | None = None
    bank_ref: str | None = None
    reason: str | None = None  # in the bank's words, or a code
    amount: int | None = Field(default=None, sa_type=BigInteger)  # đồng, where it is not what was asked of
    account_no: str | None = None  # the same
    account_name: str | None = None
    note: str | None = None
    file_id: int | None = Field(
        default=None, foreign_key="settlement_file.id", sa_type=Key, index=True
    )  # in which it is told to the next run
    way: str  # page, sheet, api
    recorded_at: dt.datetime = Field(sa_type=Moment)
    recorded_by: str
