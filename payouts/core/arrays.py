"""Makes Arrow arrays and scalars from Python values without pandas.

`pa.array`, `pa.scalar`, `pa.repeat` and a bare Python value given to a function of `pyarrow.compute` all
import pandas where it is installed, which costs every start of a command half a second.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

_EPOCH = dt.date(1970, 1, 1).toordinal()

pa.set_memory_pool(pa.system_memory_pool())  # gives room back at once; the default keeps a third of it


def texts(values: Sequence[str | None]) -> pa.Array:
    """Make an array of texts; None is null."""
    validity, nulls = _validity(values)
    filled = [value or "" for value in values] if nulls else cast("Sequence[str]", values)
    joined = "".join(filled)
    data = joined.encode()
    sizes = map(len, filled) if len(data) == len(joined) else (len(value.encode()) for value in filled)
    ends = np.zeros(len(values) + 1, np.int32)
    np.cumsum(np.fromiter(sizes, np.int32, len(values)), out=ends[1:])
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(ends), pa.py_buffer(data), validity, nulls)


def numbers(values: Sequence[int | None]) -> pa.Array:
    """Make an array of 64-bit numbers; None is null."""
    filled = np.array([value or 0 for value in values], np.int64)
    validity, nulls = _validity(values)
    return pa.Array.from_buffers(pa.int64(), len(values), [validity, pa.py_buffer(filled)], nulls)


def days(values: Sequence[dt.date | None]) -> pa.Array:
    """Make an array of days; None is null."""
    filled = np.array([0 if day is None else day.toordinal() - _EPOCH for day in values], np.int32)
    validity, nulls = _validity(values)
    return pa.Array.from_buffers(pa.date32(), len(values), [validity, pa.py_buffer(filled)], nulls)


def flags(values: NDArray[np.bool_]) -> pa.Array:
    """Make an array of true and false."""
    packed = np.packbits(values, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(packed)])


def ints_of(column: pa.Array) -> NDArray[Any]:
    """Look at whole numbers without nulls as numpy does; `to_numpy` would import pandas."""
    data, width = column.buffers()[1], column.type.bit_width // 8
    return np.frombuffer(data, f"i{width}", len(column), column.offset * width)


def bools_of(column: pa.Array) -> NDArray[np.bool_]:
    """Look at true and false, without nulls, as numpy does."""
    packed = np.frombuffer(column.buffers()[1], np.uint8)
    bits = np.unpackbits(packed, count=column.offset + len(column), bitorder="little")
    return bits[column.offset :].view(np.bool_)


def counting(first: int, size: int) -> pa.Array:
    """Make the array first, first + 1, ... of a size."""
    return numbers_of(np.arange(first, first + size, dtype=np.int64))


def one(value: str | int) -> pa.Scalar:
    """Make a scalar."""
    return (numbers([value]) if isinstance(value, int) else texts([value]))[0]


def null(kind: pa.DataType) -> pa.Scalar:
    """Make the null of a type."""
    return pa.nulls(1, kind)[0]


def repeated(text: str, size: int) -> pa.Array:
    """Make an array of one text over and over."""
    return texts([text]).take(numbers_of(np.zeros(size, np.int64)))


def is_text(column: pa.Array, text: str) -> pa.Array:
    """Say of each text whether it is the given one."""
    return pc.equal(column, one(text))


def of_kind(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Make an array of texts, whole numbers or days, whichever the type says."""
    make: dict[pa.DataType, Callable[[Sequence[Any]], pa.Array]] = {
        pa.string(): texts,
        pa.int64(): numbers,
        pa.date32(): days,
    }
    return make[kind](values)


def numbers_of(values: NDArray[np.integer[Any]]) -> pa.Array:
    """Make an array of 64-bit numbers of what numpy has."""
    wide = values.astype(np.int64, copy=False)
    return pa.Array.from_buffers(pa.int64(), len(wide), [None, pa.py_buffer(wide)])


def _validity(values: Sequence[object]) -> tuple[pa.Buffer | None, int]:
    if None not in values:
        return None, 0
    known = np.array([value is not None for value in values], np.bool_)
    return pa.py_buffer(np.packbits(known, bitorder="little")), len(known) - int(known.sum())
