"""Takes in what somebody gives: the columns of a schema, each of its type; what cannot be is told by row."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from reconciliation.opening import opening_day
from reconciliation.tables import ACCEPTED_NAMES, CHANNELS, DECIDED, DECISIONS, EXPECTED, REPORTED, STATUSES

# Which columns must be given, and which must be filled in every row; all others may be left out, or empty.
NEEDED = {
    "expected": (EXPECTED, ("line_ref", "amount"), ("line_ref", "amount")),
    "reported": (REPORTED, ("file", "line", "amount", "status"), ("file", "line")),
    "decisions": (DECISIONS, tuple(DECISIONS.names), tuple(DECISIONS.names)),
    "accepted_names": (
        ACCEPTED_NAMES,
        ("account_no", "listed_name", "told_name"),
        ("account_no", "listed_name", "told_name"),
    ),
}
WORDS = {"status": STATUSES, "channel": CHANNELS, "decision": DECIDED}
MONEY = frozenset({"amount", "fee"})

_TEXT = 'text, read as text (dtype=str) so that no zero at its front is lost, or made so by .astype("string")'
_MONEY = 'whole numbers of the smallest unit, for cents by (amounts * 100).round().astype("Int64")'
_COUNT = 'whole numbers, by .astype("Int64")'
_DAY = "days: dates, times without a zone, or text like 2026-11-05"
_YES_NO = "true or false"


def columns(given: Any, schema: pa.Schema) -> pa.Table:
    """Give facts the columns of a schema; a column that is left out is null throughout.

    Args:
        given: a pandas DataFrame, an Arrow table, or whatever else gives Arrow (Polars, DuckDB)
        schema: EXPECTED, REPORTED, DECISIONS or ACCEPTED_NAMES

    Raises:
        ValueError: a column is missing or of a wrong type, or a value in it cannot be; the message names the
            table, the column and the row, counted from 0, and says how to mend it
    """
    side, (_, needed, filled) = next(each for each in NEEDED.items() if each[1][0] is schema)
    table = _Given(side, given)
    for name in needed:
        if name not in table.names:
            raise ValueError(f"{side}: column {name} is missing. Needed are {', '.join(needed)}")
    found = pa.table([_typed(table, field) for field in schema], schema=schema)
    for name in filled:
        known = found[name]
        empty = pc.equal(known, "") if types.is_string(known.type) else pc.is_null(known)
        table.refuse(name, pc.fill_null(empty, True), "is empty. Each row needs one")
    for name in WORDS.keys() & set(found.column_names):
        odd = pc.invert(pc.is_in(found[name], pa.array([*WORDS[name], None], pa.string())))
        table.refuse(name, odd, f"must be one of {', '.join(WORDS[name])}", found[name])
    for name in MONEY & set(found.column_names):
        signed = pc.fill_null(pc.less(found[name], 0), False)
        table.refuse(name, signed, "must have no sign. The status tells the direction", found[name])
    if "opens_on" in found.column_names:
        _check_opening(table, found)
    return found


def _check_opening(table: "_Given", found: pa.Table) -> None:
    """Refuse a cycle of which nobody can say when it opened: an earlier payment could satisfy it.

    Raises:
        ValueError: it is no month, and no opening day is given
    """
    cycles = pc.unique(found["cycle"])
    odd = [cycle for cycle in cycles.to_pylist() if cycle and opening_day(cycle) is None]
    unopened = pc.and_(pc.is_in(found["cycle"], pa.array(odd, pa.string())), pc.is_null(found["opens_on"]))
    what = "no month like 2026-11. Give the day on which it opened in the column opens_on"
    table.refuse("cycle", unopened, what, found["cycle"])


class _Given:
    """What somebody gave, column by column.

    Args:
        side: what it is called in messages
        given: as columns takes it

    Raises:
        ValueError: from each method, and at once where it is no table
    """

    def __init__(self, side: str, given: Any) -> None:
        self._side = side
        self._pandas = hasattr(given, "columns") and hasattr(given, "iloc")
        if not self._pandas and not isinstance(given, pa.Table):
            if not hasattr(given, "__arrow_c_stream__"):
                kind = type(given).__name__
                raise ValueError(f"{side}: must be a pandas DataFrame or an Arrow table, not {kind}")
            given = pa.table(given)
        self._given = given
        self.names = list(given.columns) if self._pandas else given.column_names
        self.rows = len(given)

    def wrong(self, name: str, what: str, row: int | None = None) -> ValueError:
        """Make the error of a column, or of a row of it."""
        place = "" if row is None else f", row {row}"
        return ValueError(f"{self._side}: column {name}{place} {what}")

    def refuse(self, name: str, which: Any, what: str, shown: Any = None) -> None:
        """Refuse a column where some rows of it cannot be."""
        if pc.any(which).as_py():
            row = pc.index(which, True).as_py()
            value = "" if shown is None else f"is {shown[row].as_py()!r}: "
            raise self.wrong(name, f"{value}{what}", row)

    def column(self, name: str) -> pa.ChunkedArray:
        """Give a column as it is, only that categories are spelled out."""
        if self.names.count(name) > 1:
            raise self.wrong(name, "stands twice. Keep one")
        column = self._from_pandas(name) if self._pandas else self._given[name]
        if types.is_dictionary(column.type):
            column = pc.cast(column, column.type.value_type)
        return column

    def _from_pandas(self, name: str) -> pa.ChunkedArray:
        values = self._given[name]
        try:
            found = pa.array(values, from_pandas=True)
        except (pa.ArrowException, OverflowError):
            row, why = _odd_one(values)
            raise self.wrong(name, why, row) from None
        return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def _odd_one(values: Any) -> tuple[int, str]:
    """Find the row of a column of many kinds that is not like most."""
    kinds = [(row, type(value).__name__) for row, value in enumerate(values) if value == value]  # noqa: PLR0124  # no NaN
    usual = Counter(kind for _, kind in kinds).most_common(1)[0][0]
    row, kind = next(((row, kind) for row, kind in kinds if kind != usual), kinds[0])
    return row, f"is a {kind} where most rows hold {usual}. Give all of one type"


def _typed(table: _Given, field: pa.Field) -> pa.ChunkedArray:
    """Give a column its type, without changing what it says."""
    if field.name not in table.names:
        return pa.chunked_array([pa.nulls(table.rows, field.type)])
    column = table.column(field.name)
    if column.null_count == len(column):
        return pa.chunked_array([pa.nulls(len(column), field.type)])
    if column.type == field.type:
        return column
    if types.is_string(field.type):
        may, mend = _is_text(column.type), _TEXT
    elif types.is_date(field.type):
        return _days(table, field.name, column)
    elif types.is_boolean(field.type):
        may, mend = False, _YES_NO
    else:
        whole = types.is_integer(column.type) or (types.is_decimal(column.type) and column.type.scale == 0)
        counted = types.is_floating(column.type) and field.name not in MONEY
        may, mend = whole or counted, _MONEY if field.name in MONEY else _COUNT
    if not may:
        raise table.wrong(field.name, f"is {column.type}; it must be {mend}")
    return _each(table, field.name, column, lambda part: pc.cast(part, field.type), mend)


def _is_text(kind: pa.DataType) -> bool:
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def _days(table: _Given, name: str, column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Read days; a time counts for its day, and one with a zone for nobody knows which."""
    kind = column.type
    if _is_text(kind):
        known = pc.if_else(pc.equal(column, ""), pa.scalar(None, kind), column)
        return _each(table, name, pc.cast(known, pa.string()), _spelled_days, _DAY)
    if types.is_date(kind) or (types.is_timestamp(kind) and kind.tz is None):
        return _each(table, name, column, lambda part: pc.cast(part, pa.date32(), safe=False), _DAY)
    raise table.wrong(name, f"is {kind}; it must be {_DAY}")


def _spelled_days(part: pa.Array) -> pa.Array:
    return pc.cast(part, pa.date32())


def _each(
    table: _Given, name: str, column: pa.ChunkedArray, turn: Callable[[Any], Any], mend: str
) -> pa.ChunkedArray:
    """Turn a column into its type; where that fails find the first row that will not."""
    try:
        turned = turn(column)
    except pa.ArrowException:
        row = next(_rows_that_fail(column, turn))
        raise table.wrong(name, f"is {column[row].as_py()!r}; it must be {mend}", row) from None
    return turned if isinstance(turned, pa.ChunkedArray) else pa.chunked_array([turned])


def _rows_that_fail(column: pa.ChunkedArray, turn: Callable[[Any], Any]) -> Iterator[int]:
    """Yield the rows that cannot be turned, halving: a column is long, and few rows of it are wrong."""
    waiting = [(0, len(column))]
    while waiting:
        first, size = waiting.pop()
        try:
            turn(column.slice(first, size))
        except pa.ArrowException:
            if size == 1:
                yield first
            else:
                waiting += [(first + size // 2, size - size // 2), (first, size // 2)]
