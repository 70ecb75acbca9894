"""What becomes of a letter once it is written: it leaves the house, or it is cancelled."""

import datetime as dt

from sqlmodel import Session, col, select, update

from payouts.cases.enquiries.asking import name_of
from payouts.cases.enquiries.models import Enquiry, EnquiryLine
from payouts.cases.enquiries.store import find_letter, latest_answer
from payouts.cases.enquiries.telling import GOES_ON, tell_cases
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.notes import tidied
from payouts.identity.scope import Scope


def mark_sent(session: Session, enquiry_id: int, scope: Scope, *, on: dt.date, by: str) -> Enquiry:
    """Keep on which day a letter left the house; from then on the bank sees it. Said twice it is one.

    Raises:
        NotFoundError: there is no such letter in the scope
        ConflictError: `enquiry_cancelled`
        RefusedError: `bad_sent_on`, no day between the letter's and today
    """
    letter = find_letter(session, enquiry_id, scope).enquiry
    if letter.cancelled_at:
        raise ConflictError("enquiry_cancelled", "Công văn này đã hủy.")
    if not letter.written_on <= on <= clock.today():
        raise RefusedError("bad_sent_on", "Ngày gửi phải từ ngày công văn đến hôm nay.")
    if letter.sent_on is None:
        letter.sent_on, letter.sent_by = on, by
        session.flush()
    return letter


def cancel(session: Session, enquiry_id: int, scope: Scope, *, why: str, by: str) -> Enquiry:
    """Cancel a letter that nobody has answered; its number is not used again, its lines can be asked of anew.

    Raises:
        NotFoundError: there is no such letter in the scope
        ConflictError: `enquiry_cancelled` already, or `enquiry_answered`
        RefusedError: no reason
    """
    letter = find_letter(session, enquiry_id, scope).enquiry
    if letter.cancelled_at:
        raise ConflictError("enquiry_cancelled", "Công văn này đã hủy.")
    if latest_answer(session, enquiry_id):
        raise ConflictError("enquiry_answered", "Ngân hàng đã trả lời công văn này, không hủy được nữa.")
    letter.cancelled_why = tidied(why, needed=True)
    letter.cancelled_at, letter.cancelled_by = clock.now(), by
    lines = session.exec(select(EnquiryLine.id).where(EnquiryLine.enquiry_id == enquiry_id)).all()
    session.exec(
        update(EnquiryLine).where(col(EnquiryLine.enquiry_id) == enquiry_id).values(ended_by=-enquiry_id)
    )
    note = f"Công văn tra soát {name_of(letter)} đã hủy: {letter.cancelled_why}"
    tell_cases(
        session,
        dict.fromkeys((line or 0 for line in lines), note),
        kind="enquiry_cancelled",
        by=by,
        state=GOES_ON,
    )
    session.flush()
    return letter
