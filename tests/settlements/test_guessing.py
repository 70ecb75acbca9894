"""An unknown file gets a proposal of a profile: right where it can be, and honest where it cannot."""

import datetime as dt
import random
from pathlib import Path

import openpyxl
import pytest

from payouts.core.errors import RefusedError
from payouts.settlements.guessing.guess import guess
from payouts.settlements.guessing.trial import try_profile
from payouts.settlements.guessing.written import as_yaml, doubts
from payouts.settlements.profiles import profile_text, profiles, read_profile
from tests.settlements.test_texts import old

RESULT = [
    ["NGÂN HÀNG TMCP NGOẠI THƯƠNG VIỆT NAM - CN BA ĐÌNH"],
    ["KẾT QUẢ CHI LƯƠNG, TRỢ CẤP"],
    [],
    ["TT", "Số TK hưởng", "Người hưởng", "Số tiền chuyển", "Ngày xử lý", "Trạng thái lệnh", "Số tham chiếu"],
    [1, "0011004004417", "NGUYEN THI HOA", 930_000, dt.date(2026, 11, 25), "Thành công", "VCB2611250001"],
    [2, "0011004004418", "DANG VAN BINH", 540_000, dt.date(2026, 11, 25), "Treo", "VCB2611250002"],
    [3, "0011004004419", "TRAN THI LAN", 540_000, dt.date(2026, 11, 25), "Thất bại", "VCB2611250003"],
]  # fmt: skip


def workbook(folder: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    book.save(folder / "kq.xlsx")
    return folder / "kq.xlsx"


def text(folder: Path, content: str | bytes, name: str = "a.csv") -> Path:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder / name


def test_a_result_file_of_an_unknown_layout(tmp_path: Path) -> None:
    made = guess(workbook(tmp_path, RESULT))
    assert (made.kind, made.header_row, made.bank) == ("xlsx", 4, "VCB")
    assert {column.heading: (column.field, column.by) for column in made.columns} == {
        "TT": ("unused", "nothing"),
        "Số TK hưởng": ("account_no", "words"),
        "Người hưởng": ("account_name", "values"),
        "Số tiền chuyển": ("amount", "words"),
        "Ngày xử lý": ("booked_on", "words"),
        "Trạng thái lệnh": ("status", "words"),
        "Số tham chiếu": ("bank_ref", "words"),
    }
    assert made.statuses == {"Thành công": "settled", "Treo": None, "Thất bại": "rejected"}
    said = "\n".join(doubts(made))
    assert "“Treo”" in said or '"Treo"' in said
    assert "Người hưởng → account_name" in said


def test_a_person_finishes_the_proposal_and_the_file_is_read(tmp_path: Path) -> None:
    path = workbook(tmp_path, RESULT)
    proposal = as_yaml(guess(path), path.name)
    assert "NGUYEN" not in proposal
    done = proposal.replace("statuses:", "statuses:\n  unknown: [Treo]", 1)
    trial = try_profile(path, read_profile("vcb", done))
    assert trial.report.outcome == "accepted", trial.report.problems
    assert [(line["line"], line["status"], line["amount"]) for line in trial.lines] == [
        (5, "settled", 930_000), (6, "unknown", 540_000), (7, "rejected", 540_000),
    ]  # fmt: skip


def test_until_then_the_unknown_word_is_told_by_its_line(tmp_path: Path) -> None:
    path = workbook(tmp_path, RESULT)
    trial = try_profile(path, read_profile("vcb", as_yaml(guess(path), path.name)))
    assert [(each.code, each.line) for each in trial.report.problems] == [("status_unknown", 6)]


def test_columns_without_any_known_heading_are_told_by_their_values(tmp_path: Path) -> None:
    rows = [
        "Cột A;Cột B;Cột C;Cột D",
        *(f"001100400{n};930.000,00;2{n}/11/2026;Success" for n in range(3, 6)),
    ]
    made = guess(text(tmp_path, "\n".join(rows)))
    assert {column.field: column.by for column in made.columns} == {
        "account_no": "values", "amount": "values", "booked_on": "values", "status": "values",
    }  # fmt: skip
    assert (made.numbers, made.dates, made.part) == ("comma", "day_first", ";")
    assert {"numbers", "dates"}.isdisjoint(made.doubts)


@pytest.mark.parametrize(
    ("days", "order", "sure"),
    [
        (("25/11/2026", "03/11/2026"), "day_first", True),
        (("11/25/2026", "11/03/2026"), "month_first", True),
        (("03/11/2026", "04/11/2026"), "day_first", False),
        (("2026-11-03", "2026-11-04"), "day_first", True),
    ],
)
def test_the_order_of_day_and_month_is_sure_only_where_it_shows(
    days: tuple[str, ...], order: str, *, sure: bool, tmp_path: Path
) -> None:
    rows = [f"001100400{n},930000,{day},Thành công" for n, day in enumerate(days, 1)]
    made = guess(text(tmp_path, "\n".join(["Số tài khoản,Số tiền,Ngày giao dịch,Trạng thái", *rows])))
    assert (made.dates, "dates" not in made.doubts) == (order, sure)


def test_a_statement_tells_its_sides_and_a_person_confirms_them(tmp_path: Path) -> None:
    rows = "Ngày GD,Mã GD,Ghi nợ (Debit),Ghi có (Credit),Số dư,Nội dung GD\n25/11/2026,FT1,930000,,1,BT11A1\n"
    made = guess(text(tmp_path, rows))
    assert (made.money_out, "money_out" in made.doubts) == ("debit", True)
    assert [c.field for c in made.columns] == [
        "booked_on", "bank_ref", "debit", "credit", "unused", "remittance_info",
    ]  # fmt: skip


def test_letters_of_direction_are_statuses(tmp_path: Path) -> None:
    rows = (
        "Ngày giao dịch,Số tiền,Loại (D/C),Mã giao dịch\n25/11/2026,930000,D,FT1\n26/11/2026,930000,C,FT2\n"
    )
    made = guess(text(tmp_path, rows))
    assert made.statuses == {"D": "settled", "C": "returned"}


def test_one_column_of_signed_amounts(tmp_path: Path) -> None:
    path = text(
        tmp_path, "Ngày giao dịch,Số tiền,Mã giao dịch\n25/11/2026,-930000,FT1\n26/11/2026,540000,FT2\n"
    )
    made = guess(path)
    assert made.money_out == "negative"
    trial = try_profile(path, read_profile("x", as_yaml(made, "a.csv")))
    assert [(line["status"], line["amount"]) for line in trial.lines] == [
        ("settled", 930_000), ("returned", 540_000),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["tcvn3", "vni", "viscii", "cp1258"])
def test_the_encoding_is_the_one_in_which_words_are_vietnamese(encoding: str, tmp_path: Path) -> None:
    rows = "Số tài khoản,Họ và tên,Số tiền,Trạng thái\n0011004001,Nguyễn Thị Hường,930000,Thành công\n"
    made = guess(text(tmp_path, old(rows, encoding)))
    assert (made.encoding, made.header_row) == (encoding, 1)
    assert made.columns[1].heading == "Họ và tên"


def test_a_report_of_a_payer_of_cash_is_known_for_one(tmp_path: Path) -> None:
    made = guess(text(tmp_path, "Số CCCD,Ngày nhận,Kết quả nhận\n001145003417,25/11/2026,Đã nhận\n"))
    assert made.cash
    assert read_profile("x", as_yaml(made, "a.csv")).cash


def test_a_payout_list_is_known_for_one(tmp_path: Path) -> None:
    made = guess(text(tmp_path, "Số CCCD,Họ và tên,Số tiền\n001145003417,Nguyễn Thị Hoa,930000\n"))
    assert "list" in made.doubts
    assert any("danh sách chi trả" in doubt for doubt in doubts(made))


@pytest.mark.parametrize("name", ["chitra", "generic_result", "mb_result_2026", "mb_result_legacy"])
def test_the_headings_of_a_shipped_profile_are_known(name: str, tmp_path: Path) -> None:
    first = {}
    for heading, field in profiles()[name].layout.headings.items():
        first.setdefault(field, heading)
    first.pop("unused", None)
    values = {"amount": "930000", "status": "Thành công", "booked_on": "2026-11-25"}
    rows = f"{','.join(first.values())}\n{','.join(values.get(field, 'x') for field in first)}\n"
    assert {column.field for column in guess(text(tmp_path, rows)).columns} == set(first)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\x00\x01\x02", b"PK\x03\x04 no workbook", b"a,b\n", b"\xff\xfea,b"]
)
def test_what_holds_no_table_is_refused(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        guess(text(tmp_path, content))
    assert caught.value.code == "nothing_to_guess"


def test_a_profile_can_be_shown_and_read_again() -> None:
    for name in profiles():
        assert read_profile(name, profile_text(name)).layout == profiles()[name].layout


@pytest.mark.parametrize("seed", range(4))
def test_damaged_files_are_refused_or_guessed_and_never_break_it(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)  # noqa: S311  # a repeatable damage
    book = workbook(tmp_path, RESULT).read_bytes()
    rows = "Ngày GD;Mã GD;Ghi nợ;Ghi có;Nội dung\n25/11/2026;FT1;930.000;;Trợ cấp BT1\n".encode() * 5
    for _ in range(60):
        data = bytearray(rng.choice([book, rows, rows]))
        for _ in range(rng.randint(1, 10)):
            at = rng.randrange(len(data))
            data[at : at + rng.randrange(0, 40)] = rng.choice([b"", b"\xff", b'"', b"\n;", b"\x00", b"1e400"])
            data = data or bytearray(b",")
        path = text(tmp_path, bytes(data), "x")
        try:
            made = guess(path)
            trial = try_profile(path, read_profile("x", as_yaml(made, "x")))
        except RefusedError:
            continue
        assert trial.report.lines >= len(trial.lines)
