"""The daily digest of one officer as a workbook, to be printed, or sent by whoever sends mail."""

import io
from typing import Any

import xlsxwriter
from sqlalchemy import RowMapping

from payouts.cases.digest import Digest
from payouts.cases.kinds import kinds
from payouts.cases.next_steps import next_step
from payouts.core.areas import ward_name
from payouts.core.terms import VERDICT_TERMS
from payouts.reports.exceptions import STYLES

SECTIONS = {
    "overdue": "Đã quá hạn",
    "today": "Đến hạn hôm nay",
    "soon": "Đến hạn trong hai ngày làm việc tới",
    "new": "Mới mở từ hôm qua",
}
COLUMNS = {
    "Việc số": 8,
    "Họ và tên": 24,
    "Xã/phường": 18,
    "Kỳ": 14,
    "Chuyện gì": 26,
    "Phải chi (đ)": 13,
    "Hạn xử lý": 11,
    "Người phụ trách": 16,
    "Việc tiếp theo": 60,
}


def digest_workbook(digest: Digest) -> bytes:
    """Write a digest as an XLSX; nothing in it is ever a formula, whatever a file said."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Việc hôm nay")
        styles = {name: book.add_format(style) for name, style in STYLES.items()}
        bold = book.add_format({"bold": True})
        sheet.write_string(0, 0, f"Việc của {digest.username}, ngày {digest.on:%d/%m/%Y}", bold)
        for place, width in enumerate(COLUMNS.values()):
            sheet.set_column(place, place, width)
        at = 2
        for section in digest.sections:
            sheet.write_string(at, 0, f"{SECTIONS[section.name]}: {section.count}", bold)
            for place, heading in enumerate(COLUMNS):
                sheet.write_string(at + 1, place, heading, bold)
            for below, row in enumerate(section.rows, at + 2):
                _write(sheet, styles, below, row)
            at += 3 + len(section.rows)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&CTài liệu có dữ liệu cá nhân&RTrang &P/&N")
    return target.getvalue()


def _write(sheet: Any, styles: dict[str, Any], at: int, row: RowMapping) -> None:
    step = next_step(row["verdict"], row["reason_code"], row["kind"])
    what = VERDICT_TERMS[row["verdict"]]["vi"] if row["kind"] == "exception" else kinds()[row["kind"]].vi
    sheet.write_number(at, 0, row["id"], styles["text"])
    texts = (row["full_name"] or row["subject"], ward_name(row["area_code"] or ""))
    for place, text in enumerate((*texts, f"{row['programme']} {row['cycle']}", what), 1):
        sheet.write_string(at, place, text, styles["wrapped"])
    if row["amount"] is None:
        sheet.write_blank(at, 5, None, styles["money"])
    else:
        sheet.write_number(at, 5, row["amount"], styles["money"])
    sheet.write_datetime(at, 6, row["due"], styles["date"])
    sheet.write_string(at, 7, row["assignee"] or "", styles["text"])
    sheet.write_string(at, 8, step.vi if step else "", styles["wrapped"])
