"""Who receives for a beneficiary, as lists name them and as approvals put them on record."""

import datetime as dt

from sqlalchemy import ColumnElement, FromClause, func, insert, literal, select
from sqlmodel import Session

from payouts.core import clock
from payouts.core.fields import Moment
from payouts.core.tables import table_behind
from payouts.registry.changes import Source
from payouts.registry.models import Payee
from payouts.registry.people import BENEFICIARY, first_of

PAYEE = table_behind(Payee)


def add_listed_payees(
    session: Session, told: FromClause, source: Source, *, on: dt.date, newest: int
) -> None:
    """Put the payees of people on record who are new themselves; of others a payee is proposed.

    Args:
        session: the transaction
        told: rows of id, citizen_id, payee_name, payee_citizen_id; of a registry file relation and paper too
        source: the list
        on: the first day
        newest: the greatest key of a beneficiary who was on record before
    """
    name = func.coalesce(func.nullif(told.c.payee_name, ""), told.c.payee_citizen_id)
    more = {"document": "payee_document", "valid_to": "payee_valid_to"}
    told_more = {ours: told.c[theirs] for ours, theirs in more.items() if theirs in told.c}
    relation: ColumnElement[str] = literal("listed")
    if "payee_relation" in told.c:
        relation = func.coalesce(told.c.payee_relation, "listed")
    columns = ("beneficiary_id", "relation", "full_name", "citizen_id", "valid_from", "source", "source_id")
    session.execute(
        insert(PAYEE).from_select(
            [*columns, "recorded_at", "recorded_by", *told_more],
            select(
                *(BENEFICIARY.c.id, relation, name, func.nullif(told.c.payee_citizen_id, "")),
                *(literal(on), literal(source.kind), literal(source.id)),
                *(literal(clock.now(), Moment()), literal(source.by), *told_more.values()),
            ).where(
                BENEFICIARY.c.citizen_id == told.c.citizen_id,
                BENEFICIARY.c.id > newest,
                told.c.id.in_(first_of(told, told.c.citizen_id)),
                name != "",
            ),
        )
    )
