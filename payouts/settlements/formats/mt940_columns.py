"""Reads the movements of an MT940 that are plainly regular, many at once and column by column.

What is taken here is read as mt940_movement reads it, which a test holds one against the other; what is not
is left to it. Two things make it fast: expressions that Arrow runs over whole columns, and that of what
repeats (dates, banks) each distinct text is read once.
"""

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from payouts.core import arrays
from payouts.settlements.formats.base import LINES
from payouts.settlements.formats.mt940_fields import read_fields
from payouts.settlements.formats.mt940_movement import read_movement
from payouts.settlements.formats.standard import NO_REFERENCE, bank_known_as, decimals, reason_in
from reconciliation.tables import MONEY, TEXT

LONGEST_PIECE = 1_500  # bytes of a movement with its details; no text made of it is longer than is kept
_MOST_LINES = 20  # of a movement; more is odd
_MOST_DIGITS = 13  # of an amount in the smallest unit: sums of all that a block holds stay below 2^63

_HEAD = r"[0-9]{6}(?:[0-9]{4}|    )?R?[CD][A-Z]?"
_KIND = r"[A-Z][A-Z0-9 ]{3}"
_PARTS = rf"^:61:(?P<head>{_HEAD})(?P<amount>[0-9]+,[0-9]*){_KIND}"
_TWO_REFERENCES = "(?P<customer>[^/]*)//(?P<bank_ref>.*)$"
_ONE_REFERENCE = "(?P<customer>[^/ ]*)(?P<bank_ref>)$"
_ABSENT = {
    name: LINES.field(name).type for name in ("branch", "citizen_id", "reason_text", "fee", "original_ref")
}


@dataclass(slots=True)
class Regular:
    """The regular ones among pieces of text, each a movement; those that `take` was told of become lines.

    Attributes:
        currency: of their amounts
        places: which pieces they are, ascending
        columns: their values, by the names of LINES; line and statement are for the caller to say
        credit: whether they bring money in
        detailed: whether they have a field 86
    """

    currency: str
    places: NDArray[np.int64]
    columns: dict[str, pa.Array]
    credit: NDArray[np.bool_]
    detailed: NDArray[np.bool_]
    _line: NDArray[np.int64] = field(init=False)
    _statement: NDArray[np.int64] = field(init=False)
    _sums: dict[bool, NDArray[np.int64]] = field(init=False)
    _counts: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        size = len(self.places)
        self._line, self._statement = np.zeros(size, np.int64), np.zeros(size, np.int64)
        units = arrays.ints_of(self.columns["amount"])
        self._sums = {side: _running(np.where(self.credit == side, units, 0)) for side in (True, False)}
        self._counts = _running(self.credit)

    def runs(self) -> Iterator[tuple[int, int]]:
        """Yield where movements stand one behind the other: the first of them, and the one after the last."""
        breaks = np.flatnonzero(np.diff(self.places) > 1) + 1
        starts = [0, *breaks.tolist()] if len(self.places) else []
        return pairwise([*starts, len(self.places)])

    def take(self, start: int, stop: int, line: int, statement: int) -> None:
        """Number movements that are lines of a statement."""
        self._line[start:stop] = np.arange(line, line + stop - start)
        self._statement[start:stop] = statement

    def moved(self, start: int, stop: int, *, credit: bool) -> tuple[int, Decimal]:
        """Count the movements of one direction, and add them up."""
        brought_in = int(self._counts[stop] - self._counts[start])
        sums = self._sums[credit]
        amount = Decimal(int(sums[stop] - sums[start])).scaleb(-decimals(self.currency))
        return brought_in if credit else stop - start - brought_in, amount

    def batch(self) -> pa.RecordBatch:
        """Give the lines that were taken."""
        columns = self.columns | {
            "line": arrays.numbers_of(self._line),
            "statement": arrays.numbers_of(self._statement),
        }
        lines = pa.record_batch([columns[name] for name in LINES.names], schema=LINES)
        taken = self._line > 0
        return lines if taken.all() else lines.filter(arrays.flags(taken))


def read_regular(pieces: list[str], currency: str) -> Regular:
    """Read what is regular among movements.

    Args:
        pieces: a movement each, with all lines up to the next one; other pieces are not regular
        currency: of their amounts
    """
    texts = _texts(pieces)
    places = np.flatnonzero(arrays.bools_of(_plain(pieces, texts, currency)))
    movement, details, detailed = _fields(texts.take(arrays.numbers_of(places)))
    parts = _parts(movement)
    if parts.null_count:
        known = parts.is_valid()
        parts, details = parts.filter(known), details.filter(known)
        places, detailed = places[arrays.bools_of(known)], detailed[arrays.bools_of(known)]
    head, amount, customer, bank_ref = (
        pc.struct_field(parts, name) for name in ("head", "amount", "customer", "bank_ref")
    )
    booked_on, status, credit, known = _heads(head)
    told = read_fields(details, credit)
    good = known & told.good
    text = _or_null(told.text)
    columns = {
        "bank_code": _distinct(told.bank, bank_known_as),
        "bank_ref": _reference(bank_ref),
        "end_to_end_id": pc.coalesce(_reference(customer), _reference(told.reference)),
        "account_no": told.account,
        "account_name": told.name,
        "amount": _units(amount, currency),
        "currency": arrays.repeated(currency, len(places)),
        "booked_on": booked_on,
        "status": status,
        "reason_code": _reasons(text, credit & good),
        "remittance_info": text,
    }
    absent = {name: pa.nulls(len(places), kind) for name, kind in _ABSENT.items()}
    mask = arrays.flags(good)
    kept = {name: column.filter(mask) for name, column in (columns | absent).items()}
    return Regular(currency, places[good], kept, credit[good], detailed[good])


def in_order(*batches: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """Yield the lines of batches as one, by their numbers."""
    full = [batch for batch in batches if batch.num_rows]
    if len(full) > 1:
        lines = pa.concat_batches(full)
        full = [lines.take(pc.sort_indices(lines["line"]))]
    yield from full


def _texts(pieces: list[str]) -> pa.Array:
    try:
        return arrays.texts(pieces)
    except UnicodeEncodeError:  # bytes that are no UTF-8
        return arrays.texts([""] * len(pieces))


def _plain(pieces: list[str], texts: pa.Array, currency: str) -> pa.Array:
    """Say which texts are movements that may be regular."""
    form = _form(currency, ascii_only=all(map(str.isascii, pieces)))
    plain = pc.and_(
        pc.match_substring_regex(texts, form), pc.less(pc.binary_length(texts), arrays.one(LONGEST_PIECE))
    )
    if any("/CHGS/" in piece or piece.count("\n") >= _MOST_LINES for piece in pieces):
        short = pc.less(pc.count_substring(texts, "\n"), arrays.one(_MOST_LINES))
        return pc.and_(plain, pc.and_not(short, pc.match_substring(texts, "/CHGS/")))
    return plain


@functools.cache
def _form(currency: str, *, ascii_only: bool) -> str:
    """Give the expression of a regular movement.

    Its characters are visible ASCII, letters and marks (which cost time where there are none): so nothing but
    a space is white, and nothing is a control. A line of field 86 has something visible, and does not begin
    as a field or the end of a message does.
    """
    letters, marks = ("", "") if ascii_only else (r"\p{L}", r"\p{M}")
    line, visible, begin = f"[ -~{letters}{marks}]*", f"[!-~{letters}]", f"[!-,.-9;-~{letters}]"
    places = decimals(currency)
    digits = rf"[0-9]{{1,{_MOST_DIGITS - places}}},[0-9]{{0,{places}}}0*"
    details = rf"\n:86: *{visible}{line}(?:\n(?: +{visible}|{begin}){line})*"
    return rf"^:61:{_HEAD}{digits}{_KIND}{line}(?:{details})?$"


def _fields(texts: pa.Array) -> tuple[pa.Array, pa.Array, NDArray[np.bool_]]:
    """Cut movements into their fields 61 and 86, and say which have the latter."""
    lists = pc.split_pattern(texts, "\n:86:", max_splits=1)
    starts, parts = arrays.ints_of(lists.offsets), pc.list_flatten(lists)
    detailed: NDArray[np.bool_] = np.diff(starts) > 1
    first, last = parts.take(arrays.numbers_of(starts[:-1])), parts.take(arrays.numbers_of(starts[1:] - 1))
    return first, pc.if_else(arrays.flags(detailed), last, arrays.one("")), detailed


def _parts(movements: pa.Array) -> pa.Array:
    """Cut fields 61 into their parts; into none (null) where it is not plain which reference is whose."""
    parts = pc.extract_regex(movements, f"{_PARTS}{_TWO_REFERENCES}")
    if not parts.null_count:
        return parts
    alone = pc.extract_regex(movements, f"{_PARTS}{_ONE_REFERENCE}")
    return pc.if_else(parts.is_valid(), parts, alone)


def _heads(column: pa.Array) -> tuple[pa.Array, pa.Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Read dates and mark: the day, the status, whether money comes in, and whether there is such a day."""
    coded = column.dictionary_encode()
    found = [text and read_movement(f"{text}1,NTRF") for text in coded.dictionary.to_pylist()]
    place = arrays.ints_of(coded.indices)
    days = arrays.days([movement and movement.booked_on for movement in found]).take(coded.indices)
    status = arrays.texts([movement and movement.status for movement in found]).take(coded.indices)
    credit = np.array([movement is not None and movement.credit for movement in found], np.bool_)[place]
    return days, status, credit, arrays.bools_of(days.is_valid())


def _units(amounts: pa.Array, currency: str) -> pa.Array:
    """Count amounts, whose form is known to be right, in the currency's smallest unit."""
    places = decimals(currency)
    parts = pc.list_flatten(pc.split_pattern(amounts, ","))
    whole, fraction = (parts.take(arrays.numbers_of(np.arange(at, len(parts), 2))) for at in (0, 1))
    if places:
        shown = pc.utf8_rpad(pc.utf8_slice_codeunits(fraction, 0, places), places, "0")
        whole = pc.binary_join_element_wise(whole, shown, arrays.one(""))
    return whole.cast(MONEY)


def _reference(column: pa.Array) -> pa.Array:
    """Make the words for "there is none" null; see standard.reference."""
    trimmed = pc.utf8_trim_whitespace(column)
    none = pc.is_in(pc.utf8_upper(trimmed), value_set=arrays.texts(sorted(NO_REFERENCE)))
    return pc.if_else(none, arrays.null(TEXT), trimmed)


def _reasons(texts: pa.Array, returned: NDArray[np.bool_]) -> pa.Array:
    """Find the reason that the text of a return tells."""
    if not returned.any():
        return pa.nulls(len(texts), TEXT)
    told = pc.if_else(arrays.flags(returned), texts, arrays.null(TEXT))
    return _distinct(told, reason_in)


def _distinct(column: pa.Array, read: Callable[[str], str | None]) -> pa.Array:
    """Read each distinct text once; null stays null."""
    coded = column.dictionary_encode()
    return arrays.texts([read(text) for text in coded.dictionary.to_pylist()]).take(coded.indices)


def _or_null(column: pa.Array) -> pa.Array:
    return pc.if_else(arrays.is_text(column, ""), arrays.null(TEXT), column)


def _running(values: NDArray[Any]) -> NDArray[np.int64]:
    """Give the sum of the first none, one, two, ... of them."""
    sums = np.zeros(len(values) + 1, np.int64)
    np.cumsum(values, out=sums[1:])
    return sums
