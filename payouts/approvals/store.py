"""Approvals as queries: the queue of those who may see it, and one approval with its answers."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import Session, col, func, select

from payouts.approvals.authority import delegated, givers_of
from payouts.approvals.models import Approval, ApprovalAnswer
from payouts.core.errors import NotFoundError
from payouts.identity.rules import Staff
from payouts.identity.scope import Scope


@dataclass(frozen=True, slots=True)
class Asked:
    """An approval with what people said of it, the earliest first."""

    approval: Approval
    answers: list[ApprovalAnswer]


def find_approval(session: Session, approval_id: int, staff: Staff, *, lock: bool = False) -> Approval:
    """Find an approval of one's own areas, or of those of somebody in whose stead one decides.

    Raises:
        NotFoundError: there is none that they may see
    """
    query = select(Approval).where(Approval.id == approval_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).one_or_none()
    if found is None or not any(
        scope.covers(area=found.area_code, programme=found.programme) for scope in _scopes(session, staff)
    ):
        raise NotFoundError("no_such_approval", f"Không có đề nghị số {approval_id} trong phạm vi của bạn.")
    return found


def answers_of(session: Session, approval_id: int) -> list[ApprovalAnswer]:
    """List what people said of an approval, the earliest first."""
    query = select(ApprovalAnswer).where(ApprovalAnswer.approval_id == approval_id)
    return list(session.exec(query.order_by(col(ApprovalAnswer.id))))


def queue(
    session: Session,
    staff: Staff,
    *,
    state: str = "waiting",
    after: int = 0,
    limit: int = 50,
) -> list[Asked]:
    """List approvals that somebody may see, the earliest first.

    Args:
        session: the transaction
        staff: who asks
        state: waiting, done, declined or taken_back
        after: only those of a higher number
        limit: most of them
    """
    query = (
        select(Approval)
        .where(Approval.state == state, col(Approval.id) > after, _seen(session, staff))
        .order_by(col(Approval.id))
        .limit(limit)
    )
    return with_answers(session, list(session.exec(query)))


def approvals_of_case(session: Session, case_id: int) -> list[Asked]:
    """List all approvals of a case, the earliest first; whether it may be seen is for the caller to know."""
    query = select(Approval).where(Approval.case_id == case_id).order_by(col(Approval.id))
    return with_answers(session, list(session.exec(query)))


def waiting_count(session: Session, staff: Staff) -> int:
    """Count what waits for others than who asks, within what they may see."""
    query = select(func.count()).where(
        Approval.state == "waiting", Approval.asked_by != staff.username, _seen(session, staff)
    )
    return session.exec(query).one()


def with_answers(session: Session, approvals: list[Approval]) -> list[Asked]:
    """Put the answers beside approvals."""
    query = select(ApprovalAnswer).where(col(ApprovalAnswer.approval_id).in_([each.id for each in approvals]))
    answers = session.exec(query.order_by(col(ApprovalAnswer.id))).all()
    return [Asked(each, [said for said in answers if said.approval_id == each.id]) for each in approvals]


def _scopes(session: Session, staff: Staff) -> list[Scope]:
    """Give one's own scope, and what of other people's one was delegated."""
    return [staff.scope, *(delegated(*each) for each in givers_of(session, staff.username))]


def _seen(session: Session, staff: Staff) -> ColumnElement[bool]:
    """Say which approvals somebody may see."""
    within = [
        and_(true(), *scope.conditions(area=Approval.area_code, programme=Approval.programme))
        for scope in _scopes(session, staff)
    ]
    return or_(*within)
