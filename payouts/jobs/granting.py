"""Answers approvals of every room, and does what was asked for once enough people approved."""

from sqlmodel import Session

from payouts.approvals.models import Approval
from payouts.cases import deciding
from payouts.closing.close import close, reopen
from payouts.identity.rules import Staff
from payouts.jobs.asking import read_list
from payouts.orders.drafts.drafting import open_cycle


def _open(session: Session, approval: Approval, by: str) -> None:
    read_list(session, open_cycle(session, approval, by))


EFFECTS: dict[str, deciding.Effect] = {
    **deciding.EFFECTS,
    "close_month": close,
    "reopen_month": reopen,
    "open_cycle": _open,
}


def answer_approval(
    session: Session, approval_id: int, given: str, staff: Staff, *, note: str = ""
) -> Approval:
    """Answer an approval; arguments, return value and errors as cases.deciding.answer_approval."""
    return deciding.answer_approval(session, approval_id, given, staff, note=note, effects=EFFECTS)
