"""Brings the registry up to what the lines of a list tell, and the lines to what the registry knows."""

from sqlalchemy import FromClause, bindparam, update
from sqlmodel import Session

from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.registry.earlier import earlier_ids, record_earlier_ids
from payouts.registry.enrolments import enrol
from payouts.registry.people import record_people

LINES = PayoutLine.__table__  # type: ignore[attr-defined]  # SQLModel adds it


def tell_the_registry(session: Session, told: FromClause, cycle: PayoutCycle) -> None:
    """Record people, accounts and earlier identity numbers; the lines take the numbers known of their people.

    Args:
        session: the transaction
        told: the lines of a list that count from now on, all columns of payout_line
        cycle: of the list
    """
    record_people(session, told, programme=cycle.programme, on=cycle.opens_on)
    enrol(session, told, programme=cycle.programme, month=cycle.cycle)
    record_earlier_ids(session, told)
    known = [{"line": line, "ids": ids} for line, ids in earlier_ids(session, told).items()]
    if known:
        session.execute(
            update(LINES).where(LINES.c.id == bindparam("line")).values(other_ids=bindparam("ids")), known
        )
