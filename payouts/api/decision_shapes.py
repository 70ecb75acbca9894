"""What the API gives and takes of decisions on files, of problems beside their lines, and of controls."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from payouts.api.shapes import ProblemRow
from payouts.core.limits import LONGEST_NOTE


class ProblemBeside(ProblemRow):
    """A problem, and the line that it names as it stands in the bytes that were sent."""

    raw: str | None = Field(description="Cut after 600 characters; null for the whole file.")


class ProblemPage(BaseModel):
    """Some problems of a file."""

    items: list[ProblemBeside]
    next: str | None


class DecisionShape(BaseModel):
    """What somebody decided of a file, or proposes to a second person."""

    id: int
    file_id: int
    kind: Literal["release", "reject", "ask", "withdraw", "supersede"]
    reason: str
    new_file_id: int | None = Field(description="Of `supersede`: the file that takes its place.")
    proposed_at: dt.datetime
    proposed_by: str
    state: Literal["waiting", "done", "declined", "taken_back"]
    checked_at: dt.datetime | None
    checked_by: str | None
    note: str | None


class DecisionList(BaseModel):
    """All decisions on a file, the earliest first, and what may be decided of it now."""

    items: list[DecisionShape]
    possible: list[str] = Field(description="Kinds that can be decided or proposed now.")


class DecisionIn(BaseModel):
    """What to decide of a file, or to propose where it takes two people."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["release", "reject", "ask", "withdraw"]
    reason: str = Field(min_length=1, max_length=LONGEST_NOTE, examples=["Ngân hàng xác nhận gửi nhầm."])


class AnswerIn(BaseModel):
    """The second person's word; `take_back` is for the one who proposed."""

    model_config = ConfigDict(extra="forbid")

    answer: Literal["approve", "decline", "take_back"]
    note: str = Field(default="", max_length=LONGEST_NOTE)


class TouchedCycle(BaseModel):
    """Payout lines of one cycle."""

    programme: str
    cycle: str
    lines: int


class TouchedLine(BaseModel):
    """A payout line whose verdict stands on the file; money in đồng."""

    line_ref: str
    full_name: str
    area_code: str | None
    programme: str
    cycle: str
    owed: int
    settled: int
    verdict: str


class Effects(BaseModel):
    """What would be judged anew without the file, within the asker's scope; money in đồng."""

    lines: int
    people: int
    owed: int
    settled: int
    verdicts: dict[str, int]
    cycles: list[TouchedCycle]
    open_cases: int
    closed_cases: int
    outside: int = Field(description="Payout lines outside the asker's scope.")
    shown: list[TouchedLine] = Field(description="The first 50 lines.")


class ControlRow(BaseModel):
    """What becomes of a bank's file that fails a control."""

    control: str
    contract: bool = Field(description="Agreed with every bank.")
    shipped: Literal["warning", "quarantine", "refuse"]
    action: Literal["warning", "quarantine", "refuse"]
    what: str
    codes: list[str]
    set_by: str | None
    reason: str | None


class ControlList(BaseModel):
    """All controls as they hold for one bank."""

    bank_code: str
    items: list[ControlRow]
