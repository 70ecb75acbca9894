"""Writes a report as a workbook: a sheet a table, formulas that calculate anew, and a sheet of checks.

XlsxWriter makes the workbook with headings, totals and formats; the rows are put into its sheets as XML.
"""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell

from payouts.core.errors import RefusedError
from payouts.core.problems import Language
from payouts.core.terms import Words
from payouts.reports.document import Check, Column, Report, Table
from payouts.reports.writing.cells import formula, rows_xml

MOST_ROWS = 1_000_000  # of a sheet; a spreadsheet holds 1,048,576
FORMATS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@", "valign": "top"},
    "count": {"num_format": "#,##0", "valign": "top"},
    "money": {"num_format": "#,##0", "valign": "top"},
    "date": {"num_format": "dd/mm/yyyy", "valign": "top", "align": "left"},
    "share": {"num_format": "0.0%", "valign": "top"},
    "number": {"num_format": "#,##0.0", "valign": "top"},
}
CHECKS, TOTAL = Words("Kiểm tra", "Checks"), Words("Tổng cộng", "Total")
TIES, DIFFERS = Words("Khớp", "Ties"), Words("Lệch", "Differs")
CHECK_HEADINGS = (
    (Words("Hai số phải bằng nhau", "Two figures that must be the same"), 70),
    (Words("Số thứ nhất", "The first"), 20),
    (Words("Số thứ hai", "The second"), 20),
    (Words("Chênh lệch", "Difference"), 16),
    (Words("Kết luận", "Outcome"), 12),
)
LONGEST_NAME = 31  # letters, of a sheet
LINE_HEIGHT = 15  # points of a line of a heading
FOOTER = Words("Tài liệu nội bộ", "Internal")
_MODEL_ROW = '<row r="{}"[^>]*>(.*?)</row>'
_STYLE = re.compile(r'<c r="[A-Z]+[0-9]+" s="([0-9]+)"')
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
_DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')


def write_xlsx(report: Report, path: Path) -> None:
    """Write a report as a workbook; the same report is the same bytes.

    Raises:
        RefusedError: a table has more rows than a sheet holds
    """
    longest = max((table.count for table in report.tables), default=0)
    if longest > MOST_ROWS:
        raise RefusedError("too_long_for_xlsx", f"Báo cáo có {longest:,} dòng, hãy lấy dạng CSV.")
    frame = io.BytesIO()
    places = _Places(report)
    with xlsxwriter.Workbook(frame, {"in_memory": True, "strings_to_formulas": False}) as book:
        told = {"title": report.title.said(report.language), "company": "chitra"}
        book.set_properties({**told, "created": report.made_at.replace(tzinfo=None)})
        styles = _Styles(book)
        for table in report.tables:
            _frame(book.add_worksheet(places.sheet(table)), styles, report, table, places)
        if report.checks:
            _checks(book.add_worksheet(CHECKS.said(report.language)), styles, report, places)
    _fill(frame, path, report, places)


class _Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any) -> None:
        self._book, self._made = book, {}  # type: ignore[var-annotated]  # formats of a library without types

    def __call__(self, kind: str = "text", **more: Any) -> Any:
        key = (kind, *sorted(more.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**FORMATS[kind], **more})
        return self._made[key]


class _Places:
    """Where the tables of a report stand in its workbook."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._tables = {table.name: table for table in report.tables}

    def sheet(self, table: Table) -> str:
        """Name the sheet of a table."""
        return _NO_SHEET_NAME.sub(", ", table.title.said(self._report.language))[:LONGEST_NAME]

    def head(self, table: Table) -> int:
        """Give the row of the headings, from 0: below the title and what the report states of itself."""
        return len(self._report.stated) + 2 + (table.note is not None)

    def first(self, table: Table) -> int:
        """Give the first row of data, from 0: below the headings and the totals."""
        return self.head(table) + 1 + bool(table.totals)

    def range(self, name: str) -> str:
        """Give the range of a column of a table, named as in formulas."""
        of, _, key = name.partition(".")
        table = self._tables[of]
        letter = xl_col_to_name([column.key for column in table.columns].index(key))
        first = self.first(table) + 1
        return f"'{self.sheet(table)}'!${letter}${first}:${letter}${max(first, first + table.count - 1)}"


def _frame(sheet: Any, styles: _Styles, report: Report, table: Table, places: _Places) -> None:
    """Write all of a sheet but its rows, and one empty row whose formats the others take."""
    language, head, first = report.language, places.head(table), places.first(table)
    sheet.write_string(0, 0, report.title.said(language), styles(bold=True, font_size=14))
    said = [f"{label.said(language)}: {value}" for label, value in report.stated]
    for row, text in enumerate([*said, *([table.note.said(language)] if table.note else [])], start=1):
        sheet.write_string(row, 0, text, styles())
    heading = styles(bold=True, border=1, bg_color="#E7EDF3", text_wrap=True)
    most = max(-(-len(column.heading.said(language)) // column.width) for column in table.columns)
    sheet.set_row(head, LINE_HEIGHT * (most + (most > 1)))
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, column.width)
        sheet.write_string(head, place, column.heading.said(language), heading)
        sheet.write_blank(first, place, None, styles(column.kind, border=1))
    if table.totals:
        _totals(sheet, styles, language, table, places)
    last = first + max(table.count, 1) - 1
    sheet.autofilter(head, 0, last, len(table.columns) - 1)
    sheet.freeze_panes(first, 0)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer(f"&L{FOOTER.said(language)}&RTrang &P/&N")


def _totals(sheet: Any, styles: _Styles, language: Language, table: Table, places: _Places) -> None:
    """Write the row of totals above the rows, so that it stands on the first page whatever follows."""
    at = places.head(table) + 1
    letters = {column.key: place for place, column in enumerate(table.columns)}
    label = next(
        (place for place, column in enumerate(table.columns) if column.kind == "text"),
        None,
    )
    for place, column in enumerate(table.columns):
        style = styles(column.kind, border=1, bold=True, bg_color="#F3F6F9")
        if column.key in table.totals:
            template = column.formula if _of_row(column) else f"SUM({{{table.name}.{column.key}}})"
            filled = formula(template, lambda key: xl_rowcol_to_cell(at, letters[key]), places.range)
            sheet.write_formula(at, place, f"={filled}", style, table.totals[column.key])
        elif place == label:
            sheet.write_string(at, place, TOTAL.said(language), style)
        else:
            sheet.write_blank(at, place, None, style)


def _of_row(column: Column) -> bool:
    """Say whether a column's formula asks for its own row alone, so that it holds for the totals too."""
    return bool(column.formula) and "." not in column.formula


def _checks(sheet: Any, styles: _Styles, report: Report, places: _Places) -> None:
    language = report.language
    sheet.write_string(0, 0, CHECKS.said(language), styles(bold=True, font_size=14))
    for place, (heading, width) in enumerate(CHECK_HEADINGS):
        sheet.set_column(place, place, width)
        sheet.write_string(2, place, heading.said(language), styles(bold=True, border=1, bg_color="#E7EDF3"))
    for row, check in enumerate(report.checks, start=3):
        _check(sheet, styles, language, row, check, ranges=places.range)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _check(
    sheet: Any, styles: _Styles, language: Language, row: int, check: Check, *, ranges: Callable[[str], str]
) -> None:
    money, at = styles("money", border=1), row + 1
    sheet.write_string(row, 0, check.what.said(language), styles(border=1, text_wrap=True))
    for place, (template, value) in enumerate(zip((check.left, check.right), check.values, strict=True), 1):
        sheet.write_formula(row, place, f"={formula(template, str, ranges)}", money, value)
    sheet.write_formula(row, 3, f"=B{at}-C{at}", money, check.difference)
    words = (TIES.said(language), DIFFERS.said(language))
    said = f'=IF(D{at}=0,"{words[0]}","{words[1]}")'
    sheet.write_formula(row, 4, said, styles(border=1), words[check.difference != 0])


def _fill(frame: io.BytesIO, path: Path, report: Report, places: _Places) -> None:
    """Copy the workbook and put the rows into its sheets; the first sheets are those of the tables."""
    sheets = {f"xl/worksheets/sheet{at}.xml": table for at, table in enumerate(report.tables, start=1)}
    with zipfile.ZipFile(frame) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as filled:
        for entry in made.infolist():
            data = made.read(entry)
            entry.compress_type = zipfile.ZIP_DEFLATED
            if table := sheets.get(entry.filename):
                _sheet(filled, entry, data.decode(), table, places)
            else:
                filled.writestr(entry, data)


def _sheet(filled: zipfile.ZipFile, entry: zipfile.ZipInfo, xml: str, table: Table, places: _Places) -> None:
    at = places.first(table) + 1
    model = re.search(_MODEL_ROW.format(at), xml, re.DOTALL)
    if model is None:  # XlsxWriter writes a row that it was given
        raise AssertionError(entry.filename)
    styles = _STYLE.findall(model[0])
    last = f"{xl_col_to_name(len(table.columns) - 1)}{max(at, at + table.count - 1)}"
    before = _DIMENSION.sub(f'<dimension ref="A1:{last}"/>', xml[: model.start()])
    written = 0
    with filled.open(entry, "w", force_zip64=True) as target:
        target.write(before.encode())
        for batch in table.batches:
            target.write(rows_xml(batch, table.columns, styles, at + written, places.range))
            written += batch.num_rows
        target.write(xml[model.end() :].encode())
    if written != table.count:  # all is read in one transaction
        raise AssertionError(f"{table.name}: {written} rows, {table.count} counted")
