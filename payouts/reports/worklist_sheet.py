"""The worklist as a workbook that staff take along, fill in and hand in again."""

import io
from collections.abc import Callable, Sequence
from typing import Any

import xlsxwriter
from sqlalchemy import RowMapping

from payouts.cases.next_steps import next_step
from payouts.cases.rules import STATES
from payouts.cases.sheet import FILLED_IN, KNOWN, WORDS
from payouts.core import clock
from payouts.core.areas import ward_name
from payouts.core.banks import banks
from payouts.core.terms import VERDICT_TERMS
from payouts.reports.exceptions import STYLES

TITLE_ROWS = 3  # title, how to fill it in, blank
EXPLAINED = (
    "Điền các cột nền vàng rồi nộp lại tệp này trên trang Danh sách việc. "
    "Không sửa ba cột đầu; có thể xóa hoặc sắp xếp lại dòng."
)
CHOICES = "Danh mục"


def _step(row: RowMapping) -> str:
    step = next_step(row["verdict"], row["reason_code"], row["kind"])
    return step.vi if step else ""


def _bank(row: RowMapping) -> str:
    known = banks().get(row["bank_code"] or "")
    return known.short_name if known else row["bank_code"] or ""


# Heading, width in letters, what stands there and how.
SHOWN: tuple[tuple[str, int, Callable[[RowMapping], Any], str], ...] = (
    (KNOWN["case"], 8, lambda row: str(row["id"]), "text"),
    (KNOWN["version"], 7, lambda row: str(row["version"]), "text"),
    (KNOWN["subject"], 17, lambda row: row["subject"], "text"),
    ("Họ và tên", 24, lambda row: row["full_name"], "text"),
    ("Số định danh", 14, lambda row: row["citizen_id"], "text"),
    ("Xã/phường", 16, lambda row: ward_name(row["area_code"] or ""), "text"),
    ("Thôn/Tổ dân phố", 16, lambda row: row["hamlet"], "text"),
    ("Kỳ", 9, lambda row: row["cycle"], "text"),
    ("Phải chi (đ)", 12, lambda row: row["amount"], "money"),
    ("Ngân hàng", 12, _bank, "text"),
    (
        "Kết quả đối chiếu",
        19,
        lambda row: VERDICT_TERMS[row["verdict"]]["vi"] if row["verdict"] else "",
        "wrapped",
    ),
    ("Việc tiếp theo", 40, _step, "wrapped"),
    ("Trạng thái", 13, lambda row: STATES[row["state"]], "text"),
    ("Hạn xử lý", 11, lambda row: row["due"], "date"),
)
WIDTHS = {"note": 40, "outcome": 26, "result": 20}


def worklist_workbook(rows: Sequence[RowMapping]) -> bytes:
    """Write cases as an XLSX with columns to fill in.

    Identifiers are text, money is numbers, and nothing is ever a formula, whatever a file said.

    Args:
        rows: of cases.worklist.worklist
    """
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": "Danh sách việc cần xử lý", "company": "chitra"})
        sheet = book.add_worksheet("Việc")
        styles = {name: book.add_format(style) for name, style in STYLES.items()}
        styles["blank"] = book.add_format({**STYLES["wrapped"], "bg_color": "#FFF8D6"})
        _head(book, sheet, len(rows))
        for at, row in enumerate(rows, start=TITLE_ROWS + 1):
            _write_row(sheet, styles, at, row)
        _offer_choices(book, sheet, TITLE_ROWS + 1, TITLE_ROWS + max(len(rows), 1))
        sheet.autofilter(TITLE_ROWS, 0, TITLE_ROWS + max(len(rows), 1), len(SHOWN) + len(FILLED_IN) - 1)
        _set_up_print(sheet)
    return target.getvalue()


def _head(book: Any, sheet: Any, count: int) -> None:
    title = f"Danh sách {count} việc cần xử lý, lập ngày {clock.today():%d/%m/%Y}"
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    sheet.write_string(1, 0, EXPLAINED)
    look = {"bold": True, "border": 1, "text_wrap": True, "valign": "top"}
    plain, filled = (book.add_format({**look, "bg_color": colour}) for colour in ("#E7EDF3", "#FBE9A0"))
    for at, (heading, width, _, _) in enumerate(SHOWN):
        sheet.set_column(at, at, width)
        sheet.write_string(TITLE_ROWS, at, heading, plain)
    for at, (name, heading) in enumerate(FILLED_IN.items(), start=len(SHOWN)):
        sheet.set_column(at, at, WIDTHS.get(name, 14))
        sheet.write_string(TITLE_ROWS, at, heading, filled)
    sheet.freeze_panes(TITLE_ROWS + 1, 4)


def _write_row(sheet: Any, styles: dict[str, Any], at: int, row: RowMapping) -> None:
    for place, (_, _, value_of, style) in enumerate(SHOWN):
        value = value_of(row)
        if value in {None, ""}:
            sheet.write_blank(at, place, None, styles[style])
        elif style == "money":
            sheet.write_number(at, place, value, styles[style])
        elif style == "date":
            sheet.write_datetime(at, place, value, styles[style])
        else:
            sheet.write_string(at, place, value, styles[style])
    for place in range(len(SHOWN), len(SHOWN) + len(FILLED_IN)):
        sheet.write_blank(at, place, None, styles["blank"])


def _offer_choices(book: Any, sheet: Any, first: int, last: int) -> None:
    """Let the spreadsheet offer the words that are understood; other words are told when it is handed in."""
    lists = book.add_worksheet(CHOICES)
    for at, (name, words_of) in enumerate(WORDS.items()):
        words = words_of()
        for row, said in enumerate(words):
            lists.write_string(row, at, said)
        column = len(SHOWN) + list(FILLED_IN).index(name)
        letter = "ABC"[at]
        source = f"='{CHOICES}'!${letter}$1:${letter}${len(words)}"
        sheet.data_validation(
            first, column, last, column, {"validate": "list", "source": source, "error_type": "warning"}
        )
    lists.hide()


def _set_up_print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TITLE_ROWS)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.set_footer("&CTài liệu có dữ liệu cá nhân&RTrang &P/&N")
