"""The mark that a beneficiary's family is told nothing of their payments; the latest word of it counts."""

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from payouts.core import clock
from payouts.core.errors import StaleError
from payouts.core.notes import tidied
from payouts.registry.models import Beneficiary, DisclosureMark


def marks_of(session: Session, beneficiary_id: int) -> Sequence[DisclosureMark]:
    """List what was said of a person's family over time, the latest first."""
    query = select(DisclosureMark).where(DisclosureMark.beneficiary_id == beneficiary_id)
    return session.exec(query.order_by(col(DisclosureMark.number).desc())).all()


def withheld(session: Session, citizen_id: str | None) -> bool:
    """Say whether a person's family is told nothing; what nobody marked may be told to the payee."""
    latest = (
        select(func.max(DisclosureMark.id))
        .join(Beneficiary, col(Beneficiary.id) == DisclosureMark.beneficiary_id)
        .where(Beneficiary.citizen_id == citizen_id)
        .scalar_subquery()
    )
    return bool(
        session.exec(select(DisclosureMark.withheld).where(DisclosureMark.id == latest)).one_or_none()
    )


def mark(
    session: Session, beneficiary_id: int, *, withhold: bool, reason: str, read: int, by: str
) -> DisclosureMark:
    """Set the mark or take it off, as it was when somebody read it.

    Args:
        session: the transaction
        beneficiary_id: the person
        withhold: whether the family is told nothing from now on
        reason: who asked for it and why
        read: the number of the latest word that was read; 0 where there was none
        by: the username

    Raises:
        RefusedError: no reason, or too long a one
        StaleError: somebody else said something of it since
    """
    told = DisclosureMark(
        beneficiary_id=beneficiary_id,
        number=read + 1,
        withheld=withhold,
        reason=tidied(reason, needed=True),
        at=clock.now(),
        by=by,
    )
    if max((each.number for each in marks_of(session, beneficiary_id)), default=0) == read:
        try:
            with session.begin_nested():
                session.add(told)
        except IntegrityError:  # somebody marks it at this moment
            pass
        else:
            return told
    raise StaleError(
        "mark_changed", "Người khác vừa đổi dấu “không tiết lộ”. Hãy xem nội dung mới rồi làm lại."
    )
