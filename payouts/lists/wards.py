"""Finds the ward of today that each line of a list means, by its code or by the name beside it."""

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.areas import Place, find_ward, ward_name
from payouts.core.columns import Column, is_blank, read_distinct
from payouts.core.faults import told_once
from payouts.core.money import UnreadableError

_BETWEEN = "\x1f"  # stands in no cell: cleaned text has no control characters


def read_wards(codes: pa.Array, names: pa.Array, told: set[tuple[str, str]]) -> Column:
    """Read wards as codes of today; null where a person must choose among several.

    Args:
        codes: 5 digits, or empty
        names: of the wards, of today or of 2024, or empty
        told: what was told once of the file; grows

    Returns:
        The codes; unknown wards are faults, and each ward of 2024 is told once.
    """
    if is_blank(codes) and is_blank(names):
        return Column(codes, [])
    pairs = pc.binary_join_element_wise(codes, names, arrays.one(_BETWEEN))
    old: dict[str, Place] = {}

    def one(pair: str) -> str | None:
        if pair == _BETWEEN:
            return None
        place = find_ward(*pair.split(_BETWEEN))
        if place.kind == "unknown":
            raise UnreadableError("area_unknown")
        if place.kind != "current":
            old[pair] = place
        return place.code

    read = read_distinct(pairs, "area_code", one, pa.string())
    faults = [fault._replace(value=_said(fault.value)) for fault in read.faults]
    for kind in ("mapped", "split"):
        found = {pair for pair, place in old.items() if place.kind == kind}
        faults += [
            fault._replace(value=f"{_said(fault.value)} → {_today(old[fault.value])}")
            for fault in told_once(pairs, "area_code", f"area_{kind}", found, told)
        ]
    return Column(read.values, faults)


def _said(pair: str) -> str:
    return pair.replace(_BETWEEN, " ").strip()


def _today(place: Place) -> str:
    codes = (place.code,) if place.code else place.candidates
    return " / ".join(ward_name(code) for code in codes) or "?"
