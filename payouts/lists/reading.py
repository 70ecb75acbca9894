"""Reads a payout list in CSV or XLSX: good lines as batches of columns, and a report of all else."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from payouts.core.listheadings import list_layout
from payouts.core.parts import open_parts
from payouts.core.problems import Problem
from payouts.core.tabular import (
    BrokenTableError,
    Header,
    Part,
    find_header,
    header_problems,
    other_tables,
)
from payouts.lists.lines import LIST_LINES, ListLines, ListReport
from payouts.lists.references import give_references

__all__ = ["LIST_LINES", "ListReading", "ListReport", "open_list"]

# Columns in which people merge the cells of neighbouring lines; an amount merged so is owed once.
_MERGED = ("commune", "area_code", "category_code", "period", "channel", "bank_code")
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(slots=True)
class ListReading:
    """A payout list that is being read.

    Attributes:
        path: the file
        cycle: the month it is for, 2026-11; also the period of lines that name none
        programme: e.g. BTXH; it goes into the references that are made
        currency: ISO 4217 code of the amounts
        report: what was found; final once the batches are read to the end
    """

    path: Path
    cycle: str | None
    programme: str | None
    currency: str
    report: ListReport = field(default_factory=ListReport)
    schema = LIST_LINES

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the good lines (schema LIST_LINES); where the report says refused, they are to be dropped.

        The first batch comes when all is read: only then is it known which reference stands twice.
        """
        report = self.report
        try:
            report.format = _kind(self.path)
            table = self._table()
            if table is None:
                return
            part, header = table
            lines = ListLines(header, self.currency, self.cycle, report)
            merged = frozenset(header.columns[name] for name in _MERGED if name in header.columns)
            read = [lines.read(block) for block in part.blocks(header.row, header.width, merged)]
            lines.finish()
        except BrokenTableError as broken:
            report.add(broken.problem)
            return
        except OSError as error:
            report.add(Problem("file_unreadable", values={"cause": error.strerror or str(error)}))
            return
        given = [batch for batch in read if batch is not None]
        for batch in give_references(given, self.programme, self.cycle, report.add):
            report.good_lines += batch.num_rows
            report.amount += lines.owed(batch)
            yield batch

    def _table(self) -> tuple[Part, Header] | None:
        """Find the table and its header; None after refusing the file."""
        found = []
        for part in open_parts(self.path, self.report.format or "csv"):
            header = find_header(part.preview(), list_layout())
            if header is not None:
                found.append((part, header))
        if not found:
            self.report.add(Problem("list_header_unknown"))
            return None
        best = max(found, key=lambda table: (-len(table[1].missing), table[0].visible, len(table[1].columns)))
        problems = header_problems(best[1])
        if self.report.format == "xlsx":
            problems += other_tables(best[0], (part for part, header in found if not header.missing))
        for problem in problems:
            self.report.add(problem)
        return None if self.report.outcome == "refused" else best


def open_list(
    path: Path, *, cycle: str | None = None, programme: str | None = None, currency: str = "VND"
) -> ListReading:
    """Open a payout list; nothing is read before its batches are asked for.

    Args:
        path: a CSV or XLSX; which of them it is, the content tells
        cycle: the month it is for, 2026-11
        programme: e.g. BTXH
        currency: ISO 4217 code of the service's currency
    """
    return ListReading(path, cycle, programme, currency)


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(len(_OLD_EXCEL))
    if head == _OLD_EXCEL:
        raise BrokenTableError(Problem("old_excel"))
    return "xlsx" if head.startswith(_ZIP) else "csv"
