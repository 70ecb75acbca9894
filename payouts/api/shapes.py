"""What the API gives of files and lists: receipts and lines, and problems.

Money is a whole number of đồng; days are ISO dates; moments are UTC.
"""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class ProblemRow(BaseModel):
    """One thing wrong with a file: where, what, and how to mend it."""

    line: int | None = Field(description="1-based, as the file numbers its lines; null for the whole file.")
    field: str | None = Field(description="The column or tag; null for the whole line.")
    code: str = Field(description="Stays the same for the same mistake.")
    severity: Literal["warning", "quarantine", "refuse"]
    message: str
    mend: str
    help: str = Field(description="Path of a page about the code, as HTML or JSON; needs no key.")


class Problem(BaseModel):
    """An error (RFC 9457, `application/problem+json`)."""

    type: str = Field(description="Stays the same for the same mistake.")
    title: str
    status: int
    detail: str = Field(description="What is wrong and how to mend it, for a person.")
    help: str | None = Field(default=None, description="Path of a page about the type; needs no key.")
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


class BalanceRow(BaseModel):
    """What a statement says it began and ended with, in its own decimals."""

    statement: int = Field(description="Its number in the file, from 1.")
    currency: str
    opening: str
    closing: str
    ties: bool = Field(description="Opening and lines give closing.")


State = Literal["received", "accepted", "quarantined", "refused"]


class ChangedLines(BaseModel):
    """Lines that stand in one file only, and what they add up to in the currency's smallest unit."""

    lines: int
    amount: int


class ChangedAmounts(BaseModel):
    """Lines that stand in both files with other values, and what they add up to before and after."""

    lines: int
    before: int
    after: int


class ChangedLine(BaseModel):
    """One line that differs between two files, by its number in each."""

    what: Literal["added", "gone", "changed"]
    old_line: int | None
    new_line: int | None
    fields: list[str] = Field(description="Of a changed line.")


class Changes(BaseModel):
    """What a file says otherwise than the one in whose place it was sent."""

    file: int = Field(description="The earlier file.")
    same: int = Field(description="Lines that say the very same.")
    added: ChangedLines
    gone: ChangedLines
    changed: ChangedAmounts
    examples: list[ChangedLine] = Field(description="At most 100 of each kind.")


class FileReceipt(BaseModel):
    """The receipt of a settlement file, one for (bank, sha256, profile)."""

    id: int | None = Field(description="Null for a check, which keeps nothing.")
    state: State
    test: bool = Field(description="Sent with a test key: never evidence, and swept later.")
    bank_code: str | None
    filename: str
    same_name_as: int | None = Field(
        description="The bank's latest earlier file of that name, with other bytes; this one is new."
    )
    sha256: str = Field(description="Of the file itself, unzipped where it came as gzip.")
    size: int = Field(description="Bytes.")
    profile: str | None = Field(description="The layout by which a CSV or XLSX was read, or is to be read.")
    format: str | None
    statements: int
    balances: list[BalanceRow]
    lines: int = Field(description="All lines, those in error too.")
    good_lines: int
    totals: list[TotalRow]
    problems: list[ProblemRow]
    problem_count: int
    decision: Literal["released", "rejected", "withdrawn", "superseded"] | None = Field(
        description="What staff made of it since, or a newer file; null where nothing was decided."
    )
    asked_anew: str | None = Field(description="Why a new file is asked for; send it with `supersedes`.")
    supersedes: int | None = Field(description="The earlier file in whose place it was sent.")
    changes: Changes | None = Field(description="Against that file, once both were read.")
    received_at: dt.datetime | None
    read_at: dt.datetime | None

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "id": 12,
                "state": "accepted",
                "test": False,
                "bank_code": "MB",
                "filename": "ket-qua-2026-11.csv",
                "same_name_as": None,
                "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                "size": 182233,
                "profile": "chitra",
                "format": "csv",
                "statements": 0,
                "balances": [],
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
                "decision": None,
                "asked_anew": None,
                "supersedes": None,
                "changes": None,
                "received_at": "2026-11-20T03:12:44Z",
                "read_at": "2026-11-20T03:12:46Z",
            }
        }
    )


class LineValues(BaseModel):
    """One line of a settlement file as it was read."""

    line: int
    status: str
    bank_code: str | None = Field(description="The bank of the beneficiary's account.")
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


class ToldLine(LineValues):
    """A line, and what the run that looked last says of it."""

    disposition: str | None = Field(description="Null as long as no run has looked at the line.")
    line_ref: str | None = Field(description="The payout lines it speaks of, joined by `;`.")
    rule: str | None


class FilePage(BaseModel):
    """Receipts, the latest first."""

    items: list[FileReceipt]
    next: str | None


class ToldPage(BaseModel):
    """Lines of a settlement file in their order."""

    items: list[ToldLine]
    next: str | None
