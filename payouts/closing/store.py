"""Closed months as queries: which close of a month stands, and which stood at a moment."""

import datetime as dt

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from payouts.closing.models import MonthClose
from payouts.lists.models import PayoutCycle


def close_of(session: Session, cycle: PayoutCycle, at: dt.datetime | None = None) -> MonthClose | None:
    """Find the close of a month that stands, or stood at a moment."""
    return session.exec(
        select(MonthClose).where(MonthClose.cycle_id == cycle.id, standing_at(at))
    ).one_or_none()


def close_before(session: Session, cycle: PayoutCycle, at: dt.datetime | None = None) -> MonthClose | None:
    """Find the latest close of an earlier month of the programme that stands, or stood at a moment."""
    return session.exec(
        select(MonthClose)
        .where(MonthClose.programme == cycle.programme, col(MonthClose.cycle) < cycle.cycle, standing_at(at))
        .order_by(col(MonthClose.cycle).desc())
        .limit(1)
    ).one_or_none()


def closes_of(session: Session, cycle: PayoutCycle) -> list[MonthClose]:
    """List all closes of a month, those that were reopened too, the latest first."""
    query = select(MonthClose).where(MonthClose.cycle_id == cycle.id)
    return list(session.exec(query.order_by(col(MonthClose.number).desc())))


def standing_at(at: dt.datetime | None) -> ColumnElement[bool]:
    """Say which closes stand, or stood at a moment."""
    if at is None:
        return col(MonthClose.reopened_at).is_(None)
    ended = or_(col(MonthClose.reopened_at).is_(None), col(MonthClose.reopened_at) > at)
    return and_(col(MonthClose.closed_at) <= at, ended)
