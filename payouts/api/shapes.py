"""What the API takes and gives: names and types that bank programs and offices rely on.

Money is a whole number of đồng; days are ISO dates; moments are UTC.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from payouts.core.limits import (
    LARGEST_ID,
    LARGEST_PAGE,
    LONGEST_NAME,
    LONGEST_NOTE,
    LONGEST_QUERY_VALUE,
    USUAL_PAGE,
)

NO_CONTROLS = r"^[^\x00-\x1f\x7f]*$"

Id = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number that the service gave.")]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID, description="Number within the cycle, from 1.")]
Programme = Annotated[str, Path(pattern=r"^[A-Z][A-Z0-9_-]{1,19}$", description="E.g. BTXH.")]
CycleName = Annotated[
    str, Path(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", description="A month, e.g. 2026-11.")
]

Filename = Annotated[
    str,
    Query(
        min_length=1,
        max_length=LONGEST_NAME,
        pattern=NO_CONTROLS,
        description="Name of the file at the sender.",
    ),
]
ProfileName = Annotated[
    str | None,
    Query(max_length=64, pattern=r"^[A-Za-z0-9_-]+$", description="Layout to read a CSV or XLSX by."),
]
AreaCode = Annotated[str | None, Query(pattern=r"^[0-9]{5}$", description="Ward code (GSO), five digits.")]
Text = Annotated[str | None, Query(max_length=LONGEST_QUERY_VALUE, pattern=NO_CONTROLS)]
Cursor = Annotated[
    str | None,
    Query(max_length=LONGEST_QUERY_VALUE, pattern=NO_CONTROLS, description="`next` of the page before."),
]
Limit = Annotated[int, Query(ge=1, le=LARGEST_PAGE, description="Items of a page.")]
USUAL_LIMIT = USUAL_PAGE


class ProblemRow(BaseModel):
    """One thing wrong with a file: where, what, and how to mend it."""

    line: int | None = Field(description="1-based, as the file numbers its lines; null for the whole file.")
    field: str | None = Field(description="The column or tag; null for the whole line.")
    code: str = Field(description="Stays the same for the same mistake.")
    severity: Literal["warning", "quarantine", "refuse"]
    message: str
    mend: str


class Problem(BaseModel):
    """An error (RFC 9457, `application/problem+json`)."""

    type: str = Field(description="Stays the same for the same mistake.")
    title: str
    status: int
    detail: str = Field(description="What is wrong and how to mend it, for a person.")
    problems: list[dict[str, Any]] = Field(default_factory=list, description="The lines or fields at fault.")

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "type": "urn:problem-type:chitra:no_such_file",
                "title": "Không tìm thấy",
                "status": 404,
                "detail": "Không có tệp kết quả số 12.",
            }
        }
    )


class TotalRow(BaseModel):
    """What the file itself says moved in one currency, in its own decimals."""

    currency: str
    credit_lines: int
    credit: str
    debit_lines: int
    debit: str


State = Literal["received", "accepted", "quarantined", "refused"]


class FileReceipt(BaseModel):
    """The receipt of a settlement file, one for (bank, sha256, profile)."""

    id: int | None = Field(description="Null for a check, which keeps nothing.")
    state: State
    bank_code: str | None
    filename: str
    sha256: str
    size: int = Field(description="Bytes.")
    profile: str | None = Field(description="The layout by which a CSV or XLSX was read, or is to be read.")
    format: str | None
    statements: int
    balanced_statements: list[int] = Field(description="Statements, counted from 1, whose balance ties.")
    lines: int = Field(description="All lines, those in error too.")
    good_lines: int
    totals: list[TotalRow]
    problems: list[ProblemRow]
    problem_count: int
    received_at: dt.datetime | None
    read_at: dt.datetime | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 12,
                "state": "accepted",
                "bank_code": "MB",
                "filename": "ket-qua-2026-11.csv",
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "size": 182233,
                "profile": "chitra",
                "format": "csv",
                "statements": 0,
                "balanced_statements": [],
                "lines": 1200,
                "good_lines": 1200,
                "totals": [
                    {
                        "currency": "VND",
                        "credit_lines": 3,
                        "credit": "2790000",
                        "debit_lines": 1180,
                        "debit": "1097400000",
                    }
                ],
                "problems": [],
                "problem_count": 0,
                "received_at": "2026-11-20T03:12:44Z",
                "read_at": "2026-11-20T03:12:46Z",
            }
        }
    )


class ListReceipt(BaseModel):
    """The receipt of a payout list, one for (programme, cycle, sha256)."""

    id: int
    programme: str
    cycle: str
    state: State
    filename: str
    sha256: str
    size: int = Field(description="Bytes.")
    format: str | None
    lines: int
    good_lines: int
    amount: int = Field(description="Đồng, over the good lines.")
    problems: list[ProblemRow]
    problem_count: int
    received_at: dt.datetime
    read_at: dt.datetime | None


class ToldLine(BaseModel):
    """One line of a settlement file, and what the run that looked last says of it."""

    line: int
    status: str
    bank_code: str | None
    branch: str | None
    bank_ref: str | None
    end_to_end_id: str | None
    account_no: str | None
    account_name: str | None
    citizen_id: str | None
    amount: int | None
    currency: str | None
    booked_on: dt.date | None
    reason_code: str | None
    reason_text: str | None
    fee: int | None
    original_ref: str | None
    remittance_info: str | None
    statement: int | None
    disposition: str | None = Field(description="Null as long as no run has looked at the line.")
    line_ref: str | None = Field(description="The payout lines it speaks of, joined by `;`.")
    rule: str | None


class FilePage(BaseModel):
    """Receipts, the latest first."""

    items: list[FileReceipt]
    next: str | None


class ListPage(BaseModel):
    """Receipts of payout lists, the latest first."""

    items: list[ListReceipt]
    next: str | None


class ToldPage(BaseModel):
    """Lines of a settlement file in their order."""

    items: list[ToldLine]
    next: str | None


class RunAsked(BaseModel):
    """How a run is asked for."""

    model_config = ConfigDict(extra="forbid")

    as_of: dt.date | None = Field(
        default=None, description="The day on which the question is asked; today by default."
    )


class RunShape(BaseModel):
    """One reconciliation of a cycle; it never changes once it is done."""

    id: int
    number: int = Field(description="From 1, within the cycle.")
    programme: str
    cycle: str
    as_of: dt.date
    state: Literal["waiting", "done", "refused"]
    asked_at: dt.datetime
    done_at: dt.datetime | None
    summary: dict[str, Any] | None = Field(
        description="As summary.json of `chitra match`; null until done, and for who sees some areas only."
    )


class RunList(BaseModel):
    """Runs of a cycle, the latest first."""

    items: list[RunShape]
    next: None = None


class CycleShape(BaseModel):
    """One programme in one month."""

    programme: str
    cycle: str
    opens_on: dt.date
    deadline: dt.date | None


class CycleList(BaseModel):
    """Cycles, the latest first."""

    items: list[CycleShape]
    next: None = None


class RunOfSummary(BaseModel):
    """The run that a summary stands on."""

    number: int
    as_of: dt.date
    done_at: dt.datetime | None


class Owed(BaseModel):
    """What the payout lines add up to."""

    lines: int
    amount: int


class VerdictSum(BaseModel):
    """What the lines of one verdict add up to."""

    lines: int
    owed: int
    settled: int


class Identity(BaseModel):
    """The three numbers that must tie: owed + carried in = paid + carried out + stopped; difference is 0."""

    owed: int
    carried_in: int
    paid: int
    carried_out: int
    stopped: int
    to_recover: int
    difference: int


class CycleSummary(BaseModel):
    """A cycle as its last run sees it, within what the asker may see."""

    programme: str
    cycle: str
    deadline: dt.date | None
    run: RunOfSummary | None
    owed: Owed
    verdicts: dict[str, VerdictSum]
    identity: Identity


class VerdictRow(BaseModel):
    """A payout line and what the last run says of it."""

    line_ref: str
    verdict: str
    owed: int
    settled: int
    reason_code: str | None
    differences: list[str]
    rule: str | None
    evidence: list[str] = Field(description="`file:line` of each settlement line behind it.")
    explanation: str | None
    citizen_id: str | None
    full_name: str
    date_of_birth: dt.date | None
    area_code: str | None
    category_code: str | None
    period: str | None
    channel: str
    bank_code: str | None
    account_no: str | None
    account_name: str | None


class VerdictPage(BaseModel):
    """Verdicts in the order of lists and rows."""

    items: list[VerdictRow]
    next: str | None


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


class EvidenceLine(ToldLine):
    """A settlement line that stands behind the verdict."""

    file: str
    sender: str


class CaseShape(CaseRow):
    """A case with all that its page shows."""

    verdict_now: VerdictRow | None
    evidence: list[dict[str, Any]] = Field(description="What banks said: file, line and the line's values.")
    suggestions: list[dict[str, Any]] = Field(
        description="Settlement lines that may belong to it, for a person."
    )
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


class NoteIn(BaseModel):
    """Something to write down about a case."""

    model_config = ConfigDict(extra="forbid")

    note: str = Field(
        min_length=1,
        max_length=LONGEST_NOTE,
        validation_alias=AliasChoices("note", "text"),
        examples=["Đã gọi, hẹn ngày 25/11."],
    )


def split(joined: str | None) -> list[str]:
    """Take apart what the tables keep joined by ";"."""
    return joined.split(";") if joined else []


def verdict_row(row: Mapping[str, Any]) -> VerdictRow:
    """Make the shape of a row of runs.store.verdict_page."""
    return VerdictRow.model_validate(
        {**row, "differences": split(row["differences"]), "evidence": split(row["evidence"])}
    )
