"""What a run says of money that reached people who should not have it: cases that act on it are opened."""

from collections.abc import Iterator

from sqlalchemy import and_, select
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.cases.opening import open_case_of_line
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutLine, Reissue
from payouts.lists.rules import COUNTS
from payouts.registry.stops import last_months
from payouts.runs.evidence import in_chunks
from payouts.runs.gather import last_runs
from payouts.runs.models import NOT_PAID, Run, Verdict

CASES = table_behind(Case)
LINE = table_behind(PayoutLine)
REISSUE = table_behind(Reissue)
VERDICT = table_behind(Verdict)

AFTER_DEATH = "Tiền đã vào tài khoản cho tháng sau tháng mất."
BOTH = "Cả lệnh đầu và lệnh chi lại đều đã vào tài khoản."


def follow_money(session: Session, run: Run) -> int:
    """Open the cases that a run's verdicts call for beside the exceptions themselves.

    Args:
        session: the transaction
        run: a run that is done

    Returns:
        how many were opened
    """
    by = f"run {run.number}"
    both = list(_paid_twice(session, run))
    for line in both:
        open_case_of_line(session, "overpayment", session.get_one(PayoutLine, line), by=by, note=BOTH)
    return len(both) + follow_deaths(session, by=by, run=run)


def follow_deaths(session: Session, *, by: str, run: Run | None = None) -> int:
    """Open a case of each payment that settled for a month after the one in which the person died.

    Args:
        session: the transaction
        by: a username, or "run 3" for a run
        run: the run whose verdicts are looked at; the last one of every cycle by default

    Returns:
        how many were opened; a payment has one such case for good
    """
    last = last_months(session, why=["died"])
    found = [
        line
        for line, cycle in _settled_of(session, sorted(last), run)
        if (line.period or cycle) > last[line.citizen_id or ""]
    ]
    for line in found:
        open_case_of_line(session, "death_payment", line, by=by, note=AFTER_DEATH)
    return len(found)


def _settled_of(
    session: Session, citizen_ids: list[str], run: Run | None
) -> Iterator[tuple[PayoutLine, str]]:
    """Find payout lines of people for which money stands settled, with their cycle, without a case yet."""
    known = select(CASES.c.id).where(CASES.c.kind == "death_payment", CASES.c.subject == LINE.c.line_ref)
    runs = last_runs()
    for chunk in in_chunks(citizen_ids):
        keys = session.execute(
            select(LINE.c.id)
            .join(runs, runs.c.cycle_id == LINE.c.cycle_id)
            .join(VERDICT, and_(VERDICT.c.run_id == runs.c.run_id, VERDICT.c.payout_line_id == LINE.c.id))
            .where(
                LINE.c.citizen_id.in_(chunk),
                LINE.c.ended_by == COUNTS,
                VERDICT.c.settled > 0,
                ~known.exists(),
                *([VERDICT.c.run_id == run.id] if run else []),
            )
        ).scalars()
        for key in list(keys):
            line = session.get_one(PayoutLine, key)
            yield line, session.get_one(PayoutCycle, line.cycle_id).cycle


def _paid_twice(session: Session, run: Run) -> Iterator[int]:
    """Find the debts of which the first order and the replacement stand settled, without a case of it yet."""
    known = select(CASES.c.id).where(CASES.c.kind == "overpayment", CASES.c.subject == LINE.c.line_ref)
    yield from session.execute(
        select(LINE.c.id)
        .join(VERDICT, VERDICT.c.payout_line_id == LINE.c.id)
        .where(
            VERDICT.c.run_id == run.id,
            VERDICT.c.verdict == "paid_twice",
            NOT_PAID,
            LINE.c.line_ref.in_(select(REISSUE.c.line_ref)),
            ~known.exists(),
        )
    ).scalars()
