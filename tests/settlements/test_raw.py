"""The text of a line is found in the bytes by the very number that the reader gives the line."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from payouts.settlements.raw import LONGEST_RAW, raw_lines
from payouts.settlements.reading import open_settlement

FILES = Path(__file__).parent / "files"
FIXTURES = Path(__file__).parents[2] / "fixtures"
GIVEN = [
    FILES / "camt053.xml",
    FILES / "mt940.sta",
    FILES / "pain002.xml",
    *sorted(FIXTURES.glob("*/*.sta")),
    *sorted(FIXTURES.glob("*/*.xml")),
    *sorted(FIXTURES.glob("*/ket-qua-*.csv")),
]
HEADER = "bank_ref,account_no,amount,status"


def read(path: Path) -> tuple[Any, list[dict[str, Any]]]:
    reading = open_settlement(path)
    rows = [row for batch in reading.batches() for row in batch.to_pylist()]
    return reading.report, rows


@pytest.mark.parametrize("path", GIVEN, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_each_line_is_found_where_the_reader_found_it(path: Path) -> None:
    report, rows = read(path)
    assert rows
    found = raw_lines(path, report.format, report.profile, {row["line"] for row in rows})
    for row in rows:
        text = found[row["line"]]
        named = [row[name] for name in ("end_to_end_id", "bank_ref", "account_no") if row[name]]
        assert any(value in text for value in named) or str(row["amount"]) in text, (row, text)


def test_rows_over_several_lines_and_blank_rows_count_as_the_reader_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f'Banner\n\n{HEADER}\nF1,"1\n2",930,settled\n\nF2,12,930.5,settled\n', encoding="utf-8")
    report, rows = read(path)
    [problem] = [each for each in report.problems if each.code == "amount_unreadable"]
    assert [row["line"] for row in rows] == [4]
    found = raw_lines(path, "csv", report.profile, {4, problem.line or 0})
    assert found == {4: 'F1,"1 2",930,settled', 6: "F2,12,930.5,settled"}


def test_a_row_of_a_workbook_is_shown_cell_by_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["Ngân hàng"],
        [],
        HEADER.split(","),
        ["F1", "0012", 930000, "settled"],
        ["F2", "", "x", "settled"],
    ):
        sheet.append(row)
    book.create_sheet("Khác").append(["F9"])
    book.save(tmp_path / "x.xlsx")
    report, _ = read(tmp_path / "x.xlsx")
    assert raw_lines(tmp_path / "x.xlsx", "xlsx", report.profile, {4, 5}) == {
        4: "F1 | 0012 | 930000 | settled",
        5: "F2 |  | x | settled",
    }


def test_old_vietnamese_text_is_shown_as_text(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(f"{HEADER}\nF1,Nguyễn,930,settled\n".encode("utf-16"))
    assert raw_lines(path, "csv", "chitra", {2}) in ({}, {2: "F1,Nguyễn,930,settled"})
    path.write_bytes(f"{HEADER}\nF1,caf\xe9,930,settled\n".encode("latin-1"))
    assert raw_lines(path, "csv", "chitra", {2})[2].startswith("F1,caf")


def test_what_is_shown_is_cut_and_holds_no_control_characters(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text(f"{HEADER}\nF1,\x1b[31m{'9' * 2000},930,settled\n", encoding="utf-8")
    text = raw_lines(path, "csv", "chitra", {2})[2]
    assert len(text) <= LONGEST_RAW + 1
    assert text.startswith("F1,·[31m9")


@pytest.mark.parametrize("kind", ["camt.053", "pain.002", "mt940", "csv", "xlsx", None])
@pytest.mark.parametrize(
    "content", [b"", b"\0\xff<Document>", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', b'"']
)
def test_a_damaged_file_shows_what_it_can_and_never_breaks(
    tmp_path: Path, kind: str | None, content: bytes
) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    assert "b" not in raw_lines(path, kind, None, {1, 2}).values()
    assert raw_lines(tmp_path / "none", kind, None, {1}) == {}
