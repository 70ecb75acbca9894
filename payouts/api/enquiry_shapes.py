"""What the API takes and gives of enquiries. Money is a whole number of đồng."""

import datetime as dt

from pydantic import BaseModel, ConfigDict, Field

from payouts.api.parameters import NO_CONTROLS
from payouts.core.limits import LONGEST_NAME, LONGEST_NOTE

MOST_ANSWERS = 1_000  # of one call
LARGEST_AMOUNT = 10**15  # đồng


class EnquiryShape(BaseModel):
    """A letter to a bank."""

    id: int
    name: str = Field(description="As people call it: 05/2026.")
    bank_code: str
    written_on: dt.date
    due: dt.date
    sent_on: dt.date | None
    standing: str = Field(description="unsent, sent, overdue, answered or cancelled")
    lines: int
    waiting: int = Field(description="Lines without a final answer.")


class EnquiryPage(BaseModel):
    """Letters, the latest first."""

    items: list[EnquiryShape]
    next: str | None


class AnswerShape(BaseModel):
    """What the bank said of a line."""

    answer: str
    answered_on: dt.date
    document: str | None
    booked_on: dt.date | None
    bank_ref: str | None
    reason: str | None
    amount: int | None
    account_no: str | None
    account_name: str | None
    note: str | None
    file_id: int | None
    recorded_at: dt.datetime


class EnquiryLineShape(BaseModel):
    """A payment that the letter asks of."""

    place: int
    line_ref: str
    programme: str
    cycle: str
    account_name: str
    account_no: str | None
    bank_code: str | None
    amount: int
    answered: bool
    answers: list[AnswerShape]


class EnquiryLinePage(BaseModel):
    """Some lines of a letter, in its order."""

    items: list[EnquiryLineShape]
    next: str | None


def _text(longest: int) -> str:
    return Field(default="", max_length=longest, pattern=NO_CONTROLS)


class AnswerIn(BaseModel):
    """The answer of one line; see the reference of enquiries for what each answer needs."""

    model_config = ConfigDict(extra="forbid")

    line_ref: str = Field(min_length=1, max_length=16, pattern=NO_CONTROLS)
    answer: str = Field(max_length=32, examples=["settled"])
    booked_on: dt.date | None = None
    bank_ref: str = _text(LONGEST_NAME)
    reason: str = _text(LONGEST_NAME)
    amount: int | None = Field(default=None, ge=1, le=LARGEST_AMOUNT)
    account_no: str = _text(34)
    account_name: str = _text(LONGEST_NAME)
    note: str = _text(LONGEST_NOTE)


class AnswersIn(BaseModel):
    """Answers to a letter."""

    model_config = ConfigDict(extra="forbid")

    answered_on: dt.date | None = Field(default=None, description="Today by default.")
    document: str = _text(LONGEST_NAME)
    answers: list[AnswerIn] = Field(min_length=1, max_length=MOST_ANSWERS)


class AnsweredShape(BaseModel):
    """What became of answers."""

    kept: int
    file_id: int | None = Field(description="The settlement file in which the next run hears them.")
    enquiry: EnquiryShape
