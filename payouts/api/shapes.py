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


class BalanceRow(BaseModel):
    """What a statement says it began and ended with, in its own decimals."""

    statement: int = Field(description="Its number in the file, from 1.")
    currency: str
    opening: str
    closing: str
    ties: bool = Field(description="Opening and lines give closing.")


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
    balances: list[BalanceRow]
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


class ListPage(BaseModel):
    """Receipts of payout lists, the latest first."""

    items: list[ListReceipt]
    next: str | None


class ToldPage(BaseModel):
    """Lines of a settlement file in their order."""

    items: list[ToldLine]
    next: str | None
