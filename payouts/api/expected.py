"""/v1/expected-files: which bank owes which file by when, for staff and for the bank itself."""

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from payouts.api.access import ActorDep, DatabaseDep, staff_with
from payouts.api.parameters import Id, Text
from payouts.cases.expected.acting import act_on
from payouts.cases.expected.store import Expected, expected_files, find_expected
from payouts.core.errors import NotFoundError
from payouts.core.limits import LONGEST_NOTE
from payouts.identity.rules import Actor, BankClient, Staff, require
from payouts.identity.scope import EVERYTHING, Scope

router = APIRouter(prefix="/v1/expected-files", tags=["expected files"])

StateName = Literal["late", "held", "awaited", "answered", "come", "excused"]


class ExpectedFileShape(BaseModel):
    """A file that a bank owes for a cycle, and where it stands today."""

    id: int
    programme: str
    cycle: str
    bank_code: str
    source: Literal["order", "list", "hand"] = Field(description="Why it is expected.")
    due_on: dt.date = Field(description="The last day on which it is in time.")
    lines: int = Field(description="Payout lines that it is to tell of.")
    amount: int
    state: StateName
    days_late: int = Field(description="Banking days since it was due, while it is late.")
    unanswered: int = Field(description="Lines of which no bank has said a last word.")
    files: int = Field(description="That the bank sent since the cycle opened.")
    missed_at: dt.datetime | None = Field(description="When it was noticed to be late.")
    came_at: dt.datetime | None


class ExpectedFileList(BaseModel):
    """Expected files of the latest cycles, those to act on first; all in one page."""

    items: list[ExpectedFileShape]
    next: None = None


class ExpectedActIn(BaseModel):
    """What is decided of an expected file."""

    act: Literal["agreed", "excused", "wanted"] = Field(
        description="Another day is agreed on; none is to come; it is to come after all."
    )
    reason: str = Field(min_length=1, max_length=LONGEST_NOTE)
    due_on: dt.date | None = Field(default=None, description="With `agreed`.")


@router.get("")
def list_expected(
    database: DatabaseDep,
    actor: ActorDep,
    programme: Text = None,
    cycle: Text = None,
    bank: Annotated[str | None, Query(max_length=16, pattern="^[A-Za-z0-9]+$")] = None,
    state: StateName | None = None,
) -> ExpectedFileList:
    """List the files that banks owe; a bank sees its own."""
    scope, own = _scope(actor)
    with database.reading() as session:
        found = expected_files(
            session, scope, programme=programme, cycle=cycle, bank=own or bank, state=state
        )
    return ExpectedFileList(items=[_shape(each) for each in found])


@router.get("/{expected_id}")
def get_expected(database: DatabaseDep, actor: ActorDep, expected_id: Id) -> ExpectedFileShape:
    """Give one file that a bank owes."""
    scope, own = _scope(actor)
    with database.reading() as session:
        found = find_expected(session, expected_id, scope)
    if own not in {None, found.file.bank_code}:
        raise NotFoundError("no_such_expected_file", f"Không có tệp chờ số {expected_id}.")
    return _shape(found)


@router.post("/{expected_id}")
def act_on_expected(
    database: DatabaseDep,
    staff: Annotated[Staff, staff_with("files.propose")],
    expected_id: Id,
    told: ExpectedActIn,
) -> ExpectedFileShape:
    """Agree on another day, say that none is to come, or that it is to come after all."""
    with database.session() as session:
        act_on(session, expected_id, told.act, staff, reason=told.reason, due_on=told.due_on)
        return _shape(find_expected(session, expected_id, staff.scope))


def _scope(actor: Actor) -> tuple[Scope, str | None]:
    """Say what may be seen: programmes, and the one bank that asks."""
    if isinstance(actor, BankClient):
        return EVERYTHING, actor.bank_code
    require(actor, "files.see")
    return actor.scope, None


def _shape(each: Expected) -> ExpectedFileShape:
    seen = each.seen
    told = {
        "programme": each.cycle.programme,
        "cycle": each.cycle.cycle,
        "state": each.standing.state,
        "days_late": each.standing.days_late,
        "unanswered": seen.unanswered if seen and seen.lines else each.file.lines,
        "files": seen.files if seen else 0,
    }
    return ExpectedFileShape.model_validate({**each.file.model_dump(), **told})
