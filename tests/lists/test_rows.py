"""Rows of a list that are no lines, sums that are held against the lines, and cells merged over several."""

from pathlib import Path

import openpyxl
import pytest

from tests.lists.making import NO_REF, OFFICE_HEADER, csv_file, office_row, problems, read, save

PEOPLE = [
    office_row(at, id=f"00114500{at:04}", name=f"Nguyễn Thị {name}", account=f"00110040{at:05}")
    for at, name in enumerate(("Hoa", "Lan", "Mai", "Nga"), start=1)
]
A, B, C, D = PEOPLE


def total(label: str, amount: object, number: object = None, **more: object) -> list[object]:
    return [number, label, None, more.get("id"), *[None] * 11, amount]


def test_each_subtotal_is_held_against_the_lines_of_its_group(tmp_path: Path) -> None:
    rows = [
        list(OFFICE_HEADER), ["I", "Phường Ba Đình"], A, B, total("Cộng phường Ba Đình", 1_620_000),
        ["II", "Phường Ngọc Hà"], C, total("Cộng phường Ngọc Hà", 800_000), total("Tổng cộng", 2_430_000),
    ]  # fmt: skip
    lines, report = read(save(tmp_path / "a.xlsx", rows))
    assert len(lines) == 3
    assert (problems(report), report.outcome) == ([("subtotal_differs", 8, None)], "quarantined")
    assert report.problems[0].values == {"value": "800000", "actual": "810000"}


def test_subtotals_within_subtotals_tie(tmp_path: Path) -> None:
    rows = [
        list(OFFICE_HEADER),
        *(A, total("Cộng tổ 1", 810_000), B, total("Cộng tổ 2", 810_000), total("Cộng phường X", 1_620_000)),
        *(C, total("Cộng tổ 1", 810_000), total("Cộng phường Y", 810_000), total("TỔNG CỘNG", 2_430_000)),
    ]
    _, report = read(save(tmp_path / "a.xlsx", rows))
    assert (problems(report), report.outcome) == ([], "accepted")


def test_sums_that_stand_above_their_lines_are_no_people(tmp_path: Path) -> None:
    rows = [
        list(OFFICE_HEADER), total("Tổng số", 2_430_000), total("Phường Ba Đình", 1_620_000, "I"), A, B,
        total("Phường Ngọc Hà", 810_000, "II"), C,
    ]  # fmt: skip
    lines, report = read(save(tmp_path / "a.xlsx", rows))
    assert [line["full_name"] for line in lines] == ["Nguyễn Thị Hoa", "Nguyễn Thị Lan", "Nguyễn Thị Mai"]
    assert (problems(report), report.outcome) == ([], "accepted")
    rows[2] = total("Phường Ba Đình", 1_600_000, "I")
    assert problems(read(save(tmp_path / "b.xlsx", rows))[1]) == [("subtotal_differs", 3, None)]


def test_a_number_of_people_beside_a_sum_is_held_against_the_lines(tmp_path: Path) -> None:
    rows = [list(OFFICE_HEADER), A, B, total("Tổng cộng: 2 người", 1_620_000)]
    assert read(save(tmp_path / "a.xlsx", rows))[1].outcome == "accepted"
    rows[-1] = total("Tổng cộng: 3 người", 1_620_000)
    assert problems(read(save(tmp_path / "b.xlsx", rows))[1]) == [("control_count_differs", 4, None)]


@pytest.mark.parametrize("number", [None, "IV", "3", "A."])
@pytest.mark.parametrize("beside", [None, "35 người", 35])
def test_a_row_of_sums_is_never_taken_for_a_person(tmp_path: Path, number: object, beside: object) -> None:
    rows = [list(OFFICE_HEADER), A, B, total("Tổng cộng", 1_620_000, number, id=beside)]
    lines, report = read(save(tmp_path / "a.xlsx", rows))
    assert len(lines) == report.lines == 2
    assert "citizen_id_wrong" not in {each.code for each in report.problems}


def test_a_sum_at_the_end_of_many_blocks_is_compared_with_all(tmp_path: Path) -> None:
    names = [NO_REF.replace("001145003417", f"0011450{at:05}") for at in range(30_000)]
    good = csv_file(tmp_path, *names, f",,Tổng cộng,,,,{30_000 * 810_000},,,,,,,,")
    assert read(good)[1].outcome == "accepted"
    bad = csv_file(tmp_path, *names[1:], f",,Tổng cộng,,,,{30_000 * 810_000},,,,,,,,")
    assert problems(read(bad)[1]) == [("control_sum_differs", 30_001, None)]


def test_sums_beyond_all_numbers_tie_without_overflow(tmp_path: Path) -> None:
    huge = 2**63 - 1
    lines = [NO_REF.replace("810000", str(huge)).replace("3417", str(3417 + at)) for at in range(2)]
    assert read(csv_file(tmp_path, *lines))[1].amount == 2 * huge
    report = read(csv_file(tmp_path, *lines, f",,Tổng cộng,,,,{huge},,,,,,,,"))[1]
    assert ("control_sum_differs", 4, None) in problems(report)


def test_lines_under_the_heading_of_a_ward_belong_to_it(tmp_path: Path) -> None:
    bare = [[*row[:7], None, None, *row[9:]] for row in PEOPLE]
    rows = [
        list(OFFICE_HEADER), ["I. PHƯỜNG BA ĐÌNH"], ["Tổ dân phố 1"], bare[0], ["Tổ dân phố 2"], bare[1],
        ["II", "Phường Phúc Xá"], bare[2], D,
    ]  # fmt: skip
    lines, report = read(save(tmp_path / "a.xlsx", rows))
    assert [line["area_code"] for line in lines] == ["00004", "00004", "00097", "00004"]
    assert [line["hamlet"] for line in lines] == ["Tổ dân phố 1", "Tổ dân phố 2", None, "Tổ dân phố 3"]
    assert report.outcome == "accepted"
    assert sorted((each.code, each.line, each.values.get("value")) for each in report.problems) == [
        ("area_from_heading", 4, "PHƯỜNG BA ĐÌNH"), ("area_from_heading", 8, "Phường Phúc Xá"),
        ("area_mapped", 8, "Phường Phúc Xá → Phường Hồng Hà"),
    ]  # fmt: skip


def test_people_merged_over_their_lines_are_read_on_each(tmp_path: Path) -> None:
    second = [*A]
    for at in (1, 2, 3, 4, 8, 16, 17, 18, 19):
        second[at] = None
    second[15] = second[10] = 120_000
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["DANH SÁCH CHI TRẢ"], list(OFFICE_HEADER), A, second, B):
        sheet.append(row)
    sheet.merge_cells("A1:X1")
    for letter in "BCDEIQRST":
        sheet.merge_cells(f"{letter}3:{letter}4")
    book.save(tmp_path / "a.xlsx")
    lines, report = read(tmp_path / "a.xlsx")
    assert report.outcome == "accepted"
    assert [(line["full_name"], line["citizen_id"], line["amount"]) for line in lines] == [
        ("Nguyễn Thị Hoa", "001145000001", 810_000), ("Nguyễn Thị Hoa", "001145000001", 120_000),
        ("Nguyễn Thị Lan", "001145000002", 810_000),
    ]  # fmt: skip


def test_an_amount_merged_over_several_lines_is_owed_once_and_told(tmp_path: Path) -> None:
    second = [*B]
    second[15] = second[10] = None
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (list(OFFICE_HEADER), A, second):
        sheet.append(row)
    sheet.merge_cells("P2:P3")
    book.save(tmp_path / "a.xlsx")
    assert problems(read(tmp_path / "a.xlsx")[1]) == [("owed_missing", 3, "amount")]
