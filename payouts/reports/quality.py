"""The people behind a check of the data, as a workbook that a ward takes along to mend them."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter
from sqlalchemy import RowMapping

from payouts.core import clock
from payouts.core.areas import ward_name
from payouts.core.banks import banks
from payouts.quality.rules import Check
from payouts.reports.exceptions import STYLES

MOST_ROWS = 50_000  # of one workbook
TITLE_ROWS = 3


def _bank(row: RowMapping) -> str | None:
    known = banks().get(row["bank_code"] or "")
    return known.short_name if known else row["bank_code"]


# Heading, width in letters, what stands there and how; the last two are filled in by hand.
COLUMNS: tuple[tuple[str, int, Callable[[RowMapping], Any], str], ...] = (
    ("Xã/phường", 18, lambda row: ward_name(row["area_code"] or ""), "text"),
    ("Họ và tên", 26, lambda row: row["full_name"], "text"),
    ("Số định danh", 14, lambda row: row["citizen_id"], "text"),
    ("Ngày sinh", 11, lambda row: row["born"], "date"),
    ("Ngân hàng", 14, _bank, "text"),
    ("Số tài khoản", 18, lambda row: row["account_no"], "text"),
    ("Điều phát hiện", 44, lambda row: row["said"], "wrapped"),
    ("Ghi đúng là", 24, lambda _row: None, "wrapped"),
    ("Ghi chú", 24, lambda _row: None, "wrapped"),
)


def findings_workbook(check: Check, people: Sequence[RowMapping]) -> bytes:
    """Write the people whom a check found as an XLSX; identifiers are text, and nothing is ever a formula.

    Args:
        check: the check
        people: rows of quality.store.found_by
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": check.vi, "company": "chitra"})
        sheet = book.add_worksheet("Cần sửa")
        styles = {name: book.add_format(style) for name, style in STYLES.items()}
        sheet.write_string(0, 0, check.vi, book.add_format({"bold": True, "font_size": 14}))
        made = f"{len(people)} người, lập ngày {clock.today():%d/%m/%Y}."
        sheet.write_string(1, 0, f"{check.mend_vi} Người làm: {check.mended_by('vi')}. {made}")
        look = {"bold": True, "border": 1, "bg_color": "#E7EDF3", "text_wrap": True, "valign": "top"}
        heading = book.add_format(look)
        for at, (words, width, _, _) in enumerate(COLUMNS):
            sheet.set_column(at, at, width)
            sheet.write_string(TITLE_ROWS, at, words, heading)
        for at, row in enumerate(people, start=TITLE_ROWS + 1):
            said = check.said("vi", value=row["value"], other=row["other"])
            _write_row(sheet, styles, at, {**row, "said": said})
        sheet.freeze_panes(TITLE_ROWS + 1, 2)
        sheet.autofilter(TITLE_ROWS, 0, TITLE_ROWS + max(len(people), 1), len(COLUMNS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(TITLE_ROWS)
        sheet.set_footer("&CTài liệu có dữ liệu cá nhân&RTrang &P/&N")
    return target.getvalue()


def _write_row(sheet: Any, styles: dict[str, Any], at: int, row: Any) -> None:
    for place, (_, _, value_of, style) in enumerate(COLUMNS):
        value = value_of(row)
        if value in {None, ""}:
            sheet.write_blank(at, place, None, styles[style])
        elif style == "date":
            sheet.write_datetime(at, place, value, styles[style])
        else:
            sheet.write_string(at, place, value, styles[style])
