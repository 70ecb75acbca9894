"""Asks on a case for what takes a second person; the asking and the answers are events of the case."""

from collections.abc import Collection
from typing import Any

from sqlmodel import Session

from payouts.approvals import asking
from payouts.approvals.models import Approval
from payouts.cases.models import Case, CaseEvent
from payouts.core import clock
from payouts.lists.models import PayoutLine


def ask_approval(
    session: Session,
    case: Case,
    kind: str,
    *,
    by: str,
    reason: str,
    amount: int | None = None,
    concerned: Collection[str | None] = (),
    details: dict[str, Any] | None = None,
) -> Approval:
    """Ask on a case for something that others decide.

    Args:
        session: the transaction
        case: the case; its beneficiary and payee are concerned by themselves
        kind: a key of approvals.rules.KINDS
        by: the username of who asks
        reason: why, in words
        amount: đồng that move
        concerned: identity numbers of further people whom it concerns
        details: the fields of the kind

    Raises:
        ConflictError, ForbiddenError, RefusedError: as approvals.asking.ask
    """
    line = session.get(PayoutLine, case.payout_line_id) if case.payout_line_id else None
    of_line = [line.citizen_id, line.payee_citizen_id] if line else []
    approval = asking.ask(
        session,
        kind,
        f"case {case.id}",
        by=by,
        reason=reason,
        programme=case.programme,
        area_code=case.area_code,
        case_id=case.id,
        amount=amount,
        concerned=[*of_line, *concerned],
        details=details,
    )
    tell(session, approval, by, "approval_asked", approval.reason)
    return approval


def tell(session: Session, approval: Approval, by: str, what: str, note: str | None) -> None:
    """Write into the timeline of an approval's case what somebody did about it."""
    if approval.case_id is not None:
        event = CaseEvent(
            case_id=approval.case_id, at=clock.now(), by=by, kind=what, after=approval.kind, note=note
        )
        session.add(event)
        session.flush()
