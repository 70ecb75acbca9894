"""Letters as queries: the list, one letter with its lines and answers, and what a case knows of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, and_, not_
from sqlmodel import Session, col, func, select

from payouts.cases.enquiries.models import Enquiry, EnquiryAnswer, EnquiryLine
from payouts.cases.enquiries.rules import standing
from payouts.core import clock
from payouts.core.errors import NotFoundError
from payouts.core.keys import line_key
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine
from payouts.runs.evidence import files_labelled, in_chunks
from payouts.runs.gather import last_runs
from payouts.runs.models import Verdict
from payouts.settlements.models import SettlementLine

ASKED = table_behind(EnquiryLine)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in a list.

    Attributes:
        enquiry: the letter
        lines: how many lines it asks of
        waiting: how many of these have no final answer
        standing: as rules.standing says
    """

    enquiry: Enquiry
    lines: int
    waiting: int
    standing: str


@dataclass(frozen=True, slots=True)
class LetterLine:
    """A line of a letter: what was asked of, and the answers, the latest last."""

    asked: EnquiryLine
    line: PayoutLine
    answers: list[EnquiryAnswer]


def letters(
    session: Session, scope: Scope, *, bank: str | None = None, before: int | None = None, limit: int = 50
) -> list[Letter]:
    """List the letters that lie within a scope with all their lines, the latest first.

    Args:
        session: the transaction
        scope: the areas and programmes to show
        bank: only to this bank, and only those that were sent to it and not cancelled
        before: only letters with a lower id
        limit: most letters
    """
    wanted: list[Any] = [
        *_within(scope),
        *(
            [
                Enquiry.bank_code == bank,
                col(Enquiry.sent_on).is_not(None),
                col(Enquiry.cancelled_at).is_(None),
            ]
            if bank
            else []
        ),
        *([col(Enquiry.id) < before] if before else []),
    ]
    found = session.exec(select(Enquiry).where(*wanted).order_by(col(Enquiry.id).desc()).limit(limit)).all()
    return _counted(session, list(found))


def overdue_letters(session: Session, scope: Scope) -> int:
    """Count the letters of which an answer is overdue, within a scope."""
    waits = select(EnquiryLine.id).where(EnquiryLine.enquiry_id == Enquiry.id, EnquiryLine.ended_by == 0)
    late = (Enquiry.due < clock.today(), col(Enquiry.cancelled_at).is_(None), waits.exists())
    return session.exec(select(func.count()).select_from(Enquiry).where(*late, *_within(scope))).one()


def find_letter(session: Session, enquiry_id: int, scope: Scope, *, bank: str | None = None) -> Letter:
    """Find a letter.

    Args:
        session: the transaction
        enquiry_id: which
        scope: the areas and programmes of who asks
        bank: the bank that asks; it sees what was sent to it

    Raises:
        NotFoundError: there is none, or a line of it lies outside the scope
    """
    wanted: list[Any] = [Enquiry.id == enquiry_id, *_within(scope)]
    found = session.exec(select(Enquiry).where(*wanted)).one_or_none()
    if found is None or (bank and (found.bank_code != bank or not found.sent_on or found.cancelled_at)):
        raise NotFoundError(
            "no_such_enquiry", f"Không có công văn tra soát {enquiry_id} trong phạm vi của bạn."
        )
    return _counted(session, [found])[0]


def lines_of(
    session: Session, enquiry_id: int, *, after: int = 0, limit: int | None = None, waiting: bool = False
) -> list[LetterLine]:
    """List lines of a letter in their order, with their answers.

    Args:
        session: the transaction
        enquiry_id: the letter, which the asker may see
        after: only lines behind this place
        limit: most lines; all by default
        waiting: only those without a final answer
    """
    query = (
        select(EnquiryLine, PayoutLine)
        .join(PayoutLine, col(PayoutLine.id) == EnquiryLine.payout_line_id)
        .where(EnquiryLine.enquiry_id == enquiry_id, EnquiryLine.place > after)
        .order_by(col(EnquiryLine.place))
        .limit(limit)
    )
    if waiting:
        query = query.where(EnquiryLine.ended_by == 0)
    found = session.exec(query).all()
    if not found:
        return []
    given: dict[int, list[EnquiryAnswer]] = {}
    said = (
        select(EnquiryAnswer)
        .join(EnquiryLine, col(EnquiryLine.id) == EnquiryAnswer.enquiry_line_id)
        .where(
            EnquiryLine.enquiry_id == enquiry_id,
            col(EnquiryLine.place).between(found[0][0].place, found[-1][0].place),
        )
        .order_by(col(EnquiryAnswer.id))
    )
    for each in session.exec(said):
        given.setdefault(each.enquiry_line_id, []).append(each)
    return [LetterLine(asked, line, given.get(asked.id or 0, [])) for asked, line in found]


def told(session: Session, lines: Sequence[LetterLine]) -> dict[int, RowMapping]:
    """Find what banks last said of the lines of a letter: payout line -> status, booked_on, bank_ref.

    Args:
        session: the transaction
        lines: as lines_of gives them
    """
    runs = last_runs()
    line = table_behind(SettlementLine)
    evidence: dict[int, tuple[str, int]] = {}
    for chunk in in_chunks(each.asked.payout_line_id for each in lines):
        rows = session.execute(
            select(Verdict.payout_line_id, Verdict.evidence)
            .join(runs, runs.c.run_id == Verdict.run_id)
            .where(col(Verdict.payout_line_id).in_(chunk), col(Verdict.evidence).is_not(None))
        )
        for payout_line, said in rows:
            label, _, number = said.rpartition(";")[2].rpartition(":")
            evidence[payout_line] = (label, int(number))
    files = files_labelled(session, {label for label, _ in evidence.values()})
    keys = {key: line_key(files[label], number) for key, (label, number) in evidence.items()}
    words: dict[int, RowMapping] = {}
    for chunk in in_chunks(keys.values()):
        shown = select(line.c.id, line.c.status, line.c.booked_on, line.c.bank_ref).where(
            line.c.id.in_(chunk)
        )
        words |= {row["id"]: row for row in session.execute(shown).mappings()}
    return {key: words[said] for key, said in keys.items() if said in words}


def latest_answer(session: Session, enquiry_id: int) -> int:
    """Return the id of the last answer to a letter, 0 where there is none: what a form was made of."""
    query = (
        select(func.max(EnquiryAnswer.id))
        .join(EnquiryLine, col(EnquiryLine.id) == EnquiryAnswer.enquiry_line_id)
        .where(EnquiryLine.enquiry_id == enquiry_id)
    )
    return session.exec(query).one() or 0


def letters_of_case(session: Session, case_id: int) -> list[tuple[Enquiry, LetterLine]]:
    """List the letters that ask of a case's line, the latest first; who may see the case may see these."""
    rows = session.exec(
        select(Enquiry, EnquiryLine, PayoutLine)
        .join(EnquiryLine, col(EnquiryLine.enquiry_id) == Enquiry.id)
        .join(PayoutLine, col(PayoutLine.id) == EnquiryLine.payout_line_id)
        .where(EnquiryLine.case_id == case_id)
        .order_by(col(Enquiry.id).desc())
    ).all()
    said = select(EnquiryAnswer).where(
        col(EnquiryAnswer.enquiry_line_id).in_([asked.id for _, asked, _ in rows])
    )
    given = list(session.exec(said.order_by(col(EnquiryAnswer.id)))) if rows else []
    return [
        (letter, LetterLine(asked, line, [each for each in given if each.enquiry_line_id == asked.id]))
        for letter, asked, line in rows
    ]


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    """Say of a letter that no line of it lies outside a scope."""
    area = func.coalesce(ASKED.c.area_code, "")  # a line without one lies in nobody's
    inside = scope.conditions(area=area, programme=ASKED.c.programme)
    if not inside:
        return []
    outside = select(ASKED.c.id).where(ASKED.c.enquiry_id == Enquiry.id, not_(and_(*inside)))
    return [~outside.exists()]


def _counted(session: Session, found: list[Enquiry]) -> list[Letter]:
    counts = {
        row[0]: (row[1], row[2])
        for row in session.execute(
            select(ASKED.c.enquiry_id, func.count(), func.count().filter(ASKED.c.ended_by == 0))
            .where(ASKED.c.enquiry_id.in_([each.id for each in found]))
            .group_by(ASKED.c.enquiry_id)
        )
    }
    today = clock.today()
    return [
        Letter(
            each,
            *counts.get(each.id or 0, (0, 0)),
            standing(each, counts.get(each.id or 0, (0, 0))[1], today),
        )
        for each in found
    ]
