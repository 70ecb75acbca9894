"""A list may stand over several sheets; what is not read is named, and nobody on it is passed over."""

from pathlib import Path

import openpyxl

from payouts.core.problems import Problem
from tests.lists.making import OFFICE_HEADER, office_row, problems, read, save

HOA = office_row(1)
BINH = office_row(2, name="Trần Văn Bình", id="001052008826", birth=1952, account="0011004008826")


def told(path: Path) -> list[Problem]:
    return read(path)[1].problems


def test_one_list_over_several_sheets_is_read_as_one(tmp_path: Path) -> None:
    book = save(tmp_path / "a.xlsx", [["UBND"], list(OFFICE_HEADER), HOA], second=[list(OFFICE_HEADER), BINH])
    lines, report = read(book)
    assert (report.outcome, report.lines, report.amount, report.problems) == ("accepted", 2, 1_620_000, [])
    assert [(line["row"], line["full_name"]) for line in lines] == [
        (3, "Nguyễn Thị Hoa"),
        (5, "Trần Văn Bình"),
    ]
    assert report.sheets == [{"name": "Sheet", "after": 0}, {"name": "second", "after": 3}]


def test_a_problem_names_the_sheet_and_the_row_in_it(tmp_path: Path) -> None:
    bad = office_row(2, id="001052008826", birth=1952, amount="930.5", current=None)
    (problem,) = told(
        save(tmp_path / "a.xlsx", [list(OFFICE_HEADER), HOA], second=[list(OFFICE_HEADER), bad])
    )
    assert (problem.code, problem.line) == ("amount_unreadable", 4)
    assert problem.what("vi") == "Trang tính “second”, hàng 2: Không đọc được số tiền “930.5”."


def test_notes_and_summaries_are_named_and_passed_over(tmp_path: Path) -> None:
    book = save(
        tmp_path / "a.xlsx",
        [list(OFFICE_HEADER), HOA],
        summary=[["Xã/Phường", "Số tiền"], ["Phường Ba Đình", 810_000]],
        notes=[["Người lập: Nguyễn Văn A", "0912345678"]],
        empty=[],
    )
    report = read(book)[1]
    assert [(each.code, each.values["value"]) for each in report.problems] == [
        ("sheet_skipped", "summary"), ("sheet_skipped", "notes"),
    ]  # fmt: skip
    assert report.outcome == "accepted"


def test_a_sheet_that_goes_on_without_a_header_is_never_passed_over(tmp_path: Path) -> None:
    report = read(save(tmp_path / "a.xlsx", [list(OFFICE_HEADER), HOA], more=[BINH]))[1]
    assert (problems(report), report.outcome) == ([("sheet_unread", None, None)], "quarantined")


def test_a_sheet_with_names_and_amounts_but_no_ids_is_never_passed_over(tmp_path: Path) -> None:
    more: list[list[object]] = [["Họ và tên", "Tổng số tiền"], ["Trần Văn Bình", 810_000]]
    assert read(save(tmp_path / "a.xlsx", [list(OFFICE_HEADER), HOA], more=more))[1].outcome == "quarantined"


def test_a_copy_of_a_sheet_is_no_second_half_of_the_list(tmp_path: Path) -> None:
    rows = [list(OFFICE_HEADER), HOA, BINH]
    report = read(save(tmp_path / "a.xlsx", rows, copy=rows))[1]
    assert "sheet_repeats" in {each.code for each in report.problems}
    assert report.outcome == "quarantined"
    twice = next(each for each in report.problems if each.code == "payout_line_twice")
    assert twice.values["rows"] == "2 (Sheet), 2 (copy)"


def test_sums_of_each_sheet_and_of_all_tie(tmp_path: Path) -> None:
    one: list[object] = [None, "Tổng cộng", *[None] * 13, 810_000]
    both: list[object] = [None, "Tổng cộng toàn thành phố", *[None] * 13, 1_620_000]
    first = [list(OFFICE_HEADER), HOA, one]
    assert read(save(tmp_path / "a.xlsx", first, b=[list(OFFICE_HEADER), BINH, one]))[1].outcome == "accepted"
    assert (
        read(save(tmp_path / "b.xlsx", first, b=[list(OFFICE_HEADER), BINH, one, both]))[1].outcome
        == "accepted"
    )
    assert (
        read(save(tmp_path / "c.xlsx", [list(OFFICE_HEADER), HOA], b=[list(OFFICE_HEADER), BINH, both]))[
            1
        ].outcome
        == "accepted"
    )
    wrong: list[object] = [None, "Tổng cộng", *[None] * 13, 800_000]
    report = read(save(tmp_path / "d.xlsx", first, b=[list(OFFICE_HEADER), BINH, wrong]))[1]
    assert report.outcome == "quarantined"


def test_hidden_sheets_are_told(tmp_path: Path) -> None:
    rows, more = [list(OFFICE_HEADER), HOA], [list(OFFICE_HEADER), BINH]
    book = openpyxl.load_workbook(save(tmp_path / "a.xlsx", rows, kin=more))
    book["kin"].sheet_state = "hidden"
    book.save(tmp_path / "b.xlsx")
    lines, report = read(tmp_path / "b.xlsx")
    assert (len(lines), problems(report)) == (1, [("sheet_hidden", None, None)])
    book["kin"].sheet_state = "visible"
    book["Sheet"].sheet_state = "hidden"
    book["kin"].delete_rows(1, 2)
    book.active = book["kin"]
    book.save(tmp_path / "c.xlsx")
    lines, report = read(tmp_path / "c.xlsx")
    assert (len(lines), problems(report)) == (1, [("sheet_hidden_read", None, None)])


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(save(tmp_path / "a.xlsx", [list(OFFICE_HEADER), HOA, BINH]))
    book["Sheet"].row_dimensions[3].hidden = True
    book["Sheet"].column_dimensions["B"].hidden = True
    book.save(tmp_path / "b.xlsx")
    lines, report = read(tmp_path / "b.xlsx")
    assert (len(lines), report.outcome) == (2, "accepted")
    (problem,) = report.problems
    assert (problem.code, problem.values) == ("rows_hidden", {"value": "Sheet", "count": "1", "rows": "3"})


def test_a_hidden_column_alone_is_nothing_to_tell(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(save(tmp_path / "a.xlsx", [list(OFFICE_HEADER), HOA]))
    book["Sheet"].column_dimensions["V"].hidden = True
    book.save(tmp_path / "b.xlsx")
    assert told(tmp_path / "b.xlsx") == []
