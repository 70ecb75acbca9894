"""Reads whole text columns as money, days, months, words and clean text; Python looks only at what is odd.

Columns are Arrow arrays of text without nulls, as `core.tabular` gives them: an empty cell is an empty text.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.money import DecimalMark, UnreadableError, parse_money
from payouts.core.values import EARLIEST, LATEST, DayOrder, parse_date, parse_month, parse_text
from payouts.core.words import folded

_SURE_DIGITS = 18  # every number of so many digits is below 2^63

# Printable ASCII, and the letters of Vietnamese (U+00C0..U+01BF, U+1E80..U+1EFF) as UTF-8 bytes: composed,
# visible, and the same after NFC.
_PLAIN_BYTES = bytes([*range(0x20, 0x7F), *range(0x80, 0xC0), *range(0xC3, 0xC7), 0xE1])
_OTHER_E1 = re.compile(rb"\xe1[^\xba\xbb]")
_PLAIN_TEXT = r"^[ -~\x{C0}-\x{1BF}\x{1E80}-\x{1EFF}]*$"
_DAMAGED = r"^[0-9]+(?:[.,][0-9]+)?E\+[0-9]+$"


class Fault(NamedTuple):
    """One cell that could not be read, or is worth a warning."""

    at: int
    field: str
    code: str
    value: str


class Column(NamedTuple):
    """What was read: a value for each cell, null where it was empty or unreadable, and what was wrong."""

    values: pa.Array
    faults: list[Fault]


def is_blank(column: pa.Array) -> bool:
    """Say whether every cell is empty."""
    return not len(column) or pc.max(pc.binary_length(column)).as_py() == 0


def read_distinct(column: pa.Array, field: str, read: Callable[[str], object], kind: pa.DataType) -> Column:
    """Read each distinct text once with a Python function.

    Args:
        column: texts
        field: what the column is called in faults
        read: gives the value of a text (None: not known), or raises UnreadableError
        kind: the Arrow type of what `read` gives
    """
    if is_blank(column):
        return Column(pa.nulls(len(column), kind), [])
    encoded = column.dictionary_encode()
    values: list[object] = []
    bad: dict[int, tuple[str, str]] = {}
    for number, text in enumerate(encoded.dictionary.to_pylist()):
        try:
            values.append(read(text))
        except UnreadableError as error:
            values.append(None)
            bad[number] = (error.code, text)
    taken = arrays.of_kind(values, kind).take(encoded.indices)
    if not bad:
        return Column(taken, [])
    places = encoded.indices.cast(pa.int64())
    wrong = pc.indices_nonzero(pc.is_in(places, value_set=arrays.numbers(list(bad))))
    numbers = encoded.indices.take(wrong).to_pylist()
    return Column(
        taken, [Fault(at, field, *bad[number]) for at, number in zip(wrong.to_pylist(), numbers, strict=True)]
    )


def merge_where(odd: pa.Array, values: pa.Array, rest: Column) -> Column:
    """Put what was read of the cells where `odd` is true in between the values of the others."""
    places = pc.indices_nonzero(odd).to_pylist()
    merged = pc.replace_with_mask(values, odd, rest.values)
    return Column(merged, [fault._replace(at=places[fault.at]) for fault in rest.faults])


def read_text(column: pa.Array, field: str) -> Column:
    """Trim, compose (NFC) and clean texts; control characters and lone surrogates are faults."""
    if is_blank(column):
        return Column(column, [])
    if all_plain(column):
        return Column(pc.ascii_trim_whitespace(column), [])
    odd = pc.invert(pc.match_substring_regex(column, _PLAIN_TEXT))
    rest = read_distinct(column.filter(odd), field, parse_text, pa.string())
    return merge_where(odd, pc.ascii_trim_whitespace(column), rest)


def all_plain(column: pa.Array) -> bool:
    """Say whether all texts are printable ASCII and composed letters, so that nothing is to be cleaned."""
    offsets, data = column.buffers()[1:]
    if data is None:
        return True
    ends = memoryview(offsets).cast("i")
    used = bytes(memoryview(data)[ends[column.offset] : ends[column.offset + len(column)]])
    return not used.translate(None, _PLAIN_BYTES) and not _OTHER_E1.search(used)


def read_money(
    column: pa.Array, field: str, currency: str, *, signed: bool = False, decimal: DecimalMark = "either"
) -> Column:
    """Read amounts as counts of the currency's smallest unit; an empty cell is null.

    Args:
        column: trimmed texts
        field: what the column is called in faults
        currency: ISO 4217 code
        signed: whether a leading sign is allowed
        decimal: which mark is the decimal one, where the sender is known to use only one
    """
    if is_blank(column):
        return Column(pa.nulls(len(column), pa.int64()), [])
    scale = parse_money("1", currency)
    sure = pc.less_equal(pc.binary_length(column), arrays.one(_SURE_DIGITS if scale == 1 else 0))
    regular = pc.and_(pc.ascii_is_decimal(column), sure)
    if pc.all(regular).as_py():
        return Column(column.cast(pa.int64()), [])
    odd = pc.invert(regular)
    rest = read_distinct(
        column.filter(odd),
        field,
        lambda text: parse_money(text, currency, signed=signed, decimal=decimal) if text else None,
        pa.int64(),
    )
    return merge_where(odd, pc.if_else(regular, column, arrays.one("0")).cast(pa.int64()), rest)


def read_dates(column: pa.Array, field: str, order: DayOrder = "day_first") -> Column:
    """Read days, `2026-11-20` or `20/11/2026`; an empty cell is null."""

    def one(text: str) -> dt.date | None:
        return parse_date(text, order)

    if is_blank(column):
        return Column(pa.nulls(len(column), pa.date32()), [])
    try:
        days = pc.if_else(arrays.is_text(column, ""), arrays.null(pa.string()), column).cast(pa.date32())
        spread = pc.min_max(days).as_py()
    except (pa.ArrowInvalid, OverflowError, ValueError):
        return read_distinct(column, field, one, pa.date32())
    if all(isinstance(day, dt.date) and EARLIEST <= day <= LATEST for day in spread.values()):
        return Column(days, [])
    return read_distinct(column, field, one, pa.date32())


def read_months(column: pa.Array, field: str) -> Column:
    """Read months, `2026-11` or `11/2026`, as "2026-11"; an empty cell is null."""
    return read_distinct(column, field, parse_month, pa.string())


def read_words(column: pa.Array, field: str, table: Mapping[str, str], code: str) -> Column:
    """Translate words by a table; an empty cell is null.

    Args:
        column: texts
        field: what the column is called in faults
        table: folded word (`core.words.folded`) -> what it means
        code: the problem of a word that the table does not know
    """

    def look_up(text: str) -> str | None:
        if not text:
            return None
        try:
            return table[folded(text)]
        except KeyError:
            raise UnreadableError(code) from None

    return read_distinct(column, field, look_up, pa.string())


def faults_where(mask: pa.Array, column: pa.Array, field: str, code: str) -> list[Fault]:
    """Make a fault of every cell where the mask is true (null counts as false)."""
    if not pc.any(mask).as_py():
        return []
    places = pc.indices_nonzero(mask)
    texts = column.take(places).to_pylist()
    return [Fault(at, field, code, text or "") for at, text in zip(places.to_pylist(), texts, strict=True)]


def keep_others(size: int, dropped: Iterable[int]) -> pa.Array | None:
    """Give the mask of the rows to keep, or None where all are kept."""
    out = list(dropped)
    if not out:
        return None
    kept = np.ones(size, np.bool_)
    kept[out] = False
    return arrays.flags(kept)


def exact_sum(values: pa.Array) -> int:
    """Add whole numbers without overflow; nulls count nothing."""
    return int(pc.sum(values.cast(pa.decimal128(38, 0))).as_py() or 0)


def damaged(column: pa.Array) -> pa.Array | None:
    """Find numbers that a spreadsheet turned into 1.09E+09, with digits lost; None: there are none."""
    marked = pc.match_substring(column, "E+")
    if not pc.any(marked).as_py():
        return None
    return pc.and_(marked, pc.match_substring_regex(column, _DAMAGED))


def drop_damaged(column: pa.Array, field: str) -> Column:
    """Blank identifiers that a spreadsheet turned into 1.09E+09."""
    lost = damaged(column)
    if lost is None:
        return Column(column, [])
    faults = faults_where(lost, column, field, "number_damaged")
    return Column(pc.if_else(lost, arrays.one(""), column), faults)
