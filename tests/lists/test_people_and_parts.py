"""Doubtful people and doubtful amounts: parts that do not add up, identity numbers, lines told twice."""

import unicodedata
from pathlib import Path

import pytest

from payouts.core.vietnamese import recoded
from tests.lists.making import GOOD, HEADER, NO_REF, OFFICE_HEADER, csv_file, office_row, problems, read, save

PART_HEADER = (
    "line_ref,full_name,citizen_id,amount_current,amount_carried_over,amount_arrears,amount_deducted,"
    "amount_one_off,amount,carried_from,channel,note"
)
BIRTH = "citizen_id,full_name,date_of_birth,amount,channel,Giới tính"


def test_the_parts_of_an_amount_are_kept_apart(tmp_path: Path) -> None:
    row = office_row(
        1,
        current=500_000,
        carried="500.000",
        arrears=120_000,
        deducted="20,000",
        one_off="-",
        amount=1_100_000,
    )
    lines, report = read(save(tmp_path / "a.xlsx", [list(OFFICE_HEADER), row]))
    (line,) = lines
    assert [line[name] for name in ("amount_current", "amount_carried_over", "amount_arrears")] == [
        500_000,
        500_000,
        120_000,
    ]
    assert [line[name] for name in ("amount_deducted", "amount_one_off", "amount")] == [
        20_000,
        None,
        1_100_000,
    ]
    assert report.parts == {
        "amount_current": 500_000, "amount_carried_over": 500_000, "amount_arrears": 120_000,
        "amount_deducted": 20_000,
    }  # fmt: skip
    assert problems(report) == [("carried_from_missing", 2, "carried_from")]


def test_parts_that_do_not_add_up_are_a_problem_of_their_line(tmp_path: Path) -> None:
    rows = [list(OFFICE_HEADER), office_row(1), office_row(2, id="001145003418", arrears=1)]
    lines, report = read(save(tmp_path / "a.xlsx", rows))
    assert ([line["row"] for line in lines], problems(report)) == (
        [2],
        [("parts_do_not_add_up", 3, "amount")],
    )
    assert report.problems[0].values["value"] == "810.001 ≠ 810.000"
    assert report.outcome == "quarantined"


@pytest.mark.parametrize("amount", [str(2**63 - 1), "9" * 40, "٥", "1_000", "1e400"])
def test_monstrous_parts_break_nothing(tmp_path: Path, amount: str) -> None:
    line = f"A1,Hoa,001145003417,{amount},{amount},{amount},,,100,,TM,"
    _, report = read(csv_file(tmp_path, line, header=PART_HEADER))
    assert report.outcome == "quarantined"


def test_deductions_of_two_columns_are_one_part(tmp_path: Path) -> None:
    header = "Họ và tên,Số CCCD,Tiền trợ cấp tháng này,Truy thu,Khấu trừ,Tổng số tiền,Hình thức nhận"
    lines, report = read(csv_file(tmp_path, "Hoa,001145003417,500,10,20,470,TM", header=header))
    assert (lines[0]["amount_deducted"], report.outcome) == (30, "accepted")


def test_a_reference_to_an_earlier_line_is_read_or_told(tmp_path: Path) -> None:
    rows = ["A1,Hoa,001145003417,1,2,,,,3,bt10a1,TM,", "A2,Lan,001145003418,1,2,,,,3,sai-mã,TM,"]
    lines, report = read(csv_file(tmp_path, *rows, header=PART_HEADER))
    assert [line["carried_from"] for line in lines] == ["BT10A1", None]
    assert ("carried_from_wrong", 3, "carried_from") in problems(report)
    assert report.outcome == "accepted"


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("001145003417,Hoa,1945-04-12,1,TM,Nữ", []),
        ("001145003417,Hoa,1945,1,TM,nữ", []),
        ("001145003417,Hoa,,1,TM,", []),
        ("001145003417,Hoa,1946,1,TM,", ["citizen_id_birth"]),
        ("001145003417,Hoa,12/04/1946,1,TM,", ["citizen_id_birth"]),
        ("001245003417,Hoa,1945-04-12,1,TM,", ["citizen_id_birth"]),
        ("001145003417,Hoa,1945,1,TM,Nam", ["citizen_id_sex"]),
        ("001145003417,Hoa,1945,1,TM,khác", []),
        ("999145003417,Hoa,1945,1,TM,", ["citizen_id_province"]),
        ("011450034,Hoa,1945,1,TM,", ["citizen_id_old"]),
    ],
)  # fmt: skip
def test_identity_numbers_are_held_against_birth_and_sex(tmp_path: Path, line: str, codes: list[str]) -> None:
    lines, report = read(csv_file(tmp_path, line, header=BIRTH))
    assert (len(lines), [each.code for each in report.problems]) == (1, codes)
    assert report.outcome == "accepted"


def test_a_person_told_twice_is_a_warning_with_the_rows(tmp_path: Path) -> None:
    other = GOOD.replace("BT11A0001", "BT11A0003").replace("810000", "820000")
    stranger = GOOD.replace("BT11A0001", "BT11A0002").replace("3417", "3418")
    _, report = read(csv_file(tmp_path, GOOD, stranger, other))
    assert (problems(report), report.outcome) == ([("person_twice", 2, "citizen_id")], "accepted")
    assert report.problems[0].values == {"value": "001145003417", "rows": "2, 4"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2026-11", "2026-10"),
        ("BTXH_5_6_N", "BTXH_5_1_A"),
        ("NGUYEN THI HOA,,,", "NGUYEN THI HOA,,,Truy lĩnh từ tháng 7"),
        ("NGUYEN THI HOA,,,", "NGUYEN THI HOA,,,mai táng phí"),
    ],
)
def test_a_lawful_second_line_is_no_double(tmp_path: Path, old: str, new: str) -> None:
    second = GOOD.replace("BT11A0001", "BT11A0003").replace(old, new)
    assert read(csv_file(tmp_path, GOOD, second))[1].problems == []


def test_arrears_in_their_own_column_are_no_double(tmp_path: Path) -> None:
    rows = [list(OFFICE_HEADER), office_row(1), office_row(2, current=None, arrears=120_000, amount=120_000)]
    assert read(save(tmp_path / "a.xlsx", rows))[1].problems == []


def test_lines_exactly_the_same_are_told_once_and_kept(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, NO_REF, NO_REF, NO_REF))
    assert (len(lines), problems(report), report.outcome) == (3, [("payout_line_twice", 2, None)], "accepted")
    assert report.problems[0].values == {"rows": "2, 3, 4"}


def test_people_without_a_number_are_no_doubles_of_each_other(tmp_path: Path) -> None:
    rows = [NO_REF.replace("001145003417", "").replace("Hoa", name) for name in ("Hoa", "Lan")]
    assert {each.code for each in read(csv_file(tmp_path, *rows))[1].problems} == {"citizen_id_missing"}


BANKS = (
    b'<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>',
    b"{1:F01XXXX}{2:O940}{4:\r\n:20:1\r\n:25:VN/1\r\n:28C:1/1\r\n",
    b":20:1\r\n:25:VN/1\r\n:28C:1/1\r\n",
    b"bank_code,bank_ref,end_to_end_id,account_no,amount,booked_on,status\nMB,1,A1,1,1,2026-11-20,settled\n",
    "STT,Số TK,Tên khách hàng,Số tiền,Mã giao dịch,Trạng thái\n1,1,A,1,x,Thành công\n".encode(),
    "Ngày giao dịch,Ghi nợ,Ghi có,Số dư,Diễn giải\n".encode(),
)
STRANGE = (
    (b"a,b,c\n1,2,3\n", "list_header_unknown"),
    (b"<html><body>", "list_header_unknown"),
    ("Họ và tên".encode("utf-16"), "not_utf8"),
    ("Họ và tên,Số CCCD,Số tiền\n".encode("cp1258", "replace"), "list_header_unknown"),
    (b"\0" * 40, "list_header_unknown"),
)


@pytest.mark.parametrize(
    ("content", "code"), [*((content, "settlement_as_list") for content in BANKS), *STRANGE]
)
def test_what_is_no_list_is_called_by_its_name(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "list"
    path.write_bytes(content)
    lines, report = read(path)
    assert (lines, [each.code for each in report.problems], report.outcome) == ([], [code], "refused")


def test_a_list_with_a_column_of_a_bank_is_a_list_all_the_same(tmp_path: Path) -> None:
    lines, report = read(csv_file(tmp_path, GOOD + ",x", header=HEADER + ",Trạng thái"))
    assert (len(lines), problems(report)) == (1, [("column_unknown", 1, None)])


def test_a_list_that_a_bank_sends_back_with_its_results_is_no_list_any_more(tmp_path: Path) -> None:
    path = csv_file(tmp_path, GOOD + ",Thành công,FT1", header=HEADER + ",Trạng thái,Mã giao dịch")
    lines, report = read(path)
    assert (lines, problems(report)) == ([], [("settlement_as_list", 1, None)])


@pytest.mark.parametrize("encoding", ["cp1258", "tcvn3"])
def test_a_list_in_another_encoding_is_refused_with_the_one_it_seems_to_be_in(
    tmp_path: Path, encoding: str
) -> None:
    rows = [
        NO_REF.replace("Nguyễn Thị Hoa", name) for name in ("Nguyễn Thị Hoa", "Trần Văn Bình", "Đỗ Thị Thảo")
    ]
    path = csv_file(tmp_path, *rows)
    text = path.read_text(encoding="utf-8")
    path.write_bytes(b"".join(_written(letter, encoding) for letter in text))
    report = read(path)[1]
    assert [each.code for each in report.problems] == ["not_utf8", "encoding_likely"]


def _written(letter: str, encoding: str) -> bytes:
    """Write one letter: in TCVN3 by trying, as the reader's table says, in cp1258 with its mark behind."""
    if encoding == "cp1258":
        return (
            unicodedata.normalize("NFD", letter).encode("cp1258", "ignore")
            if ord(letter) > 127
            else letter.encode()
        )
    tables = (bytes([octet]) for octet in range(256))
    found = (octet for octet in tables if recoded(octet.decode("latin-1"), encoding) == letter)
    return next(found, b"?")
