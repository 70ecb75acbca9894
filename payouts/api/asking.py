"""/v1/cases/{id}/approvals: what takes a second person is asked for on a case, as on its page."""

import datetime as dt
from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from payouts.api.access import DatabaseDep
from payouts.api.approval_shapes import ApprovalShape
from payouts.api.approvals import approval_shape
from payouts.api.cases import IfMatch, Working, version_asked
from payouts.api.parameters import NO_CONTROLS, Id
from payouts.approvals.models import Approval
from payouts.approvals.store import with_answers
from payouts.cases.recovery import ask_deduction, ask_recovery
from payouts.cases.reissue import ask_reissue
from payouts.cases.stopping import ask_resume, ask_stop
from payouts.cases.suspending import ask_reinstatement, ask_suspension
from payouts.core.limits import LONGEST_NAME, LONGEST_NOTE
from payouts.core.money import LARGEST
from payouts.identity import audit

router = APIRouter(prefix="/v1/cases", tags=["approvals"])

Words = Annotated[str, Field(max_length=LONGEST_NAME, pattern=NO_CONTROLS)]
Money = Annotated[int, Field(ge=0, le=LARGEST, description="Đồng.")]


class _Asked(BaseModel):
    """What every request says."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(min_length=1, max_length=LONGEST_NOTE, description="Why, in words.")


class ReissueIn(_Asked):
    """Pay a failed debt again."""

    kind: Literal["reissue"]
    account: Words = Field(
        default="", description="One of the accounts on record, as the page offers it; the likeliest."
    )


class RecoverIn(_Asked):
    """Claim money back from whom it reached."""

    kind: Literal["recover"]
    from_whom: Literal["beneficiary", "stranger", "heirs"]
    holder: Words = Field(default="", description="Name, and how to reach them.")
    amount: Money


class DeductIn(_Asked):
    """Take what is recovered off later allowances, by a decision and with a cap."""

    kind: Literal["deduct"]
    document_no: Words
    document_on: dt.date
    monthly_cap: Money
    first_month: Words = Field(examples=["2026-12"])


class StopIn(_Asked):
    """Pay a person nothing for the months after one."""

    kind: Literal["stop"]
    why: Literal["died", "moved"]
    happened_on: dt.date
    document_no: Words
    document_on: dt.date


class ResumeIn(_Asked):
    """Undo a stop that was wrong."""

    kind: Literal["resume"]
    arrears: Money = Field(description="Đồng for months that stood on no list meanwhile; 0 for none.")


class SuspendIn(_Asked):
    """Suspend the allowance of somebody who does not collect it."""

    kind: Literal["suspend"]


class ReinstateIn(_Asked):
    """Pay somebody again who was suspended, with arrears."""

    kind: Literal["reinstate"]


AskedIn = Annotated[
    ReissueIn | RecoverIn | DeductIn | StopIn | ResumeIn | SuspendIn | ReinstateIn,
    Field(discriminator="kind"),
]

ASK: dict[str, Callable[..., Approval]] = {
    "reissue": ask_reissue,
    "recover": ask_recovery,
    "deduct": ask_deduction,
    "stop": ask_stop,
    "resume": ask_resume,
    "suspend": ask_suspension,
    "reinstate": ask_reinstatement,
}


@router.post("/{case_id}/approvals", status_code=201)
def ask(
    database: DatabaseDep, staff: Working, case_id: Id, asked: AskedIn, if_match: IfMatch = None
) -> ApprovalShape:
    """Ask for what a second person has to approve: 428 without If-Match, 412 when the case was changed."""
    fields: dict[str, Any] = asked.model_dump(exclude={"kind"})
    with database.session() as session:
        version = version_asked(session, staff, case_id, if_match)
        approval = ASK[asked.kind](
            session, case_id, staff.scope, version=version, by=staff.username, **fields
        )
        audit.note(session, staff.who, f"case.{asked.kind}", f"case {case_id}")
        [found] = with_answers(session, [approval])
        return approval_shape(found)
