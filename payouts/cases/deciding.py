"""Answers what was asked for on cases, and does it in the same transaction once enough people approved."""

from collections.abc import Callable, Mapping

from sqlmodel import Session

from payouts.approvals import asking
from payouts.approvals.models import Approval, Delegation
from payouts.cases.correcting import correct_account
from payouts.cases.events import tell
from payouts.cases.locking import changed
from payouts.cases.models import Case
from payouts.cases.on_person import change_payee
from payouts.cases.recovery import deduct, recover
from payouts.cases.reissue import reissue
from payouts.cases.stopping import resume, stop
from payouts.cases.suspending import reinstate, suspend
from payouts.identity.rules import Staff

Effect = Callable[[Session, Approval, str], None]

# Kind of approval -> does it once it is approved, given the approval and the username of who approved last.
EFFECTS: dict[str, Effect] = {
    "reissue": reissue,
    "reissue_settled": reissue,
    "correct_account": correct_account,
    "change_payee": change_payee,
    "suspend": suspend,
    "reinstate": reinstate,
    "stop": stop,
    "resume": resume,
    "recover": recover,
    "deduct": deduct,
}


def answer_approval(
    session: Session,
    approval_id: int,
    given: str,
    staff: Staff,
    *,
    note: str = "",
    effects: Mapping[str, Effect] = EFFECTS,
) -> Approval:
    """Answer an approval, and do what was asked for where the answer decides so.

    Args:
        session: the transaction
        approval_id: what was asked for
        given: approve, decline or take_back
        staff: who answers
        note: words; needed to decline
        effects: what does each kind of approval

    Returns:
        the approval, `waiting` where it takes another person yet

    Raises:
        NotFoundError, ForbiddenError, ConflictError, RefusedError: as approvals.asking.answer, or as what is
            to be done raises them: then nothing is approved either
    """
    approval, said, new = asking.answer(session, approval_id, given, staff, note=note)
    if not new:
        return approval
    stead = session.get(Delegation, said.delegation_id) if said.delegation_id else None
    words = [f"Theo ủy quyền của {stead.giver}, số {stead.document}."] if stead else []
    case = session.get(Case, approval.case_id) if approval.case_id else None
    if case is not None:
        noted = "\n".join([*words, said.note or ""]).strip() or None
        tell(session, case, f"approval_{given}", by=staff.username, after=approval.kind, note=noted)
        changed(session, case)
    if approval.state == "done":
        effects[approval.kind](session, approval, staff.username)
    return approval
