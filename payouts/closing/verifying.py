"""Checks that what was closed is still what it was, and that the facts of then still say so."""

from sqlmodel import Session

from payouts.closing.content import hash_of
from payouts.closing.identity import from_close, reckoned
from payouts.closing.models import MonthClose
from payouts.lists.models import PayoutCycle


def verify(session: Session, close: MonthClose) -> list[str]:
    """Check a close: its hash, and its figures reckoned anew from what was known when it was closed.

    Args:
        session: the transaction
        close: standing, or opened again since

    Returns:
        what is wrong: `hash`, and the area codes whose figures are others; nothing where all is right
    """
    wrong = [] if hash_of(close.content) == close.hash else ["hash"]
    kept = from_close(close)
    cycle = session.get_one(PayoutCycle, close.cycle_id)
    anew = reckoned(session, cycle, at=close.closed_at)
    areas = sorted({*kept.wards, *anew.wards})
    same = {area for area in areas if (kept.wards.get(area), kept.people.get(area)) == (
        anew.wards.get(area), anew.people.get(area))}  # fmt: skip
    return wrong + [area or "-" for area in areas if area not in same]
