"""Cases that people tell us of: "the bank says paid, I have nothing"; opened by hand on any verdict."""

from sqlalchemy import RowMapping, and_, func, or_, select
from sqlmodel import Session, col
from sqlmodel import select as rows_of

from payouts.cases.kinds import by_hand
from payouts.cases.models import Case
from payouts.cases.opening import open_case_of_line
from payouts.core.errors import NotFoundError, RefusedError
from payouts.core.notes import tidied
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.runs.models import Run, Verdict

CYCLE = table_behind(PayoutCycle)
LINE = table_behind(PayoutLine)
RUN = table_behind(Run)
VERDICT = table_behind(Verdict)

MOST_PAYMENTS = 24  # offered of a person, the latest first


def payments_of(session: Session, number: str, scope: Scope) -> list[RowMapping]:
    """List the payments of a person, or the one of a line reference, to choose what a case is about.

    Args:
        session: the transaction
        number: an identity number or a line_ref, whole
        scope: the areas and programmes of who asks

    Returns:
        line_ref, full_name, citizen_id, programme, cycle, amount (đồng) and verdict (None where no run judged
        it yet), the latest month first
    """
    wanted = number.strip()
    last = (
        select(func.max(RUN.c.id))
        .where(RUN.c.cycle_id == LINE.c.cycle_id, RUN.c.state == "done")
        .correlate(LINE)
        .scalar_subquery()
    )
    rows = session.execute(
        select(*(LINE.c[name] for name in ("line_ref", "full_name", "citizen_id", "amount")))
        .add_columns(CYCLE.c.programme, CYCLE.c.cycle, VERDICT.c.verdict)
        .join(CYCLE, CYCLE.c.id == LINE.c.cycle_id)
        .outerjoin(VERDICT, and_(VERDICT.c.run_id == last, VERDICT.c.payout_line_id == LINE.c.id))
        .where(
            or_(LINE.c.citizen_id == wanted, LINE.c.line_ref == wanted.upper()),
            LINE.c.ended_by == COUNTS,
            *scope.conditions(area=LINE.c.area_code, programme=CYCLE.c.programme),
        )
        .order_by(CYCLE.c.cycle.desc(), LINE.c.id)
        .limit(MOST_PAYMENTS)
    )
    return list(rows.mappings())


def open_by_hand(
    session: Session, kind: str, line_ref: str, scope: Scope, *, by: str, words: str
) -> tuple[Case, bool]:
    """Open a case that somebody told us of; where one of its kind is open, what they say is noted there.

    Args:
        session: the transaction
        kind: a key of kinds.by_hand()
        line_ref: the payment that it is about, whatever its verdict
        scope: the areas and programmes of who opens it
        by: the username
        words: what the person said

    Returns:
        the case, and whether it is new

    Raises:
        NotFoundError: there is no such payout line in the scope
        RefusedError: it is no kind that people open, or nothing is said
    """
    if kind not in by_hand():
        raise RefusedError("no_such_kind", "Hãy chọn loại việc trong danh sách.")
    told = tidied(words)
    if not told:
        raise RefusedError("note_empty", "Hãy ghi lại lời người dân.")
    line = session.exec(
        rows_of(PayoutLine).where(
            col(PayoutLine.line_ref) == line_ref.strip().upper(), PayoutLine.ended_by == COUNTS
        )
    ).one_or_none()
    cycle = session.get_one(PayoutCycle, line.cycle_id) if line else None
    if line is None or cycle is None or not scope.covers(area=line.area_code, programme=cycle.programme):
        raise NotFoundError("no_such_payout_line", "Không có khoản chi này trong phạm vi của bạn.")
    return open_case_of_line(session, kind, line, by=by, note=told)
