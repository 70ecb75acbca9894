"""What staff do with a case: note, assign, set a date, move on, close with an outcome, open again."""

import datetime as dt
from typing import TypedDict

from sqlmodel import Session

from payouts.cases.events import tell
from payouts.cases.kinds import WAYS, kinds
from payouts.cases.locking import case_as_read, changed
from payouts.cases.models import Case, CaseEvent, Confirmation
from payouts.cases.routing import route
from payouts.cases.rules import OUTCOMES, STATES, due_on, moves
from payouts.cases.store import find_case, somebody_hangs
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.limits import LONGEST_NAME
from payouts.core.notes import tidied
from payouts.identity.scope import Scope
from payouts.lists.dates import rules_today
from payouts.lists.models import Voucher
from payouts.lists.reissues import open_reissue

# What a move is called in the timeline, by where it leads to, else where it comes from; "moved" otherwise.
LEADS_TO = {"closed": "closed"}
COMES_FROM = {"closed": "reopened", "parked": "released"}


class CaseChange(TypedDict, total=False):
    """What is to become of a case; what is not named stays.

    state: one of rules.STATES. outcome: one of rules.OUTCOMES that people may choose, with state `closed`.
    reason: why, in words. voucher_number and collected_on (a day): with the outcome `paid_in_cash`.
    confirmed_on (a day), confirmed_how (of kinds.WAYS) and reason: with the outcome `confirmed_solved`.
    area_code: the ward that it is given to, as routing.route takes it.
    """

    state: str
    area_code: str
    assignee: str | None
    due: dt.date
    reason: str | None
    outcome: str | None
    voucher_number: str | None
    collected_on: dt.date | None
    confirmed_on: dt.date | None
    confirmed_how: str | None


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
    return tell(session, case, "noted", by=by, note=_words(note, needed=True))


def change_case(
    session: Session, case_id: int, scope: Scope, *, version: int, by: str, role: str, change: CaseChange
) -> Case:
    """Change a case as it was when somebody read it.

    Args:
        session: the transaction
        case_id: the case
        scope: the areas and programmes of who changes it
        version: the version that was read
        by: the username
        role: theirs, by which they may move it
        change: what is to become of it

    Returns:
        the case, one version on

    Raises:
        NotFoundError: no such case in the scope
        StaleError: somebody else changed it since
        ForbiddenError: the role does not give cases to wards
        ConflictError: the case may not move so, or the line has a voucher already
        RefusedError: a value is not acceptable
    """
    case = case_as_read(session, case_id, scope, version)
    reason = _words(change.get("reason"))
    area = change.get("area_code")
    events = [
        *(
            [route(session, case, scope, area, by=by, role=role)]
            if area is not None and area != case.area_code
            else []
        ),
        *_reassign(session, case, by, change),
        *_reschedule(session, case, by, change),
        *_move(session, case, by, role, change),
    ]
    if reason and not events:
        events = [tell(session, case, "noted", by=by)]
    if not events:
        return case
    events[-1].note = reason or events[-1].note
    session.add(events[-1])
    return changed(session, case)


def _reassign(session: Session, case: Case, by: str, change: CaseChange) -> list[CaseEvent]:
    if "assignee" not in change or change["assignee"] == case.assignee:
        return []
    after = (change["assignee"] or "").strip() or None
    if after and (len(after) > LONGEST_NAME or not after.isprintable()):
        raise RefusedError("bad_assignee", "Tên người phụ trách không đúng.")
    before, case.assignee = case.assignee, after
    return [tell(session, case, "assigned", by=by, before=before, after=after)]


def _reschedule(session: Session, case: Case, by: str, change: CaseChange) -> list[CaseEvent]:
    if "due" not in change or change["due"] == case.due:
        return []
    before, case.due = case.due, change["due"]
    return [tell(session, case, "rescheduled", by=by, before=before.isoformat(), after=case.due.isoformat())]


def _move(session: Session, case: Case, by: str, role: str, change: CaseChange) -> list[CaseEvent]:
    after, before = change.get("state", case.state), case.state
    if after == before:
        if change.get("outcome"):
            raise RefusedError("outcome_without_closing", "Kết quả chỉ được ghi khi đóng việc.")
        return []
    if after not in moves(before, role):
        raise ConflictError(
            "no_such_move",
            f"Việc đang “{STATES[before]}”, bạn không chuyển sang “{STATES.get(after, after)}” được.",
        )
    case.outcome = _close(session, case, by, change) if after == "closed" else None
    case.state, case.closed_at = after, clock.now() if after == "closed" else None
    said = OUTCOMES[case.outcome].vi if case.outcome else None
    if before == "parked" and "due" not in change:
        calendar = rules_today().dates_of(case.programme).calendar
        case.due = due_on(case.verdict, clock.today(), calendar)
    kind = LEADS_TO.get(after) or COMES_FROM.get(before) or "moved"
    return [tell(session, case, kind, by=by, before=before, after=after, note=said)]


def _close(session: Session, case: Case, by: str, change: CaseChange) -> str:
    """Check how a case ends, and keep the voucher or the person's word where it ends by one."""
    outcome = change.get("outcome") or "no_action"
    known = OUTCOMES.get(outcome)
    if case.kind == "incident" and somebody_hangs(session, case.id or 0):
        raise ConflictError("people_hang", "Còn người đang chờ theo sự cố này. Hãy thả họ trước khi đóng.")
    if known is None or not known.by_hand:
        raise RefusedError("no_such_outcome", "Hãy chọn một kết quả có trong danh sách.")
    if known.confirmed != kinds()[case.kind].confirmed:
        raise ConflictError(
            "outcome_of_other_kind",
            "Việc do người dân báo chỉ đóng khi chính họ xác nhận; việc khác không đóng bằng cách này.",
        )
    if outcome == "no_action" and not (change.get("reason") or "").strip():
        raise RefusedError("reason_needed", "Hãy ghi lý do khi đóng việc mà không xử lý.")
    again = open_reissue(session, case.subject) if outcome == "carried_over" else None
    if again is not None:
        raise ConflictError(
            "carried_while_reissued",
            f"Khoản này đang được chi lại theo mã {again.new_ref}. Hãy rút lệnh đó trước, hoặc chờ kết quả.",
        )
    if known.voucher:
        _keep_voucher(session, case, by, change)
    if known.confirmed:
        _keep_confirmation(session, case, by, change)
    return outcome


def _keep_confirmation(session: Session, case: Case, by: str, change: CaseChange) -> None:
    day, how, words = change.get("confirmed_on"), change.get("confirmed_how"), _words(change.get("reason"))
    if day is None or day > clock.today() or how not in WAYS or not words:
        raise RefusedError(
            "confirmation_needed",
            "Hãy ghi ngày người thụ hưởng xác nhận (không sau hôm nay), bằng cách nào, và họ nói gì.",
        )
    session.add(
        Confirmation(
            case_id=case.id or 0,
            confirmed_on=day,
            how=how,
            words=words,
            recorded_at=clock.now(),
            recorded_by=by,
        )
    )


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
