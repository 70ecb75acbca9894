"""Writes the hamlet of a person in one way, and finds it in the heading above where a line names none."""

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import Column, read_distinct
from payouts.core.controls import unnumbered
from payouts.core.listwards import ward_heading
from payouts.core.words import without_marks

# A kind of hamlet as it is written here, and further ways in which lists write it.
_KINDS = {
    "Tổ dân phố": ("tổ", "tdp"),
    "Khu dân cư": ("kdc",),
    "Cụm dân cư": ("cdc",),
    "Khu phố": ("kp",),
    "Thôn": (),
    "Xóm": (),
    "Làng": (),
    "Bản": (),
    "Ấp": (),
}
_WORDS = {
    said: kind
    for kind, more in _KINDS.items()
    for word in (kind.casefold(), *more)
    for said in (word, without_marks(word))
}
_NAMED = re.compile(
    rf"(?P<kind>{'|'.join(sorted(_WORDS, key=len, reverse=True))})\b\W*(?:s[ốo]\b)?\W*0*(?=\w)",
    re.IGNORECASE,
)


def tidy_hamlet(text: str) -> str:
    """Write a hamlet as those of all lists are written: `TDP số 03` and `tổ 3` are both `Tổ dân phố 3`.

    Args:
        text: what a list or a person says, composed (NFC); what begins with no kind of hamlet stays as it is
    """
    said = " ".join(text.split())
    found = _NAMED.match(said)
    if found is None:
        return said
    name = said[found.end() :]
    return f"{_WORDS[found['kind'].casefold()]} {name.title() if name.isupper() else name}"


def read_hamlets(column: pa.Array, headings: Sequence[tuple[int, str]], rows: pa.Array) -> Column:
    """Read hamlets, null where none is told; a line that names none is of the one in the heading above it.

    Args:
        column: of the lines
        headings: row number and text of the headings of groups, in their order
        rows: the lines' row numbers
    """
    told = [(row, text) for row, said in headings if (text := _heading(said)) is not None]
    if any(text for _, text in told):
        above = np.searchsorted([row for row, _ in told], arrays.ints_of(rows))
        named = arrays.texts(["", *(text for _, text in told)]).take(arrays.numbers_of(above))
        column = pc.if_else(arrays.is_text(column, ""), named, column)
    return read_distinct(column, "hamlet", lambda text: tidy_hamlet(text) or None, pa.string())


def _heading(said: str) -> str | None:
    """Give the hamlet that the heading of a group names, empty where it is a ward; None: it is neither."""
    text = unnumbered(said).strip().rstrip(":")
    if _NAMED.match(text):
        return text
    return "" if ward_heading(said) else None
