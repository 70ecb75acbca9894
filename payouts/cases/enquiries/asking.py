"""Letters are written: whom to ask of what, one letter a bank, and the cases wait for the answer."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_
from sqlmodel import Session, col, func, select

from payouts.cases.enquiries.models import Enquiry, EnquiryAnswer, EnquiryLine
from payouts.cases.enquiries.rules import ASKED_OF, BY_BANK, MOST_DAYS
from payouts.cases.enquiries.telling import tell_cases
from payouts.cases.models import Case
from payouts.cases.store import NOT_CLOSED
from payouts.core import clock
from payouts.core.banks import bank_code
from payouts.core.errors import RefusedError
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.runs.evidence import in_chunks
from payouts.runs.gather import last_runs
from payouts.runs.models import NOT_PAID, Run, Verdict
from payouts.settlements.models import SettlementFile

ANSWER = table_behind(EnquiryAnswer)
ASKED = table_behind(EnquiryLine)
CASES = table_behind(Case)
CYCLE = table_behind(PayoutCycle)
LINE = table_behind(PayoutLine)
RUN = table_behind(Run)
VERDICT = table_behind(Verdict)
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
    shown: list[Any] = [CASES.c.id, LINE.c.id, LINE.c.line_ref, *(CASES.c[name] for name in OF_CASE)]
    shown += [VERDICT.c.verdict, LINE.c.amount, LINE.c.bank_code, VERDICT.c.evidence]
    query = _with_verdicts(_open_questions(scope, *shown)).where(
        *([CASES.c.programme == programme] if programme else []),
        *([CASES.c.cycle == cycle] if cycle else []),
    )
    rows = session.execute(query.order_by(CASES.c.programme, CASES.c.cycle, LINE.c.line_ref)).all()
    senders = _senders(session, {_label(row.evidence) for row in rows if row.evidence})
    found: dict[str, list[ToAsk]] = defaultdict(list)
    for *facts, bank, evidence in rows:
        found[_whom(senders, evidence, bank)].append(ToAsk(*facts))
    return dict(sorted(found.items()))


def sums_to_ask(session: Session, scope: Scope) -> dict[str, dict[str, tuple[int, int]]]:
    """Sum up what `to_ask` finds, without reading each line: bank -> verdict -> lines and đồng.

    Of a missing line no bank has said anything, so that the bank is that of the account.

    Args:
        session: the transaction
        scope: the areas and programmes of who asks
    """
    silent = CASES.c.verdict == "missing"
    counted = (CASES.c.verdict, CASES.c.bank_code, func.count(), func.sum(LINE.c.amount))
    groups = _open_questions(scope, *counted).where(silent).group_by(CASES.c.verdict, CASES.c.bank_code)
    told = _open_questions(scope, CASES.c.verdict, CASES.c.bank_code, LINE.c.amount, VERDICT.c.evidence)
    rows = session.execute(_with_verdicts(told).where(~silent)).all()
    senders = _senders(session, {_label(row.evidence) for row in rows if row.evidence})
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)

    def add(bank: str, verdict: str, lines: int, amount: int) -> None:
        before = found[bank].get(verdict, (0, 0))
        found[bank][verdict] = (before[0] + lines, before[1] + amount)

    for verdict, bank, lines, amount in session.execute(groups):
        add(_whom(senders, None, bank), verdict, lines, int(amount))
    for verdict, bank, amount, evidence in rows:
        add(_whom(senders, evidence, bank), verdict, 1, amount)
    return dict(sorted(found.items()))


def _open_questions(scope: Scope, *shown: Any) -> Select[Any]:
    """Select of the cases of lines of which a bank can be asked now."""
    waits = select(ASKED.c.id).where(ASKED.c.line_ref == LINE.c.line_ref, ASKED.c.ended_by == 0)
    query: Select[Any] = select(*shown)
    return (
        query.select_from(CASES)
        .join(LINE, LINE.c.id == CASES.c.payout_line_id)
        .where(
            NOT_CLOSED,
            CASES.c.kind == "exception",
            CASES.c.state != "parked",  # the whole file of the bank is asked for
            CASES.c.verdict.in_(ASKED_OF),
            LINE.c.ended_by == COUNTS,
            LINE.c.channel.in_(BY_BANK),
            ~waits.exists(),
            LINE.c.line_ref.not_in(_just_answered()),
            *scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme),
        )
    )


def _just_answered() -> Select[Any]:
    """Select the references of lines whose answer the last run of their cycle has not heard yet."""
    last = last_runs()
    return (
        select(ASKED.c.line_ref)
        .join(ANSWER, ANSWER.c.enquiry_line_id == ASKED.c.id)
        .join(CYCLE, and_(CYCLE.c.programme == ASKED.c.programme, CYCLE.c.cycle == ASKED.c.cycle))
        .join(last, last.c.cycle_id == CYCLE.c.id)
        .join(RUN, RUN.c.id == last.c.run_id)
        .where(ANSWER.c.file_id.is_not(None), ANSWER.c.recorded_at > RUN.c.done_at)
    )


def _with_verdicts(query: Select[Any]) -> Select[Any]:
    """Join what the last runs say; a case follows its run at once, so that both say the same."""
    last = last_runs()
    return (
        query.join(last, last.c.cycle_id == LINE.c.cycle_id + 0)  # by no index: the cases lead, not all lines
        .join(VERDICT, and_(VERDICT.c.run_id == last.c.run_id, VERDICT.c.payout_line_id == LINE.c.id))
        .where(VERDICT.c.verdict.in_(ASKED_OF), NOT_PAID)
    )


def _whom(senders: Mapping[str, str], evidence: str | None, bank: str | None) -> str:
    return senders.get(_label(evidence or ""), "") or bank_code(bank or "") or bank or UNNAMED


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
