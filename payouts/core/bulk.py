"""Many rows at once between Arrow and the database, without one Python object a row."""

import io
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import Select, Table, func, text, types
from sqlmodel import Session

from payouts.core.fields import Moment

BATCH = 20_000  # rows that stand in memory as Python values at a time
ROWS_WEIGHED = 400  # of each index; it takes milliseconds
VALUES_A_STATEMENT = 2_000  # on SQLite, which takes 32,766; past some thousand it gets no faster
BETWEEN_CELLS, NOTHING = "\x1f", "\x1e"  # no text that came in by a reader holds such characters

ARROW_TYPES: tuple[tuple[type[types.TypeEngine[Any]], pa.DataType], ...] = (
    (Moment, pa.timestamp("us", tz="UTC")),
    (types.Boolean, pa.bool_()),
    (types.Integer, pa.int64()),
    (types.Date, pa.date32()),
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


def weigh(session: Session, table: Table) -> None:
    """Let SQLite look at a few rows of a table that grew much: without it its planner passes indexes by.

    PostgreSQL does so by itself.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text(f"PRAGMA analysis_limit={ROWS_WEIGHED}"))
        session.execute(text(f"ANALYZE {session.get_bind().dialect.identifier_preparer.format_table(table)}"))


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
    if session.get_bind().dialect.name == "sqlite":
        with ThreadPoolExecutor(max_workers=1) as beside:  # while SQLite prints the next
            coming: deque[Future[pa.RecordBatch]] = deque()
            for lines in _printed(session, query):
                coming.append(beside.submit(_parsed, lines, schema))
                if len(coming) > 1:
                    yield coming.popleft().result()
            for last in coming:
                yield last.result()
    else:
        for rows in session.execute(query, execution_options={"yield_per": BATCH}).partitions():
            columns = [
                pa.array(values, field.type)
                for values, field in zip(zip(*rows, strict=True), schema, strict=True)
            ]
            yield pa.record_batch(columns, schema=schema)


def _printed(session: Session, query: Select[Any]) -> Iterator[list[str]]:
    """Let SQLite print each row as one text, a third of the time that a Python object a cell takes."""
    cells = [func.ifnull(column, NOTHING) for column in query.selected_columns]
    printed = func.printf(BETWEEN_CELLS.join(["%s"] * len(cells)), *cells)
    asked = query.with_only_columns(printed, maintain_column_froms=True)
    with session.connection().execute(asked) as result:
        while rows := result.cursor.fetchmany(BATCH):
            yield [line for (line,) in rows]


def _parsed(lines: list[str], schema: pa.Schema) -> pa.RecordBatch:
    """Read printed rows: by Arrow, and cell by cell where a text holds a line break."""
    data = "\n".join(lines).encode()
    if data.count(b"\n") == len(lines) - 1 and b"\r" not in data:
        names = [str(at) for at in range(len(schema))]
        texts = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(column_names=names, block_size=len(data) + 1, use_threads=False),
            parse_options=csv.ParseOptions(
                delimiter=BETWEEN_CELLS, quote_char=False, double_quote=False, ignore_empty_lines=False
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[NOTHING],
                strings_can_be_null=True,
            ),
        ).combine_chunks()
        columns = [column.combine_chunks() for column in texts.columns]
    else:
        rows = zip(*(line.split(BETWEEN_CELLS) for line in lines), strict=True)
        columns = [pa.array([None if cell == NOTHING else cell for cell in cells]) for cells in rows]
    read = [_read_spelling(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.record_batch(read, schema=schema)


def _read_spelling(cells: pa.Array, kind: pa.DataType) -> pa.Array:
    """Read texts as SQLAlchemy spells values on SQLite: moments in UTC, yes and no as 1 and 0."""
    if pa.types.is_timestamp(kind):
        return cells.cast(pa.timestamp("us")).cast(kind)
    return cells.cast(kind)


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
    """Many rows a statement, the values spelled as SQLAlchemy spells them on SQLite."""
    preparer = session.get_bind().dialect.identifier_preparer
    # A column without a value in the whole batch is left to be null by itself.
    batch = batch.select([
        name
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if column.null_count < len(column) or table.c[name].server_default is not None
    ])  # fmt: skip
    names = [preparer.quote(table.c[name].name) for name in batch.schema.names]
    once = {at: str(column[0].as_py()) for at, column in enumerate(batch.columns) if _same_number(column)}
    row = f"({', '.join(once.get(at, '?') for at in range(len(names)))})"
    spelled = [_spelled(column).to_pylist() for at, column in enumerate(batch.columns) if at not in once]
    width = len(spelled)
    values: list[Any] = [None] * (width * batch.num_rows)
    for at, column in enumerate(spelled):
        values[at::width] = column
    connection = session.connection()
    most = max(1, VALUES_A_STATEMENT // max(1, width))
    into = f"INSERT INTO {preparer.format_table(table)} ({', '.join(names)}) VALUES "  # noqa: S608  # our own tables
    for first in range(0, batch.num_rows, most):
        rows = min(most, batch.num_rows - first)
        given = tuple(values[first * width : (first + rows) * width])
        connection.exec_driver_sql(into + ", ".join([row] * rows), given)


def _same_number(column: pa.Array) -> bool:
    """Say whether a column holds one whole number throughout, which then need not be given row by row."""
    if not pa.types.is_integer(column.type) or column.null_count or column[0] != column[-1]:
        return False
    ends = pc.min_max(column)
    return bool(ends["min"] == ends["max"])


def _spelled(column: pa.Array) -> pa.Array:
    if pa.types.is_date(column.type):
        return pc.strftime(column, format="%Y-%m-%d")
    if pa.types.is_timestamp(column.type):
        return pc.strftime(column.cast(pa.timestamp("us")), format="%Y-%m-%d %H:%M:%S")
    if pa.types.is_boolean(column.type):
        return column.cast(pa.int8())
    return column
