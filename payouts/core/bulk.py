"""Many rows at once between Arrow and the database, without one Python object a row."""

import functools
import io
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv
from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Table,
    bindparam,
    cast,
    func,
    literal,
    select,
    text,
    types,
)
from sqlmodel import Session

from payouts.core.fields import Moment

BATCH = 20_000  # rows that stand in memory as Python values at a time
ROWS_WEIGHED = 400  # of each index; it takes milliseconds
SELDOM = 0.9  # a column that lacks a value in more rows than that is not given for each of them
VALUES_A_STATEMENT = 2_000  # on SQLite, which takes 32,766; past some thousand it gets no faster
ALL_KEYS = (0, 2**63 - 1)  # of a table, as the range that read_keys takes
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
        table: the table, e.g. `table_behind(SettlementLine)`
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


def read_keys(session: Session, query: Select[Any], key: Column[int], first: int, last: int) -> pa.Table:
    """Read those of a query's rows into Arrow that have a key from `first` to `last`, in any order.

    Args:
        session: the transaction
        query: as for read_table, with one row a key
        key: the primary key, dense in the range
        first: the first key of the range
        last: the last key of the range
    """
    schema = _schema(query)
    rows = _printed_keys(session, query, key, first, last)
    return pa.Table.from_batches(_read_beside(rows, schema), schema=schema)


def read_batches(session: Session, query: Select[Any]) -> Iterator[pa.RecordBatch]:
    """As read_table, one batch of at most BATCH rows after the other; the session is busy until the end."""
    return _read_beside(_printed(session, query), _schema(query))


def _read_beside(printed: Iterator[list[str] | bytes], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Read what the database printed while it prints the next."""
    with ThreadPoolExecutor(max_workers=1) as beside:
        coming: deque[Future[pa.RecordBatch]] = deque()
        for rows in printed:
            coming.append(beside.submit(_read_printed, rows, schema))
            if len(coming) > 1:
                yield coming.popleft().result()
        for last in coming:
            yield last.result()


def _printed_keys(
    session: Session, query: Select[Any], key: Column[int], first: int, last: int
) -> Iterator[list[str] | bytes]:
    """Let the database print many rows as one text: the interpreter is not asked for at each row."""
    lowest, highest = session.execute(
        select(func.min(key), func.max(key)).where(key.between(first, last))
    ).one()
    lines: ColumnElement[Any]
    if session.get_bind().dialect.name == "sqlite":
        lines = cast(func.group_concat(_line(session, query), literal("\n")), types.LargeBinary)
    else:
        lines = func.string_agg(_line(session, query), literal("\n"))
    printed = query.with_only_columns(lines, func.count(), maintain_column_froms=True).where(
        key.between(bindparam("low"), bindparam("high"))
    )
    for low in range(lowest, highest + 1, BATCH) if lowest is not None else ():
        high = min(low + BATCH - 1, highest)
        told, rows = session.execute(printed, {"low": low, "high": high}).one()
        data = told.encode() if isinstance(told, str) else told
        if rows and _is_plain(data, rows):
            yield data
        elif rows:
            yield from _printed(session, query.where(key.between(low, high)))


def _printed(session: Session, query: Select[Any]) -> Iterator[list[str]]:
    asked = query.with_only_columns(_line(session, query), maintain_column_froms=True)
    result = session.execute(asked, execution_options={"yield_per": BATCH})
    for rows in result.scalars().partitions():
        yield list(rows)


def _line(session: Session, query: Select[Any]) -> ColumnElement[str]:
    """Let the database print a row as one text, a third of the time that a Python object a cell takes."""
    columns = query.selected_columns
    template = BETWEEN_CELLS.join(["%s"] * len(columns))
    if session.get_bind().dialect.name == "sqlite":
        return func.printf(template, *(func.ifnull(column, NOTHING) for column in columns))
    return func.format(template, *(func.coalesce(cast(column, types.Text), NOTHING) for column in columns))


def _read_printed(rows: list[str] | bytes, schema: pa.Schema) -> pa.RecordBatch:
    """Read printed rows: by Arrow, and cell by cell where a text holds a line break."""
    data = rows if isinstance(rows, bytes) else "\n".join(rows).encode()
    if isinstance(rows, bytes) or _is_plain(data, len(rows)):
        return _spelled_out(_cells(data, len(schema)), schema)
    columns = zip(*(line.split(BETWEEN_CELLS) for line in rows), strict=True)
    cells = [[None if cell == NOTHING else cell for cell in column] for column in columns]
    return _spelled_out([pa.array(column, pa.string()) for column in cells], schema)


def _is_plain(data: bytes, rows: int) -> bool:
    """Say whether no text in printed rows holds a line break."""
    return data.count(b"\n") == rows - 1 and b"\r" not in data


def _cells(data: bytes, width: int) -> list[pa.Array]:
    names = [str(at) for at in range(width)]
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
    return [column.combine_chunks() for column in texts.columns]


def _spelled_out(columns: list[pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    read = [_read_spelling(column, field.type) for column, field in zip(columns, schema, strict=True)]
    return pa.record_batch(read, schema=schema)


def _read_spelling(cells: pa.Array, kind: pa.DataType) -> pa.Array:
    """Read texts as SQLite spells values, 1 for yes and moments in UTC, or PostgreSQL, true and zones."""
    if pa.types.is_boolean(kind):
        return pc.if_else(pc.is_valid(cells), pc.is_in(cells, pa.array(["1", "true"])), pa.scalar(None, kind))
    if pa.types.is_timestamp(kind):
        zoned = pc.match_substring_regex(cells, r"[+-]\d\d(:\d\d)?$")
        return pc.if_else(zoned, cells, pc.binary_join_element_wise(cells, "Z", "")).cast(kind)
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
    """Many rows a statement; those that lack what few rows have are inserted without it, before the rest."""
    seldom = [name for name in batch.schema.names if batch[name].null_count > SELDOM * batch.num_rows]
    lack = functools.reduce(pc.and_, (batch[name].is_null() for name in seldom)) if seldom else None
    for rows in (batch.filter(lack), batch.filter(pc.invert(lack))) if seldom else (batch,):
        if rows.num_rows:
            _insert_rows(session, table, rows)


def _insert_rows(session: Session, table: Table, batch: pa.RecordBatch) -> None:
    """Insert rows, the values spelled as SQLAlchemy spells them on SQLite."""
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
