"""/v1/approvals and /v1/reissues: what waits for a second person, and what is to be paid again."""

from typing import Annotated, Literal

from fastapi import APIRouter

from payouts.api.access import DatabaseDep, staff_with
from payouts.api.approval_shapes import ApprovalPage, ApprovalShape, ReissuePage, ReissueShape
from payouts.api.decision_shapes import AnswerIn
from payouts.api.parameters import USUAL_LIMIT, Cursor, Id, Limit
from payouts.approvals.rules import KINDS
from payouts.approvals.store import Asked, find_approval, queue, with_answers
from payouts.cases.ordering import ready
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.jobs.granting import answer_approval
from payouts.runs.store import place

router = APIRouter(prefix="/v1", tags=["approvals"])

Seeing = Annotated[Staff, staff_with("approvals.see")]
SeeingCases = Annotated[Staff, staff_with("cases.see")]


@router.get("/approvals")
def list_approvals(
    database: DatabaseDep,
    staff: Seeing,
    state: Literal["waiting", "done", "declined", "taken_back"] = "waiting",
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> ApprovalPage:
    """List what waits for a second person, or what was decided, the earliest first. The reading is logged."""
    after = place(cursor) if cursor else 0
    with database.reading() as session:
        found = queue(session, staff, state=state, after=after, limit=limit + 1)
    shown = found[:limit]
    with database.session() as session:
        read = [each.approval.id for each in shown]
        audit.note(session, staff.who, "approvals.read", "approvals", approvals=read)
    following = str(shown[-1].approval.id) if len(found) > limit else None
    return ApprovalPage(items=[approval_shape(each) for each in shown], next=following)


@router.get("/approvals/{approval_id}")
def get_approval(database: DatabaseDep, staff: Seeing, approval_id: Id) -> ApprovalShape:
    """Give what is asked for, and what people said of it. The reading is logged."""
    with database.reading() as session:
        [found] = with_answers(session, [find_approval(session, approval_id, staff)])
    with database.session() as session:
        audit.note(session, staff.who, "approval.read", f"approval {approval_id}")
    return approval_shape(found)


@router.post("/approvals/{approval_id}/answer")
def answer(database: DatabaseDep, staff: Seeing, approval_id: Id, given: AnswerIn) -> ApprovalShape:
    """Approve or decline what somebody else asked for, or take back what one asked for oneself."""
    with database.session() as session:
        approval = answer_approval(session, approval_id, given.answer, staff, note=given.note)
        [found] = with_answers(session, [approval])
    return approval_shape(found)


@router.get("/reissues")
def list_reissues(
    database: DatabaseDep, staff: SeeingCases, cursor: Cursor = None, limit: Limit = USUAL_LIMIT
) -> ReissuePage:
    """List the debts to be paid again that have not gone out, the earliest first. The reading is logged."""
    after = place(cursor) if cursor else 0
    with database.reading() as session:
        found = ready(session, staff.scope, after=after, limit=limit + 1)
    shown = found[:limit]
    with database.session() as session:
        refs = [each.reissue.new_ref for each in shown]
        audit.note(session, staff.who, "reissues.read", "reissues", refs=refs)
    items = [
        ReissueShape.model_validate(
            {**each.reissue.model_dump(), "full_name": each.line.full_name, "blocked": each.blocked}
        )
        for each in shown
    ]
    following = str(shown[-1].reissue.id) if len(found) > limit else None
    return ReissuePage(items=items, next=following)


def approval_shape(found: Asked) -> ApprovalShape:
    """Make the shape of an approval with what was said of it."""
    approval = found.approval
    return ApprovalShape.model_validate(
        {
            **approval.model_dump(),
            "people": KINDS[approval.kind].people,
            "answers": [each.model_dump() for each in found.answers],
        }
    )
