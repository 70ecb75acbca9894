"""What the API takes and gives of payment orders. Money is a whole number of đồng; moments are UTC."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from payouts.core.limits import LONGEST_NOTE

FormatName = Literal["pain.001", "csv", "xlsx"]


class ExportShape(BaseModel):
    """One time that an order went out as a file."""

    number: int
    format: FormatName
    layout: str | None
    sha256: str
    size: int = Field(description="Bytes.")
    at: dt.datetime
    by: str
    reason: str | None = Field(description="Why again; null the first time.")


class OrderShape(BaseModel):
    """What one bank is told to pay of a cycle."""

    id: int
    programme: str
    cycle: str
    bank_code: str
    number: int = Field(description="From 1, of the bank in the cycle.")
    message_id: str = Field(description="`MsgId` of pain.001, the same in every file of the order.")
    lines: int
    amount: int = Field(description="Đồng.")
    execute_on: dt.date
    debtor_account: str | None
    debtor_name: str
    made_at: dt.datetime
    made_by: str
    cancelled_at: dt.datetime | None
    cancelled_by: str | None
    cancelled_why: str | None
    exports: list[ExportShape] = Field(description="When it went out, the first time first.")


class OrderList(BaseModel):
    """The payment orders of a cycle, by bank and number, cancelled ones too."""

    items: list[OrderShape]
    next: None = None


class HeldShape(BaseModel):
    """What one reason keeps out of the orders."""

    code: str
    why: str
    mend: str
    payments: int
    amount: int
    references: list[str] = Field(description="The first of them.")


class OrdersMade(BaseModel):
    """What ordering came to: the orders made by this call, and what was held back."""

    items: list[OrderShape]
    held: list[HeldShape]


class OrdersAsked(BaseModel):
    """When banks are to pay."""

    model_config = ConfigDict(extra="forbid")

    execute_on: dt.date | None = Field(
        default=None, description="The first day of the cycle by default, never one that is over."
    )


class ExportIn(BaseModel):
    """As what an order goes out; with a reason where it went out before."""

    model_config = ConfigDict(extra="forbid")

    format: FormatName = "pain.001"
    layout: str = Field(default="generic", max_length=64, pattern=r"^[A-Za-z0-9_-]+$")
    reason: str = Field(default="", max_length=LONGEST_NOTE, examples=["Ngân hàng báo tệp đầu bị hỏng."])


class CancelIn(BaseModel):
    """Why an order is taken back."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=LONGEST_NOTE)


class OrderLineShape(BaseModel):
    """One payment of an order."""

    number: int
    reference: str = Field(description="`EndToEndId`: line_ref, or the new one of a debt paid again.")
    full_name: str
    area_code: str | None
    bank_code: str | None
    account_no: str | None
    account_name: str | None
    amount: int
    stands: bool = Field(description="False where a corrected list has ended or changed the line since.")


class OrderLinePage(BaseModel):
    """Payments of an order in its order."""

    items: list[OrderLineShape]
    next: str | None
