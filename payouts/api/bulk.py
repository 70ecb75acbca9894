"""/v1/cases/bulk: one act on many cases, shown with what is in the way of each before it is done."""

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from payouts.api.access import DatabaseDep, staff_with
from payouts.api.parameters import NO_CONTROLS, Id
from payouts.cases.bulk import (
    MOST_AT_ONCE,
    Change,
    Chosen,
    carry_out,
    cases_of_act,
    find_act,
    hindrance,
    prepare,
    undo,
)
from payouts.cases.models import BulkAct
from payouts.core.errors import RefusedError
from payouts.core.limits import LARGEST_ID, LONGEST_NAME, LONGEST_NOTE
from payouts.identity import audit
from payouts.identity.rules import Staff

router = APIRouter(prefix="/v1/cases/bulk", tags=["cases"])

Working = Annotated[Staff, staff_with("cases.work")]
Words = Annotated[str, Field(max_length=LONGEST_NAME, pattern=NO_CONTROLS)]


class BulkCaseIn(BaseModel):
    """A case as it was read."""

    model_config = ConfigDict(extra="forbid")

    id: int = Field(ge=1, le=LARGEST_ID)
    version: int = Field(ge=1, le=LARGEST_ID, description="Changed since, it is left as it is.")


class BulkIn(BaseModel):
    """What is to become of some cases; what is not named stays."""

    model_config = ConfigDict(extra="forbid")

    cases: list[BulkCaseIn] = Field(min_length=1, max_length=MOST_AT_ONCE)
    assignee: Words | None = Field(default=None, description="A username; empty for nobody.")
    state: Literal["open", "in_progress", "waiting", "closed"] | None = None
    outcome: Words | None = Field(default=None, description="With `closed`.", examples=["no_action"])
    due: dt.date | None = None
    reason: str | None = Field(default=None, min_length=1, max_length=LONGEST_NOTE)


class BulkCaseShape(BaseModel):
    """What an act does to one case, or did."""

    place: int
    case_id: int | None
    subject: str | None
    full_name: str | None
    state: str | None = Field(description="As it is now.")
    assignee: str | None
    due: dt.date | None
    hindrance: str | None = Field(description="The code of what is, or was, in the way; null: nothing.")


class BulkShape(BaseModel):
    """One act on many cases."""

    id: int
    state: Literal["prepared", "done", "undone"]
    made_at: dt.datetime
    done_at: dt.datetime | None
    undone_at: dt.datetime | None
    items: list[BulkCaseShape]


@router.post("", status_code=201)
def post_bulk(database: DatabaseDep, staff: Working, told: BulkIn) -> BulkShape:
    """Write down what is to become of cases; nothing is done yet. The reading is logged."""
    change = Change(**told.model_dump(mode="json", exclude={"cases"}, exclude_none=True))  # type: ignore[typeddict-item]  # the names of Change
    if not change:
        raise RefusedError(
            "nothing_to_do", "Hãy chọn việc cần làm: giao, chuyển trạng thái, hẹn hoặc ghi chú."
        )
    chosen = [Chosen(place, each.id, each.version, change) for place, each in enumerate(told.cases, 1)]
    with database.session() as session:
        act = prepare(session, chosen, by=staff.username)
        audit.note(
            session,
            staff.who,
            "cases.bulk_prepared",
            f"bulk act {act.id}",
            cases=[each.id for each in told.cases],
        )
        return _shape(session, act, staff)


@router.get("/{act_id}")
def get_bulk(database: DatabaseDep, staff: Working, act_id: Id) -> BulkShape:
    """Give an act of one's own: what it will do to each case, or did. The reading is logged."""
    with database.session() as session:
        audit.note(session, staff.who, "cases.read", f"bulk act {act_id}")
        return _shape(session, find_act(session, act_id, staff.username), staff)


@router.post("/{act_id}/do")
def do_bulk(database: DatabaseDep, staff: Working, act_id: Id) -> BulkShape:
    """Do what was prepared, case by case; what is in the way of one hinders no other."""
    with database.session() as session:
        act = carry_out(session, act_id, staff)
        audit.note(session, staff.who, "cases.bulk_done", f"bulk act {act_id}")
        return _shape(session, act, staff)


@router.post("/{act_id}/undo")
def undo_bulk(database: DatabaseDep, staff: Working, act_id: Id) -> BulkShape:
    """Take back within 24 hours what nobody went on with."""
    with database.session() as session:
        act = undo(session, act_id, staff)
        audit.note(session, staff.who, "cases.bulk_undone", f"bulk act {act_id}")
        return _shape(session, act, staff)


def _shape(session: Session, act: BulkAct, staff: Staff) -> BulkShape:
    items = []
    for row in cases_of_act(session, act.id or 0):
        why = hindrance(row, staff) if act.state == "prepared" else row["refused"]
        if why == "no_such_case":  # whoever may not see it learns nothing of it
            items.append(
                BulkCaseShape.model_validate(
                    dict.fromkeys(BulkCaseShape.model_fields)
                    | {"place": row["place"], "case_id": row["case_id"], "hindrance": why}
                )
            )
        else:
            items.append(BulkCaseShape.model_validate({**row, "hindrance": why}))
    return BulkShape.model_validate({**act.model_dump(), "items": items})
