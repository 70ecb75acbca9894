"""Rows of a table that are no lines: sums, a header told again, and what stands below the sums."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import exact_sum, keep_others
from payouts.core.money import DecimalMark, UnreadableError, parse_money
from payouts.core.problems import Problem
from payouts.core.tabular import Block, Header

_COUNT = re.compile(r"(?<![0-9.,])([0-9]{1,9})(?![0-9.,])")
_SUMS = ("amount", "debit")
_NO_COUNTS = ("fee", "credit")


@dataclass(slots=True)
class Controls:
    """The control rows of one file; the last row of sums is held against the lines.

    Attributes:
        header: where the columns stand
        key: a field that every line has and no row of sums
        words: how a row of sums begins, in small letters with their marks ("tổng" is a sum, "Tống" a name)
        currency: of the sums
        decimal: its decimal mark where only one is used
        summed: what the amounts of all lines add up to, in the currency's smallest unit
        trailer: row number of the last row of sums
        earlier: those before it, and what they tell
        told: what the last one tells: `sum` and `count`, each only if it does
    """

    header: Header
    key: str
    words: tuple[str, ...]
    currency: str
    decimal: DecimalMark = "either"
    summed: int = 0
    trailer: int | None = None
    earlier: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)

    def count(self, amounts: pa.Array) -> None:
        """Add the amounts of a block of lines."""
        self.summed += exact_sum(amounts)

    def set_aside(self, block: Block) -> Block:
        """Take out of a block what is no line, and report rows that have too few cells to be one."""
        if not len(block.rows):
            return block
        at = self.header.columns[self.key]
        column = block.cells.column(at)
        again = pc.indices_nonzero(arrays.is_text(column, self.header.titles[at])).to_pylist()
        blank = pc.indices_nonzero(arrays.is_text(pc.utf8_trim_whitespace(column), ""))
        sums = self._sums(block, blank)
        below = self._below(block, blank) if self.trailer is not None else []
        no_lines = {*again, *sums, *below}
        short = [] if not block.short else self._short(block, no_lines)
        keep = keep_others(len(block.rows), no_lines.union(short))
        if keep is None:
            return block
        problems = [*block.problems]
        problems += [Problem("header_again", block.rows[place].as_py()) for place in again]
        problems += [Problem("row_too_short", block.rows[place].as_py()) for place in short]
        return replace(
            block,
            cells=block.cells.filter(keep),
            rows=block.rows.filter(keep),
            problems=problems,
            lost=block.lost + len(again) + len(short),
        )

    def differences(self, lines: int) -> Iterator[Problem]:
        """Say which told sums are not those of the lines that were read.

        The last row of sums tells of all lines, or all rows of sums together do (subtotals without a total).
        """
        for code, name, actual in (
            ("control_sum_differs", "sum", self.summed),
            ("control_count_differs", "count", lines),
        ):
            told = self.told.get(name, actual)
            together = told + sum(said.get(name, 0) for _, said in self.earlier)
            if actual not in {told, together}:
                yield Problem(code, self.trailer, None, {"value": str(told), "actual": str(actual)})

    def _sums(self, block: Block, blank: pa.Array) -> list[int]:
        """Find the rows of sums among those with an empty key, and read them."""
        if not self.words or not len(blank):
            return []
        first = pc.utf8_trim_whitespace(_first_cells(block.cells.take(blank)))
        found = [
            place
            for place, text in zip(blank.to_pylist(), first.to_pylist(), strict=True)
            if text and opens_with(text, self.words)
        ]
        for place in found:
            if self.trailer is not None:
                self.earlier.append((self.trailer, self.told))
            self.trailer = block.rows[place].as_py()
            self.told = self._read([column[place].as_py() for column in block.cells.columns])
        return found

    def _read(self, cells: list[str]) -> dict[str, int]:
        told: dict[str, int] = {}
        sums = [self.header.columns[name] for name in _SUMS if name in self.header.columns]
        for at in sums:
            try:
                told["sum"] = parse_money(cells[at], self.currency, decimal=self.decimal)
            except UnreadableError:
                continue
        passed_over = {*sums, *(self.header.columns.get(name) for name in _NO_COUNTS)}
        counts = _COUNT.findall(" ".join(cell for at, cell in enumerate(cells) if at not in passed_over))
        if len(counts) == 1:
            told["count"] = int(counts[0])
        return told

    def _below(self, block: Block, blank: pa.Array) -> list[int]:
        """Find rows below the sums that hold nothing a line must have: a signature, a place and a date."""
        needed = [self.header.columns[name] for name in self.header.layout.required]
        filled = reduce(
            pc.or_,
            (pc.not_equal(block.cells.column(at).take(blank), arrays.one("")) for at in needed),
        )
        later = pc.greater(block.rows.take(blank), arrays.one(self.trailer or 0))
        return list(blank.filter(pc.and_not(later, filled)).to_pylist())

    def _short(self, block: Block, no_lines: set[int]) -> list[int]:
        numbers = arrays.numbers(sorted(block.short))
        places = pc.indices_nonzero(pc.is_in(block.rows, value_set=numbers)).to_pylist()
        return [place for place in places if place not in no_lines]


def opens_with(text: str, words: tuple[str, ...]) -> bool:
    """Say whether a text begins with one of some words, whole; case is nothing, marks count."""
    said = unicodedata.normalize("NFC", text).casefold()
    return any(said.startswith(word) and not said[len(word) : len(word) + 1].isalpha() for word in words)


def _first_cells(cells: pa.RecordBatch) -> pa.Array:
    """Give the first cell of each row that is not empty; null where all are."""
    nothing = arrays.null(pa.string())
    columns = [pc.if_else(arrays.is_text(column, ""), nothing, column) for column in cells.columns]
    return pc.coalesce(*columns)
