"""Reads the sheets of an XLSX workbook as blocks of text; it is looked through before it is opened."""

import datetime as dt
import math
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from payouts.core import arrays
from payouts.core.problems import Problem
from payouts.core.tabular import PREVIEW_ROWS, Block, BrokenTableError, tidy
from payouts.core.unzipped import look_through

_ROWS_AT_ONCE = 5_000
_EXACT = 10**15  # a spreadsheet keeps 15 digits of a number

# What the readers of ZIP and XLSX raise for damaged, encrypted or unknown content and offsets into nothing.
_BROKEN = (
    CalamineError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
    OSError,
)  # fmt: skip


def open_workbook(path: Path) -> list["SheetPart"]:
    """Open a workbook: its sheets with cells, in their order.

    Raises:
        BrokenTableError: `workbook_broken`, also where it is cut off, encrypted or no workbook at all;
            or what `core.unzipped.look_through` raises
    """
    with path.open("rb") as file:
        try:
            hiding = look_through(file)
            file.seek(0)
            workbook = CalamineWorkbook.from_filelike(file)
        except _BROKEN:
            raise BrokenTableError(Problem("workbook_broken")) from None
    return [
        SheetPart(sheet.name, sheet.visible is SheetVisibleEnum.Visible, workbook, path, hiding)
        for sheet in workbook.sheets_metadata
        if sheet.typ is SheetTypeEnum.WorkSheet
    ]


@dataclass(slots=True)
class SheetPart:
    """One sheet of a workbook.

    Attributes:
        name: of the sheet
        visible: whether a spreadsheet shows it
        workbook: that it stands in
        path: the file
        hiding: names of the entries of the file in which rows, columns or sheets are hidden
    """

    name: str
    visible: bool
    workbook: CalamineWorkbook
    encoding: ClassVar[str] = "utf-8"
    path: Path
    hiding: frozenset[str] = frozenset()
    sheet: CalamineSheet | None = field(default=None, init=False)

    def preview(self) -> list[list[str]]:
        """Give the first rows."""
        return [[cell_text(cell) for cell in cells] for cells in islice(self._rows(), PREVIEW_ROWS)]

    def blocks(self, header_row: int, width: int, merged: frozenset[int] = frozenset()) -> Iterator[Block]:
        """Yield the rows below the header; see core.tabular.Part."""
        rows, row = islice(self._rows(), header_row, None), header_row + 1
        fill = self._merged(header_row, merged)
        while cells := list(islice(rows, _ROWS_AT_ONCE)):
            for place, at, value in fill:
                if row <= place < row + len(cells):
                    cells[place - row][at] = value
            columns = list(zip(*cells, strict=True))
            size = len(cells)
            texts = [
                _column_texts(columns[at]) if at < len(columns) else arrays.repeated("", size)
                for at in range(width)
            ]
            block = Block(
                pa.record_batch(texts, [str(at) for at in range(width)]), arrays.counting(row, size)
            )
            row += size
            yield tidy(block)

    def _rows(self) -> Iterator[list[Any]]:
        try:
            if self.sheet is None:
                self.sheet = self.workbook.get_sheet_by_name(self.name)
            return iter(self.sheet.iter_rows()) if self.sheet.start is not None else iter(())
        except CalamineError:
            raise BrokenTableError(Problem("workbook_broken")) from None

    def _merged(self, header_row: int, columns: frozenset[int]) -> list[tuple[int, int, Any]]:
        """Give row, column and value of cells that are merged into the one above them."""
        if self.sheet is None or not columns:
            return []
        ranges = [
            (top, bottom, left)
            for (top, left), (bottom, _) in self.sheet.merged_cell_ranges or []
            if left in columns and bottom > top >= header_row
        ]
        wanted = {top for top, _, _ in ranges}
        values = {at: cells for at, cells in enumerate(self._rows()) if at in wanted} if wanted else {}
        return [
            (row + 1, left, values[top][left])
            for top, bottom, left in ranges
            if top in values and left < len(values[top])
            for row in range(top + 1, bottom + 1)
        ]


def _column_texts(cells: tuple[Any, ...]) -> pa.Array:
    """Write a column as text; where all its cells are of one kind, at once."""
    kinds = set(map(type, cells))
    if kinds == {str}:
        return arrays.texts(cells) if any(cells) else arrays.repeated("", len(cells))
    if kinds == {float}:
        numbers = np.array(cells)
        if (np.abs(numbers) < _EXACT).all() and (numbers == np.floor(numbers)).all():
            return arrays.numbers(numbers.astype(np.int64).tolist()).cast(pa.string())
    return arrays.texts([cell if isinstance(cell, str) else cell_text(cell) for cell in cells])


def cell_text(cell: str | float | bool | dt.date | dt.time | dt.timedelta) -> str:  # noqa: FBT001  # a cell holds one
    """Write the value of a cell as text without loss.

    A whole number has no decimals. One of 16 digits or more, of which a spreadsheet kept only 15, is written
    as 1.23456789012345E+15, so that nobody takes it for the number that was meant. Days are ISO.
    """
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return _number_text(cell)
    if isinstance(cell, dt.datetime):
        day, clock = cell.date(), cell.time()
        return day.isoformat() if clock == dt.time() else f"{day.isoformat()} {clock.isoformat('seconds')}"
    return str(cell)


def _number_text(number: float) -> str:
    if not math.isfinite(number):
        return str(number)
    if abs(number) >= _EXACT:
        return f"{number:.14E}"
    return str(int(number)) if number == int(number) else repr(number)
