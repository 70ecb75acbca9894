"""Asks on a case for what takes a second person; the asking is an event of the case."""

from collections.abc import Collection
from typing import Any

from sqlmodel import Session

from payouts.approvals import asking
from payouts.approvals.models import Approval
from payouts.cases.events import tell
from payouts.cases.locking import changed
from payouts.cases.models import Case
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
    tell(session, case, "approval_asked", by=by, after=kind, note=approval.reason)
    changed(session, case)
    return approval
