"""What the API takes and gives of cases. Money is a whole number of đồng."""

import datetime as dt
from typing import Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from payouts.api.cycle_shapes import VerdictRow
from payouts.api.parameters import NO_CONTROLS
from payouts.api.shapes import LineValues
from payouts.core.limits import LONGEST_NAME, LONGEST_NOTE


class CaseRow(BaseModel):
    """A case as the worklist shows it."""

    id: int
    version: int = Field(description="Its ETag is this number in quotes.")
    kind: str
    subject: str
    programme: str
    cycle: str
    area_code: str | None
    verdict: str
    reason_code: str | None
    state: str
    assignee: str | None
    due: dt.date
    outcome: str | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    line_ref: str | None = None
    citizen_id: str | None = None
    full_name: str | None = None
    amount: int | None = Field(default=None, description="Owed, in đồng.")
    channel: str | None = None
    bank_code: str | None = None
    account_no: str | None = None


class CasePage(BaseModel):
    """Cases, the one due first on top."""

    items: list[CaseRow]
    next: str | None


class CaseEventShape(BaseModel):
    """One thing that happened to a case."""

    id: int
    at: dt.datetime
    by: str
    kind: str
    before: str | None
    after: str | None
    note: str | None


class LineSaid(LineValues):
    """A settlement line that stands behind the verdict, with the file it stands in."""

    file: str
    format: str | None
    sender: str = Field(description="The bank that sent the file.")


class LineSuggested(BaseModel):
    """A settlement line that may belong to the case, for a person to judge."""

    file: str
    line: int
    amount: int | None
    booked_on: dt.date | None
    account_no: str | None
    account_name: str | None
    score: int = Field(description="Of 100.")
    compared: list[str] = Field(description="What was compared, e.g. `name=0.97`.")


class CaseShape(CaseRow):
    """A case with all that its page shows."""

    verdict_now: VerdictRow | None
    evidence: list[LineSaid]
    suggestions: list[LineSuggested]
    events: list[CaseEventShape]


class CasePatch(BaseModel):
    """What is to become of a case; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["open", "in_progress", "waiting", "closed"] | None = None
    assignee: str | None = Field(default=None, max_length=LONGEST_NAME, pattern=NO_CONTROLS)
    due: dt.date | None = None
    reason: str | None = Field(default=None, max_length=LONGEST_NOTE)
    outcome: str | None = Field(default=None, max_length=64, pattern=NO_CONTROLS)
    voucher_number: str | None = Field(default=None, max_length=LONGEST_NAME, pattern=NO_CONTROLS)
    collected_on: dt.date | None = None
    confirmed_on: dt.date | None = None
    confirmed_how: Literal["phone", "visit", "counter", "writing"] | None = None


class NoteIn(BaseModel):
    """Something to write down about a case."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field(
        min_length=1,
        max_length=LONGEST_NOTE,
        validation_alias=AliasChoices("note", "text"),
        examples=["Đã gọi, hẹn ngày 25/11."],
    )
