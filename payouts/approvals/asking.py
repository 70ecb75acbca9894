"""Asks for something that other people decide, answers it, or takes it back."""

from collections.abc import Collection
from typing import Any

from sqlmodel import Session

from payouts.approvals.authority import authority
from payouts.approvals.models import Approval, ApprovalAnswer
from payouts.approvals.rules import ANSWERS, KINDS
from payouts.approvals.store import answers_of, find_approval
from payouts.core import clock
from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.identity import audit
from payouts.identity.declared import refuse_own_affair
from payouts.identity.rules import Staff


def ask(
    session: Session,
    kind: str,
    subject: str,
    *,
    by: str,
    reason: str,
    programme: str,
    area_code: str | None,
    case_id: int | None = None,
    amount: int | None = None,
    concerned: Collection[str | None] = (),
    details: dict[str, Any] | None = None,
) -> Approval:
    """Ask for something; it has no effect before others approve it.

    Args:
        session: the transaction
        kind: a key of rules.KINDS
        subject: what it is about, "case 17": one approval of a kind waits for a subject
        by: the username of who asks
        reason: why, in words
        programme: whose people it is about
        area_code: their ward
        case_id: the case that it belongs to
        amount: đồng that move
        concerned: identity numbers of those whom it concerns; neither they nor their kin may ask or decide
        details: the fields of the kind, as JSON values

    Raises:
        ForbiddenError: it concerns who asks, or a relative they declared
        ConflictError: the same waits already
        RefusedError: no reason, or too long a one
    """
    refuse_own_affair(session, by, concerned)
    approval = Approval(
        kind=kind,
        subject=subject,
        case_id=case_id,
        programme=programme,
        area_code=area_code,
        amount=amount,
        citizen_ids=";".join(sorted({each for each in concerned if each})) or None,
        details=details or {},
        reason=tidied(reason, needed=True),
        asked_at=clock.now(),
        asked_by=by,
    )
    said = f"Đề nghị “{KINDS[kind].vi}” này đang chờ duyệt. Hãy xem trang Phê duyệt."
    add_once(session, approval, ConflictError("approval_waits", said))
    audit.note(session, by, "approval.asked", f"approval {approval.id}", kind=kind, about=subject)
    return approval


def answer(
    session: Session, approval_id: int, given: str, staff: Staff, *, note: str = ""
) -> tuple[Approval, ApprovalAnswer, bool]:
    """Approve or decline what somebody else asked for, or take back what one asked for oneself.

    Args:
        session: the transaction
        approval_id: what was asked for
        given: one of rules.ANSWERS
        staff: who answers
        note: words; needed to decline

    Returns:
        the approval, which may go on waiting for another person; the answer; and whether it is new: the same
        answer of the same person sent twice is one

    Raises:
        NotFoundError: there is none that they may see
        ForbiddenError: it takes another person, or only who asked, or nothing gives them the right
        ConflictError: it is decided already, or they have answered
        RefusedError: no such answer, or no words to decline
    """
    if given not in ANSWERS:
        raise RefusedError("no_such_answer", f"Hãy chọn một trong: {', '.join(ANSWERS)}.")
    approval = find_approval(session, approval_id, staff, lock=True)
    known = answers_of(session, approval_id)
    if mine := next((each for each in known if each.by == staff.username), None):
        if mine.answer == given:
            return approval, mine, False
        raise ConflictError("answered_already", "Bạn đã trả lời đề nghị này rồi.")
    if approval.state != "waiting":
        raise ConflictError("nothing_waits", "Đề nghị này không còn chờ ai. Hãy tải lại trang.")
    delegation = None
    if given != "take_back":
        delegation = authority(session, approval, staff)
    elif approval.asked_by != staff.username:
        raise ForbiddenError("not_yours", "Chỉ người đề nghị mới được rút lại đề nghị.")
    said = ApprovalAnswer(
        approval_id=approval_id,
        asked_by=approval.asked_by,
        by=staff.username,
        answer=given,
        note=tidied(note, needed=given == "decline") or None,
        at=clock.now(),
        delegation_id=delegation.id if delegation else None,
        giver=delegation.giver if delegation else None,
    )
    session.add(said)
    yes = 1 + sum(each.answer == "approve" for each in known)
    decided = given != "approve" or yes >= KINDS[approval.kind].people
    if decided:
        approval.state, approval.decided_at = ANSWERS[given], clock.now()
        session.add(approval)
    session.flush()
    audit.note(
        session, staff.who, f"approval.{given}", f"approval {approval_id}", giver=said.giver, decided=decided
    )
    return approval, said, True
