"""Who is paid nothing from a month on: who died, moved away or is suspended, under any number of theirs."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select

from payouts.registry.models import Beneficiary, EarlierId, Stop, Suspension

WHY = {"died": ("Đã mất", "Died"), "moved": ("Đã chuyển đi nơi khác", "Moved away")}


def numbers_of(session: Session, citizen_id: str) -> list[str]:
    """List all identity numbers under which a person is known, the given one among them."""
    people = (
        select(Beneficiary.id)
        .outerjoin(EarlierId, col(EarlierId.beneficiary_id) == Beneficiary.id)
        .where(or_(Beneficiary.citizen_id == citizen_id, EarlierId.earlier_id == citizen_id))
    )
    now = select(Beneficiary.citizen_id).where(col(Beneficiary.id).in_(people))
    then = select(EarlierId.earlier_id).where(col(EarlierId.beneficiary_id).in_(people))
    return sorted({citizen_id, *session.exec(now), *session.exec(then)})


def standing_stop(session: Session, citizen_id: str | None) -> Stop | None:
    """Find the stop of a person that stands, under whichever of their numbers it was made."""
    if not citizen_id:
        return None
    numbers = numbers_of(session, citizen_id)
    query = select(Stop).where(col(Stop.citizen_id).in_(numbers), col(Stop.ended_at).is_(None))
    return session.exec(query.limit(1)).first()


def last_months(
    session: Session, *, why: Iterable[str] = tuple(WHY), at: dt.datetime | None = None
) -> dict[str, str]:
    """Give of all who are stopped the last month that is owed: each of their identity numbers -> 2026-10.

    Args:
        session: the transaction
        why: the reasons that count
        at: the moment whose stops are asked for; now by default
    """
    standing = (_standing(Stop, at), col(Stop.why).in_(list(why)))
    of_person = col(EarlierId.beneficiary_id) == Beneficiary.id
    asked = (
        select(Stop.citizen_id, Stop.last_month).where(*standing),
        select(EarlierId.earlier_id, Stop.last_month)
        .join(Beneficiary, of_person)
        .join(Stop, col(Stop.citizen_id) == Beneficiary.citizen_id)
        .where(*standing),
        select(Beneficiary.citizen_id, Stop.last_month)
        .join(EarlierId, of_person)
        .join(Stop, col(Stop.citizen_id) == EarlierId.earlier_id)
        .where(*standing),
    )
    return {number: month for query in asked for number, month in session.exec(query)}


def suspended_since(session: Session, programme: str, *, at: dt.datetime | None = None) -> dict[str, str]:
    """Give of all who are suspended in a programme since when: each of their identity numbers -> 2026-09.

    Args:
        session: the transaction
        programme: e.g. BTXH
        at: the moment whose suspensions are asked for; now by default
    """
    standing = (Suspension.programme == programme, _standing(Suspension, at))
    of_person = col(Suspension.beneficiary_id) == Beneficiary.id
    asked = (
        select(Beneficiary.citizen_id, Suspension.since).join(Suspension, of_person).where(*standing),
        select(EarlierId.earlier_id, Suspension.since)
        .join(Suspension, col(Suspension.beneficiary_id) == EarlierId.beneficiary_id)
        .where(*standing),
    )
    return {number: since for query in asked for number, since in session.exec(query)}


def _standing(of: type[Stop | Suspension], at: dt.datetime | None) -> ColumnElement[bool]:
    if at is None:
        return col(of.ended_at).is_(None)
    return and_(col(of.made_at) <= at, or_(col(of.ended_at).is_(None), col(of.ended_at) > at))
