"""What a run says of money that reached people who should not have it: cases that act on it are opened."""

from collections.abc import Iterator

from sqlalchemy import Table, select
from sqlmodel import Session

from payouts.cases.models import Case
from payouts.cases.opening import open_case_of_line
from payouts.lists.models import PayoutLine, Reissue
from payouts.runs.models import NOT_PAID, Run, Verdict

CASES: Table = Case.__table__  # type: ignore[attr-defined]  # SQLModel adds it
LINE: Table = PayoutLine.__table__  # type: ignore[attr-defined]  # the same
REISSUE: Table = Reissue.__table__  # type: ignore[attr-defined]  # the same
VERDICT: Table = Verdict.__table__  # type: ignore[attr-defined]  # the same

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
    return sum(
        open_case_of_line(session, "overpayment", session.get_one(PayoutLine, line), by=by, note=BOTH)[1]
        for line in list(_paid_twice(session, run))
    )


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
