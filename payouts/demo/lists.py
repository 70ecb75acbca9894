"""Writes the demonstration's payout lists: one as CSV in the service's own columns, one as a spreadsheet."""

import csv
from collections.abc import Sequence
from pathlib import Path

from payouts.demo.play import Plan
from payouts.demo.stories import Line

COLUMNS = (
    "line_ref", "citizen_id", "full_name", "date_of_birth", "category_code", "area_code", "hamlet", "amount",
    "period",
    "channel", "bank_code", "account_no", "account_name", "payee_name", "payee_citizen_id", "note",
)  # fmt: skip
HEADINGS = (
    "Mã dòng chi", "Số định danh/CCCD/CMND", "Họ và tên", "Năm sinh / Ngày sinh",
    "Mã đối tượng / Loại đối tượng", "Mã xã/phường", "Thôn/Tổ dân phố",
    "Tổng số tiền", "Kỳ", "Hình thức nhận (TK/TM/tại nhà)", "Ngân hàng", "Số tài khoản",
    "Tên chủ tài khoản", "Ghi chú (tăng/giảm/điều chỉnh)",
)  # fmt: skip
CHANNEL_WORDS = {"account": "TK", "cash": "TM", "home": "Tại nhà"}


UNTIDY = {97: "", 131: "1956-01-01"}  # each so manieth line has no birth date, or not theirs


def _born(at: int, line: Line) -> str:
    """Give the birth date as the list has it, in ISO; a few are as untidy as lists are."""
    untidy = (given for every, given in UNTIDY.items() if at % every == every - 1)
    return next(untidy, line.person.born.isoformat())


def _account(line: Line) -> tuple[str, str, str]:
    person = line.person
    return (person.bank, person.account_no, person.holder) if line.channel == "account" else ("", "", "")


def write_csv(path: Path, lines: Sequence[Line]) -> None:
    """Write a list as CSV with the English columns."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(COLUMNS)
        for at, line in enumerate(lines):
            person = line.person
            who = (person.citizen_id, person.full_name, _born(at, line), person.category)
            what = (person.ward, person.hamlet, line.amount, line.period, line.channel, *_account(line))
            payee = (person.holder, person.holder_id) if person.holder_id else ("", "")
            out.writerow((line.line_ref, *who, *what, *payee, line.note))


def write_xlsx(path: Path, lines: Sequence[Line], title: str) -> None:
    """Write a list as people make it: a spreadsheet with a title above Vietnamese headings."""
    import xlsxwriter  # noqa: PLC0415  # the shell starts without it

    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Danh sách")
    bold = book.add_format({"bold": True})
    sheet.write_string(0, 0, "UỶ BAN NHÂN DÂN THÀNH PHỐ HÀ NỘI", bold)
    sheet.write_string(1, 0, title, bold)
    sheet.write_row(3, 0, HEADINGS, bold)
    sheet.set_column(0, len(HEADINGS), 18)
    for at, line in enumerate(lines, start=4):
        person = line.person
        values = (
            line.line_ref, person.citizen_id, person.full_name, f"{person.born:%d/%m/%Y}", person.category,
            person.ward, person.hamlet, line.amount, line.period, CHANNEL_WORDS[line.channel],
            *_account(line), line.note,
        )  # fmt: skip
        for column, value in enumerate(values):
            if isinstance(value, int):
                sheet.write_number(at, column, value)
            else:
                sheet.write_string(at, column, value)
    book.close()


def write_lists(plan: Plan, folder: Path) -> dict[str, Path]:
    """Write each programme's list: programme -> file."""
    cycle = plan.schedule.cycle
    month = f"{cycle[5:]}/{cycle[:4]}"
    paths = {"BTXH": folder / f"danh-sach-BTXH-{cycle}.csv", "HTXH": folder / f"danh-sach-HTXH-{cycle}.xlsx"}
    write_csv(paths["BTXH"], plan.lines["BTXH"])
    write_xlsx(paths["HTXH"], plan.lines["HTXH"], f"DANH SÁCH CHI TRẢ TRỢ CẤP HƯU TRÍ XÃ HỘI THÁNG {month}")
    return paths
