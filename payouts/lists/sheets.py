"""Finds the tables of a payout list in its file: one list may stand over several sheets of a workbook."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow.compute as pc

from payouts.core.listheadings import list_layout
from payouts.core.problems import Problem
from payouts.core.tabular import Header, Part, find_header, header_problems
from payouts.lists.foreign import heading_problem, settlement_problem
from payouts.lists.table import ListReport

# Problems that quote the numbers of other rows, and in which value.
_QUOTING = {
    "line_ref_twice": "other",
    "payout_line_twice": "rows",
    "person_twice": "rows",
    "carried_from_missing": "rows",
}
_PERSON = r"^\s*0[0-9]{11}\s*$"  # an identity number; other numbers of a note are written otherwise


@dataclass(frozen=True, slots=True)
class Table:
    """A part of a file that is read as the list, or a part of it."""

    part: Part
    header: Header


def find_tables(parts: Sequence[Part], report: ListReport) -> list[Table]:
    """Find what is to be read as the list; none after refusing the file.

    Args:
        parts: of the file; several parts of a CSV are the same rows cut by different delimiters
        report: takes what is wrong, and what becomes of the sheets that are not read
    """
    found = [(part, find_header(part.preview(), list_layout())) for part in parts]
    headed = [Table(part, header) for part, header in found if header is not None]
    best = max(headed, key=_rank, default=None)
    if best is None or best.header.missing:
        foreign = settlement_problem(parts)
        unknown = [Problem("list_header_unknown")] if best is None else header_problems(best.header)
        _tell([foreign] if foreign else unknown, report)
        return []
    chosen = [best]
    if report.format == "xlsx" and best.part.visible:
        chosen = [table for table in headed if table.part.visible and not table.header.missing]
    for table in chosen:
        foreign = heading_problem(table.header.row, table.header.unknown)
        _tell([foreign] if foreign else header_problems(table.header), report)
    if report.format == "xlsx":
        _tell_others(found, chosen, report)
    return [] if report.outcome == "refused" else chosen


def name_sheets(report: ListReport) -> None:
    """Say of each problem in which sheet its row stands, where the list stands in several."""
    if not report.sheets:
        return
    for at, problem in enumerate(report.problems):
        if problem.line is None or "sheet" in problem.values:
            continue
        name, row = place_of(problem.line, report.sheets)
        values = {**problem.values, "sheet": name, "at": str(row)}
        if quoted := _QUOTING.get(problem.code):
            values[quoted] = re.sub("[0-9]+", lambda found: _said(int(found[0]), report), values[quoted])
        report.problems[at] = replace(problem, values=values)


def place_of(row: int, sheets: Sequence[dict[str, object]]) -> tuple[str, int]:
    """Give the sheet and the row in it, as a spreadsheet shows them, of a row number of the whole list.

    Args:
        row: as the list numbers it
        sheets: `name` and `after` of each, in their order; none where the list stands in one
    """
    sheet = next((each for each in reversed(sheets) if row > int(str(each["after"]))), None)
    return (str(sheet["name"]), row - int(str(sheet["after"]))) if sheet else ("", row)


def _said(row: int, report: ListReport) -> str:
    name, at = place_of(row, report.sheets)
    return f"{at} ({name})"


def _rank(table: Table) -> tuple[int, bool, int]:
    return -len(table.header.missing), table.part.visible, len(table.header.columns)


def _tell(problems: Sequence[Problem], report: ListReport) -> None:
    for problem in problems:
        report.add(problem)


def _tell_others(
    found: Sequence[tuple[Part, Header | None]], chosen: Sequence[Table], report: ListReport
) -> None:
    """Say of each sheet with cells that is not read why, and of a hidden one that is read that it is."""
    read = {table.part.name for table in chosen}
    for part, header in found:
        told = {"value": part.name}
        if part.name in read:
            if not part.visible:
                report.add(Problem("sheet_hidden_read", values=told))
        elif any(cell.strip() for row in part.preview() for cell in row):
            unread = "sheet_unread" if _holds_people(part, header) else "sheet_skipped"
            report.add(Problem(unread if part.visible else "sheet_hidden", values=told))


def _holds_people(part: Part, header: Header | None) -> bool:
    """Say whether a sheet without the header of a list holds lines of one all the same."""
    if header is not None and {"full_name", "amount"} <= header.columns.keys():
        return True
    width = max(map(len, part.preview()), default=0)
    return any(
        pc.any(pc.match_substring_regex(column, _PERSON)).as_py()
        for block in part.blocks(0, width)
        for column in block.cells.columns
        if len(column)
    )
