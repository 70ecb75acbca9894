"""A bank's file in an encoding from before Unicode is read, told of, and refused where it cannot be right."""

import unicodedata
from pathlib import Path

import openpyxl
import pytest

from payouts.settlements.formats import tabular
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.tabular import TabularReader
from payouts.settlements.profiles import profiles, read_profile
from tests.core.test_vietnamese import encoded

PROFILE = """
formats: [csv, xlsx]
encoding: {encoding}
headings: {{account_no: [Số tài khoản], account_name: [Họ và tên], amount: [Số tiền], status: [Trạng thái]}}
required: [account_no, amount, status]
statuses: {{settled: [Thành công], rejected: [Không thành công]}}
"""
NAMES = (
    "Nguyễn Thị Hòa", "Đặng Văn Bình", "Trần Thị Lựu", "Phạm Hữu Thọ", "Vũ Đức Quyền", "Lê Thị Ngoãn",
    "Hoàng Văn Sửu", "Bùi Thị Khuyên", "Đỗ Thị Nhường", "Ngô Văn Kỷ", "Phùng Thị Ửng", "Triệu Văn Ổn",
)  # fmt: skip
HEADING = "Số tài khoản,Họ và tên,Số tiền,Trạng thái"
TEXT = "\n".join([HEADING, *(f"15002050{n:05},{name},810000,Thành công" for n, name in enumerate(NAMES, 11))])


def old(text: str, encoding: str) -> bytes:
    """Write a text as programs of the time did, a letter at a time."""
    return b"".join(letter.encode() if letter.isascii() else encoded(letter, encoding) for letter in text)


def read(
    path: Path, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[dict[str, object]], FileReport]:
    profile = read_profile("thu", PROFILE.format(encoding=encoding))
    monkeypatch.setattr(tabular, "profile_named", {"thu": profile}.__getitem__)
    report = FileReport()
    batches = TabularReader("xlsx" if path.suffix == ".xlsx" else "csv", "thu").read(path, report, "VND")
    return [row for batch in batches for row in batch.to_pylist()], report


def told(report: FileReport) -> list[tuple[str, dict[str, str]]]:
    return [(problem.code, problem.values) for problem in report.problems]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("tcvn3", "TCVN3 (ABC)"), ("vni", "VNI"), ("viscii", "VISCII"), ("cp1258", "Windows-1258")],
)
def test_a_file_is_read_by_the_encoding_of_its_profile_and_the_receipt_says_so(
    encoding: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    text = TEXT.replace("Đ", "đ").replace("Ử", "ử").replace("Ổ", "ổ") if encoding == "tcvn3" else TEXT
    path.write_bytes(old(text, encoding))
    rows, report = read(path, encoding, monkeypatch)
    assert [str(row["account_name"]).lower() for row in rows] == [name.lower() for name in NAMES]
    assert (report.outcome, told(report)) == (
        "accepted",
        [("text_converted", {"count": "24", "encoding": name})],  # a name and a status on each line
    )


def test_utf_8_goes_before_what_the_profile_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT, encoding="utf-8")
    rows, report = read(path, "tcvn3", monkeypatch)
    assert ([row["account_name"] for row in rows], report.problems) == (list(NAMES), [])


def test_marks_that_stand_apart_are_put_together_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(unicodedata.normalize("NFD", TEXT), encoding="utf-8")
    rows, report = read(path, "utf-8", monkeypatch)
    assert [row["account_name"] for row in rows] == list(NAMES)
    assert told(report) == [("marks_composed", {"count": "24"})]


def test_an_encoding_that_does_not_fit_is_told_with_the_one_it_seems_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(old(TEXT.partition("\n")[2], "vni"))
    path.write_bytes(b"Account No,Beneficiary Name,Amount,Transaction status,FT number\n" + b"".join(
        b"15002050%05d,%s,810000,Success,FT%d\n" % (n, old(name, "vni"), n) for n, name in enumerate(NAMES)
    ))  # fmt: skip
    wrong = PROFILE.format(encoding="cp1252").replace("Họ và tên", "Beneficiary Name, Họ và tên")
    wrong = wrong.replace("Số tài khoản", "Account No").replace("Số tiền", "Amount")
    wrong = wrong.replace("Trạng thái", "Transaction status").replace("[Thành công]", "[Success]")
    monkeypatch.setattr(tabular, "profile_named", {"thu": read_profile("thu", wrong)}.__getitem__)
    report = FileReport()
    list(TabularReader("csv", "thu").read(path, report, "VND"))
    assert report.outcome == "quarantined"
    [values] = [values for code, values in told(report) if code == "text_misread"]
    assert (values["looks"], values["encoding"]) == ("VNI", "cp1252")


@pytest.mark.parametrize("garbled", ["NguyÔn V¨n B×nh", "Nguyá»…n VÄƒn BÃ¬nh", "Nguy\ufffdn Van Binh"])
def test_garbled_letters_in_utf_8_are_told_by_line_and_field(
    garbled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{TEXT}\n1500205099,{garbled},810000,Thành công\n", encoding="utf-8")
    _, report = read(path, "utf-8", monkeypatch)
    [problem] = report.problems
    assert (problem.code, problem.line, problem.field) == ("text_garbled", 14, "account_name")


def test_names_of_other_peoples_are_no_garbled_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.csv"
    names = (
        "Công ty ABC® «Sao Đỏ»",
        "H'Bĭa Niê Kđăm",
        "Y Êban Ksơr",
        "Müller",
        "François",
        "LÃ\u00a0VĂN Á",
        "Nơ Trang Lơng",
    )
    rows = "\n".join(f"1500205099{n},{name},810000,Thành công" for n, name in enumerate(names))
    path.write_text(f"{TEXT}\n{rows}\n", encoding="utf-8")
    _, report = read(path, "utf-8", monkeypatch)
    assert (report.outcome, report.problems) == ("accepted", [])


def test_a_byte_that_stands_for_nothing_refuses_the_file_by_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(
        old(TEXT.replace("Đ", "đ").replace("Ử", "ử").replace("Ổ", "ổ"), "tcvn3") + b"\n1,\xff,2,x\n"
    )
    rows, report = read(path, "tcvn3", monkeypatch)
    assert rows == []
    assert [(each.code, each.line) for each in report.problems] == [("encoding_wrong", 14)]


def test_a_workbook_typed_in_an_old_font_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([old(cell, "tcvn3").decode("cp1252") for cell in HEADING.split(",")])
    sheet.append(["1500205001", old("Nguyễn Thị Hòa", "tcvn3").decode("cp1252"), 810_000, "Thµnh c«ng"])
    book.save(tmp_path / "a.xlsx")
    [row], report = read(tmp_path / "a.xlsx", "tcvn3", monkeypatch)
    assert (row["account_name"], row["status"]) == ("Nguyễn Thị Hòa", "settled")
    assert told(report) == [("text_converted", {"count": "2", "encoding": "TCVN3 (ABC)"})]


def test_the_profiles_that_come_with_the_service_are_in_utf_8() -> None:
    assert {profile.encoding for profile in profiles().values()} == {"utf-8"}


@pytest.mark.parametrize(
    ("encoding", "name"), [("tcvn3", "TCVN3 (ABC)"), ("vni", "VNI"), ("cp1258", "Windows-1258")]
)
@pytest.mark.parametrize("header", [HEADING, "account_no,account_name,amount,status"])
def test_without_a_profile_the_encoding_it_seems_to_be_is_told(
    header: str, encoding: str, name: str, tmp_path: Path
) -> None:
    text = TEXT.replace(HEADING, header).replace("Đ", "đ").replace("Ử", "ử").replace("Ổ", "ổ")
    (tmp_path / "a.csv").write_bytes(old(text, encoding))
    report = FileReport()
    list(TabularReader("csv").read(tmp_path / "a.csv", report, "VND"))
    assert report.outcome == "refused"
    assert ("encoding_likely", {"looks": name}) in told(report)


def test_another_language_is_no_misread_vietnamese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = (
        "José García Núñez", "María Peña Muñoz", "Andrés Gómez Ibáñez", "Sofía Jiménez Hernández",
        "Nicolás Álvarez Sánchez", "Inés Rodríguez Fernández", "Ángel Pérez Martínez", "Lucía Díaz Ramírez",
    )  # fmt: skip
    rows = "\n".join(f"1500205099{n},{name},810000,Thành công" for n, name in enumerate(names))
    path = tmp_path / "a.csv"
    path.write_text(f"{HEADING}\n{rows}\n", encoding="utf-8")
    _, report = read(path, "utf-8", monkeypatch)
    assert (report.outcome, report.problems) == ("accepted", [])
