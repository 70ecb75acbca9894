"""How accounts, references, banks, ids, names and texts are folded before they are compared: one definition.

Every function takes and returns Arrow columns of text (null means not known, and so does the empty text)
and never raises for odd content. The SQL of the steps sees only what is made here.
"""

import csv
import functools
import itertools
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

TextColumn = Any  # a pa.ChunkedArray of text; pyarrow ships no types
BankNames = Mapping[str, str] | None

NO_REFERENCE = ("NOTPROVIDED", "NOT PROVIDED", "NONREF", "NONE", "N/A")
_CITAD_LENGTH = 8  # two digits of the province, three of the bank, three of the branch
_SWIFT_LENGTHS = (8, 11)


def known(column: TextColumn) -> TextColumn:
    """Make null empty."""
    return pc.fill_null(column, "") if column.null_count else column


def composed(column: TextColumn) -> TextColumn:
    """Join marks to their letters (NFC), so that a word is one run of letters; null becomes empty."""
    column = known(column)
    return column if _is_ascii(column) else pc.utf8_normalize(column, form="NFC")


def fold_text(column: TextColumn) -> TextColumn:
    """Trim and upper-case; null becomes empty."""
    column = known(column)
    return _unless_same(column, pc.utf8_upper(pc.utf8_trim_whitespace(column)))


def fold_reference(column: TextColumn) -> TextColumn:
    """Fold references: trimmed, case folded, the usual words for "none" emptied."""
    folded = fold_text(column)
    none = pc.is_in(folded, pa.array(NO_REFERENCE))
    return pc.if_else(none, "", folded) if pc.any(none).as_py() else folded


def fold_account(column: TextColumn) -> TextColumn:
    """Fold account numbers: no spaces, dots and dashes, zeros kept, a masked number emptied."""
    folded = fold_text(column)
    if not _all(pc.ascii_is_decimal, folded):
        folded = pc.replace_substring_regex(folded, r"[\s.\-]+", "")
        folded = pc.if_else(pc.match_substring_regex(folded, r"\*|•|X{3,}"), "", folded)
    return folded


def without_leading_zeros(column: TextColumn) -> TextColumn:
    """Drop the zeros that spreadsheets lose."""
    return _unless_same(column, pc.utf8_ltrim(column, characters="0"))


def fold_citizen_id(column: TextColumn) -> TextColumn:
    """Fold identity numbers: bare; 10 or 11 digits get back the zeros that a CCCD lost in a spreadsheet."""
    folded = fold_text(column)
    if not _all(pc.ascii_is_alnum, folded):
        folded = pc.replace_substring_regex(folded, r"[\s.\-]+", "")
    sized = pc.is_in(pc.binary_length(folded), pa.array([10, 11], pa.int32()))
    if pc.any(sized).as_py():
        lost = pc.and_(sized, pc.ascii_is_decimal(folded))
        folded = pc.if_else(lost, pc.utf8_lpad(folded, 12, padding="0"), folded)
    return folded


def fold_name(column: TextColumn) -> TextColumn:
    """Fold names to words: marks off (đ to d), upper case, punctuation dropped, stars of a mask kept."""
    return _once_each(column, _fold_names)


def _fold_names(text: TextColumn) -> TextColumn:
    if not _is_ascii(text):
        text = pc.replace_substring_regex(pc.utf8_normalize(text, form="NFD"), r"\p{Mn}+", "")
        text = pc.replace_substring_regex(text, "[đĐðÐ]", "D")
    text = pc.utf8_upper(text)
    if pc.any(pc.match_substring_regex(text, r"[^A-Z0-9* ]|  |^ | $")).as_py():
        text = pc.replace_substring_regex(text, r"[^\p{L}\p{N}*\s]+", "")
        text = pc.utf8_trim_whitespace(pc.replace_substring_regex(text, r"\s+", " "))
    return text


def fold_bank(column: TextColumn, banks: BankNames = None) -> TextColumn:
    """Fold the names of banks to their one code, as bank_code does."""
    return _once_each(
        column, lambda names: pa.array([bank_code(n, banks) for n in names.to_pylist()], pa.string())
    )


def bank_code(name: str, banks: BankNames = None) -> str:
    """Give the one code of a bank; of an unknown one its name, trimmed and in capitals.

    Args:
        name: as it stands in a list or file
        banks: name in capitals -> code; None: the banks of Vietnam by code, BIN, CITAD, SWIFT, short name
    """
    name = name.strip().upper()
    if banks is not None:
        return banks.get(name, name)
    known = _bank_codes()
    if name in known:
        return known[name]
    if name.isdigit() and len(name) == _CITAD_LENGTH and name[2:5] in known:
        return known[name[2:5]]
    if len(name) in _SWIFT_LENGTHS and name[:8] in known:
        return known[name[:8]]
    return name


@functools.cache
def _bank_codes() -> dict[str, str]:
    text = (resources.files("reconciliation") / "data" / "banks.csv").read_text(encoding="utf-8")
    known: dict[str, str] = {}
    for row in csv.DictReader(text.splitlines()):
        code = row["code"].strip().upper()
        names = (code, row["bin"], row["citad_bank3"], row["swift"], row["short_name"])
        renamed = row["renamed_to_short_unverified"]
        for name in itertools.chain(names, (renamed,)):
            if name.strip():
                known.setdefault(name.strip().upper(), code)
    return known


def _unless_same(column: TextColumn, folded: TextColumn) -> TextColumn:
    """Keep one copy of what folding did not change."""
    return column if pc.all(pc.equal(column, folded)).as_py() is not False else folded


def _once_each(column: TextColumn, fold: Callable[[pa.Array], pa.Array]) -> TextColumn:
    """Fold each distinct text once; null becomes empty."""
    encoded = pc.dictionary_encode(pc.fill_null(column, ""))
    chunks = encoded.unify_dictionaries().chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]
    return pa.chunked_array([fold(chunk.dictionary).take(chunk.indices) for chunk in chunks], pa.string())


def _all(kind: Callable[[TextColumn], Any], text: TextColumn) -> bool:
    """Say whether every text is empty or of one kind."""
    return pc.all(pc.or_(kind(text), pc.equal(pc.binary_length(text), 0))).as_py() is not False


def _is_ascii(text: TextColumn) -> bool:
    return pc.all(pc.equal(pc.binary_length(text), pc.utf8_length(text))).as_py() is not False
