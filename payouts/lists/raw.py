"""Finds the rows of a payout list in the bytes that were sent, to stand beside what is wrong with them."""

from collections.abc import Collection
from pathlib import Path

import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.parts import open_parts
from payouts.core.problems import Problem
from payouts.core.receipts import problems_of
from payouts.core.storage import path_of
from payouts.core.tabular import BrokenTableError
from payouts.lists.models import PayoutList
from payouts.lists.sheets import find_tables, place_of
from payouts.lists.table import ListReport

LONGEST_RAW = 600  # characters of a row that are shown


def problems_beside_rows(
    data_dir: Path, receipt: PayoutList, *, first: int = 0, limit: int = 100
) -> list[tuple[Problem, str | None]]:
    """List problems of a list, each with the text of the row that it names.

    Args:
        data_dir: where the bytes are
        receipt: of the list
        first: how many problems to pass over
        limit: at most so many

    Returns:
        the problems in the order of the receipt; None where one names no row, or a row that cannot be found
    """
    problems = problems_of(receipt.problems[first : first + limit])
    wanted = {problem.line for problem in problems if problem.line is not None}
    texts = raw_rows(path_of(data_dir, receipt.sha256), receipt, wanted) if wanted else {}
    return [(problem, texts.get(problem.line or 0)) for problem in problems]


def raw_rows(path: Path, receipt: PayoutList, wanted: Collection[int]) -> dict[int, str]:
    """Read rows by their numbers in the whole list; a damaged file gives those before the damage.

    Args:
        path: the bytes
        receipt: of the list
        wanted: numbers of rows

    Returns:
        number -> the text of its cells, with a stroke between two; rows that cannot be found are left out
    """
    places = {row: place_of(row, receipt.sheets) for row in wanted}
    found: dict[int, str] = {}
    try:
        for table in find_tables(
            open_parts(path, receipt.format or "csv"), ListReport(format=receipt.format)
        ):
            here = {at: row for row, (sheet, at) in places.items() if sheet in {"", table.part.name}}
            if not here:
                continue
            numbers, last = arrays.numbers(sorted(here)), max(here)
            for block in table.part.blocks(table.header.row, table.header.width):
                for place in pc.indices_nonzero(pc.is_in(block.rows, value_set=numbers)).to_pylist():
                    cells = (column[place].as_py().strip() for column in block.cells.columns)
                    text = " | ".join(" ".join(cell.split()) for cell in cells)
                    found[here[block.rows[place].as_py()]] = _shown(text)
                if len(block.rows) and block.rows[-1].as_py() >= last:
                    break
    except (BrokenTableError, OSError):
        return found
    return found


def _shown(text: str) -> str:
    clean = "".join(letter if letter.isprintable() else "·" for letter in text)
    return clean if len(clean) <= LONGEST_RAW else clean[: LONGEST_RAW - 1] + "…"
