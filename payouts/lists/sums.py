"""Holds the sums that a list states, of groups and of the whole, against its lines."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from payouts.core.problems import Problem

_MOST_LEVELS = 3  # of subtotals within subtotals, where no row tells the whole
_CODES = {
    "sum": ("control_sum_differs", "subtotal_differs"),
    "count": ("control_count_differs", "subtotal_count_differs"),
}
_LOW = np.int64(0xFFFF_FFFF)


@dataclass(slots=True)
class Sums:
    """The lines and the rows of sums of one list, over all its sheets.

    Attributes:
        told: row number of each row of sums, and what it tells: `sum` and `count`, each only if it does
        borders: row numbers at which a group may begin: headings and starts of sheets
    """

    told: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    borders: list[int] = field(default_factory=list)
    _rows: list[NDArray[np.int64]] = field(default_factory=list)
    _amounts: list[NDArray[np.int64]] = field(default_factory=list)

    def count(self, rows: pa.Array, amounts: pa.Array) -> None:
        """Take in the lines of a block; an amount that could not be read counts nothing."""
        self._rows.append(rows.to_numpy())
        self._amounts.append(amounts.fill_null(0).to_numpy())

    def problems(self) -> Iterator[Problem]:
        """Say which sums are not those of the lines.

        The whole must be told by one row, or by all rows together, level by level. A row of sums tells of the
        lines up to it from some border, or of those below it up to some border; a border is a row of sums, a
        heading, or the start or end of a sheet.
        """
        if not self.told:
            return
        places = sorted({0, *self.borders, *(row for row, _ in self.told)})
        for name, (whole, group) in _CODES.items():
            rows = [(row, said[name]) for row, said in self.told if name in said]
            if not rows:
                continue
            before = self._before(places, name)
            total = self._total(name)
            wrong = not _covers([value for _, value in rows], total)
            if wrong:
                row, value = rows[-1]
                yield Problem(whole, row, None, {"value": str(value), "actual": str(total)})
            known = {*before.values(), total}
            for row, value in rows[:-1] if wrong else rows:
                at = before[row]
                if at - value not in known and at + value not in known:
                    start = max((place for place in places if place < row), default=0)
                    values = {"value": str(value), "actual": str(at - before[start])}
                    yield Problem(group, row, None, values)

    def _total(self, name: str) -> int:
        if name == "count":
            return sum(len(rows) for rows in self._rows)
        return sum(_exact(amounts) for amounts in self._amounts)

    def _before(self, places: Sequence[int], name: str) -> dict[int, int]:
        """Add up what stands before each of some rows."""
        rows = np.concatenate(self._rows) if self._rows else np.zeros(0, np.int64)
        ends = np.searchsorted(rows, places)
        if name == "count":
            return dict(zip(places, ends.tolist(), strict=True))
        amounts = np.concatenate(self._amounts) if self._amounts else np.zeros(0, np.int64)
        found, so_far, last = {}, 0, 0
        for place, end in zip(places, ends.tolist(), strict=True):
            so_far += _exact(amounts[last:end])
            found[place], last = so_far, end
        return found


def _covers(values: Sequence[int], total: int) -> bool:
    return total in values or sum(values) in {total * levels for levels in range(1, _MOST_LEVELS + 1)}


def _exact(amounts: NDArray[np.int64]) -> int:
    """Add without overflow: the halves of each number apart."""
    return (int((amounts >> 32).sum()) << 32) + int((amounts & _LOW).sum())
