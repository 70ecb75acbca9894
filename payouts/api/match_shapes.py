"""What the API takes and gives of bank lines that may be somebody's, and of decisions on them."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from payouts.api.parameters import NO_CONTROLS
from payouts.core.limits import LARGEST_ID, LONGEST_NAME, LONGEST_NOTE, LONGEST_QUERY_VALUE


class PieceShape(BaseModel):
    """Some letters of a value, and how they differ from the other side; empty where they do not."""

    text: str
    change: Literal["", "put_in", "left_out", "changed"]


class ComparedShape(BaseModel):
    """One field of both sides; the pieces of a side, joined, are what it says."""

    name: Literal["name", "account", "bank", "amount", "citizen_id", "bank_ref", "text"]
    owed: list[PieceShape]
    told: list[PieceShape]
    same: bool | None = Field(description="Null where one side says nothing.")
    hidden: bool = Field(description="Only the end of what the bank says is shown: it is a stranger's.")


class BankLine(BaseModel):
    """A line of a bank beside a payout line."""

    file: str
    line: int
    status: str
    booked_on: dt.date | None
    fields: list[ComparedShape]


class SuggestionShape(BankLine):
    """A line of a bank that may belong to a payout line by the last run."""

    score: int | None = Field(description="Likeness of 100; null of one of several that fit.")
    taken: bool = Field(description="Somebody decides of it for another payout line.")


class MatchShape(BaseModel):
    """What somebody decided of a payout line and a line of a bank, or proposes to a second person."""

    id: int
    line_ref: str
    programme: str
    cycle: str
    area_code: str | None
    bank_line: BankLine
    kind: Literal["confirm", "reject", "force", "name"]
    reason: str | None
    score: int | None
    proposed_at: dt.datetime
    proposed_by: str
    state: Literal["waiting", "done", "declined", "taken_back", "undone"]
    checked_at: dt.datetime | None
    checked_by: str | None
    note: str | None
    undone_at: dt.datetime | None
    undone_by: str | None
    undone_why: str | None
    not_followed: str | None = Field(description="Why the last run could not follow it.")


class Suggestions(BaseModel):
    """Lines of banks that may belong to a case's payout line, the likeliest first, and what was decided."""

    items: list[SuggestionShape]
    decisions: list[MatchShape]


class MatchPage(BaseModel):
    """Some decisions, the earliest first."""

    items: list[MatchShape]
    next: str | None


class MatchIn(BaseModel):
    """What to decide of a payout line and a line of a bank."""

    model_config = ConfigDict(extra="forbid")

    line_ref: str = Field(min_length=1, max_length=LONGEST_QUERY_VALUE, pattern=NO_CONTROLS)
    file: str = Field(
        min_length=1, max_length=LONGEST_NAME, pattern=NO_CONTROLS, description="As evidence names it."
    )
    line: int = Field(ge=1, le=LARGEST_ID)
    kind: Literal["confirm", "reject", "force", "name"]
    reason: str = Field(default="", max_length=LONGEST_NOTE, description="Needed for `force` and `name`.")


class UndoIn(BaseModel):
    """Why a decision is undone."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=LONGEST_NOTE, examples=["Nhầm người."])
