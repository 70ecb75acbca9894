"""No bytes make the readers of CSV and XLSX fail: a bad file is a report, never an exception."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payouts.lists.reading import open_list
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.tabular import TabularReader

HEADER = [
    "bank_ref",
    "account_no",
    "account_name",
    "amount",
    "currency",
    "booked_on",
    "status",
    "full_name",
    "citizen_id",
]
ROW = ["FT1", "0011", "HOA", "930000", "VND", "2026-11-05", "settled", "Hoa", "001145003417"]
PIECES = [
    b'"', b"\n", b"\r", b",", b";", b"\t", b"\0", b"\xff", b"\xed\xa0\x80", b"9" * 30, b"1e400", b"NaN",
    b"=1+1", "\u202e".encode(), "\u0661".encode(), b"-", b".", b"<", b"&#0;", b"",
]  # fmt: skip
CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 20), st.sampled_from(PIECES)), min_size=1, max_size=5
)
CALM = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def changed(data: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for place, removed, put in changes:
        at = int(place * len(data))
        data = data[:at] + put + data[at + removed :]
    return data


@pytest.fixture(scope="module")
def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADER)
    sheet.append(ROW)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def both_read(path: Path, kind: str) -> None:
    report = FileReport()
    good = sum(batch.num_rows for batch in TabularReader(kind).read(path, report, "VND"))  # type: ignore[arg-type]  # csv or xlsx
    assert good == report.good_lines <= report.lines
    reading = open_list(path, cycle="2026-11", programme="BTXH")
    good = sum(batch.num_rows for batch in reading.batches())
    assert good == reading.report.good_lines <= reading.report.lines
    assert all(problem.message() for problem in (*report.problems, *reading.report.problems))


@CALM
@given(changes=CHANGES, mark=st.sampled_from([",", ";", "\t"]))
def test_no_csv_makes_a_reader_fail(
    tmp_path: Path, changes: list[tuple[float, int, bytes]], mark: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(changed("\n".join([mark.join(HEADER), mark.join(ROW), ""]).encode(), changes))
    both_read(path, "csv")


@CALM
@given(changes=CHANGES)
def test_no_workbook_makes_a_reader_fail(
    tmp_path: Path, workbook: bytes, changes: list[tuple[float, int, bytes]]
) -> None:
    path = tmp_path / "a"
    path.write_bytes(changed(workbook, changes))
    both_read(path, "xlsx")


@CALM
@given(
    changes=CHANGES, name=st.sampled_from(["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
)
def test_no_sheet_makes_a_reader_fail(
    tmp_path: Path, workbook: bytes, changes: list[tuple[float, int, bytes]], name: str
) -> None:
    path = tmp_path / "a"
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, changed(old.read(entry), changes) if entry == name else old.read(entry))
    both_read(path, "xlsx")
