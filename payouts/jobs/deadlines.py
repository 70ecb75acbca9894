"""The clock moves verdicts: a cycle that was judged before its deadline is judged anew once it has passed."""

import datetime as dt

from sqlmodel import Session, col, func, select

from payouts.core import clock
from payouts.jobs.carrying import BY, judge_again
from payouts.jobs.models import Job
from payouts.lists.models import PayoutCycle, PayoutList
from payouts.runs.models import Run


def judge_past_deadline(session: Session) -> list[Job]:
    """Ask for a run of each cycle whose deadline passed since it was last judged, or since its list came.

    A run that somebody asked for afterwards, as of an earlier day, stays what it is: only the clock moves
    here. Done twice it asks for the same runs.

    Args:
        session: the transaction

    Returns:
        the jobs that judge, the oldest cycle first
    """
    today = clock.today()
    last = select(func.max(Run.id)).where(Run.state == "done").group_by(col(Run.cycle_id))
    judged = select(Run).where(col(Run.id).in_(last)).subquery()
    listed = (
        select(col(PayoutList.cycle_id), func.max(PayoutList.read_at).label("at"))
        .where(PayoutList.state == "accepted")
        .group_by(col(PayoutList.cycle_id))
        .subquery()
    )
    found = session.execute(
        select(col(PayoutCycle.id), col(PayoutCycle.deadline), func.coalesce(judged.c.done_at, listed.c.at))
        .join(listed, listed.c.cycle_id == PayoutCycle.id)
        .outerjoin(judged, judged.c.cycle_id == PayoutCycle.id)
        .where(PayoutCycle.deadline < today)  # type: ignore[operator]  # null is no earlier day
        .order_by(col(PayoutCycle.cycle), col(PayoutCycle.id))
    )
    return [judge_again(session, cycle_id, BY) for cycle_id, deadline, at in found if _day(at) <= deadline]


def _day(moment: dt.datetime) -> dt.date:
    return moment.astimezone(clock.VIETNAM).date()
