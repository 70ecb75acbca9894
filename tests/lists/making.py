"""Payout lists made for tests: invented people in the service's own columns, and in the 24 of offices."""

from pathlib import Path
from typing import Any

import openpyxl

from payouts.lists.reading import LIST_LINES, ListReport, open_list

HEADER = (
    "line_ref,citizen_id,full_name,date_of_birth,category_code,area_code,amount,period,channel,bank_code,account_no,"
    "account_name,payee_name,payee_citizen_id,note"
)
GOOD = (
    "BT11A0001,001145003417,Nguyễn Thị Hoa,1945-04-12,BTXH_5_6_N,00004,810000,2026-11,account,VCB,"
    "0011004004417,NGUYEN THI HOA,,,"
)
NO_REF = GOOD.replace("BT11A0001", "")

# The layout of 24 columns that offices use; what it calls a column is a fact of the form.
OFFICE_HEADER: list[object] = [
    "STT", "Họ và tên", "Năm sinh / Ngày sinh", "Số định danh/CCCD/CMND", "Mã đối tượng / Loại đối tượng",
    "Số quyết định hưởng", "Số sổ lĩnh tiền", "Thôn/Tổ dân phố", "Xã/Phường", "Hệ số",
    "Tiền trợ cấp tháng này", "Chưa trả tháng trước", "Truy lĩnh", "Truy thu/khấu trừ",
    "Mai táng phí / trợ cấp một lần",
    "Tổng số tiền", "Hình thức nhận (TK/TM/tại nhà)", "Số tài khoản", "Tên chủ tài khoản", "Ngân hàng",
    "Người nhận thay (họ tên, CCCD, quan hệ)", "Số tháng", "Ký nhận", "Ghi chú (tăng/giảm/điều chỉnh)",
]  # fmt: skip


def office_row(number: int, **given: object) -> list[object]:
    values: dict[str, object] = {
        "name": "Nguyễn Thị Hoa", "birth": 1945, "id": "001145003417", "ward": "Phường Ba Đình",
        "amount": 810_000, "channel": "TK", "account": "0011004004417", "bank": "Vietcombank", "payee": None,
    } | given  # fmt: skip
    return [
        number, values["name"], values["birth"], values["id"], "BTXH_5_6_N", "12/QĐ", None, "Tổ 3",
        values["ward"], 1.5, values.get("current", values["amount"]), values.get("carried"),
        values.get("arrears"), values.get("deducted"), values.get("one_off"), values["amount"],
        values["channel"], values["account"], "NGUYEN THI HOA", values["bank"], values["payee"],
        1, None, None,
    ]  # fmt: skip


def save(path: Path, rows: list[list[object]], **more: list[list[object]]) -> Path:
    """Save a workbook of one sheet, and more sheets by their names."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, each in {"Sheet": rows, **more}.items():
        sheet = book.create_sheet(name)
        for row in each:
            sheet.append(row)
    book.save(path)
    return path


def csv_file(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "list.csv"
    path.write_bytes("\n".join([header, *lines, ""]).encode())
    return path


def read(path: Path, cycle: str | None = "2026-11") -> tuple[list[dict[str, Any]], ListReport]:
    reading = open_list(path, cycle=cycle, programme="BTXH")
    batches = list(reading.batches())
    assert all(batch.schema == LIST_LINES for batch in batches)
    return [line for batch in batches for line in batch.to_pylist()], reading.report


def problems(report: ListReport) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.line, problem.field) for problem in report.problems]
