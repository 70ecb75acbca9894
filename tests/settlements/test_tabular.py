"""A bank's CSV and XLSX are read by the profile of their layout; what is wrong is told by line and field."""

import datetime as dt
import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from payouts.settlements.formats import tabular
from payouts.settlements.formats.base import LINES, FileReport
from payouts.settlements.formats.tabular import TabularReader
from payouts.settlements.profiles import read_profile

HEADER = (
    "bank_code,branch,bank_ref,end_to_end_id,account_no,account_name,citizen_id,amount,currency,booked_on,status,"
    "reason_code,reason_text,fee,original_ref,remittance_info"
)
GOOD = "VCB,,FT1,BT11A0001,0011004004417,NGUYEN THI HOA,,930000,VND,2026-11-05,settled,,,,,BTXH T11"

MB_2026: list[list[object]] = [
    ["STT", None, "SỐ TÀI KHOẢN\n(Account No)", None, None, "TÊN ĐƠN VỊ THỤ HƯỞNG (Beneficiary Name)",
     "NGÂN HÀNG THỤ HƯỞNG (Beneficiary Bank)", "SỐ TIỀN GIAO DỊCH (Amount)", None,
     "CHI TIẾT THANH TOÁN (Payment Details)",
     None, None, "PHÍ (CHƯA GỒM VAT)", None, None, "HÌNH THỨC CHUYỂN KHOẢN (Payment Method)",
     "TRẠNG THÁI GIAO DỊCH (Transaction status)", "TRẠNG THÁI HẠCH TOÁN (Account deduction status)",
     "GHI CHÚ (Note)",
     None, None, None, None, "BÚT TOÁN (FT number)"],
]  # fmt: skip
MB_LEGACY = [
    "STT",
    "Số TK",
    "Tên khách hàng",
    "Ngân hàng",
    "Số tiền",
    "Mã giao dịch",
    None,
    "Trạng thái",
    "Tham chiếu",
]


def mb_row(number: int, account: object, amount: object, status: object, note: object = None) -> list[object]:
    row: list[object] = [None] * 24
    for at, value in {
        0: number, 2: account, 5: "NGUYEN THI HOA", 6: "VietinBank", 7: amount, 9: "BTXH T11 BT11A0001",
        12: 0, 15: "Chuyển thường", 16: status, 17: "Đã hạch toán", 18: note, 23: f"FT2630{number}",
    }.items():  # fmt: skip
        row[at] = value
    return row


def save(path: Path, *sheets: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def csv_file(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "a.csv"
    path.write_bytes("\n".join([header, *lines, ""]).encode())
    return path


def read(
    path: Path, profile: str | None = None, currency: str = "VND"
) -> tuple[list[dict[str, Any]], FileReport]:
    report = FileReport()
    kind = "xlsx" if path.suffix == ".xlsx" else "csv"
    batches = list(TabularReader(kind, profile).read(path, report, currency))
    assert all(batch.schema == LINES for batch in batches)
    return [line for batch in batches for line in batch.to_pylist()], report


def problems(report: FileReport) -> list[tuple[str, int | None, str | None]]:
    return [(problem.code, problem.line, problem.field) for problem in report.problems]


def test_a_line_of_the_services_own_layout_is_read(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, GOOD))
    (line,) = lines
    assert line == {
        "line": 2, "statement": None, "bank_code": "VCB", "branch": "", "bank_ref": "FT1",
        "end_to_end_id": "BT11A0001", "account_no": "0011004004417", "account_name": "NGUYEN THI HOA",
        "citizen_id": "", "amount": 930_000, "currency": "VND", "booked_on": dt.date(2026, 11, 5),
        "status": "settled", "reason_code": "", "reason_text": "", "fee": None, "original_ref": "",
        "remittance_info": "BTXH T11",
    }  # fmt: skip
    assert (report.outcome, report.format, report.profile, report.sender) == (
        "accepted",
        "csv",
        "chitra",
        None,
    )
    assert (report.lines, report.good_lines, report.statements) == (1, 1, 0)


def test_settled_is_debit_returned_is_credit_and_other_statuses_move_nothing(tmp_path: Path) -> None:
    rows = [
        GOOD.replace("settled", word) for word in ("settled", "returned", "rejected", "pending", "unknown")
    ]
    _, report = read(csv_file(tmp_path, *rows))
    total = report.totals["VND"]
    assert (total.debit_lines, total.debit, total.credit_lines, total.credit) == (1, 930_000, 1, 930_000)


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("930000", "930.5", "amount_unreadable", "amount"),
        ("930000", "-930000", "amount_sign", "amount"),
        ("930000", "9223372036854775808", "amount_too_large", "amount"),
        ("930000", "1e400", "amount_exponent", "amount"),
        ("930000", "NaN", "amount_unreadable", "amount"),
        ("930000", "1_000", "amount_underscore", "amount"),
        ("930000", "٩٣٠٠٠٠", "amount_other_digits", "amount"),
        ("930000", "=930000", "amount_formula", "amount"),
        ("930000", "", "amount_missing", "amount"),
        ("2026-11-05", "2026-02-30", "date_unreadable", "booked_on"),
        ("settled", "done", "status_unknown", "status"),
        ("settled", "", "status_missing", "status"),
        ("NGUYEN", "NGUY\x1bEN", "control_character", "account_name"),
        ("NGUYEN", "\u202eNGUYEN", "control_character", "account_name"),
        ("VND", "USD", "currency_other", "currency"),
    ],
)
def test_a_line_in_error_quarantines_the_file_and_is_not_yielded(
    tmp_path: Path, old: str, new: str, code: str, field: str
) -> None:
    lines, report = read(csv_file(tmp_path, GOOD, GOOD.replace(old, new, 1), GOOD))
    assert [line["line"] for line in lines] == [2, 4]
    assert problems(report) == [(code, 3, field)]
    assert (report.outcome, report.lines, report.good_lines) == ("quarantined", 3, 2)


@pytest.mark.parametrize(
    "name", ["NA", "None", "null", "NULL", "nan", "N/A", "TRUE", "Nguyễn Thị 'Tý'", "=1+1"]
)
def test_names_that_look_like_something_else_are_kept(tmp_path: Path, name: str) -> None:
    lines, report = read(csv_file(tmp_path, GOOD.replace("NGUYEN THI HOA", name)))
    assert lines[0]["account_name"] == name
    assert report.outcome == "accepted"


def test_text_is_composed_and_freed_of_invisible_marks(tmp_path: Path) -> None:
    name = unicodedata.normalize("NFD", "Nguyễn Thị Hoà")
    lines, _ = read(csv_file(tmp_path, GOOD.replace("NGUYEN THI HOA", f"\ufeff {name}\u200f ")))
    assert lines[0]["account_name"] == "Nguyễn Thị Hoà"


def test_an_amount_and_a_date_may_be_empty_where_nothing_was_paid(tmp_path: Path) -> None:
    row = GOOD.replace("settled", "rejected").replace("930000", "").replace("2026-11-05", "")
    lines, report = read(csv_file(tmp_path, row))
    assert (lines[0]["amount"], lines[0]["booked_on"], report.outcome) == (None, None, "accepted")


def test_a_file_in_another_currency_is_quarantined_and_its_totals_are_told(tmp_path: Path) -> None:
    row = GOOD.replace("VND", "USD").replace("930000", "45.60")
    lines, report = read(csv_file(tmp_path, row, row))
    assert (lines, report.outcome, report.lines) == ([], "quarantined", 2)
    assert report.totals["USD"].debit == Decimal("91.20")
    lines, report = read(csv_file(tmp_path, row), currency="USD")
    assert (lines[0]["amount"], report.outcome) == (4_560, "accepted")


def test_a_number_that_a_spreadsheet_damaged_is_told_and_not_used(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, GOOD.replace("0011004004417", "1.1004E+10")))
    assert (lines[0]["account_no"], report.outcome) == ("", "accepted")
    assert problems(report) == [("number_damaged", 2, "account_no")]


def test_a_bank_is_one_by_all_its_names_and_a_strange_one_is_told_once(tmp_path: Path) -> None:
    rows = [
        GOOD.replace("VCB", name, 1)
        for name in ("970436", "Vietcombank", "01203001", "BFTVVNVX", "XYZ", "XYZ")
    ]
    lines, report = read(csv_file(tmp_path, *rows))
    assert [line["bank_code"] for line in lines] == ["VCB"] * 4 + ["XYZ"] * 2
    assert problems(report) == [("bank_unknown", 6, "bank_code")]


def test_a_reason_in_words_becomes_a_code_where_the_bank_gives_none(tmp_path: Path) -> None:
    row = GOOD.replace("settled,,", "rejected,,Tài khoản đã đóng")
    given = GOOD.replace("settled,,", "rejected,AC06,Tài khoản đã đóng")
    lines, _ = read(csv_file(tmp_path, row, given))
    assert [line["reason_code"] for line in lines] == ["AC04", "AC06"]


def test_columns_may_stand_in_any_order_and_be_absent_but_for_amount_and_status(tmp_path: Path) -> None:
    lines, report = read(
        csv_file(tmp_path, "settled;930.000 đ;BT11A0001", header="Status;AMOUNT;End to end ID")
    )
    assert (lines[0]["amount"], lines[0]["end_to_end_id"], lines[0]["account_no"]) == (
        930_000,
        "BT11A0001",
        "",
    )
    assert report.outcome == "accepted"


def test_headings_and_status_words_of_the_services_own_layout_may_be_vietnamese(tmp_path: Path) -> None:
    header = "Mã dòng chi,Số tài khoản,Số tiền,Trạng thái,bank_ref"
    lines, report = read(csv_file(tmp_path, "BT11A0001,0011,930000,Thành công,FT1", header=header))
    assert (report.profile, report.outcome, report.problems) == ("chitra", "accepted", [])
    assert (lines[0]["end_to_end_id"], lines[0]["status"], lines[0]["bank_ref"]) == (
        "BT11A0001",
        "settled",
        "FT1",
    )


def test_a_profile_says_encoding_number_and_date_style_and_constants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    profile = read_profile(
        "thu",
        """
        bank: VBA
        formats: [csv]
        encoding: cp1258
        numbers: point
        dates: month_first
        constants: {bank_code: Agribank, branch: '0123'}
        headings: {account_name: [Ten], amount: [So tien], booked_on: [Ngay], status: [Trang thai]}
        required: [amount, status]
        statuses: {settled: [OK]}
        """,
    )
    monkeypatch.setattr(tabular, "profile_named", {"thu": profile}.__getitem__)
    path = tmp_path / "a.csv"
    path.write_bytes('Ten,So tien,Ngay,Trang thai\nTr\u0103ng,"930,000.00",11/20/2026,ok\n'.encode("cp1258"))
    (line,), report = read(path, "thu")
    assert (line["account_name"], line["amount"], line["booked_on"]) == (
        "Trăng",
        930_000,
        dt.date(2026, 11, 20),
    )
    assert (line["bank_code"], line["branch"]) == ("VBA", "0123")
    assert (report.sender, report.outcome) == ("VBA", "accepted")
    path.write_bytes(b"Ten,So tien,Ngay,Trang thai\nTr\xd2ng,1,,ok\n\xe2")
    assert read(path, "thu")[1].outcome in {"quarantined", "refused"}


def test_an_unknown_column_is_a_warning_that_names_it(tmp_path: Path) -> None:
    _, report = read(csv_file(tmp_path, GOOD + ",x", header=HEADER + ",Màu sắc"))
    assert problems(report) == [("column_unknown", 1, None)]
    assert "Màu sắc" in report.problems[0].message()
    assert report.outcome == "accepted"


def test_a_column_that_stands_twice_refuses_the_file(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, GOOD + ",5", header=HEADER + ",Amount"))
    assert (lines, report.outcome) == ([], "refused")
    assert problems(report) == [("column_twice", 1, None)]


def test_a_missing_column_refuses_the_file_where_the_profile_is_named(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "1,2", header="bank_ref,amount")
    assert problems(read(path, "chitra")[1]) == [("column_missing", 1, "status")]
    assert problems(read(path)[1]) == [("header_unknown", None, None)]


def test_a_header_that_lacks_one_column_is_told_which(tmp_path: Path) -> None:
    _, report = read(csv_file(tmp_path, GOOD, header=HEADER.replace(",status", ",x")))
    assert (problems(report), report.outcome) == (
        [("column_missing", 1, "status"), ("column_unknown", 1, None)], "refused",
    )  # fmt: skip


def test_a_payout_list_that_lacks_a_column_is_a_payout_list_all_the_same(tmp_path: Path) -> None:
    header = "line_ref,full_name,amount,channel,area_code"
    assert problems(read(csv_file(tmp_path, "A1,x,1,cash,00004", header=header))[1]) == [
        ("list_as_settlement", None, None)
    ]


def test_a_payout_list_sent_as_a_bank_file_is_refused_as_such(tmp_path: Path) -> None:
    header = "line_ref,citizen_id,full_name,amount,channel,account_no"
    for profile in (None, "chitra"):
        _, report = read(csv_file(tmp_path, "A1,001,x,1,account,1", header=header), profile)
        assert problems(report) == [("list_as_settlement", None, None)]
        assert report.outcome == "refused"


@pytest.mark.parametrize("text", ["", "\n", "a,b\n1,2\n", "hello", ",,,,\n", "bank_ref\nstatus\n", '"'])
def test_what_no_profile_knows_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    lines, report = read(path)
    assert (lines, report.outcome) == ([], "refused")


def test_latin_bytes_are_refused_with_their_line(tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOOD)
    path.write_bytes(path.read_bytes() + GOOD.replace("HOA", "HOÀ").encode("latin-1") + b"\n")
    _, report = read(path)
    assert problems(report) == [("not_utf8", 3, None)]
    assert report.outcome == "refused"


def test_half_a_file_is_never_accepted(tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOOD, GOOD)
    whole = path.read_bytes()
    for size in range(len(HEADER) + 1, len(whole) - 1, 5):
        path.write_bytes(whole[:size])
        lines, report = read(path)
        ended_at_a_line = whole[:size].endswith(b"\n") or size == len(HEADER) + 1 + len(GOOD)
        last_cells_cut = whole[:size].count(b",") % 15 == 0
        assert report.outcome != "accepted" or ended_at_a_line or last_cells_cut
        assert report.lines >= len(lines)


def test_a_header_told_again_is_an_error(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, GOOD, HEADER, GOOD))
    assert [line["line"] for line in lines] == [2, 4]
    assert problems(report) == [("header_again", 3, None)]


def test_a_row_of_sums_ties_or_quarantines(tmp_path: Path) -> None:
    sums = "Tổng cộng (2 dòng),,,,,,,1860000"
    lines, report = read(csv_file(tmp_path, GOOD, GOOD, sums))
    assert (len(lines), report.lines, report.outcome) == (2, 2, "accepted")
    _, report = read(csv_file(tmp_path, GOOD, sums))
    assert problems(report) == [("control_sum_differs", 3, None), ("control_count_differs", 3, None)]
    assert report.outcome == "quarantined"


@pytest.mark.parametrize(
    ("sums", "codes"),
    [
        ("TOTAL,2,,,,,,1860000", []),
        ("TOTAL,3,,,,,,1860000", ["control_count_differs"]),
        ("Tổng cộng: 2 giao dịch,,,,,,,1.860.000 đ", []),
        ("Tổng cộng: 3 giao dịch,,,,,,,", ["control_count_differs"]),
        ("Tổng cộng tháng 11,,,,,,,1860000", []),
        ("Tổng cộng,,,,,,,1860000.5", ["control_unreadable"]),
        ("Tổng cộng,,,,,,,1860001", ["control_sum_differs"]),
        (",,,,,Tổng cộng,,1860000", []),
    ],
)
def test_a_row_of_sums_is_read_however_it_is_written(tmp_path: Path, sums: str, codes: list[str]) -> None:
    lines, report = read(csv_file(tmp_path, GOOD, GOOD, sums))
    assert [problem.code for problem in report.problems] == codes
    assert (len(lines), report.lines) == (2, 2)


def test_a_file_without_lines_is_a_warning(tmp_path: Path) -> None:
    _, report = read(csv_file(tmp_path))
    assert (problems(report), report.outcome) == ([("no_lines", None, None)], "accepted")


def test_lines_keep_their_row_numbers_below_blank_rows(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, "", GOOD, "," * 15, GOOD))
    assert [line["line"] for line in lines] == [3, 5]
    assert report.lines == 2


def test_the_layout_of_2026_is_found_below_its_banner(tmp_path: Path) -> None:
    banner: list[list[object]] = [["NGÂN HÀNG TMCP QUÂN ĐỘI"], *([[None]] * 10)]
    rows = [
        mb_row(1, "0011004004417", 930_000, "Thành công"),
        mb_row(2, "0011004004418", "1.080.000", "Thất bại", "Tài khoản đã đóng"),
        mb_row(3, 11004004419, 810_000.0, "Đang xử lý"),
    ]
    total: list[object] = [None] * 24
    total[5], total[7] = "TỔNG CỘNG", 2_820_000
    path = save(tmp_path / "a.xlsx", [*banner, *MB_2026, *rows, total, ["Người lập biểu"]])
    lines, report = read(path)
    assert (report.profile, report.sender, report.outcome, report.lines) == (
        "mb_result_2026",
        "MB",
        "accepted",
        3,
    )
    assert [line["line"] for line in lines] == [13, 14, 15]
    assert [line["status"] for line in lines] == ["settled", "rejected", "pending"]
    assert [line["amount"] for line in lines] == [930_000, 1_080_000, 810_000]
    assert [line["account_no"] for line in lines] == ["0011004004417", "0011004004418", "11004004419"]
    assert [line["reason_code"] for line in lines] == ["", "AC04", ""]
    assert {line["bank_code"] for line in lines} == {"ICB"}
    assert [line["bank_ref"] for line in lines] == ["FT26301", "FT26302", "FT26303"]
    assert report.totals["VND"].debit == 930_000


def test_the_legacy_layout_is_told_from_the_common_one(tmp_path: Path) -> None:
    row = [1, "0011004004417", "NGUYEN THI HOA", "VCB", 930_000, "BT11A0001", None, "Thành công", "FT1"]
    path = save(tmp_path / "a.xlsx", [["Kết quả"], [None], [None], list(MB_LEGACY), row])
    lines, report = read(path)
    assert (report.profile, report.outcome) == ("mb_result_legacy", "accepted")
    assert (lines[0]["bank_ref"], lines[0]["remittance_info"], lines[0]["line"]) == ("FT1", "BT11A0001", 5)


def test_a_common_result_file_is_read(tmp_path: Path) -> None:
    header = "STT;Số bút toán;Ngày hạch toán;Số tài khoản;Tên;Số tiền;Trạng thái;Mã lỗi;Mô tả lỗi;Nội dung"
    lines, report = read(
        csv_file(
            tmp_path, "1;FT1;05/11/2026;0011;HOA;930.000;KHÔNG THÀNH CÔNG;;tk khong ton tai;x", header=header
        )
    )
    assert (report.profile, report.sender, report.outcome) == ("generic_result", None, "accepted")
    assert (lines[0]["status"], lines[0]["reason_code"]) == ("rejected", "AC01")
    assert lines[0]["booked_on"] == dt.date(2026, 11, 5)


@pytest.mark.parametrize(
    ("code", "text", "status", "reason"),
    [
        ("68", "", "unknown", "AB05"),
        ("", "Giao dịch timeout", "unknown", "AB05"),
        ("14", "", "rejected", "AC01"),
        ("ac04", "", "rejected", "AC04"),
        ("E77", "tài khoản đã đóng", "rejected", "AC04"),
        ("E77", "", "rejected", "E77"),
    ],
)
def test_a_time_out_is_no_certain_rejection(
    tmp_path: Path, *, code: str, text: str, status: str, reason: str
) -> None:
    header = "Số bút toán;Số tài khoản;Tên;Số tiền;Trạng thái;Mã lỗi;Mô tả lỗi"
    lines, _ = read(csv_file(tmp_path, f"FT1;0011;HOA;930.000;Thất bại;{code};{text}", header=header))
    assert (lines[0]["status"], lines[0]["reason_code"]) == (status, reason)


def test_a_statement_has_two_sides(tmp_path: Path) -> None:
    header = "Ngày giao dịch\tSố chứng từ\tGhi nợ\tGhi có\tSố dư\tDiễn giải"
    rows = [
        "Số dư đầu kỳ\t\t\t\t5.000.000\t",
        "05/11/2026\tFT1\t930.000\t\t4.070.000\tBTXH BT11A0001",
        "06/11/2026\tFT2\t\t930.000\t5.000.000\tHoàn trả BT11A0001",
        "06/11/2026\tFT3\t1\t1\t5.000.000\tx",
        "Tổng cộng\t\t930.001\t930.001\t\t",
    ]
    lines, report = read(csv_file(tmp_path, *rows, header=header))
    assert [(line["status"], line["amount"]) for line in lines] == [
        ("settled", 930_000),
        ("returned", 930_000),
    ]
    assert problems(report) == [("two_sides", 5, "debit")]
    assert report.profile == "generic_statement"


def test_a_second_sheet_with_a_table_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    header: list[object] = list(HEADER.split(","))
    rows = [header, list(GOOD.split(","))]
    lines, report = read(save(tmp_path / "a.xlsx", rows, rows))
    assert (len(lines), report.outcome) == (1, "quarantined")
    assert problems(report) == [("sheet_unread", None, None)]


def test_a_million_problems_are_counted_and_not_kept(tmp_path: Path) -> None:
    _, report = read(csv_file(tmp_path, *[GOOD.replace("930000", "x")] * 3_000))
    assert (report.problem_count, len(report.problems), report.lines) == (3_000, 1_000, 3_000)
