"""Who is on which programme, from which month to which, as accepted lists tell it."""

from sqlalchemy import FromClause, Table, insert, literal, select
from sqlmodel import Session

from payouts.core import clock
from payouts.core.fields import Moment
from payouts.registry.models import Enrolment
from payouts.registry.people import BENEFICIARY

ENROLMENT: Table = Enrolment.__table__  # type: ignore[attr-defined]  # SQLModel adds it


def enrol(session: Session, told: FromClause, *, programme: str, month: str) -> None:
    """Put people on a programme from a month on, who are not on it yet.

    Args:
        session: the transaction
        told: rows of citizen_id; the people are on record
        programme: the programme
        month: the first month, 2026-11
    """
    session.execute(
        insert(ENROLMENT).from_select(
            ["beneficiary_id", "programme", "since", "recorded_at"],
            select(
                BENEFICIARY.c.id, literal(programme), literal(month), literal(clock.now(), Moment())
            ).where(
                BENEFICIARY.c.citizen_id.in_(select(told.c.citizen_id)),
                ~select(ENROLMENT.c.id)
                .where(
                    ENROLMENT.c.beneficiary_id == BENEFICIARY.c.id,
                    ENROLMENT.c.programme == programme,
                    ENROLMENT.c.until.is_(None),
                )
                .exists(),
            ),
        )
    )
