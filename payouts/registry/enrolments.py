"""Who is on which programme, from which month to which, as accepted lists tell it."""

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlmodel import Session

from payouts.core import clock
from payouts.core.fields import Moment
from payouts.core.tables import table_behind
from payouts.registry.models import Enrolment
from payouts.registry.people import BENEFICIARY, first_of
from payouts.registry.stops import last_months

ENROLMENT = table_behind(Enrolment)
OF_PROGRAMME = ("category_code", "channel")
MANY = 1_000  # people who are new to a programme at once


def enrol(
    session: Session, told: FromClause, *, programme: str, month: str | ColumnElement[str]
) -> Select[tuple[int]]:
    """Put people on a programme from a month on, who are not on it yet.

    Args:
        session: the transaction
        told: rows of id, citizen_id, category_code, channel; the people are on record
        programme: the programme
        month: the first month, 2026-11, or the column that says it

    Returns:
        the keys of the people who are on it since now
    """
    newest = session.execute(select(func.coalesce(func.max(ENROLMENT.c.id), 0))).scalar_one()
    session.execute(
        insert(ENROLMENT).from_select(
            ["beneficiary_id", "programme", "since", *OF_PROGRAMME, "recorded_at"],
            select(
                *(BENEFICIARY.c.id, literal(programme), literal(month) if isinstance(month, str) else month),
                *(told.c[name] for name in OF_PROGRAMME),
                literal(clock.now(), Moment()),
            ).where(
                BENEFICIARY.c.citizen_id == told.c.citizen_id,
                told.c.id.in_(first_of(told, told.c.citizen_id)),
                ~_standing(programme).exists(),
            ),
        )
    )
    _count(session, newest)
    for name in OF_PROGRAMME:  # what nobody knew is filled in
        session.execute(
            update(ENROLMENT)
            .values({name: told.c[name]})
            .where(
                ENROLMENT.c[name].is_(None),
                told.c[name].is_not(None),
                *(ENROLMENT.c.programme == programme, ENROLMENT.c.until.is_(None)),
                ENROLMENT.c.beneficiary_id == BENEFICIARY.c.id,
                BENEFICIARY.c.citizen_id == told.c.citizen_id,
                told.c.id.in_(first_of(told, told.c.citizen_id)),
            )
        )
    return select(ENROLMENT.c.beneficiary_id).where(
        ENROLMENT.c.id > newest, ENROLMENT.c.programme == programme, ENROLMENT.c.until.is_(None)
    )


def is_known_before(session: Session, programme: str, month: str) -> bool:
    """Say whether anybody was on a programme before a month: else all are new, and nothing can be gone."""
    earlier = select(ENROLMENT.c.id).where(ENROLMENT.c.programme == programme, ENROLMENT.c.since < month)
    return session.execute(earlier.limit(1)).first() is not None


def enrolled(programme: str, month: str) -> Select[tuple[int, str, str | None]]:
    """Select who is on a programme since before a month: key, identity number, ward."""
    return (
        select(BENEFICIARY.c.id, BENEFICIARY.c.citizen_id, BENEFICIARY.c.area_code)
        .join(ENROLMENT, ENROLMENT.c.beneficiary_id == BENEFICIARY.c.id)
        .where(ENROLMENT.c.programme == programme, ENROLMENT.c.until.is_(None), ENROLMENT.c.since < month)
    )


def end_stopped(session: Session, people: pa.Table, programme: str) -> pa.Array:
    """Take off a programme who is stopped, after the last month owed: that took a second person already.

    Args:
        session: the transaction
        people: `id`, `citizen_id` of who stands in no list any more
        programme: the programme

    Returns:
        the keys of those who were stopped
    """
    last = last_months(session)
    stopped = people.filter(pc.is_in(people["citizen_id"], value_set=pa.array(last, pa.string())))
    for person, number in zip(*stopped.select(["id", "citizen_id"]).to_pydict().values(), strict=True):
        standing = and_(
            ENROLMENT.c.beneficiary_id == person,
            ENROLMENT.c.programme == programme,
            ENROLMENT.c.until.is_(None),
        )
        session.execute(update(ENROLMENT).values(until=last[number]).where(standing))
    return stopped["id"].combine_chunks()


def _count(session: Session, newest: int) -> None:
    """Let PostgreSQL look at tables that grew within this transaction: it takes them for empty."""
    if session.get_bind().dialect.name != "postgresql":
        return
    many = select(ENROLMENT.c.id).where(ENROLMENT.c.id > newest).offset(MANY).limit(1)
    if session.execute(many).first() is not None:
        session.execute(text("ANALYZE beneficiary, enrolment"))


def _standing(programme: str) -> Select[tuple[int]]:
    return (
        select(ENROLMENT.c.id)
        .where(
            ENROLMENT.c.beneficiary_id == BENEFICIARY.c.id,
            ENROLMENT.c.programme == programme,
            ENROLMENT.c.until.is_(None),
        )
        .correlate(BENEFICIARY)
    )
