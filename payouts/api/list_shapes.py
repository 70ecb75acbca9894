"""What the API gives and takes of payout lists: receipts, lines, and what a corrected list changes.

Money is a whole number of đồng; days are ISO dates; moments are UTC.
"""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from payouts.api.shapes import ProblemRow, State
from payouts.core.limits import LONGEST_NOTE


class SheetRow(BaseModel):
    """A sheet of a list that stands over several."""

    name: str
    after: int = Field(description="Row number after which the rows of this sheet begin.")


class Parts(BaseModel):
    """What an amount is made of; null where the list gives no such part."""

    amount_current: int | None = None
    amount_carried_over: int | None = None
    amount_arrears: int | None = None
    amount_deducted: int | None = None
    amount_one_off: int | None = None


class ListReceipt(BaseModel):
    """The receipt of a payout list, one for (programme, cycle, sha256, supersedes)."""

    id: int
    programme: str
    cycle: str
    state: State = Field(description="A corrected list is `quarantined` until somebody confirms it.")
    filename: str
    sha256: str
    size: int = Field(description="Bytes.")
    format: str | None
    lines: int
    good_lines: int
    amount: int = Field(description="Đồng, over the good lines.")
    parts: Parts = Field(description="The same by part of the amount.")
    sheets: list[SheetRow] = Field(description="Of a list over several sheets; else empty.")
    counts: bool = Field(description="It is judged: accepted, and not superseded.")
    supersedes: int | None = Field(description="The list in whose place it was sent.")
    superseded_by: int | None = Field(description="The list that counts in its place.")
    decision: Literal["confirmed", "cancelled"] | None = Field(description="Of a corrected list.")
    decided_at: dt.datetime | None
    decided_by: str | None
    problems: list[ProblemRow]
    problem_count: int
    received_at: dt.datetime
    read_at: dt.datetime | None


class ListPage(BaseModel):
    """Receipts of payout lists, the latest first."""

    items: list[ListReceipt]
    next: str | None


class PayoutLineRow(Parts):
    """One payout line as its list states it."""

    list_id: int = Field(
        description="The list that the line stands in: a list keeps what it leaves unchanged."
    )
    row: int
    line_ref: str
    citizen_id: str | None
    full_name: str
    date_of_birth: dt.date | None
    category_code: str | None
    area_code: str | None
    hamlet: str | None = Field(description="`TDP số 03` and `tổ 3` on a list are both `Tổ dân phố 3`.")
    amount: int
    carried_from: str | None = Field(
        description="`line_ref` of the earlier line whose money is carried over."
    )
    period: str | None
    channel: str
    bank_code: str | None
    account_no: str | None
    account_name: str | None
    payee_name: str | None
    payee_citizen_id: str | None
    note: str | None


class PayoutLinePage(BaseModel):
    """Payout lines in the order of lists and rows."""

    items: list[PayoutLineRow]
    next: str | None


class Settled(BaseModel):
    """What the last run says of a line for which money settled."""

    verdict: str
    settled: int
    evidence: list[str] = Field(description="`file:line` of each settlement line behind it.")


class ChangeRow(BaseModel):
    """One payout line that a corrected list adds, leaves out or changes."""

    line_ref: str
    kind: Literal["added", "gone", "changed"]
    fields: list[str] = Field(description="That changed.")
    old: PayoutLineRow | None
    new: PayoutLineRow | None
    settled: Settled | None = Field(description="Where the line that goes was paid already.")


class WardRow(BaseModel):
    """What a corrected list changes in one ward; money of the lines that it touches."""

    area_code: str | None
    added: int
    gone: int
    changed: int
    before: int
    after: int


class DifferenceShape(BaseModel):
    """What a corrected list changes against the one that it supersedes."""

    list_id: int
    supersedes: int
    decision: Literal["confirmed", "cancelled"] | None
    added: int
    gone: int
    changed: int
    before: int = Field(description="Đồng of the lines that it touches, as they were.")
    after: int = Field(description="Đồng of the lines that it touches, as they are to be.")
    settled: int = Field(description="Lines that go or change though money settled for them.")
    wards: list[WardRow]
    items: list[ChangeRow]
    next: str | None


class DecisionIn(BaseModel):
    """Why a corrected list is confirmed or cancelled, in words."""

    model_config = ConfigDict(extra="forbid")

    note: str | None = Field(default=None, max_length=LONGEST_NOTE, examples=["Đã đối chiếu với phường."])
