"""Letters are written: whom to ask of what, one letter a bank, and the cases wait for the answer."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, and_
from sqlmodel import Session, col, func, select

from payouts.cases.enquiries.models import Enquiry, EnquiryAnswer, EnquiryLine
from payouts.cases.enquiries.rules import ASKED_OF, BY_BANK, MOST_DAYS
from payouts.cases.enquiries.telling import tell_cases
from payouts.cases.models import Case
from payouts.core import clock
from payouts.core.banks import bank_code
from payouts.core.errors import RefusedError
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine
from payouts.lists.rules import COUNTS
from payouts.runs.evidence import in_chunks
from payouts.runs.gather import last_runs
from payouts.runs.models import NOT_PAID, Run, Verdict
from payouts.settlements.models import SettlementFile

ANSWER: Table = EnquiryAnswer.__table__  # type: ignore[attr-defined]  # SQLModel adds it
ASKED: Table = EnquiryLine.__table__  # type: ignore[attr-defined]  # the same
CASES: Table = Case.__table__  # type: ignore[attr-defined]  # the same
LINE: Table = PayoutLine.__table__  # type: ignore[attr-defined]  # the same
RUN: Table = Run.__table__  # type: ignore[attr-defined]  # the same
VERDICT: Table = Verdict.__table__  # type: ignore[attr-defined]  # the same
OF_CASE = ("programme", "cycle", "area_code")
UNNAMED = ""  # the bank of lines of which nobody says whom to ask


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A payout line of which nobody knows what became of the money; `amount` in đồng."""

    case_id: int
    payout_line_id: int
    line_ref: str
    programme: str
    cycle: str
    area_code: str | None
    verdict: str
    amount: int


def to_ask(
    session: Session, scope: Scope, *, programme: str | None = None, cycle: str | None = None
) -> dict[str, list[ToAsk]]:
    """Find what banks have to be asked: bank -> lines in the order of their references; UNNAMED for no bank.

    The bank is the one that last said something of the line, else that of the account. A line of which a
    letter waits for its answer is left out, and one whose answer the last run has not heard yet.

    Args:
        session: the transaction
        scope: the areas and programmes of who asks
        programme: only of this programme
        cycle: only of this month, e.g. 2026-11
    """
    answered = (
        select(ANSWER.c.id)
        .join(ASKED, ASKED.c.id == ANSWER.c.enquiry_line_id)
        .where(
            ASKED.c.line_ref == LINE.c.line_ref,
            ANSWER.c.file_id.is_not(None),
            ANSWER.c.recorded_at > RUN.c.done_at,
        )
    )
    waits = select(ASKED.c.id).where(ASKED.c.line_ref == LINE.c.line_ref, ASKED.c.ended_by == 0)
    last = last_runs()
    shown: list[Any] = [CASES.c.id, LINE.c.id, LINE.c.line_ref, *(CASES.c[name] for name in OF_CASE)]
    shown += [VERDICT.c.verdict, LINE.c.amount, LINE.c.bank_code, VERDICT.c.evidence]
    rows = session.execute(
        select(*shown)
        .join(LINE, LINE.c.id == CASES.c.payout_line_id)
        .join(last, last.c.cycle_id == LINE.c.cycle_id + 0)  # by no index: the verdicts lead, not all lines
        .join(RUN, RUN.c.id == last.c.run_id)
        .join(VERDICT, and_(VERDICT.c.run_id == RUN.c.id, VERDICT.c.payout_line_id == LINE.c.id))
        .where(
            CASES.c.kind == "exception",
            CASES.c.state.not_in(("closed", "parked")),  # parked: the whole file of the bank is asked for
            VERDICT.c.verdict.in_(ASKED_OF),
            NOT_PAID,
            LINE.c.ended_by == COUNTS,
            LINE.c.channel.in_(BY_BANK),
            ~waits.exists(),
            ~answered.exists(),
            *scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme),
            *([CASES.c.programme == programme] if programme else []),
            *([CASES.c.cycle == cycle] if cycle else []),
        )
        .order_by(CASES.c.programme, CASES.c.cycle, LINE.c.line_ref)
    ).all()
    senders = _senders(session, {_label(row.evidence) for row in rows if row.evidence})
    found: dict[str, list[ToAsk]] = defaultdict(list)
    for *facts, bank, evidence in rows:
        whom = senders.get(_label(evidence or ""), "") or bank_code(bank or "") or bank or UNNAMED
        found[whom].append(ToAsk(*facts))
    return dict(sorted(found.items()))


def write_letters(
    session: Session,
    scope: Scope,
    banks: Collection[str],
    *,
    due: dt.date,
    by: str,
    programme: str | None = None,
    cycle: str | None = None,
) -> list[Enquiry]:
    """Write one letter to each of some banks, with all its lines; their cases wait for the answer.

    Args:
        session: the transaction
        scope: the areas and programmes of who writes
        banks: codes; one of which nothing is to be asked gets no letter
        due: by when the banks are to answer
        by: the username
        programme: only lines of this programme
        cycle: only lines of this month

    Returns:
        the letters, by bank

    Raises:
        RefusedError: `bad_enquiry_due`, the day is today or earlier, or too far; `nothing_to_ask`
    """
    today = clock.today()
    if not today < due <= today + dt.timedelta(days=MOST_DAYS):
        raise RefusedError("bad_enquiry_due", f"Hạn trả lời phải sau hôm nay, nhiều nhất {MOST_DAYS} ngày.")
    _take_turn(session)
    wanted = to_ask(session, scope, programme=programme, cycle=cycle)
    chosen = [code for code in wanted if code in banks and code != UNNAMED]
    if not chosen:
        raise RefusedError("nothing_to_ask", "Không còn dòng nào cần hỏi ở ngân hàng đã chọn.")
    last = session.exec(select(func.max(Enquiry.number)).where(Enquiry.year == today.year)).one() or 0
    letters = []
    for number, code in enumerate(chosen, start=last + 1):
        letter = Enquiry(
            year=today.year,
            number=number,
            bank_code=code,
            written_on=today,
            due=due,
            written_at=clock.now(),
            written_by=by,
        )
        session.add(letter)
        session.flush()
        _ask_of(session, letter, wanted[code])
        letters.append(letter)
    return letters


def name_of(letter: Enquiry) -> str:
    """Name a letter as people do: 05/2026."""
    return f"{letter.number:02}/{letter.year}"


def _ask_of(session: Session, letter: Enquiry, lines: list[ToAsk]) -> None:
    session.add_all(
        EnquiryLine(
            enquiry_id=letter.id or 0,
            place=place,
            case_id=line.case_id,
            payout_line_id=line.payout_line_id,
            line_ref=line.line_ref,
            programme=line.programme,
            cycle=line.cycle,
            area_code=line.area_code,
            verdict=line.verdict,
        )
        for place, line in enumerate(lines, start=1)
    )
    session.flush()
    ids = session.execute(select(ASKED.c.id).where(ASKED.c.enquiry_id == letter.id)).scalars().all()
    note = (
        f"Công văn tra soát số {name_of(letter)} gửi {letter.bank_code}, hạn trả lời {letter.due:%d/%m/%Y}."
    )
    tell_cases(
        session,
        dict.fromkeys(ids, note),
        kind="enquired",
        by=letter.written_by,
        state="waiting",
        due=letter.due,
    )


def _take_turn(session: Session) -> None:
    """Let nobody else number letters until this transaction ends; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("LOCK TABLE enquiry IN SHARE ROW EXCLUSIVE MODE")


def _label(evidence: str) -> str:
    """Return the file that stands last in the evidence of a verdict."""
    return evidence.rpartition(";")[2].rpartition(":")[0]


def _senders(session: Session, labels: Collection[str]) -> dict[str, str]:
    """Find the banks that sent files: label -> code."""
    label, bank = col(SettlementFile.label), col(SettlementFile.bank_code)
    found: dict[str, str] = {}
    for chunk in in_chunks(labels):
        found.update({row[0]: row[1] for row in session.execute(select(label, bank).where(label.in_(chunk)))})
    return found
