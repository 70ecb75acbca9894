"""Asks money back of who should not have it; paying the right person never waits for that."""

import datetime as dt

from sqlmodel import Session, col, func, select

from payouts.approvals.models import Approval
from payouts.cases.approving import ask_approval
from payouts.cases.events import tell
from payouts.cases.locking import case_as_read, changed
from payouts.cases.models import Case, Recovery, Refund
from payouts.cases.opening import open_case_of_line
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.money import format_money
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.identity.scope import Scope
from payouts.lists.models import Deduction, PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS, CYCLE

FROM_WHOM = {
    "beneficiary": ("Người thụ hưởng", "The beneficiary"),
    "stranger": ("Người khác nhận nhầm", "Somebody else who got it by mistake"),
    "heirs": ("Gia đình người đã mất", "The family of who died"),
}
ABOUT = frozenset(
    {"paid_twice", "account_differs", "name_differs", "amount_differs"}
)  # verdicts of such money
KINDS = frozenset({"overpayment", "death_payment"})  # of cases about such money


def ask_recovery(
    session: Session,
    case_id: int,
    scope: Scope,
    *,
    version: int,
    by: str,
    reason: str,
    from_whom: str,
    holder: str,
    amount: int | None,
) -> Approval:
    """Ask for money to be claimed back.

    Args:
        session: the transaction
        case_id: the case that shows that somebody has it
        scope: the areas and programmes of who asks
        version: of the case as it was read
        by: the username
        reason: why, in words
        from_whom: a key of FROM_WHOM
        holder: who that is, in words
        amount: đồng, at most what settled

    Raises:
        NotFoundError, StaleError, ForbiddenError: as approving.ask_approval and locking.case_as_read
        ConflictError: the case is of no payment, or it is claimed back already
        RefusedError: no such person, or no such amount
    """
    case = case_as_read(session, case_id, scope, version)
    if case.payout_line_id is None or not (case.verdict in ABOUT or case.kind in KINDS):
        raise ConflictError("nothing_to_recover", "Việc này không có khoản tiền nào chi sai để thu hồi.")
    if from_whom not in FROM_WHOM:
        raise RefusedError("no_such_holder", "Hãy chọn người đang giữ tiền.")
    if amount is None or amount <= 0:
        raise RefusedError("bad_amount", "Hãy ghi số tiền cần thu hồi, lớn hơn 0.")
    if standing_recovery(session, case.subject) is not None:
        raise ConflictError("recovery_open", "Khoản này đang được thu hồi.")
    details = {"line_ref": case.subject, "from_whom": from_whom, "holder": tidied(holder) or None}
    return ask_approval(session, case, "recover", by=by, reason=reason, amount=amount, details=details)


def recover(session: Session, approval: Approval, by: str) -> None:
    """Claim money back, as approved: a case of its own follows it up.

    Raises:
        ConflictError: it is claimed back already
    """
    origin = session.get_one(Case, approval.case_id)
    line = session.get_one(PayoutLine, origin.payout_line_id)
    case, _ = open_case_of_line(session, "recovery", line, by=by, note=approval.reason)
    made = Recovery(
        line_ref=approval.details["line_ref"],
        case_id=case.id or 0,
        from_whom=approval.details["from_whom"],
        holder=approval.details["holder"],
        amount=approval.amount or 0,
        approval_id=approval.id or 0,
        made_at=clock.now(),
        made_by=by,
    )
    add_once(session, made, ConflictError("recovery_open", "Khoản này đang được thu hồi."))


def ask_deduction(
    session: Session,
    case_id: int,
    scope: Scope,
    *,
    version: int,
    by: str,
    reason: str,
    document_no: str,
    document_on: dt.date | None,
    monthly_cap: int | None,
    first_month: str,
) -> Approval:
    """Ask for a decision to take what is recovered off the person's later allowances, a part each month.

    Args:
        session: the transaction
        case_id: the case of the recovery
        scope: the areas and programmes of who asks
        version: of the case as it was read
        by: the username
        reason: why, in words
        document_no: of the decision
        document_on: its day
        monthly_cap: đồng that may be taken off a month at most, less than the monthly allowance
        first_month: 2026-12, the first from which it may be taken off

    Raises:
        NotFoundError, StaleError, ForbiddenError: as approving.ask_approval and locking.case_as_read
        ConflictError: nothing is recovered, or not from the beneficiary, or it is decided already
        RefusedError: no paper, no cap, or no month
    """
    case = case_as_read(session, case_id, scope, version)
    found = standing_recovery(session, case.subject)
    if found is None or found.from_whom != "beneficiary":
        raise ConflictError("not_from_them", "Chỉ trừ dần khi đang thu hồi từ chính người thụ hưởng.")
    if deduction_of(session, found) is not None:
        raise ConflictError("deducted_already", "Khoản này đã có quyết định trừ dần.")
    line = session.get_one(PayoutLine, case.payout_line_id)
    if not document_no.strip() or document_on is None or document_on > clock.today():
        raise RefusedError("document_needed", "Hãy ghi số và ngày của quyết định, không sau hôm nay.")
    if monthly_cap is None or not 0 < monthly_cap < line.amount:
        raise RefusedError("bad_cap", "Mức trừ tối đa mỗi tháng phải lớn hơn 0 và nhỏ hơn trợ cấp một tháng.")
    if not CYCLE.fullmatch(first_month):
        raise RefusedError("bad_month", "Hãy ghi tháng bắt đầu trừ, ví dụ 2026-12.")
    details = {
        "line_ref": case.subject,
        "document_no": tidied(document_no),
        "document_on": document_on.isoformat(),
        "monthly_cap": monthly_cap,
        "first_month": first_month,
    }
    amount = found.amount - refunded(session, found)
    return ask_approval(session, case, "deduct", by=by, reason=reason, amount=amount, details=details)


def deduct(session: Session, approval: Approval, by: str) -> None:
    """Keep the decision to deduct, as approved: incoming lists are held against it.

    Raises:
        ConflictError: nothing is recovered any more, or it is decided already
    """
    told = approval.details
    found = standing_recovery(session, told["line_ref"])
    if found is None or deduction_of(session, found) is not None:
        raise ConflictError("deducted_already", "Khoản này đã thu hồi xong hoặc đã có quyết định trừ dần.")
    case = session.get_one(Case, approval.case_id)
    line = session.get_one(PayoutLine, case.payout_line_id)
    session.add(
        Deduction(
            recovery_id=found.id or 0,
            programme=case.programme,
            citizen_id=line.citizen_id or "",
            document_no=told["document_no"],
            document_on=dt.date.fromisoformat(told["document_on"]),
            monthly_cap=told["monthly_cap"],
            first_month=told["first_month"],
            approval_id=approval.id or 0,
            made_at=clock.now(),
            made_by=by,
        )
    )
    session.flush()


def record_refund(
    session: Session,
    case_id: int,
    scope: Scope,
    *,
    version: int,
    by: str,
    amount: int | None,
    received_on: dt.date | None,
    document_no: str,
) -> Recovery:
    """Keep that some of the money came back; with the last of it the case is closed.

    Args:
        session: the transaction
        case_id: the case of the recovery
        scope: the areas and programmes of who records it
        version: of the case as it was read
        by: the username
        amount: đồng, at most what is outstanding
        received_on: the day
        document_no: of the receipt; the same paper counts once

    Raises:
        NotFoundError, StaleError: as locking.case_as_read
        ConflictError: nothing is recovered, or the paper is known
        RefusedError: no paper, no day, or no such amount
    """
    case = case_as_read(session, case_id, scope, version)
    found = standing_recovery(session, case.subject)
    if found is None or found.case_id != case.id:
        raise ConflictError("nothing_to_recover", "Việc này không có khoản tiền nào đang thu hồi.")
    if not document_no.strip() or received_on is None or received_on > clock.today():
        raise RefusedError("document_needed", "Hãy ghi số phiếu thu và ngày thu, không sau hôm nay.")
    left = found.amount - refunded(session, found)
    if amount is None or not 0 < amount <= left:
        raise RefusedError("bad_amount", "Số tiền phải lớn hơn 0 và không quá số còn phải thu.")
    back = Refund(
        recovery_id=found.id or 0,
        amount=amount,
        received_on=received_on,
        document_no=tidied(document_no),
        at=clock.now(),
        by=by,
    )
    add_once(session, back, ConflictError("refund_known", "Phiếu thu này đã được ghi."))
    tell(session, case, "refunded", by=by, note=f"{format_money(amount)}, {back.document_no}")
    if amount == left:
        found.ended_at = clock.now()
        if (decided := deduction_of(session, found)) is not None:
            decided.ended_at = clock.now()
            session.add(decided)
        before, case.state = case.state, "closed"
        case.outcome, case.closed_at = "recovered", clock.now()
        session.add(found)
        tell(session, case, "closed", by=by, before=before, after="closed")
    changed(session, case)
    return found


def standing_recovery(session: Session, line_ref: str) -> Recovery | None:
    """Find the recovery of a debt's money that stands."""
    query = select(Recovery).where(Recovery.line_ref == line_ref, col(Recovery.ended_at).is_(None))
    return session.exec(query).one_or_none()


def refunded(session: Session, found: Recovery) -> int:
    """Add up what came back of a recovery, in đồng."""
    query = select(func.coalesce(func.sum(Refund.amount), 0)).where(Refund.recovery_id == found.id)
    return int(session.exec(query).one())


def deduction_of(session: Session, found: Recovery) -> Deduction | None:
    """Find the decision to deduct what is recovered."""
    return session.exec(select(Deduction).where(Deduction.recovery_id == found.id)).one_or_none()


def deductible(session: Session, programme: str, cycle: str) -> dict[str, int]:
    """Say what decisions let be taken off in a month at most: identity number -> đồng.

    That is the monthly cap, and no more than is outstanding: what came back is taken off it, and what the
    lists of earlier months deducted. Where somebody writes both down for one sum, too little is taken off,
    never too much.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: the month, 2026-12
    """
    standing = (
        select(Deduction, Recovery)
        .join(Recovery, col(Recovery.id) == Deduction.recovery_id)
        .where(
            Deduction.programme == programme,
            Deduction.first_month <= cycle,
            col(Deduction.ended_at).is_(None),
        )
    )
    found: dict[str, int] = {}
    for decision, recovery in session.exec(standing):
        taken = (
            select(func.coalesce(func.sum(PayoutLine.amount_deducted), 0))
            .join(PayoutCycle, col(PayoutCycle.id) == PayoutLine.cycle_id)
            .where(
                PayoutLine.citizen_id == decision.citizen_id,
                PayoutLine.ended_by == COUNTS,
                PayoutCycle.programme == programme,
                PayoutCycle.cycle >= decision.first_month,
                PayoutCycle.cycle < cycle,
            )
        )
        left = recovery.amount - refunded(session, recovery) - (session.exec(taken).one() or 0)
        if left > 0:
            most = min(decision.monthly_cap, left)
            found[decision.citizen_id] = found.get(decision.citizen_id, 0) + most
    return found
