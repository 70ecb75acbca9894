"""What staff do with a case: note, assign, set a date, move on, close with an outcome, open again."""

import datetime as dt
from typing import TypedDict

from sqlmodel import Session, select

from payouts.cases.models import Case, CaseEvent
from payouts.cases.rules import MOVES, OUTCOMES, STATES
from payouts.cases.store import find_case
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError, StaleError
from payouts.core.limits import LONGEST_NAME
from payouts.core.notes import tidied
from payouts.identity.scope import Scope
from payouts.lists.models import Voucher


class CaseChange(TypedDict, total=False):
    """What is to become of a case; what is not named stays.

    state: one of rules.STATES. outcome: one of rules.OUTCOMES that people may choose, with state `closed`.
    reason: why, in words. voucher_number and collected_on (a day): with the outcome `paid_in_cash`.
    """

    state: str
    assignee: str | None
    due: dt.date
    reason: str | None
    outcome: str | None
    voucher_number: str | None
    collected_on: dt.date | None


def add_note(session: Session, case_id: int, scope: Scope, *, by: str, note: str) -> CaseEvent:
    """Write down something about a case; it changes nothing else, so nobody's version grows stale.

    Args:
        session: the transaction
        case_id: the case
        scope: the areas and programmes of who writes
        by: the username
        note: the words

    Raises:
        NotFoundError: no such case in the scope
        RefusedError: nothing is said, or too much
    """
    case = find_case(session, case_id, scope)
    event = _event(case, by, "noted", note=_words(note, needed=True))
    session.add(event)
    session.flush()
    return event


def change_case(
    session: Session, case_id: int, scope: Scope, *, version: int, by: str, change: CaseChange
) -> Case:
    """Change a case as it was when somebody read it.

    Args:
        session: the transaction
        case_id: the case
        scope: the areas and programmes of who changes it
        version: the version that was read
        by: the username
        change: what is to become of it

    Returns:
        the case, one version on

    Raises:
        NotFoundError: no such case in the scope
        StaleError: somebody else changed it since
        ConflictError: the case may not move so, or the line has a voucher already
        RefusedError: a value is not acceptable
    """
    find_case(session, case_id, scope)
    case = session.exec(
        select(Case).where(Case.id == case_id).with_for_update().execution_options(populate_existing=True)
    ).one()
    if case.version != version:
        raise StaleError(
            "case_changed", "Người khác vừa sửa việc này. Hãy tải lại trang, xem thay đổi rồi làm lại."
        )
    reason = _words(change.get("reason"))
    events = [*_reassign(case, by, change), *_reschedule(case, by, change), *_move(session, case, by, change)]
    if reason and not events:
        events = [_event(case, by, "noted")]
    if not events:
        return case
    events[-1].note = reason or events[-1].note
    case.version += 1
    session.add(case)
    session.add_all(events)
    session.flush()
    return case


def _reassign(case: Case, by: str, change: CaseChange) -> list[CaseEvent]:
    if "assignee" not in change or change["assignee"] == case.assignee:
        return []
    after = (change["assignee"] or "").strip() or None
    if after and (len(after) > LONGEST_NAME or not after.isprintable()):
        raise RefusedError("bad_assignee", "Tên người phụ trách không đúng.")
    before, case.assignee = case.assignee, after
    return [_event(case, by, "assigned", before, after)]


def _reschedule(case: Case, by: str, change: CaseChange) -> list[CaseEvent]:
    if "due" not in change or change["due"] == case.due:
        return []
    before, case.due = case.due, change["due"]
    return [_event(case, by, "rescheduled", before.isoformat(), case.due.isoformat())]


def _move(session: Session, case: Case, by: str, change: CaseChange) -> list[CaseEvent]:
    after, before = change.get("state", case.state), case.state
    if after == before:
        if change.get("outcome"):
            raise RefusedError("outcome_without_closing", "Kết quả chỉ được ghi khi đóng việc.")
        return []
    if after not in MOVES[before]:
        raise ConflictError(
            "no_such_move",
            f"Việc đang “{STATES[before]}”, không chuyển sang “{STATES.get(after, after)}” được.",
        )
    case.state = after
    case.outcome = _close(session, case, by, change) if after == "closed" else None
    case.closed_at = clock.now() if after == "closed" else None
    kind = {"closed": "closed"}.get(after) or ("reopened" if before == "closed" else "moved")
    said = OUTCOMES[case.outcome].vi if case.outcome else None
    return [_event(case, by, kind, before, after, note=said)]


def _close(session: Session, case: Case, by: str, change: CaseChange) -> str:
    """Check how a case ends, and keep the voucher where it ends in cash."""
    outcome = change.get("outcome") or "no_action"
    known = OUTCOMES.get(outcome)
    if known is None or not known.by_hand:
        raise RefusedError("no_such_outcome", "Hãy chọn một kết quả có trong danh sách.")
    if outcome == "no_action" and not (change.get("reason") or "").strip():
        raise RefusedError("reason_needed", "Hãy ghi lý do khi đóng việc mà không xử lý.")
    if known.voucher:
        _keep_voucher(session, case, by, change)
    return outcome


def _keep_voucher(session: Session, case: Case, by: str, change: CaseChange) -> None:
    number, day = _words(change.get("voucher_number")), change.get("collected_on")
    if not number or day is None or day > clock.today():
        raise RefusedError("voucher_needed", "Hãy ghi số phiếu và ngày ký nhận tiền mặt, không sau hôm nay.")
    if case.payout_line_id is None:
        raise ConflictError("no_payout_line", "Việc này không gắn với dòng chi trả nào.")
    if session.get(Voucher, case.payout_line_id):
        raise ConflictError("voucher_known", "Dòng chi trả này đã có phiếu ký nhận.")
    session.add(
        Voucher(
            payout_line_id=case.payout_line_id,
            number=number,
            collected_on=day,
            recorded_at=clock.now(),
            recorded_by=by,
        )
    )


def _words(text: str | None, *, needed: bool = False) -> str | None:
    """Tidy what a person wrote.

    Raises:
        RefusedError: as core.notes.tidied, or it is needed and missing
    """
    words = tidied(text)
    if needed and not words:
        raise RefusedError("note_empty", "Hãy viết nội dung ghi chú.")
    return words or None


def _event(
    case: Case,
    by: str,
    kind: str,
    before: str | None = None,
    after: str | None = None,
    *,
    note: str | None = None,
) -> CaseEvent:
    return CaseEvent(
        case_id=case.id or 0, at=clock.now(), by=by, kind=kind, before=before, after=after, note=note
    )
