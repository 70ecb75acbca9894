"""What a bank answers is kept line by line, and told to the next run as lines of a settlement file."""

import csv
import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, update

from payouts.cases.enquiries.asking import name_of
from payouts.cases.enquiries.models import Enquiry, EnquiryAnswer, EnquiryLine
from payouts.cases.enquiries.rules import NO_SUCH_ORDER, answer_kinds
from payouts.cases.enquiries.store import LetterLine, latest_answer, lines_of
from payouts.cases.enquiries.telling import GOES_ON, tell_cases
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError, StaleError
from payouts.core.notes import tidied
from payouts.core.problems import Problem
from payouts.core.reasons import reason_code_of, reason_codes
from payouts.lists.models import PayoutLine

MOST_PROBLEMS = 100  # told of one sheet
COLUMNS = (
    *("bank_code", "bank_ref", "end_to_end_id", "account_no", "account_name", "amount", "booked_on"),
    *("status", "reason_code", "reason_text"),
)


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody wrote down as a bank's answer of one line.

    Attributes:
        line_ref: the payout line that was asked of
        answer: a code of data/enquiry_answers.csv
        row: its row in a sheet, or its place in a form
        booked_on: the day of the credit or of the return
        bank_ref: the bank's reference of that movement
        reason: a reason code, or the bank's words
        amount: đồng, where it is not what was asked of
        account_no: the account that was credited, where it is not the one asked of
        account_name: its holder
        note: anything else
    """

    line_ref: str
    answer: str
    row: int
    booked_on: dt.date | None = None
    bank_ref: str = ""
    reason: str = ""
    amount: int | None = None
    account_no: str = ""
    account_name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of answers: those kept, and the settlement file's bytes, empty where it has no line."""

    answers: list[EnquiryAnswer]
    content: bytes


def record(
    session: Session,
    letter: Enquiry,
    given: Sequence[Given],
    *,
    by: str,
    way: str,
    answered_on: dt.date,
    document: str = "",
    seen: int | None = None,
) -> Recorded:
    """Keep a bank's answers to a letter, all of them or none.

    An answer that ends the question cannot be given again: what was wrong in it is mended by withdrawing the
    file in which it was told, and by asking anew.

    Args:
        session: the transaction
        letter: the letter, which whoever answers may see
        given: the answers
        by: who writes them down: a username, or the bank
        way: page, sheet or api
        answered_on: the day of the bank's word
        document: the number of the bank's own letter
        seen: the last answer that was known to whoever writes; None where that does not matter

    Raises:
        ConflictError: `enquiry_cancelled`
        StaleError: `answered_meanwhile`, somebody else answered since
        RefusedError: `no_answers`, or `answers_wrong` with the problems of each row
    """
    if letter.cancelled_at:
        raise ConflictError("enquiry_cancelled", "Công văn này đã hủy, không ghi trả lời được nữa.")
    if seen is not None and latest_answer(session, letter.id or 0) != seen:
        raise StaleError(
            "answered_meanwhile", "Người khác vừa ghi trả lời cho công văn này. Hãy xem lại rồi gửi lại."
        )
    if not given:
        raise RefusedError("no_answers", "Chưa có câu trả lời nào được điền.")
    if not letter.written_on <= answered_on <= clock.today():
        raise RefusedError("bad_answered_on", "Ngày trả lời phải từ ngày công văn đến hôm nay.")
    asked = {each.asked.line_ref: each for each in lines_of(session, letter.id or 0)}
    if problems := list(_problems(asked, given, answered_on)):
        raise RefusedError(
            "answers_wrong",
            f"Có {len(problems)} chỗ cần sửa, chưa ghi câu trả lời nào.",
            problems[:MOST_PROBLEMS],
        )
    kept = [
        _kept(asked[each.line_ref], each, by=by, way=way, answered_on=answered_on, document=document)
        for each in given
    ]
    session.add_all(kept)
    session.flush()
    for answer in kept:
        if answer_kinds()[answer.answer].ends:
            ended = update(EnquiryLine).where(
                col(EnquiryLine.id) == answer.enquiry_line_id, col(EnquiryLine.ended_by) == 0
            )
            session.exec(ended.values(ended_by=answer.id))
    _tell(session, letter, kept, by)
    rows = [
        row
        for each, answer in zip(given, kept, strict=True)
        if (row := _told(asked[each.line_ref].line, answer))
    ]
    return Recorded(kept, _file(rows) if rows else b"")


def _problems(
    asked: dict[str, LetterLine], given: Sequence[Given], answered_on: dt.date
) -> Iterator[Problem]:
    """Find what is wrong with answers, row by row."""
    times = Counter(each.line_ref for each in given)
    for each in given:
        kind, known = answer_kinds().get(each.answer), asked.get(each.line_ref)
        if known is None:
            yield Problem("answer_of_no_line", each.row, "line_ref", {"value": each.line_ref})
        elif known.asked.ended_by:
            yield Problem("answer_given_already", each.row, "line_ref", {"value": each.line_ref})
        elif times[each.line_ref] > 1:
            yield Problem("answer_twice", each.row, "line_ref", {"value": each.line_ref})
        if kind is None:
            yield Problem("answer_unknown", each.row, "answer", {"value": each.answer})
            continue
        for name in kind.needs:
            if not getattr(each, name):
                yield Problem("answer_needs", each.row, name, {"value": kind.vi})
        if each.booked_on and each.booked_on > answered_on:
            yield Problem("answer_too_late", each.row, "booked_on", {"value": f"{each.booked_on:%d/%m/%Y}"})


def _kept(
    asked: LetterLine, each: Given, *, by: str, way: str, answered_on: dt.date, document: str
) -> EnquiryAnswer:
    line = asked.line
    return EnquiryAnswer(
        enquiry_line_id=asked.asked.id or 0,
        answer=each.answer,
        answered_on=answered_on,
        document=tidied(document) or None,
        booked_on=each.booked_on,
        bank_ref=each.bank_ref or None,
        reason=tidied(each.reason) or None,
        amount=each.amount if each.amount != line.amount else None,
        account_no=each.account_no if each.account_no != line.account_no else None,
        account_name=each.account_name or None,
        note=tidied(each.note) or None,
        way=way,
        recorded_at=clock.now(),
        recorded_by=by,
    )


def _tell(session: Session, letter: Enquiry, kept: Sequence[EnquiryAnswer], by: str) -> None:
    """Let the cases hear of the answers; those whose question is over wait no longer."""
    kinds = answer_kinds()
    for ends in (True, False):
        notes = {
            each.enquiry_line_id: _said(letter, each) for each in kept if kinds[each.answer].ends == ends
        }
        tell_cases(session, notes, kind="answered", by=by, state=GOES_ON if ends else None)


def _said(letter: Enquiry, answer: EnquiryAnswer) -> str:
    """Say an answer in one sentence, for the timeline of its case."""
    parts = [
        f"{letter.bank_code} trả lời công văn {name_of(letter)}: {answer_kinds()[answer.answer].vi}",
        f"ngày {answer.booked_on:%d/%m/%Y}" if answer.booked_on else "",
        f"số tham chiếu {answer.bank_ref}" if answer.bank_ref else "",
        answer.reason or "",
        answer.note or "",
    ]
    return ", ".join(filter(None, parts)) + "."


def _told(line: PayoutLine, answer: EnquiryAnswer) -> dict[str, object] | None:
    """Write an answer as a line of a settlement file; None where it says nothing of the money."""
    kind = answer_kinds()[answer.answer]
    if not kind.status:
        return None
    reason = NO_SUCH_ORDER if answer.answer == "not_received" else answer.reason or ""
    return {
        "bank_code": "" if answer.account_no else line.bank_code or "",
        "bank_ref": answer.bank_ref or "",
        "end_to_end_id": line.line_ref,
        "account_no": answer.account_no or line.account_no or "",
        "account_name": answer.account_name or "",
        "amount": line.amount if answer.amount is None else answer.amount,
        "booked_on": _day(answer),
        "status": kind.status,
        "reason_code": reason_code_of(reason if reason in reason_codes() else "", reason),
        "reason_text": reason,
    }


def _day(answer: EnquiryAnswer) -> dt.date | None:
    """Return the day of a movement or of a final word; none of others, which so yield to what is known."""
    kind = answer_kinds()[answer.answer]
    if "booked_on" in kind.needs:
        return answer.booked_on
    return answer.answered_on if kind.ends else None


def _file(rows: Sequence[dict[str, object]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()
