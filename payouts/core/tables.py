"""The table behind a model, for queries that speak of columns."""

from sqlalchemy import Table
from sqlmodel import SQLModel


def table_behind(model: type[SQLModel]) -> Table:
    """Give the table of a model; SQLModel adds it where a type checker does not see it."""
    table: Table = model.__table__  # type: ignore[attr-defined]  # see above
    return table
