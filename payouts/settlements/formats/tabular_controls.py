"""Rows of a result file that are no lines: sums at its end, a header told again, and what stands below."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import exact_sum, keep_others
from payouts.core.money import UnreadableError, parse_money
from payouts.core.problems import Problem
from payouts.core.tabular import Block, Header
from payouts.core.words import folded
from payouts.settlements.profiles import Profile

_COUNT = re.compile(r"(?<![0-9.,])([0-9]{1,9})(?![0-9.,])")


@dataclass(slots=True)
class Controls:
    """The control rows of one file.

    Attributes:
        profile: says by which words a row of sums begins
        header: where the columns stand
        currency: of the sums
        summed: what the amounts of all lines add up to, in the currency's smallest unit
        trailer: row number of the last row of sums
        told: what it tells: `sum` and `count`, each only if it does
    """

    profile: Profile
    header: Header
    currency: str
    summed: int = 0
    trailer: int | None = None
    told: dict[str, int] = field(default_factory=dict)

    def count(self, amounts: pa.Array) -> None:
        """Add the amounts of a block of lines."""
        self.summed += exact_sum(amounts)

    def set_aside(self, block: Block) -> Block:
        """Take out of a block what is no line, and report rows that have too few cells to be one."""
        if not len(block.rows):
            return block
        at = self.header.columns.get("status", self.header.columns.get("debit", 0))
        key = block.cells.column(at)
        title = self.header.titles[at]
        odd = pc.or_(arrays.is_text(key, title), pc.is_in(block.rows, arrays.numbers(sorted(block.short))))
        if self.profile.trailer:
            odd = pc.or_(odd, arrays.is_text(pc.utf8_trim_whitespace(key), ""))
        places = pc.indices_nonzero(odd).to_pylist()
        if not places:
            return block
        dropped, problems, lost = [], list(block.problems), block.lost
        for place in places:
            row = block.rows[place].as_py()
            cells = [column[place].as_py() for column in block.cells.columns]
            if self._is_trailer(row, cells) or self._is_below(row, cells):
                dropped.append(place)
            elif code := self._fault(row, cells, block):
                dropped.append(place)
                problems.append(Problem(code, row))
                lost += 1
        keep = keep_others(len(block.rows), dropped)
        if keep is None:
            return block
        return replace(
            block, cells=block.cells.filter(keep), rows=block.rows.filter(keep), problems=problems, lost=lost
        )

    def differences(self, lines: int) -> Iterator[Problem]:
        """Say which told sums are not those of the lines that were read."""
        for code, name, actual in (
            ("control_sum_differs", "sum", self.summed),
            ("control_count_differs", "count", lines),
        ):
            told = self.told.get(name, actual)
            if told != actual:
                yield Problem(code, self.trailer, None, {"value": str(told), "actual": str(actual)})

    def _is_trailer(self, row: int, cells: list[str]) -> bool:
        first = next((cell for cell in cells if cell.strip()), "")
        if not self.profile.trailer or not folded(first).startswith(self.profile.trailer):
            return False
        self.trailer, self.told = row, {}
        sums = [self.header.columns[name] for name in ("amount", "debit") if name in self.header.columns]
        for at in sums:
            try:
                self.told["sum"] = parse_money(cells[at], self.currency, decimal=self.profile.numbers)
            except UnreadableError:
                continue
        passed_over = {*sums, *(self.header.columns.get(name) for name in ("fee", "credit"))}
        rest = " ".join(cell for at, cell in enumerate(cells) if at not in passed_over)
        counts = _COUNT.findall(rest)
        if len(counts) == 1:
            self.told["count"] = int(counts[0])
        return True

    def _is_below(self, row: int, cells: list[str]) -> bool:
        """Say whether a row below the sums is no line: a signature, a place and date."""
        needed = (self.header.columns[name] for name in self.header.layout.required)
        return self.trailer is not None and row > self.trailer and not any(cells[at].strip() for at in needed)

    def _fault(self, row: int, cells: list[str], block: Block) -> str | None:
        if all(cell == title for cell, title in zip(cells, self.header.titles, strict=True)):
            return "header_again"
        return "row_too_short" if row in block.short else None
