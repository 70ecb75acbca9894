"""A run's exceptions become cases: opened, changed, closed and opened again in a few statements."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, insert, literal, or_, select, update
from sqlmodel import Session

from payouts.cases.deaths import follow_bank_words
from payouts.cases.describing import describe
from payouts.cases.incidents import hang_under_incidents
from payouts.cases.models import Case, CaseEvent
from payouts.cases.money import follow_money
from payouts.cases.rules import due_on, verdicts_with_case
from payouts.cases.weighing import weigh
from payouts.core import clock
from payouts.core.fields import Key, Moment
from payouts.core.tables import table_behind
from payouts.lists.dates import rules_today
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.runs.models import NOT_PAID, Run, Verdict
from payouts.runs.store import last_run

CASES = table_behind(Case)
EVENTS = table_behind(CaseEvent)
VERDICT = table_behind(Verdict)
LINE = table_behind(PayoutLine)
LEFT_OUT = "Danh sách sửa đổi không còn dòng chi này."
EVENT = ("case_id", "at", "by", "kind", "before", "after", "note", "run_id")


@dataclass(frozen=True, slots=True)
class Opened:
    """How many cases a run opened, found to be something else, closed, and opened again."""

    opened: int
    changed: int
    closed: int
    reopened: int


def open_cases(session: Session, run_id: int) -> Opened:
    """Let the cases of a cycle follow what its last run says; done twice it changes nothing more.

    There is one case of an exception a payout line. It opens where the verdict needs somebody to act, closes
    where a later run finds that it does not, and opens again where a later run says something else than when
    it closed. No run closes a case of another kind; it only hears what is said of its payout line.

    Args:
        session: the transaction
        run_id: a run that is done; where a later one of the cycle is done too, nothing is to be done
    """
    run = session.get_one(Run, run_id)
    latest = last_run(session, run.cycle_id)
    if latest is None or latest.id != run_id:
        return Opened(0, 0, 0, 0)
    step = _Step(session, run, session.get_one(PayoutCycle, run.cycle_id))
    since = session.scalar(select(func.max(EVENTS.c.id))) or 0
    step.follow_lines()
    needs = and_(VERDICT.c.verdict.in_(step.needing), NOT_PAID)
    is_open, is_closed = CASES.c.state != "closed", CASES.c.state == "closed"
    says_else = or_(
        CASES.c.verdict != VERDICT.c.verdict, CASES.c.reason_code.is_distinct_from(VERDICT.c.reason_code)
    )
    outcome = case((VERDICT.c.verdict == "paid", "found_paid"), else_="no_longer_due")
    closing = {"state": "closed", "outcome": outcome, "closed_at": step.at}
    begun = {"outcome": None, "closed_at": None, "escalated_at": None, "incident_id": None}
    reopening = {"state": "open", "due": step.due, **begun}
    closed = step.move("closed", and_(is_open, ~needs), closing)
    changed = step.move("changed", and_(is_open, needs, says_else), {})
    again = or_(says_else, CASES.c.outcome == "no_longer_due")
    reopened = step.move("reopened", and_(is_closed, needs, again), reopening)
    step.move("changed", and_(is_closed, ~needs, says_else), {})
    step.move("changed", and_(is_open, says_else), {}, others=True)
    opened = step.open_new(needs)
    hang_under_incidents(session, run, step.cycle)
    weigh(session, step.cycle, run_id, since=since)
    follow_money(session, run)
    follow_bank_words(session, run)
    describe(session)
    return Opened(opened, changed, closed, reopened)


class _Step:
    """What one run does to the cases of its cycle, at one moment."""

    def __init__(self, session: Session, run: Run, cycle: PayoutCycle) -> None:
        self._session = session
        self._run = run
        self.cycle = cycle
        self.at = clock.now()
        late = cycle.deadline is None or run.as_of > cycle.deadline
        self.needing = verdicts_with_case(late=late)
        calendar = rules_today().dates_of(cycle.programme).calendar
        days = {verdict: due_on(verdict, clock.today(), calendar) for verdict in sorted(self.needing)}
        self.due = case(days, value=VERDICT.c.verdict, else_=clock.today())

    def follow_lines(self) -> None:
        """Let cases go with the lines that a corrected list changed, and close those of lines left out."""
        now = LINE.alias("now")
        counts = and_(now.c.line_ref == CASES.c.subject, now.c.ended_by == COUNTS)
        gone = (
            select(LINE.c.id)
            .where(LINE.c.cycle_id == self.cycle.id, LINE.c.ended_by > COUNTS)
            .where(LINE.c.id == CASES.c.payout_line_id)
            .exists()
        )
        self._count(
            update(CASES)
            .values(
                payout_line_id=now.c.id,
                area_code=func.coalesce(now.c.area_code, CASES.c.area_code),
                search=None,
                version=CASES.c.version + 1,
            )
            .where(gone, counts)
        )
        left = and_(CASES.c.kind == "exception", gone, CASES.c.state != "closed")
        told = [
            *(CASES.c.id, literal(self.at, Moment()), literal(f"run {self._run.number}"), literal("closed")),
            *(CASES.c.verdict, literal("closed"), literal(LEFT_OUT), literal(self._run.id, Key())),
        ]
        self._count(insert(EVENTS).from_select(EVENT, select(*told).where(left)))
        closed = {"state": "closed", "outcome": "no_longer_due", "closed_at": self.at, "run_id": self._run.id}
        self._count(update(CASES).values(version=CASES.c.version + 1, **closed).where(left))

    def move(
        self, kind: str, which: ColumnElement[bool], changes: dict[str, Any], *, others: bool = False
    ) -> int:
        """Note an event of each case that a condition on case and verdict picks, then change the cases."""
        picked = and_(
            CASES.c.kind != "exception" if others else CASES.c.kind == "exception",
            CASES.c.payout_line_id == VERDICT.c.payout_line_id,
            VERDICT.c.run_id == self._run.id,
            which,
        )
        told = select(*self._event(kind, CASES.c.verdict)).where(picked)
        count = self._count(insert(EVENTS).from_select(EVENT, told))
        if count:
            said = {
                "verdict": VERDICT.c.verdict,
                "reason_code": VERDICT.c.reason_code,
                "run_id": self._run.id,
            }
            self._count(update(CASES).values(version=CASES.c.version + 1, **said, **changes).where(picked))
        return count

    def open_new(self, needs: ColumnElement[bool]) -> int:
        """Open a case of each payout line that needs one and never had one."""
        known = select(CASES.c.id).where(
            CASES.c.kind == "exception", CASES.c.payout_line_id == VERDICT.c.payout_line_id
        )
        fresh = {
            "kind": literal("exception"),
            "subject": LINE.c.line_ref,
            "payout_line_id": LINE.c.id,
            "programme": literal(self.cycle.programme),
            "cycle": literal(self.cycle.cycle),
            "area_code": LINE.c.area_code,
            "verdict": VERDICT.c.verdict,
            "reason_code": VERDICT.c.reason_code,
            "state": literal("open"),
            "due": self.due,
            "run_id": VERDICT.c.run_id,
            "version": literal(1),
            "opened_at": literal(self.at, Moment()),
        }
        wanted = (
            select(*fresh.values())
            .join(LINE, LINE.c.id == VERDICT.c.payout_line_id)
            .where(VERDICT.c.run_id == self._run.id, needs, ~known.exists())
            .order_by(VERDICT.c.payout_line_id)
        )
        count = self._count(insert(CASES).from_select(list(fresh), wanted))
        untold = ~select(EVENTS.c.id).where(EVENTS.c.case_id == CASES.c.id).exists()
        told = select(*self._event("opened", literal(None, CASES.c.verdict.type))).where(
            CASES.c.run_id == self._run.id,
            CASES.c.payout_line_id == VERDICT.c.payout_line_id,
            VERDICT.c.run_id == self._run.id,
            untold,
        )
        self._count(insert(EVENTS).from_select(EVENT, told))
        return count

    def _event(self, kind: str, before: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        """Select an event of each case, with what the run says and the evidence for it."""
        evidence = func.coalesce(literal(" [") + VERDICT.c.evidence + literal("]"), "")
        return [
            CASES.c.id,
            literal(self.at, Moment()),
            literal(f"run {self._run.number}"),
            literal(kind),
            before,
            VERDICT.c.verdict,
            func.coalesce(VERDICT.c.explanation, "") + evidence,
            literal(self._run.id, Key()),
        ]

    def _count(self, statement: Any) -> int:
        options = {"synchronize_session": False, "preserve_rowcount": True}
        result: Any = self._session.execute(statement, execution_options=options)
        return int(result.rowcount)
