"""Identity numbers as lists write them: CCCD of 12 digits, CMND of 9, and what a spreadsheet does to them."""

import csv
import functools
import re
from importlib import resources

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import Column, Fault, faults_where, is_blank, read_distinct
from payouts.core.money import UnreadableError

_CCCD, _CMND = 12, 9
_MOST_ZEROS = 2  # a province code is 001 to 096: one or two zeros at the front get lost
_DAMAGED = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE]\+?[0-9]+")
_NUMBER = re.compile(r"(?<![0-9])(?:[0-9]{12}|[0-9]{9})(?![0-9])")
_PAYEE_END = re.compile(r"[,;(]|(?<![^\W_])[0-9]{9}")
_BLANKS = str.maketrans("", "", " .-")


@functools.cache
def _provinces() -> frozenset[str]:
    text = (resources.files("payouts.core") / "data" / "cccd_province_codes.csv").read_text(encoding="utf-8")
    return frozenset(row["code"] for row in csv.DictReader(text.splitlines()))


def read_citizen_ids(column: pa.Array, field: str) -> tuple[Column, list[Fault]]:
    """Read identity numbers: the numbers with their faults, and warnings about numbers that are kept.

    A number of 10 or 11 digits that lost its zeros is mended where its province code exists, and told; 9
    digits are a CMND, and told; what a spreadsheet turned into 1.09E+09, and all else, is a fault.
    """
    if is_blank(column):
        return Column(column, []), []
    size = pc.binary_length(column)
    regular = pc.and_(pc.ascii_is_decimal(column), pc.equal(size, arrays.one(_CCCD)))
    odd = pc.and_not(pc.invert(regular), arrays.is_text(column, ""))
    if not pc.any(odd).as_py():
        return Column(column, []), []
    mended = read_distinct(pc.if_else(odd, column, arrays.one("")), field, _mend, pa.string())
    values = pc.if_else(odd, mended.values, column)
    old = pc.and_(odd, pc.equal(pc.binary_length(values), arrays.one(_CMND)))
    zeros = pc.and_(pc.and_not(odd, old), pc.less(size, arrays.one(_CCCD)))
    told = faults_where(pc.and_(old, pc.is_valid(values)), column, field, "citizen_id_old")
    told += faults_where(pc.and_(zeros, pc.is_valid(values)), column, field, "citizen_id_zeros")
    return Column(values, mended.faults), told


def _mend(text: str) -> str:
    if not text:
        return ""
    digits = text.translate(_BLANKS)
    if not (digits.isascii() and digits.isdigit()):
        raise UnreadableError("citizen_id_damaged" if _DAMAGED.fullmatch(text) else "citizen_id_wrong")
    whole = digits.zfill(_CCCD)
    if len(digits) in {_CMND, _CCCD}:
        return digits
    if len(digits) >= _CCCD - _MOST_ZEROS and len(digits) < _CCCD and whole[:3] in _provinces():
        return whole
    raise UnreadableError("citizen_id_wrong")


def split_payees(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Split cells with name, number and relation of a payee: the names, and the numbers of 9 or 12 digits."""
    if is_blank(column):
        return column, column
    names = read_distinct(column, "payee_name", _payee_name, pa.string()).values
    numbers = read_distinct(column, "payee_name", _payee_number, pa.string()).values
    return names, numbers


def _payee_name(text: str) -> str:
    return _PAYEE_END.split(text, maxsplit=1)[0].strip()


def _payee_number(text: str) -> str:
    found = _NUMBER.findall(text)
    return found[0] if len(found) == 1 else ""


@functools.cache
def _births() -> tuple[pa.Array, pa.Array]:
    """Give, by the fourth to sixth digit of an identity number, the year of birth and the sex."""
    text = (resources.files("payouts.core") / "data" / "cccd_century_gender.csv").read_text(encoding="utf-8")
    rows = sorted(csv.DictReader(text.splitlines()), key=lambda row: row["digit"])
    years = [int(row["century_from"]) + year for row in rows for year in range(100)]
    return arrays.numbers(years), arrays.texts([row["gender"] for row in rows for _ in range(100)])


def doubts(column: pa.Array, years: pa.Array, sexes: pa.Array | None) -> list[Fault]:
    """Hold identity numbers against province codes, and against the births and sexes beside them.

    Args:
        column: identity numbers as they are kept
        years: of birth, null where not known
        sexes: male or female, null where not known; None where the list says nothing of them

    Returns:
        warnings, of numbers of 12 digits alone
    """
    whole = pc.equal(pc.binary_length(column), arrays.one(_CCCD))
    if not pc.any(whole).as_py():
        return []
    ids = pc.if_else(pc.fill_null(whole, fill_value=False), column, arrays.one("001000000000"))
    provinces = pc.utf8_slice_codeunits(ids, 0, 3)
    strange = pc.and_(whole, pc.invert(pc.is_in(provinces, value_set=arrays.texts(sorted(_provinces())))))
    found = faults_where(strange, column, "citizen_id", "citizen_id_province")
    digits = pc.utf8_slice_codeunits(ids, 3, 6).cast(pa.int64())
    births, genders = _births()
    born = births.take(digits)
    other = pc.and_(whole, pc.not_equal(born, years))
    found += faults_where(other, column, "citizen_id", "citizen_id_birth")
    if sexes is not None:
        other = pc.and_(whole, pc.not_equal(genders.take(digits), sexes))
        found += faults_where(other, column, "citizen_id", "citizen_id_sex")
    return found
