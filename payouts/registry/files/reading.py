"""Reads a registry file in CSV or XLSX: good rows as one table, and a report of all else."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import keep_others
from payouts.core.controls import Controls
from payouts.core.faults import report_faults
from payouts.core.findings import Findings
from payouts.core.keys import LINES_A_FILE
from payouts.core.listwards import Wards
from payouts.core.parts import kind_of, open_parts
from payouts.core.problems import Problem
from payouts.core.tabular import BrokenTableError, Header, Part, find_header, header_problems, other_tables
from payouts.registry.files.cells import Cells
from payouts.registry.files.layout import ROWS, registry_layout

_TOTALS = ("tổng cộng", "tổng số", "tổng", "cộng", "total")


@dataclass(slots=True)
class FileReport(Findings):
    """What is known of a registry file once it is read.

    Attributes:
        format: csv or xlsx
        lines: all rows, those in error too
        good_lines: rows that were read
    """

    format: str | None = None
    lines: int = 0
    good_lines: int = 0


def read_registry_file(path: Path) -> tuple[pa.Table, FileReport]:
    """Read a registry file to its end.

    Args:
        path: a CSV or XLSX; which of them it is, the content tells

    Returns:
        the good rows (schema ROWS), to be dropped where the report says refused or quarantined; the report
    """
    report = FileReport()
    try:
        batches = list(_batches(path, report))
    except BrokenTableError as broken:
        report.add(broken.problem)
        batches = []
    except OSError as error:
        report.add(Problem("file_unreadable", values={"cause": error.strerror or str(error)}))
        batches = []
    rows = pa.Table.from_batches(batches, schema=ROWS)
    for problem in _told_twice(rows):
        report.add(problem)
    if rows.num_rows and pc.max(rows["row"]).as_py() >= LINES_A_FILE:
        report.add(Problem("too_many_lines", values={"most": str(LINES_A_FILE - 1)}))
    report.good_lines = rows.num_rows
    return rows, report


def find_table(path: Path, report: FileReport) -> tuple[Part, Header] | None:
    """Find the sheet that holds the registry, and its header; None where the file is refused for it."""
    found = [
        (part, header)
        for part in open_parts(path, report.format or kind_of(path))
        if (header := find_header(part.preview(), registry_layout())) is not None
    ]
    if not found:
        report.add(Problem("registry_header_unknown"))
        return None
    part, header = max(found, key=lambda each: (-len(each[1].missing), each[0].visible, len(each[1].columns)))
    for problem in header_problems(header):
        report.add(problem)
    if report.format == "xlsx":
        for problem in other_tables(part, (each for each, told in found if not told.missing)):
            report.add(problem)
    return None if report.outcome == "refused" else (part, header)


def _batches(path: Path, report: FileReport) -> Iterator[pa.RecordBatch]:
    report.format = kind_of(path)
    table = find_table(path, report)
    if table is None:
        return
    part, header = table
    controls = Controls(header, "citizen_id", _TOTALS, "VND", sections=True)
    wards, told = Wards(), set[tuple[str, str]]()
    for raw in part.blocks(header.row, header.width):
        block = controls.set_aside(raw)
        for problem in block.problems:
            report.add(problem)
        report.lines += block.lost + len(block.rows)
        if not len(block.rows):
            continue
        cells = Cells(block, header, wards, told)
        batch = cells.batch()
        keep = keep_others(len(block.rows), report_faults(report, block.rows, cells.faults))
        yield batch if keep is None else batch.filter(keep)
    if not report.lines:
        report.add(Problem("no_lines"))
    for problem in wards.problems():
        report.add(problem)


def _told_twice(rows: pa.Table) -> Iterator[Problem]:
    """Name the rows of people who stand in more than one: nobody could say which of them counts."""
    if pc.count_distinct(rows["citizen_id"]).as_py() == rows.num_rows:
        return
    counted = rows["citizen_id"].combine_chunks().value_counts()
    many = counted.field("values").filter(pc.greater(counted.field("counts"), arrays.one(1)))
    again = rows.filter(pc.is_in(rows["citizen_id"], value_set=many))
    first: dict[str, int] = {}
    for row, number in zip(*again.select(["row", "citizen_id"]).to_pydict().values(), strict=True):
        if number in first:
            yield Problem(
                "person_told_twice", row, "citizen_id", {"value": number, "other": str(first[number])}
            )
        first.setdefault(number, row)
