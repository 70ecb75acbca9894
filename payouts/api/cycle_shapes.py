"""What the API takes and gives of cycles: sums, runs and verdicts. Money is a whole number of đồng."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, Field

from payouts.api.list_shapes import Parts
from payouts.core.explained import explained
from payouts.core.problems import Language


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
    """What must tie: owed + carried in = paid + carried out + stopped + to recover; difference is 0."""

    owed: int
    carried_in: int
    paid: int
    carried_out: int
    stopped: int
    to_recover: int
    difference: int


class Beside(BaseModel):
    """Money that stands beside the identity: too much to the right person, and what reached others."""

    surplus: int
    to_others: int


class Closed(BaseModel):
    """The close of a month that stands."""

    number: int = Field(description="From 1; one more after each reopening.")
    at: dt.datetime
    by: str
    hash: str = Field(description="SHA-256 of what was closed; printed on reports.")


class CycleSummary(BaseModel):
    """A cycle as its last run sees it, within what the asker may see."""

    programme: str
    cycle: str
    deadline: dt.date | None
    run: RunOfSummary | None
    owed: Owed
    verdicts: dict[str, VerdictSum]
    identity: Identity
    beside: Beside
    closed: Closed | None


class VerdictRow(Parts):
    """A payout line, with the parts of its amount, and what the last run says of it."""

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
    carried_from: str | None = Field(
        default=None, description="`line_ref` of the earlier line whose money is carried over."
    )


class VerdictPage(BaseModel):
    """Verdicts in the order of lists and rows."""

    items: list[VerdictRow]
    next: str | None


def split(joined: str | None) -> list[str]:
    """Take apart what the tables keep joined by ";"."""
    return joined.split(";") if joined else []


def verdict_row(row: Mapping[str, Any], language: Language) -> VerdictRow:
    """Make the shape of a row of runs.store.verdict_page."""
    lists = {name: split(row[name]) for name in ("differences", "evidence")}
    return VerdictRow.model_validate(
        {**row, **lists, "explanation": explained(row["explanation"] or "", language) or None}
    )
