"""The files of an enquiry: the letter as DOCX or PDF, and the sheet that the bank fills in as XLSX."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from payouts.cases.enquiries.models import Enquiry
from payouts.cases.enquiries.rules import answer_kinds
from payouts.cases.enquiries.sheet import ANSWER_COLUMNS, ASKED_COLUMNS
from payouts.cases.enquiries.store import LetterLine
from payouts.core.settings import Settings
from payouts.reports.letters.content import content_of, last_word

MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WIDTHS = (6, 18, 28, 20, 14, 10, 26, 34, 16, 24, 30, 16, 22, 26, 30)


def letter_file(
    settings: Settings, letter: Enquiry, lines: Sequence[LetterLine], told: Mapping[int, Any], kind: str
) -> bytes:
    """Write a file of a letter.

    Args:
        settings: of this installation
        letter: the letter
        lines: all its lines
        told: what the bank said of them, as cases.enquiries.store.told gives it
        kind: a key of MEDIA_TYPES
    """
    if kind == "xlsx":
        return answer_sheet(lines, told)
    content = content_of(settings, letter, lines, told)
    if kind == "pdf":
        from payouts.reports.letters.pdf import pdf  # noqa: PLC0415  # each loads a library of its own

        return pdf(content)
    from payouts.reports.letters.word import word  # noqa: PLC0415  # the same

    return word(content)


def answer_sheet(lines: Sequence[LetterLine], told: Mapping[int, Any]) -> bytes:
    """Write the sheet: a row a line, the answers to choose from in a list; no text is ever a formula."""
    import xlsxwriter  # noqa: PLC0415  # the same

    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Trả lời")
        head = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DCEBE8", "border": 1})
        text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0"})
        titles = [*ASKED_COLUMNS.values(), *ANSWER_COLUMNS.values()]
        for column, (title, width) in enumerate(zip(titles, WIDTHS, strict=True)):
            sheet.set_column(column, column, width, money if "Số tiền" in title else text)
            sheet.write_string(0, column, title, head)
        for row, each in enumerate(lines, start=1):
            line = each.line
            shown = [each.asked.line_ref, line.account_name or line.full_name, line.account_no or ""]
            sheet.write_number(row, 0, each.asked.place)
            for column, said in enumerate(shown, start=1):
                sheet.write_string(row, column, said, text)
            sheet.write_number(row, 4, line.amount, money)
            sheet.write_string(row, 5, f"{each.asked.cycle[5:]}/{each.asked.cycle[:4]}", text)
            sheet.write_string(row, 6, last_word(told.get(each.asked.payout_line_id)), text)
        choices = [kind.vi for kind in answer_kinds().values()]
        answers = book.add_worksheet("Câu trả lời")
        answers.write_column(0, 0, choices)
        at = len(ASKED_COLUMNS)
        among = {"validate": "list", "source": f"='Câu trả lời'!$A$1:$A${len(choices)}"}
        sheet.data_validation(1, at, max(len(lines), 1), at, among)
        sheet.freeze_panes(1, 3)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
    return into.getvalue()
