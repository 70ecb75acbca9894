"""What is known of the person of a payout line from before: their months, their accounts, their phones."""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, and_, func, select
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from payouts.cases.models import Case
from payouts.cases.months import Past, PastLine, past
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.registry.models import Beneficiary, EarlierId, WelfareAccount
from payouts.runs.models import Run, Verdict

CASES = table_behind(Case)
CYCLE = table_behind(PayoutCycle)
LINE = table_behind(PayoutLine)
RUN = table_behind(Run)
VERDICT = table_behind(Verdict)

MOST_LINES = 100  # of one person; a year has twelve, and a few with arrears


def person_of(session: Session, line: PayoutLine) -> Beneficiary | None:
    """Find who a payout line is owed to, where it names them."""
    return person_numbered(session, line.citizen_id) if line.citizen_id else None


def person_numbered(session: Session, citizen_id: str) -> Beneficiary | None:
    """Find a beneficiary by their identity number."""
    return session.exec(rows_of(Beneficiary).where(Beneficiary.citizen_id == citizen_id)).one_or_none()


def past_of(session: Session, line: PayoutLine, cycle: PayoutCycle, scope: Scope) -> Past:
    """Read a person's last months in a programme and count those without money and those not collected.

    All months count, wherever the person lived; a case is named only where it lies within the scope.

    Args:
        session: the transaction
        line: a payout line of the person
        cycle: its cycle
        scope: the areas and programmes of who asks
    """
    rows = session.execute(
        select(CYCLE.c.cycle, LINE.c.amount, LINE.c.area_code, CASES.c.id.label("case_id"), CASES.c.state)
        .add_columns(VERDICT.c.verdict, VERDICT.c.reason_code, VERDICT.c.settled, VERDICT.c.evidence)
        .select_from(LINE)
        .join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
        .outerjoin(
            VERDICT, and_(VERDICT.c.run_id == _last_run_of_line(), VERDICT.c.payout_line_id == LINE.c.id)
        )
        .outerjoin(CASES, and_(CASES.c.payout_line_id == LINE.c.id, CASES.c.kind == "exception"))
        .where(
            LINE.c.citizen_id.in_(_numbers_of(session, line)) if line.citizen_id else LINE.c.id == line.id,
            LINE.c.ended_by == COUNTS,
            CYCLE.c.programme == cycle.programme,
        )
        .order_by(CYCLE.c.cycle.desc(), LINE.c.id)
        .limit(MOST_LINES)
    ).all()
    lines = [
        PastLine(
            row.cycle,
            row.verdict,
            row.reason_code,
            row.amount,
            row.settled or 0,
            told=bool(row.evidence),
            parked=row.state == "parked",
            case_id=row.case_id if scope.covers(area=row.area_code, programme=cycle.programme) else None,
        )
        for row in rows
    ]
    return past(lines, until=max([cycle.cycle, *(line.cycle for line in lines)]))


def accounts_of(session: Session, person: Beneficiary, programme: str) -> Sequence[WelfareAccount]:
    """List the accounts on record for a person in a programme, the one of today first."""
    return session.exec(
        rows_of(WelfareAccount)
        .where(WelfareAccount.beneficiary_id == person.id, WelfareAccount.programme == programme)
        .order_by(col(WelfareAccount.valid_from).desc(), col(WelfareAccount.id).desc())
    ).all()


def _numbers_of(session: Session, line: PayoutLine) -> list[str]:
    """List the identity numbers under which a person's lines may stand: today's and earlier ones."""
    earlier = session.exec(
        rows_of(EarlierId.earlier_id)
        .join(Beneficiary, col(Beneficiary.id) == EarlierId.beneficiary_id)
        .where(Beneficiary.citizen_id == line.citizen_id)
    )
    return [line.citizen_id or "", *earlier]


def _last_run_of_line() -> ScalarSelect[int]:
    return (
        select(func.max(RUN.c.id))
        .where(RUN.c.cycle_id == LINE.c.cycle_id, RUN.c.state == "done")
        .correlate(LINE)
        .scalar_subquery()
    )
