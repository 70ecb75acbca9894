"""Stops paying somebody who died or moved away, on paper and by a second person; and pays again with arrears.

A bank's word that somebody died asks for a check and stops nothing. The month of death is owed still; what
settled for a later month opens a case, also where the death became known only afterwards.
"""

import datetime as dt

from sqlmodel import Session, col, select

from payouts.approvals.models import Approval
from payouts.cases.approving import ask_approval
from payouts.cases.events import tell
from payouts.cases.locking import case_as_read, changed
from payouts.cases.models import Case
from payouts.cases.money import follow_deaths
from payouts.cases.opening import open_case
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.money import format_money
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.reissues import end, open_reissue
from payouts.lists.rules import COUNTS
from payouts.registry.models import Stop
from payouts.registry.stops import WHY, numbers_of, standing_stop


def ask_stop(
    session: Session,
    case_id: int,
    scope: Scope,
    *,
    version: int,
    by: str,
    reason: str,
    why: str,
    happened_on: dt.date | None,
    document_no: str,
    document_on: dt.date | None,
) -> Approval:
    """Ask for a person to be paid nothing for the months after one.

    Args:
        session: the transaction
        case_id: a case of theirs
        scope: the areas and programmes of who asks
        version: of the case as it was read
        by: the username
        reason: how it became known, in words
        why: a key of registry.stops.WHY
        happened_on: the day of the death or the move
        document_no: of the extract of the civil register, or of the decision
        document_on: its day

    Raises:
        NotFoundError, StaleError, ForbiddenError: as approving.ask_approval and locking.case_as_read
        ConflictError: the case is of no person, or they are stopped already
        RefusedError: no such why, no paper, or days that cannot be
    """
    case = case_as_read(session, case_id, scope, version)
    line = _line_of(session, case)
    if why not in WHY:
        raise RefusedError("no_such_why", "Hãy chọn lý do dừng chi: đã mất hoặc đã chuyển đi.")
    if happened_on is None or document_on is None or not happened_on <= document_on <= clock.today():
        raise RefusedError(
            "bad_stop_days",
            "Ngày mất (hoặc ngày chuyển) và ngày của giấy tờ phải có, đúng thứ tự, không sau hôm nay.",
        )
    if standing_stop(session, line.citizen_id) is not None:
        raise ConflictError("stopped_already", "Người này đã dừng chi rồi.")
    if not document_no.strip():
        raise RefusedError("document_needed", "Hãy ghi số trích lục khai tử hoặc số quyết định.")
    details = {
        "citizen_id": line.citizen_id,
        "why": why,
        "happened_on": happened_on.isoformat(),
        "document_no": tidied(document_no),
        "document_on": document_on.isoformat(),
        "last_month": f"{happened_on:%Y-%m}",
    }
    return ask_approval(session, case, "stop", by=by, reason=reason, details=details)


def stop(session: Session, approval: Approval, by: str) -> None:
    """Stop paying a person, as approved: their cases of later months end, and orders not yet gone out.

    Raises:
        ConflictError: they are stopped already
    """
    told = approval.details
    made = Stop(
        citizen_id=told["citizen_id"],
        why=told["why"],
        happened_on=dt.date.fromisoformat(told["happened_on"]),
        document_no=told["document_no"],
        document_on=dt.date.fromisoformat(told["document_on"]),
        last_month=told["last_month"],
        approval_id=approval.id or 0,
        made_at=clock.now(),
        made_by=by,
    )
    add_once(session, made, ConflictError("stopped_already", "Người này đã dừng chi rồi."))
    for case in _cases_after(session, made, closed=False):
        again = open_reissue(session, case.subject)
        if again is not None and again.ordered_at is None:
            end(session, again, "withdrawn", by)
        before, case.state = case.state, "closed"
        case.outcome, case.closed_at = "stopped", clock.now()
        tell(session, case, "closed", by=by, before=before, after="closed", note=approval.reason)
        changed(session, case)
    follow_deaths(session, by=by)


def ask_resume(
    session: Session,
    case_id: int,
    scope: Scope,
    *,
    version: int,
    by: str,
    reason: str,
    arrears: int | None,
) -> Approval:
    """Ask for a stop to be undone, because it was wrong: what was not paid meanwhile is owed.

    Args:
        session: the transaction
        case_id: a case of the person
        scope: the areas and programmes of who asks
        version: of the case as it was read
        by: the username
        reason: why it was wrong, in words
        arrears: đồng for months that stood on no list meanwhile; 0 for none

    Raises:
        NotFoundError, StaleError, ForbiddenError: as approving.ask_approval and locking.case_as_read
        ConflictError: the person is not stopped
        RefusedError: no amount, or no reason
    """
    case = case_as_read(session, case_id, scope, version)
    line = _line_of(session, case)
    found = standing_stop(session, line.citizen_id)
    if found is None:
        raise ConflictError("not_stopped", "Người này không bị dừng chi.")
    if arrears is None or arrears < 0:
        raise RefusedError("bad_arrears", "Hãy ghi số tiền truy lĩnh, ghi 0 nếu không có.")
    details = {"citizen_id": found.citizen_id, "last_month": found.last_month}
    return ask_approval(session, case, "resume", by=by, reason=reason, amount=arrears, details=details)


def resume(session: Session, approval: Approval, by: str) -> None:
    """Undo a stop, as approved: the cases that it ended open again, and the arrears have a case of their own.

    Raises:
        ConflictError: the person is not stopped any more
    """
    found = standing_stop(session, approval.details["citizen_id"])
    if found is None:
        raise ConflictError("not_stopped", "Người này không bị dừng chi.")
    found.ended_at, found.ended_by, found.ended_approval_id = clock.now(), by, approval.id
    found.arrears = approval.amount
    session.add(found)
    for case in _cases_after(session, found, closed=True):
        case.state, case.outcome, case.closed_at = "open", None, None
        tell(session, case, "reopened", by=by, before="closed", after="open", note=approval.reason)
        changed(session, case)
    origin = session.get(Case, approval.case_id)
    if approval.amount and origin is not None:
        open_case(
            session,
            "arrears",
            found.citizen_id,
            by=by,
            programme=origin.programme,
            cycle=origin.cycle,
            area_code=origin.area_code,
            verdict=origin.verdict,
            payout_line_id=origin.payout_line_id,
            note=f"{format_money(approval.amount or 0)}. {approval.reason}",
        )


def arrears_of(session: Session, found: Stop, programme: str) -> tuple[list[str], int]:
    """Say what a person is likely to be owed for the months of a stop in which they stood on no list.

    Args:
        session: the transaction
        found: the stop
        programme: that pays them

    Returns:
        the months, and đồng: as much a month as the last list said
    """
    numbers = numbers_of(session, found.citizen_id)
    rows = session.exec(
        select(PayoutLine, PayoutCycle.cycle)
        .join(PayoutCycle, col(PayoutCycle.id) == PayoutLine.cycle_id)
        .where(
            col(PayoutLine.citizen_id).in_(numbers),
            PayoutLine.ended_by == COUNTS,
            PayoutCycle.programme == programme,
        )
        .order_by(PayoutCycle.cycle)
    ).all()
    cycles = session.exec(
        select(PayoutCycle.cycle).where(
            PayoutCycle.programme == programme, PayoutCycle.cycle > found.last_month
        )
    ).all()
    listed = {line.period or cycle for line, cycle in rows}
    months = sorted(set(cycles) - listed)
    last = (rows[-1][0].amount_current or rows[-1][0].amount) if rows else 0
    return months, last * len(months)


def _line_of(session: Session, case: Case) -> PayoutLine:
    """Find the payout line of a case, of a person whose number is known.

    Raises:
        ConflictError: it has none
    """
    line = session.get(PayoutLine, case.payout_line_id) if case.payout_line_id else None
    if line is None or not line.citizen_id:
        raise ConflictError(
            "no_payout_line", "Việc này không gắn với dòng chi trả nào của một người có số căn cước."
        )
    return line


def _cases_after(session: Session, found: Stop, *, closed: bool) -> list[Case]:
    """Find the exceptions of a stopped person in the months that are not owed."""
    state = Case.outcome == "stopped" if closed else Case.state != "closed"
    rows = session.exec(
        select(Case, PayoutLine.period)
        .join(PayoutLine, col(PayoutLine.id) == Case.payout_line_id)
        .where(
            col(PayoutLine.citizen_id).in_(numbers_of(session, found.citizen_id)),
            Case.kind == "exception",
            state,
        )
        .with_for_update(of=Case)
    )
    return [case for case, period in rows if (period or case.cycle) > found.last_month]
