"""What a file is, is found by its content; what is not taken is refused with a code of its own."""

import datetime as dt
import gzip
import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from payouts.settlements.reading import open_settlement, reported_table
from reconciliation.tables import REPORTED

_CAMT052 = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08"><BkToCstmrAcctRpt/></Document>'
_PAIN001 = '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"><CstmrCdtTrfInitn/></Document>'


@pytest.mark.parametrize(
    ("content", "kind", "code"),
    [
        (b"", None, "empty_file"),
        (b" \r\n\t\n", None, "empty_file"),
        (b"\xef\xbb\xbf", None, "empty_file"),
        (b"%PDF-1.7 ...", None, "not_a_settlement_file"),
        (b"\x89PNG\r\n\x1a\n....", None, "not_a_settlement_file"),
        (gzip.compress(b":20:A", mtime=0), None, "not_a_settlement_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", None, "old_excel"),
        (b"\x00\x01\x02\x03\x04", None, "not_text"),
        (":20:A\r\n:25:B\r\n".encode("utf-16"), None, "wrong_encoding"),
        ("ma,ten\n1,An\n".encode("utf-16"), "csv", "not_utf8"),
        (b"bank_ref,amount\n\x00,1\n" + b"A,1\n" * 50, "csv", "header_unknown"),
        (_CAMT052.encode(), "camt.052", "interim_report"),
        (_PAIN001.encode(), "pain.001", "not_a_settlement_file"),
        (b"<!DOCTYPE html><html></html>", "html", "not_a_settlement_file"),
        (b"<invoices><invoice/></invoices>", "xml", "unknown_xml"),
        (b"<?xml version='1.0' encoding='klingon'?><Document/>", "xml", "wrong_encoding"),
        (b"<<<<", "xml", "xml_broken"),
    ],
)
def test_a_foreign_file_is_refused_by_what_it_is(
    read: Any, content: bytes, kind: str | None, code: str
) -> None:
    report, rows = read(content)
    assert (report.outcome, report.format, rows) == ("refused", kind, [])
    assert [problem.code for problem in report.problems] == [code]


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path, code in ((tmp_path / "nope", "file_missing"), (tmp_path, "file_is_folder")):
        reading = open_settlement(path)
        assert list(reading.batches()) == []
        assert [problem.code for problem in reading.report.problems] == [code]


@pytest.mark.parametrize("name", ["camt053.xml", "pain002.xml"])
def test_a_message_in_utf_16_is_read(read: Any, files: Path, name: str) -> None:
    text = (files / name).read_text(encoding="utf-8")
    _, same = read(text)
    report, rows = read(text.replace("UTF-8", "UTF-16").encode("utf-16"))
    assert (report.outcome, rows) == ("accepted", same)


def test_a_message_that_is_not_in_its_encoding_is_refused(read: Any, files: Path) -> None:
    text = (files / "camt053.xml").read_text(encoding="utf-8").replace("TRAN THI HOA", "TRẦN THỊ HÒA")
    report, _ = read(text.encode("utf-16-le")[2:])
    assert report.outcome == "refused"
    report, _ = read(text.encode().replace("HÒA".encode(), "HÒA".encode("cp1252")))
    assert (report.outcome, report.problems[-1].code) == ("refused", "wrong_encoding")


@pytest.mark.parametrize(
    ("client", "codes"), [("VCB", []), ("BFTVVNVX", []), (None, []), ("ICB", ["other_bank"])]
)
def test_another_banks_file_is_held_back(files: Path, client: str | None, codes: list[str]) -> None:
    reading = open_settlement(files / "camt053.xml", client_bank=client)
    list(reading.batches())
    assert [problem.code for problem in reading.report.problems] == codes
    assert reading.report.outcome == ("quarantined" if codes else "accepted")


def test_the_judgement_gets_file_sender_and_day(files: Path) -> None:
    table = reported_table(open_settlement(files / "camt053.xml"), "sao-ke.xml")
    assert table.schema == REPORTED
    first = table.slice(0, 1).to_pylist()[0]
    assert (first["file"], first["line"], first["sender"], first["movement"]) == (
        "sao-ke.xml",
        1,
        "VCB",
        True,
    )
    assert (first["written_on"], first["statement"]) == (dt.date(2026, 11, 20), 1)


def test_a_statement_that_does_not_tie_is_not_counted_on(files: Path, tmp_path: Path) -> None:
    text = (files / "mt940.sta").read_text(encoding="utf-8")
    path = tmp_path / "tep"
    path.write_text(text.replace("VND4070000", "VND4070001"), encoding="utf-8")
    table = reported_table(open_settlement(path), "a", sender="VBA")
    assert table["statement"].to_pylist() == [1, 1, 1, 1, None]
    assert set(table["sender"].to_pylist()) == {"VBA"}


def test_a_status_report_is_no_movement(files: Path) -> None:
    table = reported_table(open_settlement(files / "pain002.xml"), "a")
    assert set(table["movement"].to_pylist()) == {False}
    assert table["statement"].null_count == 4


def test_an_archive_that_is_no_workbook_is_refused(read: Any) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as folder:
        folder.writestr("thu.txt", "xin chào")
    for content in (archive.getvalue(), archive.getvalue()[:40], b"PK\x03\x04" + b"\0" * 100):
        report, rows = read(content)
        assert (report.outcome, rows) == ("refused", [])
