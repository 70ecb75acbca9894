"""Cases as queries: how many are open, and one case with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, literal_column
from sqlmodel import Session, col, func, select

from payouts.cases.models import Case, CaseEvent
from payouts.core.errors import NotFoundError
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList
from payouts.lists.rules import COUNTS
from payouts.runs.models import Suggestion, Verdict
from payouts.runs.store import evidence_lines, last_run
from payouts.settlements.models import SettlementFile, SettlementLine

CASES = table_behind(Case)
LINE = table_behind(PayoutLine)
NOT_CLOSED = CASES.c.state != literal_column(
    "'closed'"
)  # spelled out, so that the index of open cases serves


@dataclass(frozen=True, slots=True)
class CaseView:
    """One case with all that its page shows.

    Attributes:
        case: the case as it stands
        line: what was owed, None where the case is of no payout line
        source: the list that the line stands in
        cycle: the cycle that the line belongs to
        verdict: what the cycle's last run says of the line
        evidence: what banks said, rows as runs.store.evidence_lines gives them
        suggestions: settlement lines that may belong to it: label, line, score, compared and the line's
            amount, booked_on, account_no, account_name
        events: what happened, the oldest first
        hanging: of an incident, who hangs under it, as `hanging_by_area` gives it
    """

    case: Case
    line: PayoutLine | None
    source: PayoutList | None
    cycle: PayoutCycle | None
    verdict: Verdict | None
    evidence: list[RowMapping]
    suggestions: list[RowMapping]
    events: list[CaseEvent]
    hanging: Sequence[RowMapping] = ()

    @property
    def counts(self) -> bool:
        """Whether the payout line counts: no corrected list left it out or changed it."""
        return self.line is not None and self.line.ended_by == COUNTS


def find_case(session: Session, case_id: int, scope: Scope) -> Case:
    """Find a case.

    Raises:
        NotFoundError: there is none, or it lies outside the scope
    """
    case = session.get(Case, case_id)
    if case is None or not scope.covers(area=case.area_code, programme=case.programme):
        raise NotFoundError("no_such_case", f"Không có việc số {case_id} trong phạm vi của bạn.")
    return case


def somebody_hangs(session: Session, incident_id: int) -> bool:
    """Say whether somebody's case is parked under an incident."""
    hanging = select(Case.id).where(Case.incident_id == incident_id, Case.state == "parked").limit(1)
    return session.exec(hanging).first() is not None


def hanging_by_area(session: Session, incident_id: int) -> list[RowMapping]:
    """Count who hangs under an incident, by ward: area_code, people, amount (đồng); the most first."""
    rows = session.execute(
        select(CASES.c.area_code, func.count().label("people"), func.sum(LINE.c.amount).label("amount"))
        .join(LINE, LINE.c.id == CASES.c.payout_line_id)
        .where(CASES.c.incident_id == incident_id, CASES.c.state == "parked")
        .group_by(CASES.c.area_code)
        .order_by(func.count().desc(), CASES.c.area_code)
    )
    return list(rows.mappings())


def case_of_line(session: Session, payout_line_id: int) -> Case | None:
    """Find the latest exception case of a payout line; whether it may be seen is for the caller to know."""
    query = select(Case).where(Case.payout_line_id == payout_line_id, Case.kind == "exception")
    return session.exec(query.order_by(col(Case.id).desc()).limit(1)).one_or_none()


def cases_of(session: Session, lines: Sequence[int]) -> dict[int, int]:
    """Find the cases of payout lines: payout line -> case."""
    rows = session.execute(
        select(CASES.c.payout_line_id, CASES.c.id).where(
            CASES.c.payout_line_id.in_(lines), CASES.c.kind == "exception"
        )
    )
    return {row[0]: row[1] for row in rows}


def open_counts(
    session: Session, scope: Scope, *, programme: str | None = None, cycle: str | None = None
) -> dict[str, int]:
    """Count the cases of people that are not closed, by verdict, within a scope."""
    rows = session.execute(
        select(CASES.c.verdict, func.count())
        .where(NOT_CLOSED, CASES.c.kind != "incident", *_filters(scope, programme=programme, cycle=cycle))
        .group_by(CASES.c.verdict)
    )
    return {row[0]: row[1] for row in rows}


def view_case(session: Session, case_id: int, scope: Scope) -> CaseView:
    """Gather what the page of a case shows.

    Raises:
        NotFoundError: there is no such case in the scope
    """
    case = find_case(session, case_id, scope)
    events = session.exec(select(CaseEvent).where(CaseEvent.case_id == case_id).order_by(col(CaseEvent.id)))
    line = session.get(PayoutLine, case.payout_line_id) if case.payout_line_id is not None else None
    if line is None:
        hanging = hanging_by_area(session, case_id) if case.kind == "incident" else []
        return CaseView(case, None, None, None, None, [], [], list(events), hanging)
    run = last_run(session, line.cycle_id)
    verdict = session.get(Verdict, (run.id, line.id)) if run else None
    return CaseView(
        case=case,
        line=line,
        source=session.get(PayoutList, line.list_id),
        cycle=session.get(PayoutCycle, line.cycle_id),
        verdict=verdict,
        evidence=evidence_lines(session, verdict.evidence if verdict else None),
        suggestions=_suggestions(session, verdict) if verdict else [],
        events=list(events),
    )


def _filters(scope: Scope, **equal: str | None) -> list[ColumnElement[bool]]:
    """Turn a scope and wished values into conditions."""
    within = scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme)
    return [*within, *(CASES.c[name] == value for name, value in equal.items() if value)]


def _suggestions(session: Session, verdict: Verdict) -> list[RowMapping]:
    file, line, suggested = (
        table_behind(SettlementFile),
        table_behind(SettlementLine),
        table_behind(Suggestion),
    )
    said = [line.c[name] for name in ("line", "amount", "booked_on", "account_no", "account_name")]
    shown = [file.c.label, *said, suggested.c.score, suggested.c.compared]
    rows = session.execute(
        select(*shown)
        .join(line, line.c.id == suggested.c.settlement_line_id)
        .join(file, file.c.id == line.c.file_id)
        .where(suggested.c.run_id == verdict.run_id, suggested.c.payout_line_id == verdict.payout_line_id)
        .order_by(suggested.c.score.desc(), file.c.label, line.c.line)
    )
    return list(rows.mappings())
