"""Reads fields 86 of many movements column by column, where they are laid out plainly; see mt940_details.

Text is the text of its lines. ?-fields are read in their usual order. Of /-fields a bank writes the same ones
in the same order over and over: each order is made an expression by the first field 86 that shows it.
"""

import functools
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from payouts.core import arrays
from payouts.settlements.formats.mt940_details import (
    PARTIES,
    SLASHED,
    TAGS,
    WORDS,
    Details,
    of_slashes,
)
from reconciliation.tables import TEXT

_MOST_ORDERS = 8  # of /-fields in a block; movements that show further ones are left to be read one by one
_FOUND = ("name", "account", "bank", "reference")

_STRUCTURED = r"^ ?[0-9]{3}[^\p{L}\p{N}_\s/:.,+'-][0-9]{2}"
_FIELDS = (
    r"^ ?[0-9]{3}\?00[^?]*(?:\?10[^?]*)?(?P<text>(?:\?2[0-9][^?]*)*)(?:\?30(?P<bank>[^?]*))?"
    r"(?:\?31(?P<account>[^?]*))?(?:\?32(?P<name>[^?]*))?(?:\?34[^?]*)?$"
)
_CODE = r"\?[0-9]{2}"
_TAGGED = rf"EREF\+(?P<value>.*?)(?:(?:{TAGS})\+|$)"
_SLASH = rf"/(?:{WORDS})/"
_FREE = "(?:[^/]|/[^A-Z/])*"  # a value in which no word can begin


@dataclass(slots=True)
class Told:
    """What fields 86 say, a row each: null where they do not say it.

    Attributes:
        text: never null
        good: whether a field could be read here
    """

    text: pa.Array
    name: pa.Array
    account: pa.Array
    bank: pa.Array
    reference: pa.Array
    good: NDArray[np.bool_]


def read_fields(fields: pa.Array, credit: NDArray[np.bool_]) -> Told:
    """Read fields 86.

    Args:
        fields: their lines, joined by a line feed; empty where a movement has none
        credit: of each, whether its movement brings money in
    """
    whole = pc.replace_substring(fields, "\n", "")
    structured = arrays.bools_of(pc.match_substring_regex(whole, _STRUCTURED))
    slashed = arrays.bools_of(pc.match_substring_regex(whole, _SLASH)) & ~structured
    parts = [_of_text(fields, np.flatnonzero(~structured & ~slashed))]
    if structured.any():
        parts.append(_of_subfields(whole, np.flatnonzero(structured)))
    if slashed.any():
        parts += _of_orders(fields, whole, np.flatnonzero(slashed), credit)
    return _told(parts, len(fields))


@dataclass(slots=True)
class _Part:
    """Some of the fields: which ones, and what they say."""

    places: NDArray[np.int64]
    columns: dict[str, pa.Array]


def _told(parts: list[_Part], size: int) -> Told:
    """Put parts together in the order of the fields."""
    places = np.concatenate([part.places for part in parts])
    at = np.full(size, -1)
    at[places] = np.arange(len(places))
    missing = at < 0
    nowhere = arrays.null(pa.int64())
    back = pc.if_else(arrays.flags(missing), nowhere, arrays.numbers_of(at))
    columns = {}
    for name in ("text", *_FOUND):
        pieces = [part.columns.get(name, pa.nulls(len(part.places), TEXT)) for part in parts]
        columns[name] = pa.concat_arrays(pieces).take(back)
    text = pc.coalesce(columns.pop("text"), arrays.one(""))
    return Told(text=text, good=~missing, **columns)


def _of_text(fields: pa.Array, places: NDArray[np.int64]) -> _Part:
    lines = pc.split_pattern(fields.take(arrays.numbers_of(places)), "\n")
    return _Part(places, {"text": unfolded(lines)})


def _of_subfields(whole: pa.Array, places: NDArray[np.int64]) -> _Part:
    """Read `020?00CHUYEN TIEN?20EREF+...?30bank?31account?32name`."""
    parts = pc.extract_regex(whole.take(arrays.numbers_of(places)), _FIELDS)
    text = pc.struct_field(parts, "text")
    joined = pc.replace_substring_regex(text, _CODE, "")
    once = pc.and_(parts.is_valid(), pc.less_equal(pc.count_substring(joined, "EREF+"), arrays.one(1)))
    good = arrays.bools_of(pc.fill_null(once, arrays.flags(np.zeros(1, np.bool_))[0]))
    mask = arrays.flags(good)
    parts, text, joined = parts.filter(mask), text.filter(mask), joined.filter(mask)
    values = pc.struct_field(pc.extract_regex(joined, _TAGGED), "value")
    columns = {
        "text": unfolded(pc.split_pattern_regex(text, _CODE)),
        "name": _clean(squeezed(pc.struct_field(parts, "name"))),
        "account": _clean(pc.struct_field(parts, "account")),
        "bank": _clean(pc.struct_field(parts, "bank")),
        "reference": _clean(values),
    }
    return _Part(places[good], columns)


def _of_orders(
    fields: pa.Array, whole: pa.Array, places: NDArray[np.int64], credit: NDArray[np.bool_]
) -> list[_Part]:
    """Read `/BENM//NAME/NGUYEN VAN AN/ACCT/0123456789/REMI/...`, one order of words after the other."""
    found: list[_Part] = []
    for _ in range(_MOST_ORDERS):
        if not len(places):
            break
        first = places[0]
        order = _order(tuple(SLASHED.findall(whole[first].as_py())), credit=bool(credit[first]))
        mine = credit[places] == credit[first]
        fits = mine & (places == first)
        if order is not None:
            parts = pc.extract_regex(whole.take(arrays.numbers_of(places)), order)
            fits = mine & arrays.bools_of(parts.is_valid())
            taken = parts.filter(arrays.flags(fits))
            names = [field.name for field in taken.type]
            columns = {name: _clean(pc.utf8_trim(pc.struct_field(taken, name), "/ ")) for name in names}
            columns["text"] = unfolded(pc.split_pattern(fields.take(arrays.numbers_of(places[fits])), "\n"))
            found.append(_Part(places[fits], columns))
        places = places[~(fits | (places == first))]
    return found


@functools.lru_cache(maxsize=64)
def _order(words: tuple[str, ...], *, credit: bool) -> str | None:
    """Make the expression of an order of words; None where its values take more than cutting.

    Which word says what is found by reading a field 86 whose values are their own places.
    """
    if "RTRN" in words:
        return None
    shown = "".join(f"/{word}/{'' if word in PARTIES else f'V{at}'}" for at, word in enumerate(words))
    said: Details = of_slashes(shown, credit=credit)
    whose = {getattr(said, name): name for name in _FOUND}
    values = []
    for at, word in enumerate(words):
        name = whose.get(f"V{at}")
        value = "" if word in PARTIES else _FREE
        if name == "reference":
            value = f"(?P<{name}>{_FREE})"
        elif name is not None:
            value = f"(?P<{name}>[^/,]*)(?:,[^/]*)?"
        values.append(f"/{word}/{value}")
    return f"^{_FREE}{''.join(values)}/?$"


def unfolded(lists: pa.Array) -> pa.Array:
    """Join the pieces of each list as mt940_details.unfold does."""
    flat = squeezed(pc.list_flatten(lists))
    row = arrays.ints_of(pc.list_parent_indices(lists))
    full = arrays.ints_of(pc.binary_length(flat)) > 0
    if not full.all():
        flat, row = flat.filter(arrays.flags(full)), row[full]
    texts = _joined(flat, row, len(lists))
    inner = np.flatnonzero(row[1:] == row[:-1])
    if not len(inner):
        return texts
    last, first = (
        _end_word(flat.take(arrays.numbers_of(inner)), -1),
        _end_word(flat.take(arrays.numbers_of(inner + 1)), 0),
    )
    cut = pc.binary_join_element_wise(last, first, arrays.one(""))
    broken = pc.and_(
        pc.utf8_is_alnum(pc.utf8_slice_codeunits(last, -1)),
        pc.utf8_is_alnum(pc.utf8_slice_codeunits(first, 0, 1)),
    )
    words = _joined(cut.filter(broken), row[inner][arrays.bools_of(broken)], len(lists))
    with_words = pc.binary_join_element_wise(texts, words, arrays.one(" "))
    return pc.if_else(arrays.is_text(words, ""), texts, with_words)


def _end_word(texts: pa.Array, at: Literal[0, -1]) -> pa.Array:
    """Give the first word of each text, or the last."""
    words = pc.split_pattern(texts, " ", max_splits=1, reverse=at == -1)
    ends = arrays.ints_of(words.offsets)
    return pc.list_flatten(words).take(arrays.numbers_of(ends[:-1] if at == 0 else ends[1:] - 1))


def _joined(flat: pa.Array, row: NDArray[np.int64], size: int) -> pa.Array:
    """Join texts of the same row by a blank; `row` ascends."""
    offsets = np.zeros(size + 1, np.int32)
    np.cumsum(np.bincount(row, minlength=size), out=offsets[1:])
    ends = pa.Array.from_buffers(pa.int32(), size + 1, [None, pa.py_buffer(offsets)])
    return pc.binary_join(pa.ListArray.from_arrays(ends, flat), arrays.one(" "))


def squeezed(column: pa.Array) -> pa.Array:
    """Leave one blank where there are several, and none at the ends."""
    trimmed = pc.utf8_trim(column, " ")
    several = pc.any(pc.match_substring(trimmed, "  ")).as_py()
    return pc.replace_substring_regex(trimmed, " +", " ") if several else trimmed


def _clean(column: pa.Array) -> pa.Array:
    """Trim; what is empty then is null."""
    trimmed = pc.utf8_trim(column, " ")
    return pc.if_else(arrays.is_text(trimmed, ""), arrays.null(TEXT), trimmed)
