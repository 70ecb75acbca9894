"""Many rows at once between Arrow and the database, without one Python object a row."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import Select, Table, types
from sqlmodel import Session

from payouts.core.fields import Moment

BATCH = 20_000  # rows that stand in memory as Python values at a time

ARROW_TYPES: tuple[tuple[type[types.TypeEngine[Any]], pa.DataType], ...] = (
    (Moment, pa.timestamp("us", tz="UTC")),
    (types.Boolean, pa.bool_()),
    (types.Integer, pa.int64()),
    (types.Float, pa.float64()),
    (types.Date, pa.date32()),
    (types.LargeBinary, pa.binary()),
    (types.String, pa.string()),
    (types.JSON, pa.string()),
)


def insert_table(session: Session, table: Table, rows: pa.Table | pa.RecordBatch) -> int:
    """Insert Arrow rows in the session's transaction; flushes what stands in the session before.

    Args:
        session: the transaction
        table: the table, e.g. `SettlementLine.__table__`
        rows: columns named as in the table; what is not there takes the database's own default, not
            Python's. Text for a JSON column is JSON already.

    Returns:
        how many rows
    """
    session.flush()
    unknown = set(rows.schema.names) - set(table.columns.keys())
    if unknown:
        raise ValueError(f"{table.name} has no columns {sorted(unknown)}")
    given = pa.Table.from_batches([rows]) if isinstance(rows, pa.RecordBatch) else rows
    insert = _copy if session.get_bind().dialect.name == "postgresql" else _insert_many
    for batch in given.to_batches(max_chunksize=BATCH):
        insert(session, table, batch)
    return int(given.num_rows)


def read_table(session: Session, query: Select[Any]) -> pa.Table:
    """Read a query's rows into Arrow, in chunks.

    Args:
        session: the transaction
        query: a select of columns (not of whole models); its column names and types name the result's
    """
    return pa.Table.from_batches(read_batches(session, query), schema=_schema(query))


def read_batches(session: Session, query: Select[Any]) -> Iterator[pa.RecordBatch]:
    """As read_table, one batch of at most BATCH rows after the other; the session is busy until the end."""
    schema = _schema(query)
    spelled = session.get_bind().dialect.name == "sqlite"
    for rows in _driver_rows(session, query) if spelled else _partitions(session, query):
        columns = [
            _read_spelling(values, field.type) if spelled else pa.array(values, field.type)
            for values, field in zip(zip(*rows, strict=True), schema, strict=True)
        ]
        yield pa.record_batch(columns, schema=schema)


def _partitions(session: Session, query: Select[Any]) -> Iterator[Sequence[Any]]:
    return session.execute(query, execution_options={"yield_per": BATCH}).partitions()


def _driver_rows(session: Session, query: Select[Any]) -> Iterator[Sequence[Any]]:
    """Fetch SQLite's own rows: an object for each row and each day in between takes twice the time."""
    with session.connection().execute(query) as result:
        while rows := result.cursor.fetchmany(BATCH):
            yield rows


def _read_spelling(values: tuple[Any, ...], kind: pa.DataType) -> pa.Array:
    """Read a column as SQLAlchemy spells it on SQLite: days and moments as text, yes and no as 1 and 0."""
    if pa.types.is_date(kind):
        return pa.array(values, pa.string()).cast(kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values, pa.string()).cast(pa.timestamp("us")).cast(kind)
    if pa.types.is_boolean(kind):
        return pa.array(values, pa.int8()).cast(kind)
    return pa.array(values, kind)


def _schema(query: Select[Any]) -> pa.Schema:
    return pa.schema(
        [(column.key or str(column), _arrow_type(column.type)) for column in query.selected_columns]
    )


def _arrow_type(kind: types.TypeEngine[Any]) -> pa.DataType:
    for known, arrow in ARROW_TYPES:
        if isinstance(kind, known):
            return arrow
    if isinstance(kind, types.TypeDecorator):
        return _arrow_type(kind.impl_instance)
    raise TypeError(f"no Arrow type for {kind!r}")


def _copy(session: Session, table: Table, batch: pa.RecordBatch) -> None:
    """COPY; pyarrow quotes all text, so an unquoted nothing is null and a quoted one is empty text."""
    preparer = session.get_bind().dialect.identifier_preparer
    names = ", ".join(preparer.quote(table.c[name].name) for name in batch.schema.names)
    buffer = io.BytesIO()
    csv.write_csv(batch, buffer, csv.WriteOptions(include_header=False))
    driver: Any = session.connection().connection.driver_connection
    with driver.cursor() as cursor:
        into = f"COPY {preparer.format_table(table)} ({names}) FROM STDIN WITH (FORMAT csv, NULL '')"
        with cursor.copy(into) as copy:
            copy.write(buffer.getbuffer())


def _insert_many(session: Session, table: Table, batch: pa.RecordBatch) -> None:
    """One prepared statement for all rows, the values spelled as SQLAlchemy spells them on SQLite."""
    preparer = session.get_bind().dialect.identifier_preparer
    names = [preparer.quote(table.c[name].name) for name in batch.schema.names]
    marks = ", ".join("?" * len(names))
    statement = f"INSERT INTO {preparer.format_table(table)} ({', '.join(names)}) VALUES ({marks})"  # noqa: S608  # names of our own tables
    columns = [_spelled(column).to_pylist() for column in batch.columns]
    session.connection().exec_driver_sql(statement, list(zip(*columns, strict=True)))


def _spelled(column: pa.Array) -> pa.Array:
    if pa.types.is_date(column.type):
        return pc.strftime(column, format="%Y-%m-%d")
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column.cast(pa.timestamp("us")), format="%Y-%m-%d %H:%M:%S")
    if pa.types.is_boolean(column.type):
        return column.cast(pa.int8())
    return column
