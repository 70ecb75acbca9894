"""What a visitor of a grassroots team sees and does: the people assigned to them, and nobody else."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, RowMapping, Select, select
from sqlmodel import Session

from payouts.cases.contacts import contacts_of, log_contact
from payouts.cases.models import Contact
from payouts.core.errors import NotFoundError
from payouts.coverage.left import BENEFICIARY, CAMPAIGN, CASES, PERSON
from payouts.coverage.rules import Cause, causes
from payouts.identity.rules import Staff
from payouts.registry.models import Phone
from payouts.registry.phones import phones_of

_OF_CASE = ("id", "state", "due", "next_on", "area_code", "hamlet", "version")
_OF_PERSON = ("full_name", "citizen_id", "date_of_birth")
MOST = 500  # people of one visitor


@dataclass(frozen=True, slots=True)
class Visit:
    """One person to visit.

    Attributes:
        row: _OF_CASE, _OF_PERSON, beneficiary_id, stage and cause
        cause: what stands in the way; None where nothing does any more
        phones: where they can be reached
        contacts: what came of visits so far, the latest first
    """

    row: RowMapping
    cause: Cause | None
    phones: Sequence[Phone] = ()
    contacts: Sequence[Contact] = ()


def visits_of(session: Session, staff: Staff) -> list[Visit]:
    """List the people that somebody is to visit, new ones first, then by the day to come back."""
    rows = session.execute(
        _visits(staff)
        .order_by(CASES.c.next_on.is_not(None), CASES.c.next_on, CASES.c.due, CASES.c.id)
        .limit(MOST)
    )
    return [Visit(row, causes().get(row["cause"] or "")) for row in rows.mappings()]


def visit_of(session: Session, staff: Staff, case_id: int) -> Visit:
    """Show one person that somebody is to visit.

    Raises:
        NotFoundError: there is none, or somebody else is to visit them
    """
    row = session.execute(_visits(staff).where(CASES.c.id == case_id)).mappings().one_or_none()
    if row is None:
        raise NotFoundError("no_such_visit", "Không có người này trong danh sách được giao cho bạn.")
    return Visit(
        row,
        causes().get(row["cause"] or ""),
        phones_of(session, row["beneficiary_id"]),
        contacts_of(session, case_id),
    )


def log_visit(
    session: Session,
    staff: Staff,
    case_id: int,
    *,
    version: int,
    way: str,
    result: str,
    next_on: dt.date,
    note: str | None = None,
) -> Contact:
    """Write down what came of a visit.

    Args:
        session: the transaction
        staff: who made it
        case_id: of whom
        version: the version that was read
        way: of cases.contacts.WAYS
        result: of cases.contacts.results()
        next_on: the day to come back to it
        note: what else was said

    Raises:
        NotFoundError: there is no such person to visit
        StaleError: somebody else wrote something down since
        RefusedError: a value is not acceptable
    """
    visit_of(session, staff, case_id)
    return log_contact(
        session,
        case_id,
        staff.scope,
        version=version,
        by=staff.username,
        role=staff.role,
        way=way,
        result=result,
        next_on=next_on,
        note=note,
    )


def _visits(staff: Staff) -> Select[tuple[object, ...]]:
    return (
        select(
            *(CASES.c[name] for name in _OF_CASE),
            *(BENEFICIARY.c[name] for name in _OF_PERSON),
            BENEFICIARY.c.id.label("beneficiary_id"),
            PERSON.c.stage,
            PERSON.c.cause,
        )
        .join(BENEFICIARY, BENEFICIARY.c.citizen_id == CASES.c.subject)
        .outerjoin(PERSON, PERSON.c.beneficiary_id == BENEFICIARY.c.id)
        .where(*_mine(staff))
    )


def _mine(staff: Staff) -> list[ColumnElement[bool]]:
    return [
        CASES.c.kind == CAMPAIGN,
        CASES.c.state != "closed",
        CASES.c.assignee == staff.username,
        *staff.scope.conditions(area=CASES.c.area_code, programme=CASES.c.programme),
    ]
