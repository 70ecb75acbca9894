"""What the API gives of coverage and of visits, and what it takes of a visit."""

import datetime as dt
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from payouts.core.limits import LONGEST_NOTE


class CoverageRow(BaseModel):
    """Coverage of one ward, category, age band, sex or bank; null where fewer than five people are hidden."""

    key: str = Field(description="E.g. a ward's code; `none` where it is not known or there is none.")
    people: int | None
    with_account: int | None = Field(description="Of these, with an account that is open.")
    verified: int | None = Field(description="Of these, whose last payment reached the account.")
    share: float | None = Field(description="with_account / people, 0 to 1.")
    target: float | None = Field(description="The share to be reached, 0 to 1; null where none is set.")


class VisitRow(BaseModel):
    """A person whom who asks is to visit."""

    id: int
    full_name: str
    citizen_id: str
    date_of_birth: dt.date | None
    area_code: str | None
    hamlet: str | None
    state: str
    cause: str | None = Field(description="What stands between the person and a working account.")
    due: dt.date
    next_on: dt.date | None


class VisitList(BaseModel):
    """People to visit, new ones first, then by the day to come back."""

    items: list[VisitRow]
    next: None = None


class PhoneOfVisit(BaseModel):
    """A telephone number, and whose it is."""

    number: str
    whose: str


class ContactShape(BaseModel):
    """What came of one visit or call."""

    at: dt.datetime
    by: str
    way: str
    result: str
    note: str | None
    next_on: dt.date | None


class VisitShape(VisitRow):
    """A person to visit, with what is needed to reach them."""

    phones: list[PhoneOfVisit]
    contacts: list[ContactShape]


class ContactIn(BaseModel):
    """What came of a visit or call."""

    model_config = ConfigDict(extra="forbid")

    way: Literal["called", "visited", "came"]
    result: str = Field(max_length=40, description="A code of the results of contacts.", examples=["told"])
    next_on: dt.date = Field(description="The day to come back to it, from today on and within 90 days.")
    note: str | None = Field(default=None, max_length=LONGEST_NOTE)
