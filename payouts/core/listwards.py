"""Finds the ward of today that each line of a list means, by its code or by the name beside or above it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.areas import Place, find_ward, ward_name
from payouts.core.columns import Column, is_blank, read_distinct
from payouts.core.controls import opens_with, unnumbered
from payouts.core.money import UnreadableError
from payouts.core.problems import Problem

KINDS = ("phường", "xã", "thị trấn")
_BETWEEN = "\x1f"  # stands in no cell: cleaned text has no control characters


@dataclass(slots=True)
class Wards:
    """The wards that one list names, and what has to be told of them.

    Attributes:
        of_before: whether the list is of the time before the wards of today
        former: what a list says of a ward of 2024 -> the first row with it, and how many lines have it
        headed: heading of a group -> the first row that took its ward from there
    """

    of_before: bool = False
    former: dict[str, tuple[int, int]] = field(default_factory=dict)
    headed: dict[str, int] = field(default_factory=dict)

    def read(self, codes: pa.Array, names: pa.Array, rows: pa.Array) -> Column:
        """Read wards as codes of today; null where a person must choose among several.

        Args:
            codes: 5 digits, or empty
            names: of the wards, of today or of 2024, or empty
            rows: the row number of each

        Returns:
            The codes; unknown wards are faults, former ones are told by `problems`.
        """
        if is_blank(codes) and is_blank(names):
            return Column(codes, [])
        pairs = pc.binary_join_element_wise(codes, names, arrays.one(_BETWEEN))
        old: set[str] = set()

        def one(pair: str) -> str | None:
            if pair == _BETWEEN:
                return None
            place = self._place(pair)
            if place.kind == "unknown":
                raise UnreadableError("area_unknown")
            if place.kind != "current":
                old.add(pair)
            return place.code

        read = read_distinct(pairs, "area_code", one, pa.string())
        for pair in old:
            found = pc.indices_nonzero(arrays.is_text(pairs, pair))
            first, count = self.former.get(pair, (rows[found[0].as_py()].as_py(), 0))
            self.former[pair] = (first, count + len(found))
        return Column(read.values, [fault._replace(value=_said(fault.value)) for fault in read.faults])

    def below(
        self, headings: Sequence[tuple[int, str]], codes: pa.Array, names: pa.Array, rows: pa.Array
    ) -> pa.Array:
        """Fill in the ward's name from the heading above, where a line gives neither code nor name.

        Args:
            headings: row number and text of the headings of groups, in their order
            codes: of the lines' wards
            names: of the lines' wards
            rows: the lines' row numbers
        """
        silent = pc.and_(arrays.is_text(codes, ""), arrays.is_text(names, ""))
        told = [(row, text) for row, said in headings if (text := ward_heading(said))]
        if not told or not pc.any(silent).as_py():
            return names
        above = np.searchsorted([row for row, _ in told], rows.to_numpy()) - 1
        wards = arrays.texts(["", *(text for _, text in told)]).take(arrays.numbers((above + 1).tolist()))
        filled = pc.if_else(silent, wards, names)
        for text in dict.fromkeys(text for _, text in told if text not in self.headed):
            first = pc.index(pc.if_else(silent, wards, arrays.one("")), arrays.one(text)).as_py()
            if first >= 0:
                self.headed[text] = rows[first].as_py()
        return filled

    def problems(self) -> Iterator[Problem]:
        """Tell each ward of 2024 once, with what it is today, and each heading that gave lines their ward."""
        for pair, (row, count) in sorted(self.former.items(), key=lambda told: told[1]):
            place = self._place(pair)
            values = {"value": f"{_said(pair)} → {_today(place)}", "count": str(count)}
            yield Problem(f"area_{place.kind}", row, "area_code", values)
        for text, row in self.headed.items():
            yield Problem("area_from_heading", row, "area_code", {"value": text})

    def _place(self, pair: str) -> Place:
        return find_ward(*pair.split(_BETWEEN), former=self.of_before)


def ward_heading(said: str) -> str:
    """Give the ward that a heading of a group names; empty where it names none."""
    text = unnumbered(said).strip().rstrip(":")
    return text if opens_with(text, KINDS) and find_ward("", text).kind != "unknown" else ""


def _said(pair: str) -> str:
    return pair.replace(_BETWEEN, " ").strip()


def _today(place: Place) -> str:
    codes = (place.code,) if place.code else place.candidates
    return " / ".join(ward_name(code) for code in codes) or "?"
