"""Hides small cells of a table so that nobody works them out: from their row, their column or the totals.

A cell of 1 to 4 people may point at a person. Hidden alone it would follow from the totals, so others are
hidden with it until no small cell follows from what is left: in each row and column the hidden cells are at
least two and hold at least 5 people together, and no equation of the table gives a small one away.
"""

from collections.abc import Iterable, Sequence

import numpy as np

FEWEST = 5  # people of a cell that may be shown
NOTHING = 1e-9  # what rounding leaves of a zero

Cell = tuple[int, int]


def small(count: int) -> bool:
    """Say whether so few people may not be shown; nobody at all may."""
    return 0 < count < FEWEST


def hidden(table: Sequence[Sequence[int]]) -> list[list[bool]]:
    """Say which cells of a table are hidden, where the sums of its columns are known.

    Args:
        table: rows of disjoint parts

    Returns:
        for each row its parts and, as one more, their sum: whether it is hidden
    """
    values = {
        (at, place): count for at, row in enumerate(table) for place, count in enumerate([*row, sum(row)])
    }
    width = len(table[0]) + 1 if table else 0
    sums = {(at, width - 1) for at in range(len(table))}
    lines = [[(at, place) for place in range(width)] for at in range(len(table))]
    lines += [[(at, place) for at in range(len(table))] for place in range(width)]
    covered = {cell for cell, count in values.items() if small(count) or small(values[cell[0], width - 1])}
    while more := _lacking(values, lines, sums, covered) or _given_away(values, lines, sums, covered):
        covered |= more
    return [[(at, place) in covered for place in range(width)] for at in range(len(table))]


def _lacking(
    values: dict[Cell, int], lines: list[list[Cell]], sums: set[Cell], covered: set[Cell]
) -> set[Cell]:
    """Find what is to be hidden too, because a row or column hides one cell alone, or too few people."""
    for line in lines:
        gone = [cell for cell in line if cell in covered]
        if not gone or (_is_row(line) and line[-1] in gone and len(gone) > 1):
            continue
        parts = [cell for cell in gone if not (_is_row(line) and cell in sums)]
        if len(gone) > 1 and sum(values[cell] for cell in parts) >= FEWEST:
            continue
        if chosen := _least(values, (cell for cell in line if cell not in covered)):
            return {chosen}
    return set()


def _given_away(
    values: dict[Cell, int], lines: list[list[Cell]], sums: set[Cell], covered: set[Cell]
) -> set[Cell]:
    """Find what is to be hidden too, because the equations of all rows and columns tell a small cell."""
    unknown = {cell: place for place, cell in enumerate(sorted(covered))}
    if not unknown:
        return set()
    equations = np.zeros((len(lines), len(unknown)))
    for at, line in enumerate(lines):
        for cell in line:
            if cell in unknown:
                equations[at, unknown[cell]] = -1 if _is_row(line) and cell in sums else 1
    _, strengths, directions = np.linalg.svd(equations)
    rank = int((strengths > NOTHING).sum())
    free = np.abs(directions[rank:]).max(axis=0, initial=0) > NOTHING
    for cell, place in unknown.items():
        if small(values[cell]) and not free[place]:
            beside = (other for line in lines if cell in line for other in line if other not in covered)
            if chosen := _least(values, beside):
                return {chosen}
    return set()


def _is_row(line: Sequence[Cell]) -> bool:
    return len(line) > 1 and line[0][0] == line[1][0]


def _least(values: dict[Cell, int], cells: Iterable[Cell]) -> Cell | None:
    """Choose the cell with the fewest people, one with some before one with none."""
    return min(cells, key=lambda cell: (values[cell] == 0, values[cell], cell), default=None)
