"""Reads a payout list in CSV or XLSX: good lines as batches of columns, and a report of all else."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.areas import is_former
from payouts.core.columns import exact_sum
from payouts.core.listwards import Wards
from payouts.core.parts import kind_of, open_parts
from payouts.core.problems import Problem
from payouts.core.tabular import BrokenTableError, Header
from payouts.core.texts import Texts, encoding_of
from payouts.core.vietnamese import LEGACY, NAMES
from payouts.lists.doubles import find_doubles, sheets_repeated
from payouts.lists.foreign import standard_problem
from payouts.lists.hidden import hidden_rows
from payouts.lists.lines import ListLines
from payouts.lists.parts import PARTS, unnamed_carry
from payouts.lists.references import give_references
from payouts.lists.sheets import Table, find_tables, name_sheets
from payouts.lists.sums import Sums
from payouts.lists.table import LIST_LINES, ListReport

__all__ = ["LIST_LINES", "ListReading", "ListReport", "open_list"]

# Columns in which a cell merged over several lines has the value of all; an amount merged so is owed once.
_MERGED = (
    *(
        "full_name",
        "citizen_id",
        "date_of_birth",
        "sex",
        "category_code",
        "commune",
        "area_code",
        "hamlet",
        "period",
    ),
    *("channel", "bank_code", "account_no", "account_name", "payee_name", "payee_citizen_id"),
)


@dataclass(slots=True)
class ListReading:
    """A payout list that is being read.

    Attributes:
        path: the file
        cycle: the month it is for, 2026-11; also the period of lines that name none
        programme: e.g. BTXH; it goes into the references that are made
        currency: ISO 4217 code of the amounts
        report: what was found; final once the batches are read to the end
        unnamed: row numbers of the good lines that brought no reference of their own
    """

    path: Path
    cycle: str | None
    programme: str | None
    currency: str
    report: ListReport = field(default_factory=ListReport)
    unnamed: list[pa.Array] = field(default_factory=list)
    schema = LIST_LINES

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the good lines (schema LIST_LINES); where the report says refused, they are to be dropped.

        The first batch comes when all is read: only then is it known which reference stands twice.
        """
        report = self.report
        try:
            report.format = kind_of(self.path)
            if foreign := standard_problem(self.path):
                report.add(foreign)
                return
            tables = find_tables(open_parts(self.path, report.format), report)
            sheets = self._read(tables)
        except BrokenTableError as broken:
            report.add(broken.problem)
            tables, sheets = [], []
        except OSError as error:
            report.add(Problem("file_unreadable", values={"cause": error.strerror or str(error)}))
            return
        if report.outcome == "refused":
            for problem in _other_encoding(self.path, report):
                report.add(problem)
            return
        read = [batch for sheet in sheets for batch in sheet]
        for problem in self._doubts(tables, sheets, read):
            report.add(problem)
        self.unnamed = [batch["row"].filter(pc.equal(batch["line_ref"], arrays.one(""))) for batch in read]
        given = list(give_references(read, self.programme, self.cycle, report.add))
        name_sheets(report)
        for batch in given:
            report.good_lines += batch.num_rows
            report.amount += exact_sum(batch["amount"])
            for name in PARTS:
                if batch[name].null_count < batch.num_rows:
                    report.parts[name] = report.parts.get(name, 0) + exact_sum(batch[name])
            yield batch

    def _read(self, tables: Sequence[Table]) -> list[list[pa.RecordBatch]]:
        """Read the sheets one after the other: the good lines of each."""
        report, wards, sums = self.report, Wards(is_former(self.cycle)), Sums()
        told: set[tuple[str, str]] = set()
        texts = Texts("utf-8")
        sheets, after = [], 0
        for table in tables:
            given = self.currency, self.cycle, report, wards, sums, told, texts
            lines = ListLines(table.header, *given, after)
            blocks = table.part.blocks(table.header.row, table.header.width, _merged(table.header))
            sheets.append([batch for block in blocks if (batch := lines.read(block)) is not None])
            lines.finish()
            for problem in hidden_rows(table.part):
                report.add(problem)
            if len(tables) > 1:
                report.sheets.append({"name": table.part.name, "after": after})
            after = lines.last
        if tables and not report.lines:
            report.add(Problem("no_lines"))
        for problem in (*texts.problems(), *sums.problems(), *wards.problems()):
            report.add(problem)
        return sheets

    @staticmethod
    def _doubts(
        tables: Sequence[Table], sheets: Sequence[Sequence[pa.RecordBatch]], read: Sequence[pa.RecordBatch]
    ) -> Iterator[Problem]:
        """Tell what may be owed twice."""
        if len(sheets) > 1:
            names = [table.part.name for table in tables]
            yield from sheets_repeated(list(zip(names, sheets, strict=True)))
        yield from find_doubles(read)
        yield from unnamed_carry(read)


def _other_encoding(path: Path, report: ListReport) -> Iterator[Problem]:
    """Say in which encoding a list seems to be that was refused and is not in UTF-8."""
    encoding = encoding_of(path) if report.format == "csv" else None
    if encoding in LEGACY:
        yield Problem("encoding_likely", values={"looks": NAMES[encoding]})


def _merged(header: Header) -> frozenset[int]:
    return frozenset(header.columns[name] for name in _MERGED if name in header.columns)


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
