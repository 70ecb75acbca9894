"""The history of beneficiaries: one row a change, in bulk or one at a time; rows are only added."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, FromClause, String, and_, cast, insert, literal, select, update
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.core import clock
from payouts.core.fields import Moment
from payouts.core.tables import table_behind
from payouts.registry.models import RegistryChange
from payouts.registry.people import BENEFICIARY, first_of

CHANGE = table_behind(RegistryChange)
MOST_SHOWN = 200  # changes of one person


@dataclass(frozen=True, slots=True)
class Source:
    """From where something is known.

    Attributes:
        kind: list, file, hand or approval
        id: of the list, registry file or approval; 0 where somebody wrote it by hand
        by: who sent or wrote it
    """

    kind: str
    id: int
    by: str


def fill(session: Session, told: FromClause, fields: Sequence[str], source: Source) -> None:
    """Write down what nobody knew of people until a list or file told it, with one change a field.

    Args:
        session: the transaction
        told: rows of id, row, citizen_id and the fields
        fields: columns of beneficiary
        source: the list or file
    """
    for field in fields:
        unknown = BENEFICIARY.c[field].is_(None)
        if session.execute(select(BENEFICIARY.c.id).where(unknown).limit(1)).first():
            _write(session, told, field, source, unknown)


def overwrite(session: Session, told: FromClause, fields: Sequence[str], source: Source) -> None:
    """Write down what is told of people, whatever was on record before; args as `fill`."""
    for field in fields:
        _write(session, told, field, source, BENEFICIARY.c[field].is_distinct_from(told.c[field]))


def _write(
    session: Session, told: FromClause, field: str, source: Source, where: ColumnElement[bool]
) -> None:
    news = [
        *(BENEFICIARY.c.citizen_id == told.c.citizen_id, where, _said(told.c[field])),
        told.c.id.in_(first_of(told, told.c.citizen_id)),
    ]
    proof = [told.c.document] if "document" in told.c else []
    session.execute(
        insert(CHANGE).from_select(
            [
                *("beneficiary_id", "field", "before", "after", "at", "by", "source", "source_id", "row"),
                *(["proof"] if proof else []),
            ],
            select(
                *(BENEFICIARY.c.id, literal(field), cast(BENEFICIARY.c[field], String)),
                *(cast(told.c[field], String), literal(clock.now(), Moment()), literal(source.by)),
                *(literal(source.kind), literal(source.id), told.c.row, *proof),
            ).where(*news),
        )
    )
    session.execute(update(BENEFICIARY).values({field: told.c[field]}).where(*news))


def changes_of(session: Session, beneficiary_id: int) -> Sequence[RegistryChange]:
    """List what changed of a person, the latest first."""
    query = pick(RegistryChange).where(RegistryChange.beneficiary_id == beneficiary_id)
    return session.exec(query.order_by(col(RegistryChange.id).desc()).limit(MOST_SHOWN)).all()


def _said(column: ColumnElement[object]) -> ColumnElement[bool]:
    return and_(column.is_not(None), column != "") if isinstance(column.type, String) else column.is_not(None)
