"""What the API takes and gives of cases. Money is a whole number of đồng."""

import datetime as dt
from typing import Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, model_validator

from payouts.api.cycle_shapes import VerdictRow
from payouts.api.parameters import NO_CONTROLS, AreaCode
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
    hamlet: str | None
    verdict: str
    reason_code: str | None
    state: str
    assignee: str | None
    due: dt.date | None = Field(description="Null while it hangs under an incident: no clock runs.")
    hardship: int = Field(description="How hard it hits the person, to sort by; more is worse.")
    escalated_at: dt.datetime | None = Field(description="Since when it is overdue with the province, too.")
    incident_id: int | None = Field(description="The incident that it hangs, or hung, under.")
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

    @model_validator(mode="after")
    def _no_clock_runs(self) -> Self:
        if self.state == "parked":
            self.due = None
        return self


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


class Hanging(BaseModel):
    """How many people of a ward hang under an incident with a bank's file."""

    area_code: str | None
    people: int
    amount: int = Field(description="Owed, in đồng.")


class CaseShape(CaseRow):
    """A case with all that its page shows."""

    verdict_now: VerdictRow | None
    evidence: list[LineSaid]
    suggestions: list[LineSuggested]
    events: list[CaseEventShape]
    hanging: list[Hanging] = Field(description="Of an incident: who hangs under it, by ward.")


class CasePatch(BaseModel):
    """What is to become of a case; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["open", "in_progress", "waiting", "closed"] | None = None
    area_code: AreaCode = None
    assignee: str | None = Field(default=None, max_length=LONGEST_NAME, pattern=NO_CONTROLS)
    due: dt.date | None = None
    reason: str | None = Field(default=None, max_length=LONGEST_NOTE)
    outcome: str | None = Field(default=None, max_length=64, pattern=NO_CONTROLS)
    voucher_number: str | None = Field(default=None, max_length=LONGEST_NAME, pattern=NO_CONTROLS)
    collected_on: dt.date | None = None
    confirmed_on: dt.date | None = None
    confirmed_how: Literal["phone", "visit", "counter", "writing"] | None = None


class CaseIn(BaseModel):
    """A case that somebody told us of."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=64, pattern=NO_CONTROLS, examples=["not_received"])
    line_ref: str = Field(
        max_length=LONGEST_NAME, pattern=NO_CONTROLS, description="The payment, of any verdict."
    )
    reason: str = Field(min_length=1, max_length=LONGEST_NOTE, description="What the person said.")


class ReleaseIn(BaseModel):
    """Why the people who hang under an incident go to the desks of their wards, and of which ward."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=LONGEST_NOTE)
    area: AreaCode = None


class Released(BaseModel):
    """How many people were released from an incident."""

    released: int


class NoteIn(BaseModel):
    """Something to write down about a case."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field(
        min_length=1,
        max_length=LONGEST_NOTE,
        validation_alias=AliasChoices("note", "text"),
        examples=["Đã gọi, hẹn ngày 25/11."],
    )
