"""/v1/enquiries: letters of enquiry and what banks answer; a bank sees and answers those sent to it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends

from payouts.api.access import ActorDep, DatabaseDep, SettingsDep
from payouts.api.enquiry_shapes import (
    AnsweredShape,
    AnswerShape,
    AnswersIn,
    EnquiryLinePage,
    EnquiryLineShape,
    EnquiryPage,
    EnquiryShape,
)
from payouts.api.parameters import USUAL_LIMIT, Cursor, Id, Limit
from payouts.cases.enquiries.answering import Given
from payouts.cases.enquiries.store import Letter, LetterLine, find_letter, letters, lines_of
from payouts.core import clock
from payouts.core.errors import NotFoundError
from payouts.identity import audit
from payouts.identity.rules import BankClient, require
from payouts.identity.scope import EVERYTHING, Scope
from payouts.jobs.answering import answer_letter
from payouts.runs.store import place

router = APIRouter(prefix="/v1/enquiries", tags=["enquiries"])


@dataclass(frozen=True, slots=True)
class Sight:
    """Which letters somebody sees: those of their scope, or those sent to their bank."""

    who: str
    scope: Scope
    bank: str | None


def _sight(permission: str, actor: ActorDep) -> Sight:
    if not isinstance(actor, BankClient):
        require(actor, permission)
        return Sight(actor.who, actor.scope, None)
    if actor.test:
        raise NotFoundError("no_such_enquiry", "Khóa thử không có công văn tra soát nào.")
    return Sight(actor.who, EVERYTHING, actor.bank_code)


def sight_of_reader(actor: ActorDep) -> Sight:
    """Let in staff who may see letters, and banks."""
    return _sight("enquiries.see", actor)


def sight_of_writer(actor: ActorDep) -> Sight:
    """Let in staff who may write answers down, and banks."""
    return _sight("enquiries.work", actor)


Reading = Annotated[Sight, Depends(sight_of_reader)]
Writing = Annotated[Sight, Depends(sight_of_writer)]


@router.get("")
def list_enquiries(
    database: DatabaseDep, sight: Reading, cursor: Cursor = None, limit: Limit = USUAL_LIMIT
) -> EnquiryPage:
    """List letters, the latest first; a bank sees those that were sent to it."""
    before = place(cursor) if cursor else None
    with database.reading() as session:
        found = letters(session, sight.scope, bank=sight.bank, before=before, limit=limit + 1)
    shown = found[:limit]
    following = str(shown[-1].enquiry.id) if len(found) > limit else None
    return EnquiryPage(items=[_shape(each) for each in shown], next=following)


@router.get("/{enquiry_id}")
def get_enquiry(database: DatabaseDep, sight: Reading, enquiry_id: Id) -> EnquiryShape:
    """Give one letter."""
    with database.reading() as session:
        return _shape(find_letter(session, enquiry_id, sight.scope, bank=sight.bank))


@router.get("/{enquiry_id}/lines")
def list_lines(
    database: DatabaseDep, sight: Reading, enquiry_id: Id, cursor: Cursor = None, limit: Limit = USUAL_LIMIT
) -> EnquiryLinePage:
    """List what a letter asks of, with the answers. The reading is logged."""
    after = place(cursor) if cursor else 0
    with database.reading() as session:
        find_letter(session, enquiry_id, sight.scope, bank=sight.bank)
        found = lines_of(session, enquiry_id, after=after, limit=limit + 1)
    shown = found[:limit]
    with database.session() as session:
        read = [each.asked.case_id for each in shown]
        audit.note(session, sight.who, "enquiry.read", f"enquiry {enquiry_id}", cases=read)
    following = str(shown[-1].asked.place) if len(found) > limit else None
    return EnquiryLinePage(items=[_line(each) for each in shown], next=following)


@router.post("/{enquiry_id}/answers", status_code=201)
def post_answers(
    database: DatabaseDep, settings: SettingsDep, sight: Writing, enquiry_id: Id, told: AnswersIn
) -> AnsweredShape:
    """Keep answers to a letter, all of them or none; the next run hears what they say of money."""
    given = [
        Given(**{**each.model_dump(), "line_ref": each.line_ref.strip().upper()}, row=row)
        for row, each in enumerate(told.answers, start=1)
    ]
    with database.session() as session:
        answers, receipt = answer_letter(
            session,
            settings,
            enquiry_id,
            given,
            sight.scope,
            by=sight.who,
            way="api",
            answered_on=told.answered_on or clock.today(),
            document=told.document,
            bank=sight.bank,
        )
        audit.note(session, sight.who, "enquiry.answered", f"enquiry {enquiry_id}", lines=len(answers))
        letter = _shape(find_letter(session, enquiry_id, sight.scope, bank=sight.bank))
    return AnsweredShape(kept=len(answers), file_id=receipt.id if receipt else None, enquiry=letter)


def _shape(letter: Letter) -> EnquiryShape:
    it = letter.enquiry
    return EnquiryShape(
        **it.model_dump(include=set(EnquiryShape.model_fields)),
        name=f"{it.number:02}/{it.year}",
        lines=letter.lines,
        waiting=letter.waiting,
        standing=letter.standing,
    )


def _line(each: LetterLine) -> EnquiryLineShape:
    line = each.line
    return EnquiryLineShape(
        place=each.asked.place,
        line_ref=each.asked.line_ref,
        programme=each.asked.programme,
        cycle=each.asked.cycle,
        account_name=line.account_name or line.full_name,
        account_no=line.account_no,
        bank_code=line.bank_code,
        amount=line.amount,
        answered=each.asked.ended_by != 0,
        answers=[AnswerShape.model_validate(answer.model_dump()) for answer in each.answers],
    )
