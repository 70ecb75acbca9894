"""A bank's answers to a letter are kept, read like any file of that bank, and the cycles are judged anew."""

import datetime as dt
from collections.abc import Sequence

from sqlmodel import Session, col, select

from payouts.cases.enquiries.answering import Given, record
from payouts.cases.enquiries.asking import name_of
from payouts.cases.enquiries.models import EnquiryAnswer, EnquiryLine
from payouts.cases.enquiries.store import find_letter
from payouts.core.settings import Settings
from payouts.core.storage import arriving
from payouts.identity.scope import Scope
from payouts.jobs.asking import take_file
from payouts.jobs.carrying import judge_again
from payouts.jobs.models import Job
from payouts.lists.models import PayoutLine
from payouts.settlements.models import SettlementFile
from payouts.settlements.rules import COUNTING, standing

LAYOUT = "chitra"  # of the file in which answers are told


def answer_letter(
    session: Session,
    settings: Settings,
    enquiry_id: int,
    given: Sequence[Given],
    scope: Scope,
    *,
    by: str,
    way: str,
    answered_on: dt.date,
    document: str = "",
    seen: int | None = None,
    bank: str | None = None,
) -> tuple[list[EnquiryAnswer], SettlementFile | None]:
    """Keep a bank's answers; what they say of money is handed over as a file of that bank, and judged.

    Args:
        session: the transaction
        settings: of this installation
        enquiry_id: the letter
        given: the answers
        scope: the areas and programmes of who writes them down
        by: a username, or the bank
        way: page, sheet or api
        answered_on: the day of the bank's word
        document: the number of the bank's own letter
        seen: as of cases.enquiries.answering.record
        bank: the bank, where it answers itself

    Returns:
        the answers, and the receipt of the file; None where they say nothing of money

    Raises:
        NotFoundError: there is no such letter in the scope, or none that was sent to the bank
        ConflictError, StaleError, RefusedError: as record
    """
    letter = find_letter(session, enquiry_id, scope, bank=bank).enquiry
    recorded = record(
        session, letter, given, by=by, way=way, answered_on=answered_on, document=document, seen=seen
    )
    if not recorded.content:
        return recorded.answers, None
    with arriving(settings.data_dir) as arrival:
        arrival.write(recorded.content)
        stored = arrival.keep()
    name = f"tra-soat-{name_of(letter).replace('/', '-')}.csv"
    receipt, _ = take_file(session, stored, bank_code=letter.bank_code, filename=name, by=by, profile=LAYOUT)
    for answer in recorded.answers:
        answer.file_id = receipt.id
    session.flush()
    return recorded.answers, receipt


def follow_answers(session: Session, file_id: int) -> list[Job]:
    """Ask for a run of each cycle of which a file of answers tells; of any other file nothing follows here.

    Args:
        session: the transaction
        file_id: the file, read; where it does not count nothing follows
    """
    if standing(session.get_one(SettlementFile, file_id)) not in COUNTING:
        return []
    cycles = session.exec(
        select(PayoutLine.cycle_id, EnquiryAnswer.recorded_by)
        .join(EnquiryLine, col(EnquiryLine.payout_line_id) == PayoutLine.id)
        .join(EnquiryAnswer, col(EnquiryAnswer.enquiry_line_id) == EnquiryLine.id)
        .where(EnquiryAnswer.file_id == file_id)
        .distinct()
    )
    return [judge_again(session, cycle_id, by) for cycle_id, by in cycles]
