"""Finds out what a settlement file is, by its content, and reads it with the reader of its format."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core.banks import bank_code
from payouts.core.problems import Problem
from payouts.settlements.controls import Policy
from payouts.settlements.formats import camt, mt940, pain002, xml
from payouts.settlements.formats.base import LINES, MOVEMENT_FORMATS, FileReport, Reader
from payouts.settlements.formats.standard import numbers
from payouts.settlements.formats.tabular import TabularReader
from payouts.settlements.joins import check_inside
from payouts.settlements.watch import Watch
from reconciliation.tables import REPORTED

_ZIP = b"PK\x03\x04"
_WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

# First bytes of files that people send by mistake -> what they are called.
_FOREIGN = {
    b"%PDF-": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF8": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"{\\rtf": "RTF",
    b"\x1f\x8b": "GZIP",
    b"7z\xbc\xaf": "7-Zip",
    b"Rar!": "RAR",
    b"MZ": "EXE",
    b"\x7fELF": "ELF",
}
_LOOKED_AT = 4096  # bytes in which control characters are counted
_CONTROLS = bytes(code for code in range(32) if chr(code) not in "\t\n\r\f\x1a")
_MOST_CONTROLS = 20  # one character in so many may be a control character in a text
_INTERIM = frozenset({"camt.052"})
A_PAYER = "CASH"  # who pays cash, where nobody says which payer: a collection told in two reports is one
_MARKUP = (b"<!doctype html", b"<html")


@dataclass(slots=True)
class Reading:
    """A settlement file being read.

    Attributes:
        report: what is known of it; final once the batches are read to the end
    """

    report: FileReport
    path: Path
    currency: str
    reader: Reader | None
    client_bank: str | None = None
    policy: Policy = field(default_factory=dict)
    _done: bool = field(default=False, init=False)

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Yield the good lines (schema formats.base.LINES); of a refused file, all must be dropped."""
        watch = Watch(self.report)
        if self.reader is not None:
            try:
                for batch in self.reader.read(self.path, self.report, self.currency):
                    watch.see(batch)
                    yield batch
            except OSError as error:
                self.report.add(_unreadable(error))
        if not self._done:
            watch.finish()
            check_inside(self.report)
            self._conclude()

    def _conclude(self) -> None:
        """Say by the bank's one code who sent the file, whether that is who may, and how grave all is."""
        self._done = True
        report = self.report
        if report.sender is not None:
            report.sender = bank_code(report.sender) or report.sender
            client = self.client_bank and (bank_code(self.client_bank) or self.client_bank)
            if client and report.sender != client:
                report.add(Problem("other_bank", values={"value": report.sender, "expected": client}))
        report.rule(self.policy)


def open_settlement(
    path: Path,
    *,
    profile: str | None = None,
    currency: str = "VND",
    client_bank: str | None = None,
    policy: Policy | None = None,
) -> Reading:
    """Recognise a settlement file by its first bytes, never by its name.

    Args:
        path: the file
        profile: the layout to read a CSV or XLSX by; without one it is found by the header
        currency: ISO 4217 code of the service's currency
        client_bank: the bank whose client sent the file, by any name; another bank's file is quarantined
        policy: what that bank's policy makes of failing controls; as shipped by default

    Returns:
        The reading; its batches have to be read to the end before its report says anything final. A file that
        is recognised as nothing that is taken has no batch, and its report says why.

    Raises:
        NotFoundError: there is no such profile
    """
    report = FileReport()
    reading = Reading(report, path, currency, None, client_bank, policy or {})
    try:
        with path.open("rb") as stream:
            head = stream.read(xml.HEAD)
    except OSError as error:
        report.add(_unreadable(error))
        return reading
    reading.reader = _recognise(head, report, profile, client_bank and bank_code(client_bank))
    return reading


def _unreadable(error: OSError) -> Problem:
    """Say why the system does not hand a file over."""
    if isinstance(error, FileNotFoundError):
        return Problem("file_missing")
    if isinstance(error, IsADirectoryError):
        return Problem("file_is_folder")
    return Problem("file_unreadable", values={"cause": error.strerror or str(error)})


def _recognise(head: bytes, report: FileReport, profile: str | None, bank: str | None) -> Reader | None:
    """Choose the reader, or say in the report what the file is instead."""
    if not head.strip(b"\0 \t\r\n\xef\xbb\xbf"):
        report.add(Problem("empty_file"))
        return None
    if head.startswith(_ZIP):
        return TabularReader("xlsx", profile, bank)
    if xml.looks_like_xml(head):
        return _recognise_xml(head, report)
    problem = _foreign(head)
    if problem is not None:
        report.add(problem)
        return None
    if mt940.identify(head):
        report.format = mt940.FORMAT
        return mt940
    return TabularReader("csv", profile, bank)


def _recognise_xml(head: bytes, report: FileReport) -> Reader | None:
    report.format = name = xml.message_name(head)
    if name in camt.FORMATS:
        return camt
    if name == pain002.FORMAT:
        return pain002
    report.format = name or "xml"
    if name in _INTERIM:
        report.add(Problem("interim_report", values={"value": name or ""}))
    elif name is not None:
        report.add(Problem("not_a_settlement_file", values={"value": name}))
    elif head.lstrip()[:15].lower().startswith(_MARKUP):
        report.format = "html"
        report.add(Problem("not_a_settlement_file", values={"value": "HTML"}))
    else:
        report.add(xml.prolog_problem(head) or Problem("unknown_xml"))
    return None


def _foreign(head: bytes) -> Problem | None:
    """Say what a file is that is neither XML nor a workbook nor text."""
    if head.startswith(_OLD_EXCEL):
        return Problem("old_excel")
    for mark, name in _FOREIGN.items():
        if head.startswith(mark):
            return Problem("not_a_settlement_file", values={"value": name})
    if head.startswith(_WIDE_TEXT):  # a CSV in UTF-16 is for its profile to read
        return Problem("wrong_encoding") if mt940.identify(head.replace(b"\0", b"")) else None
    start = head[:_LOOKED_AT]
    controls = len(start) - len(start.translate(None, _CONTROLS))
    return Problem("not_text") if controls * _MOST_CONTROLS > len(start) else None


def reported_table(reading: Reading, file: str, *, sender: str | None = None) -> pa.Table:
    """Read a file to its end and give its lines as the judgement takes them.

    Args:
        reading: an opened file whose batches nobody has read yet
        file: the name that evidence shall carry
        sender: code of the client's bank, where it is known

    Returns:
        A table of schema reconciliation.tables.REPORTED: the good lines. Look at `reading.report.outcome`
        before they count. `sender` is the client's bank, else the profile's or the one named in the file,
        else the one bank_code that all lines name (of cash A_PAYER), else null; `statement` stands only where
        its balance ties.
    """
    lines = pa.Table.from_batches(list(reading.batches()), schema=LINES)
    report = reading.report
    size = lines.num_rows
    columns: dict[str, pa.Array | pa.ChunkedArray] = {name: lines[name] for name in LINES.names}
    balanced = numbers(sorted(report.balanced))
    counts = pc.is_in(lines["statement"], value_set=balanced)
    columns["statement"] = pc.if_else(counts, lines["statement"], pa.scalar(None, pa.int64()))
    constants = {
        "file": file,
        "sender": sender or report.sender or (A_PAYER if report.cash else _only_bank(lines["bank_code"])),
        "movement": report.format in MOVEMENT_FORMATS,
        "cash": report.cash,
        "written_on": report.written_on,
    }
    for name, value in constants.items():
        kind = REPORTED.field(name).type
        columns[name] = pa.repeat(pa.scalar(value, kind), size)
    return pa.table([columns[name] for name in REPORTED.names], schema=REPORTED)


def _only_bank(column: pa.ChunkedArray) -> str | None:
    """Give the bank that all lines name; None where one names another, or none."""
    named = pc.unique(pc.fill_null(column, "")).to_pylist()
    return named[0] or None if len(named) == 1 else None
