"""Facts as they come, given the columns of a schema, put in order and numbered."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.checking import columns


def taken_in(given: Any, schema: pa.Schema) -> pa.Table:
    """Give facts the columns of a schema; a column that is absent is null throughout.

    Args:
        given: what checking.columns takes, or the path of a Parquet file or of a folder of such files, of
            which the names of folders (cycle=2026-11) are columns too
        schema: the columns wanted

    Raises:
        ValueError: a column is missing or of a wrong type, or a value in it cannot be
    """
    return columns(_read(given, schema) if isinstance(given, str | Path) else given, schema)


def _read(path: str | Path, schema: pa.Schema) -> pa.Table:
    from pyarrow import dataset  # noqa: PLC0415  # only who has Parquet needs it

    try:
        inside = dataset.dataset(path, format="parquet").schema.names
        folders = pa.schema([field for field in schema if field.name not in inside])
        named = dataset.partitioning(folders, flavor="hive")
        source = dataset.dataset(path, format="parquet", partitioning=named)
        return source.to_table([name for name in source.schema.names if name in schema.names])
    except pa.ArrowException as error:
        raise ValueError(f"{path}: cannot be read as Parquet ({error})") from None


def in_order(table: pa.Table, keys: tuple[str, ...]) -> pa.Table:
    """Put the rows in the order of their keys, so that a row's number says nothing of where it stood.

    Raises:
        ValueError: two rows have the same keys, so that nobody could tell them apart
    """
    after, same = _neighbours(table, keys)
    if pc.all(after).as_py() is False:
        table = table.sort_by([(key, "ascending") for key in keys])
        after, same = _neighbours(table, keys)
    if pc.any(same).as_py():
        twice = table.select(keys).slice(0, len(table) - 1).filter(same).slice(0, 5).to_pylist()
        raise ValueError(stands_twice(keys, [tuple(row.values()) for row in twice]))
    return table


def stands_twice(keys: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> str:
    """Say which rows have the same keys."""
    named = ", ".join(":".join(map(str, row)) for row in rows)
    return f"{' and '.join(keys)} {named}: stands twice. Each row needs its own"


def _neighbours(table: pa.Table, keys: tuple[str, ...]) -> tuple[Any, Any]:
    """Say of every row but the last whether it stands before the next, and whether both are the same."""
    ordered: Any = pa.array(np.zeros(max(len(table) - 1, 0), dtype=bool))
    same: Any = pa.array(np.ones(max(len(table) - 1, 0), dtype=bool))
    for column in (table[key].combine_chunks() for key in reversed(keys)):
        before, behind = column[:-1], column[1:]
        equal = pc.fill_null(pc.equal(before, behind), False)
        ordered = pc.or_(pc.fill_null(pc.less(before, behind), False), pc.and_(equal, ordered))
        same = pc.and_(equal, same)
    return pc.or_(ordered, same), same


def numbered(table: pa.Table, name: str) -> pa.Table:
    """Give the rows their numbers."""
    return table.append_column(name, pa.array(np.arange(len(table), dtype=np.int64)))
