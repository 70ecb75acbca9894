"""A payout list is read with a reference for every line, and what is wrong is told with row and column."""

import datetime as dt
import random
from pathlib import Path

import openpyxl
import pytest

from tests.lists.making import GOOD, HEADER, NO_REF, OFFICE_HEADER, csv_file, office_row, problems, read, save


def test_a_line_is_read(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, GOOD))
    assert lines == [
        {
            "row": 2, "line_ref": "BT11A0001", "citizen_id": "001145003417", "full_name": "Nguyễn Thị Hoa",
            "date_of_birth": dt.date(1945, 4, 12), "category_code": "BTXH_5_6_N", "area_code": "00004",
            "hamlet": None,
            "amount": 810_000, "amount_current": None, "amount_carried_over": None, "amount_arrears": None,
            "amount_deducted": None, "amount_one_off": None, "carried_from": None,
            "period": "2026-11", "channel": "account", "bank_code": "VCB",
            "account_no": "0011004004417", "account_name": "NGUYEN THI HOA", "payee_name": "",
            "payee_citizen_id": "", "note": "", "other_ids": "",
        }
    ]  # fmt: skip
    assert (report.format, report.outcome, report.lines, report.good_lines) == ("csv", "accepted", 1, 1)
    assert report.amount == 810_000


@pytest.mark.parametrize(
    ("old", "new", "code", "field"),
    [
        ("BT11A0001", "BT11-A0001", "line_ref_wrong", "line_ref"),
        ("BT11A0001", "BT11A000123456789", "line_ref_wrong", "line_ref"),
        ("BT11A0001", "BTĐ1", "line_ref_wrong", "line_ref"),
        ("001145003417", "1.1450034E+10", "citizen_id_damaged", "citizen_id"),
        ("001145003417", "0011450034171", "citizen_id_wrong", "citizen_id"),
        ("001145003417", "00114500341A", "citizen_id_wrong", "citizen_id"),
        ("001145003417", "٠٠١١٤٥٠٠٣٤١٧", "citizen_id_wrong", "citizen_id"),
        ("Nguyễn Thị Hoa", " ", "name_missing", "full_name"),
        ("Nguyễn Thị Hoa", "Nguyễn\x07", "control_character", "full_name"),
        ("00004", "99999", "area_unknown", "area_code"),
        ("810000", "", "owed_missing", "amount"),
        ("810000", "0", "owed_nothing", "amount"),
        ("810000", "810.5", "amount_unreadable", "amount"),
        ("810000", "-810000", "amount_sign", "amount"),
        ("2026-11", "2026-13", "month_unreadable", "period"),
        ("account", "bồ câu", "channel_unknown", "channel"),
        ("0011004004417", "1.1E+12", "account_damaged", "account_no"),
    ],
)
def test_a_line_in_error_quarantines_the_list(
    tmp_path: Path, old: str, new: str, code: str, field: str
) -> None:
    other = GOOD.replace("BT11A0001", "BT11A0002")
    lines, report = read(csv_file(tmp_path, other, GOOD.replace(old, new, 1)))
    assert [line["row"] for line in lines] == [2]
    assert (code, 3, field) in problems(report)
    assert (report.outcome, report.lines, report.good_lines, report.amount) == ("quarantined", 2, 1, 810_000)


@pytest.mark.parametrize(
    ("old", "new", "code", "field", "kept"),
    [
        ("001145003417", "011450034", "citizen_id_old", "citizen_id", "011450034"),
        ("001145003417", "1145003417", "citizen_id_zeros", "citizen_id", "001145003417"),
        ("001145003417", "", "citizen_id_missing", "citizen_id", ""),
        ("1945-04-12", "30/02/1945", "birth_unreadable", "date_of_birth", None),
        ("VCB", "Ngân hàng Lạ", "bank_unknown", "bank_code", "Ngân hàng Lạ"),
        ("0011004004417", "", "account_missing", "account_no", ""),
        ("0011004004417", "12345", "account_unusual", "account_no", "12345"),
        ("00004", "00001", "area_mapped", "area_code", "00097"),
        ("00004", "00007", "area_split", "area_code", None),
    ],
)
def test_what_can_be_used_all_the_same_is_a_warning(
    tmp_path: Path, *, old: str, new: str, code: str, field: str, kept: str | None
) -> None:
    lines, report = read(csv_file(tmp_path, GOOD.replace(old, new, 1)))
    assert lines[0][field] == kept
    assert problems(report) == [(code, 2, field)]
    assert report.outcome == "accepted"


def test_a_ward_of_2024_is_told_with_the_wards_of_today(tmp_path: Path) -> None:
    codes = ("00001", "00007", "00007")
    rows = [GOOD.replace("00004", code).replace("A0001", f"B{at}") for at, code in enumerate(codes)]
    _, report = read(csv_file(tmp_path, *rows))
    told = [problem for problem in report.problems if problem.code.startswith("area")]
    assert [(problem.code, problem.line) for problem in told] == [("area_mapped", 2), ("area_split", 3)]
    assert [problem.values for problem in told] == [
        {"value": "00001 → Phường Hồng Hà", "count": "1"},
        {"value": "00007 → Phường Ngọc Hà / Phường Giảng Võ", "count": "2"},
    ]


def test_small_letters_in_a_reference_are_made_large(tmp_path: Path) -> None:
    assert read(csv_file(tmp_path, GOOD.replace("BT11A0001", " bt11a0001 ")))[0][0]["line_ref"] == "BT11A0001"


def test_a_reference_that_stands_twice_names_both_rows(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, GOOD, GOOD.replace("BT11A0001", "X1"), GOOD))
    assert [line["row"] for line in lines] == [2, 3]
    assert problems(report) == [("payout_line_twice", 2, None), ("line_ref_twice", 4, "line_ref")]
    assert report.problems[1].values == {"value": "BT11A0001", "other": "2"}
    assert report.outcome == "quarantined"


def test_references_are_made_from_content_and_do_not_depend_on_the_order(tmp_path: Path) -> None:
    rows = [NO_REF, NO_REF, NO_REF.replace("810000", "820000"), NO_REF.replace("Hoa", "Hà")]
    made, report = read(csv_file(tmp_path, *rows))
    again, _ = read(csv_file(tmp_path, *random.Random(1).sample(rows, len(rows))))  # noqa: S311  # an order, no secret
    references = [line["line_ref"] for line in made]
    assert len(set(references)) == 4
    assert all(
        len(reference) == 16 and reference.isalnum() and reference.isupper() for reference in references
    )
    assert sorted(references) == sorted(line["line_ref"] for line in again)
    assert report.outcome == "accepted"


def test_references_differ_between_cycles_and_are_the_same_from_a_workbook(tmp_path: Path) -> None:
    path = csv_file(tmp_path, NO_REF)
    first = read(path)[0][0]["line_ref"]
    assert read(path, "2026-12")[0][0]["line_ref"] != first
    rows: list[list[object]] = [list(HEADER.split(",")), list(NO_REF.split(","))]
    assert read(save(tmp_path / "list.xlsx", rows))[0][0]["line_ref"] == first


def test_given_and_made_references_stand_side_by_side(tmp_path: Path) -> None:
    lines, _ = read(csv_file(tmp_path, GOOD, NO_REF))
    assert lines[0]["line_ref"] == "BT11A0001"
    assert len(lines[1]["line_ref"]) == 16


@pytest.mark.parametrize(
    ("word", "channel"),
    [
        ("TK", "account"),
        ("TM", "cash"),
        ("Tại nhà", "home"),
        ("Ví", "wallet"),
        ("CHUYỂN KHOẢN", "account"),
        ("cash", "cash"),
    ],
)
def test_channels_are_read_in_both_languages(tmp_path: Path, word: str, channel: str) -> None:
    lines, report = read(csv_file(tmp_path, GOOD.replace("account", word, 1)))
    assert (lines[0]["channel"], report.outcome) == (channel, "accepted")


def test_without_a_channel_an_account_number_says_it_and_nothing_else_does(tmp_path: Path) -> None:
    silent = GOOD.replace("account", "", 1)
    lines, report = read(
        csv_file(tmp_path, silent, silent.replace("0011004004417", "").replace("A0001", "A0002"))
    )
    assert [line["channel"] for line in lines] == ["account"]
    assert problems(report) == [("channel_missing", 3, "channel")]


def test_the_period_is_the_cycle_where_none_is_given(tmp_path: Path) -> None:
    lines, _ = read(
        csv_file(
            tmp_path, GOOD.replace("2026-11", ""), GOOD.replace("2026-11", "10/2026").replace("A1", "A2")
        )
    )
    assert lines[0]["period"] == "2026-11"


@pytest.mark.parametrize("name", ["NA", "None", "null", "Null Văn", "Nan Thị", "=SUM(A1)", "TRUE"])
def test_names_that_look_like_something_else_are_kept(tmp_path: Path, name: str) -> None:
    assert read(csv_file(tmp_path, GOOD.replace("Nguyễn Thị Hoa", name)))[0][0]["full_name"] == name


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (HEADER.replace("amount", "lượng"), "column_missing"),
        (HEADER.replace("note", "Họ và tên"), "column_twice"),
        ("a,b,c", "list_header_unknown"),
    ],
)
def test_a_header_without_what_is_needed_refuses_the_list(tmp_path: Path, header: str, code: str) -> None:
    lines, report = read(csv_file(tmp_path, GOOD, header=header))
    assert (lines, report.outcome) == ([], "refused")
    assert code in {problem.code for problem in report.problems}


def test_an_unknown_column_is_a_warning(tmp_path: Path) -> None:
    _, report = read(csv_file(tmp_path, GOOD + ",x", header=HEADER + ",màu"))
    assert (problems(report), report.outcome) == ([("column_unknown", 1, None)], "accepted")


def test_the_layout_of_24_columns_is_read_below_its_banner(tmp_path: Path) -> None:
    rows = [
        ["UBND PHƯỜNG BA ĐÌNH"],
        [None],
        ["DANH SÁCH CHI TRẢ THÁNG 11/2026"],
        list(OFFICE_HEADER),
        office_row(1),
        office_row(2, birth="12/04/1950", channel="TM", account=None, bank=None, amount="1.080.000"),
        office_row(
            3, ward="Phường Phúc Xá", channel="tại nhà", account=None, payee="Trần Văn Nam, 001080001234, con"
        ),
        [None, "Tổng cộng", *[None] * 13, 2_700_000],
        [None],
        [None, "Người lập biểu", None, None, None, None, None, None, "Thủ trưởng đơn vị"],
    ]
    lines, report = read(save(tmp_path / "list.xlsx", rows))
    assert report.outcome == "accepted"
    assert (report.lines, report.amount) == (3, 2_700_000)
    assert [line["row"] for line in lines] == [5, 6, 7]
    assert [line["channel"] for line in lines] == ["account", "cash", "home"]
    assert [line["area_code"] for line in lines] == ["00004", "00004", "00097"]
    assert [line["date_of_birth"] for line in lines] == [None, dt.date(1950, 4, 12), None]
    assert lines[0]["bank_code"] == "VCB"
    assert (lines[2]["payee_name"], lines[2]["payee_citizen_id"]) == ("Trần Văn Nam", "001080001234")


def test_a_total_that_does_not_tie_quarantines_the_list(tmp_path: Path) -> None:
    rows = [list(OFFICE_HEADER), office_row(1), [None, "Tổng cộng", *[None] * 13, 810_001]]
    _, report = read(save(tmp_path / "list.xlsx", rows))
    assert problems(report) == [("control_sum_differs", 3, None)]
    assert report.outcome == "quarantined"


def test_subtotals_and_headings_of_groups_that_tie_are_no_lines(tmp_path: Path) -> None:
    rows = [
        list(OFFICE_HEADER),
        ["I", "Tổ dân phố 1"],
        office_row(1),
        [None, "Cộng tổ 1", *[None] * 13, 810_000],
        ["II", "Tổ dân phố 2"],
        office_row(2, id="001145003418"),
        [None, "Cộng tổ 2", *[None] * 13, 810_000],
        [None, "Tổng cộng", *[None] * 13, 1_620_000],
    ]
    lines, report = read(save(tmp_path / "list.xlsx", rows))
    assert len(lines) == 2
    assert (problems(report), report.outcome) == ([], "accepted")


def test_a_person_whose_name_looks_like_a_sum_is_not_lost(tmp_path: Path) -> None:
    row = NO_REF.replace("001145003417", "").replace("Nguyễn Thị Hoa", "Tống Văn Công")
    lines, _ = read(csv_file(tmp_path, row))
    assert lines[0]["full_name"] == "Tống Văn Công"


def test_wards_in_merged_cells_belong_to_every_line(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (list(OFFICE_HEADER), office_row(1), office_row(2, ward=None), office_row(3, ward=None)):
        sheet.append(row)
    sheet.merge_cells("I2:I4")
    book.save(tmp_path / "list.xlsx")
    lines, _ = read(tmp_path / "list.xlsx")
    assert [line["area_code"] for line in lines] == ["00004"] * 3


def test_a_row_that_numbers_the_columns_is_no_line(tmp_path: Path) -> None:
    rows = [list(OFFICE_HEADER), [f"({at})" for at in range(1, 25)], office_row(1)]
    lines, report = read(save(tmp_path / "list.xlsx", rows))
    assert (len(lines), report.outcome, report.lines) == (1, "accepted", 1)


def test_a_header_of_two_rows_is_read(tmp_path: Path) -> None:
    upper: list[object] = ["STT", "Người thụ hưởng", None, "Số tiền", None, "Hình thức nhận", "Số tài khoản"]
    lower: list[object] = [None, "Họ và tên", "Số CCCD", "Tiền trợ cấp tháng này", "Tổng số tiền", None, None]
    row: list[object] = [1, "Nguyễn Thị Hoa", "001145003417", 810_000, 910_000, "TK", "0011004004417"]
    lines, report = read(save(tmp_path / "list.xlsx", [["DANH SÁCH"], upper, lower, row]))
    assert [(line["row"], line["amount"], line["channel"]) for line in lines] == [(4, 910_000, "account")]
    assert report.outcome == "accepted"


def test_many_warnings_hide_no_error(tmp_path: Path) -> None:
    rows = [NO_REF.replace("001145003417", "")] * 1_500
    _, report = read(csv_file(tmp_path, *rows, NO_REF.replace("810000", "x")))
    assert (report.problem_count, report.outcome) == (1_502, "quarantined")
    assert ("amount_unreadable", 1_502, "amount") in problems(report)


def test_codes_that_a_spreadsheet_made_numbers_are_mended(tmp_path: Path) -> None:
    rows: list[list[object]] = [list(HEADER.split(",")), list(GOOD.split(","))]
    rows[1][1], rows[1][5], rows[1][6] = 1_145_003_417, 4, 810_000
    lines, report = read(save(tmp_path / "list.xlsx", rows))
    assert (lines[0]["citizen_id"], lines[0]["area_code"]) == ("001145003417", "00004")
    assert problems(report) == [("citizen_id_zeros", 2, "citizen_id")]


def test_half_a_list_is_never_accepted_with_half_a_line(tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOOD)
    whole = path.read_bytes()
    for size in range(len(HEADER) + 2, len(whole) - 8, 5):
        path.write_bytes(whole[:size])
        lines, report = read(path)
        assert (lines, report.outcome) in (([], "quarantined"), ([], "refused"))


@pytest.mark.parametrize(
    "content", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x", b"PK\x03\x04", b"\x00" * 99, b"%PDF-1.7\n%"]
)
def test_what_is_no_list_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    lines, report = read(path)
    assert (lines, report.outcome) == ([], "refused")
