"""Adds a row that the database allows once, and says in its caller's words when it stands already."""

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel

from payouts.core.errors import ConflictError


def add_once(session: Session, row: SQLModel, refusal: ConflictError) -> None:
    """Add a row; where a unique index of the database holds its like, the transaction goes on without it.

    Args:
        session: the transaction
        row: what is to stand once
        refusal: what to raise where it does

    Raises:
        ConflictError: `refusal`
    """
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise refusal from None
