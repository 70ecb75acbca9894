"""Files of rows and columns as blocks of text columns with row numbers, and how their header is found.

The number of a row is the one that a spreadsheet shows: banner, header and blank rows count.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.problems import Problem
from payouts.core.words import folded

MOST_BANNER_ROWS = 20
PREVIEW_ROWS = MOST_BANNER_ROWS + 5  # so many rows are looked at to find the header
MOST_COLUMNS = 256
LONGEST_CELL = 32_767  # bytes; what a cell of a spreadsheet holds
LONGEST_RECORD = 1 << 20  # bytes of one row of a CSV
UNUSED = "unused"  # the field of headings that are known, and whose cells nobody reads
_NO_TITLE = "\x1f"  # stands in no cell
_FEWEST_HEADINGS = 2  # a row with fewer known headings is no header


class BrokenTableError(Exception):
    """The file cannot be read to its end; `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive rows below the header.

    Attributes:
        cells: one text column (no nulls) for each column of the header, named "0", "1", ...
        rows: the row number of each
        short: row numbers of those with fewer cells than the header, filled up with empty ones
        problems: rows that could not be cut into cells, which stand in no column
        lost: how many rows those are
    """

    cells: pa.RecordBatch
    rows: pa.Array
    short: frozenset[int] = frozenset()
    problems: list[Problem] = field(default_factory=list)
    lost: int = 0


class Part(Protocol):
    """One table of a file: a CSV read with one delimiter, or one sheet of a workbook."""

    @property
    def name(self) -> str:
        """The delimiter, or the name of the sheet."""

    @property
    def visible(self) -> bool:
        """Whether people see it."""

    @property
    def encoding(self) -> str:
        """The encoding that its text came in."""

    def preview(self) -> list[list[str]]:
        """Give the first PREVIEW_ROWS rows."""

    def blocks(self, header_row: int, width: int, merged: frozenset[int] = frozenset()) -> Iterator[Block]:
        """Yield the rows below the header.

        Args:
            header_row: row number of the header
            width: number of its cells
            merged: columns in which a cell merged with the ones above has their value

        Raises:
            BrokenTableError: the file cannot be read to its end
        """


@dataclass(frozen=True, slots=True)
class Layout:
    """What a header may look like.

    Attributes:
        name: of the profile or list
        headings: folded heading -> field
        required: fields that must be there
        columns: field -> position of its column, of a layout without headings
        banner: rows above the first line of such a layout
    """

    name: str
    headings: Mapping[str, str]
    required: frozenset[str]
    columns: Mapping[str, int] = field(default_factory=dict)
    banner: int = 0


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found.

    Attributes:
        layout: by which it was read
        row: its row number
        width: its number of cells
        columns: field -> position of its column
        titles: the cells as they stand
        unknown: headings that the layout does not know
        twice: headings of a field that stands in more than one column
        missing: required fields without a column
    """

    layout: Layout
    row: int
    width: int
    columns: dict[str, int]
    titles: tuple[str, ...]
    unknown: tuple[str, ...]
    twice: tuple[str, ...]
    missing: tuple[str, ...]


def field_of(heading: str, headings: Mapping[str, str]) -> str | None:
    """Find the field of a heading: the whole of it, else without what stands in brackets."""
    return headings.get(folded(heading)) or headings.get(folded(heading.split("(", maxsplit=1)[0]))


def read_header(cells: Sequence[str], row: int, layout: Layout) -> Header:
    """Read one row as the header of a layout, whatever it holds."""
    titles = tuple(cells)
    width = max((at + 1 for at, title in enumerate(titles) if title.strip()), default=0)
    columns: dict[str, int] = {}
    unknown, twice = [], []
    for at, title in enumerate(titles[:width]):
        if not title.strip():
            continue
        name = field_of(title, layout.headings)
        if name == UNUSED:
            continue
        if name is None:
            unknown.append(" ".join(title.split()))
        elif name in columns:
            twice.append(" ".join(title.split()))
        else:
            columns[name] = at
    missing = tuple(sorted(layout.required - columns.keys()))
    return Header(layout, row, width, columns, titles[:width], tuple(unknown), tuple(twice), missing)


def find_header(rows: Sequence[Sequence[str]], layout: Layout) -> Header | None:
    """Find the header among the first 21 rows: the row with the most headings that a layout knows.

    A header of two rows, whose upper one names groups of columns, counts where it knows more than either row.

    Returns:
        None where no row has two known headings; of a layout without headings what stands in for a header
    """
    if layout.columns:
        return _without_headings(rows, layout)
    found = []
    for at, cells in enumerate(rows[: MOST_BANNER_ROWS + 1], start=1):
        found.append(read_header(cells, at, layout))
        if at > 1:
            found.append(read_header(_joined(rows[at - 2], cells, layout), at, layout))
    best = max(found, key=lambda header: len(header.columns), default=None)
    return best if best is not None and len(best.columns) >= _FEWEST_HEADINGS else None


def _without_headings(rows: Sequence[Sequence[str]], layout: Layout) -> Header:
    """Make what stands in for the header of a layout that knows its columns by their places."""
    width = max(map(len, rows[layout.banner :]), default=0)
    columns = {name: at for name, at in layout.columns.items() if at < width}
    missing = tuple(sorted(layout.required - columns.keys()))
    return Header(layout, layout.banner, width, columns, (_NO_TITLE,) * width, (), (), missing)


def _joined(upper: Sequence[str], lower: Sequence[str], layout: Layout) -> list[str]:
    """Join two rows to one header: of each column the lower cell where that is known, else the upper one."""
    pairs = zip_longest(upper, lower, fillvalue="")
    return [below if field_of(below, layout.headings) else above or below for above, below in pairs]


def header_problems(header: Header) -> list[Problem]:
    """Say what is wrong with a header: required columns missing, a column twice, unknown ones."""
    found = [Problem("column_missing", header.row, name) for name in header.missing]
    found += [Problem("column_twice", header.row, None, {"heading": title}) for title in header.twice]
    if header.width > MOST_COLUMNS:
        found.append(Problem("too_many_columns", header.row, None, {"most": str(MOST_COLUMNS)}))
    if header.unknown:
        named = ", ".join(header.unknown)[:500]
        found.append(Problem("column_unknown", header.row, None, {"headings": named}))
    return found


def other_tables(chosen: Part, complete: Iterable[Part]) -> list[Problem]:
    """Name the other sheets of a workbook that hold a table too, which nobody reads.

    Args:
        chosen: the sheet that is read
        complete: all parts of the file with a complete header
    """
    others = {part.name: part.visible for part in complete if part.name != chosen.name}
    return [
        Problem("sheet_unread" if visible else "sheet_hidden", None, None, {"value": name})
        for name, visible in others.items()
    ]


def tidy(block: Block) -> Block:
    """Drop blank rows, and report those with a cell longer than LONGEST_CELL."""
    cells, rows = block.cells, block.rows
    blank = None
    for column in cells.columns:
        empty = arrays.is_text(column, "")
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            blank = None
            break
    too_long = [
        column for column in cells.columns if (pc.max(pc.binary_length(column)).as_py() or 0) > LONGEST_CELL
    ]
    if blank is None and not too_long:
        return block
    keep = pc.invert(blank) if blank is not None else pc.is_valid(rows)
    problems = list(block.problems)
    for column in too_long:
        keep = pc.and_(keep, pc.less_equal(pc.binary_length(column), arrays.one(LONGEST_CELL)))
    if too_long:
        bad = rows.filter(pc.invert(pc.or_(keep, blank) if blank is not None else keep)).to_pylist()
        problems += [Problem("cell_too_long", row, None, {"most": str(LONGEST_CELL)}) for row in bad]
    lost = block.lost + len(problems) - len(block.problems)
    return Block(cells.filter(keep), rows.filter(keep), block.short, problems, lost)
