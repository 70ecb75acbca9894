"""What the API gives of approvals and of debts that are paid again. Money is a whole number of đồng."""

import datetime as dt
from typing import Any, Literal

from pydantic import BaseModel, Field


class ApprovalAnswerShape(BaseModel):
    """What one person said of an approval."""

    by: str
    giver: str | None = Field(description="In whose stead, by a written authorisation.")
    answer: Literal["approve", "decline", "take_back"]
    note: str | None
    at: dt.datetime


class ApprovalShape(BaseModel):
    """Something that one person asks for and others decide."""

    id: int
    kind: str
    case_id: int | None
    programme: str
    area_code: str | None
    amount: int | None = Field(description="Đồng that move.")
    details: dict[str, Any]
    reason: str
    asked_at: dt.datetime
    asked_by: str
    state: Literal["waiting", "done", "declined", "taken_back"]
    decided_at: dt.datetime | None
    people: int = Field(description="How many have to approve, besides who asks.")
    answers: list[ApprovalAnswerShape]


class ApprovalPage(BaseModel):
    """Some approvals, the earliest first."""

    items: list[ApprovalShape]
    next: str | None


class ReissueShape(BaseModel):
    """A debt to be paid again under a new reference."""

    id: int
    line_ref: str = Field(description="The debt.")
    new_ref: str = Field(description="The reference of the new order.")
    programme: str
    cycle: str
    area_code: str | None
    citizen_id: str | None
    full_name: str
    amount: int
    channel: str
    bank_code: str | None
    account_no: str | None
    account_name: str | None
    blocked: bool = Field(description="The verdict has changed since: it must not go out.")


class ReissuePage(BaseModel):
    """Some debts to be paid again, the earliest first."""

    items: list[ReissueShape]
    next: str | None
