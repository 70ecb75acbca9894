"""Reads a sheet that people filled in, row by row: a CSV or XLSX whose headings a layout knows."""

from collections.abc import Iterator
from pathlib import Path

from payouts.core.parts import open_parts
from payouts.core.problems import Problem
from payouts.core.tabular import BrokenTableError, Layout, find_header, header_problems

_ZIP = b"PK\x03\x04"

Row = tuple[int, dict[str, str]]  # its number as a spreadsheet shows it, and the cells of known columns


def read_filled(path: Path, layout: Layout) -> Iterator[Row]:
    """Yield the rows below the first header that has all that the layout requires.

    Args:
        path: the file
        layout: its headings and what is required

    Raises:
        BrokenTableError: the file cannot be read to its end, or has no such header
    """
    with path.open("rb") as file:
        kind = "xlsx" if file.read(len(_ZIP)) == _ZIP else "csv"
    wrong: list[Problem] = []
    for part in open_parts(path, kind):
        header = find_header(part.preview(), layout)
        if header is None or header.missing or header.twice:
            wrong += header_problems(header) if header else []
            continue
        for block in part.blocks(header.row, header.width):
            if block.problems:
                raise BrokenTableError(block.problems[0])
            columns = {name: block.cells[at].to_pylist() for name, at in header.columns.items()}
            for at, row in enumerate(block.rows.to_pylist()):
                yield row, {name: cells[at] for name, cells in columns.items()}
        return
    raise BrokenTableError(next(iter(wrong), Problem("header_unknown")))
