"""What is ready for the next payment order: debts to be paid again, held against their last verdict."""

from dataclasses import dataclass

from sqlmodel import Session, and_, col, select

from payouts.core import clock
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine, Reissue
from payouts.lists.rules import COUNTS
from payouts.orders.rules import PAID_AGAIN
from payouts.runs.gather import last_runs
from payouts.runs.models import Verdict

MOST_ORDERED = 1_000  # of one page and one file


@dataclass(frozen=True, slots=True)
class Ready:
    """A debt to be paid again, with its payout line as it stands and what the last run says of it."""

    reissue: Reissue
    line: PayoutLine
    verdict: str | None

    @property
    def blocked(self) -> bool:
        """Whether it must not go out: what the last run says has changed since it was approved."""
        return self.verdict not in PAID_AGAIN


def ready(session: Session, scope: Scope, *, after: int = 0, limit: int = MOST_ORDERED) -> list[Ready]:
    """List the open replacements that have not gone out, within a scope, the earliest first.

    Args:
        session: the transaction
        scope: the areas and programmes of who asks
        after: only those of a higher number
        limit: most of them
    """
    runs = last_runs()
    query = (
        select(Reissue, PayoutLine, Verdict.verdict)
        .join(
            PayoutLine,
            and_(col(PayoutLine.line_ref) == Reissue.line_ref, col(PayoutLine.ended_by) == COUNTS),
        )
        .outerjoin(runs, runs.c.cycle_id == PayoutLine.cycle_id)
        .outerjoin(
            Verdict,
            and_(col(Verdict.run_id) == runs.c.run_id, col(Verdict.payout_line_id) == col(PayoutLine.id)),
        )
        .where(
            col(Reissue.ended_at).is_(None),
            col(Reissue.ordered_at).is_(None),
            col(Reissue.id) > after,
            *scope.conditions(area=Reissue.area_code, programme=Reissue.programme),
        )
        .order_by(col(Reissue.id))
        .limit(limit)
    )
    return [Ready(*row) for row in session.exec(query)]


def gone_out(session: Session, staff: Staff, *, last: int) -> int:
    """Keep that what was ready went out to the bank in a payment order; what is blocked stays.

    Args:
        session: the transaction
        staff: who sent it
        last: number of the last replacement of the order

    Returns:
        how many went out; the same order sent twice is one
    """
    found = [
        each.reissue
        for each in ready(session, staff.scope)
        if not each.blocked and (each.reissue.id or 0) <= last
    ]
    for reissue in found:
        reissue.ordered_at, reissue.ordered_by = clock.now(), staff.username
        session.add(reissue)
    session.flush()
    audit.note(session, staff.who, "reissues.ordered", "reissues", refs=[each.new_ref for each in found])
    return len(found)
