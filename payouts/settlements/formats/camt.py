"""Reads camt.053 statements and camt.054 advices (001.02 to 001.13) as a stream, to the last detail.

A line is each TxDtls, or an Ntry without any. What stands where is in camt_lines, the controls of a statement
are in camt_statement.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
from lxml import etree

from payouts.core.problems import Problem
from payouts.settlements.formats import xml
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.camt_lines import ACCOUNT, DETAIL, ENTRY, Entry, Found, Lines
from payouts.settlements.formats.camt_statement import Statement
from payouts.settlements.formats.slots import collect, slots
from payouts.settlements.formats.standard import BATCH_ROWS, batch, iso_day

FORMATS = frozenset({"camt.053", "camt.054"})
VERSIONS = frozenset(f"{number:02d}" for number in range(2, 14))

_NAMES = ("GrpHdr", "Acct", "Bal", "TxsSummry", "TxDtls", "Ntry", "Stmt", "Ntfctn")
_VERSION = re.compile(r"camt\.05[34]\.001\.([0-9]{2})$")


def identify(head: bytes) -> bool:
    """Say whether the first bytes of a file are a camt.053 or camt.054."""
    return xml.message_name(head) in FORMATS


def read(path: Path, report: FileReport, currency: str) -> Iterator[pa.RecordBatch]:
    """Yield batches of good lines; see formats.base.Reader."""
    reading = _Reading(Lines(report, currency))
    rows = reading.lines.rows
    for element in xml.elements(path, _NAMES, report):
        reading.take(element)
        if report.gravest == "refuse":
            break
        if len(rows) >= BATCH_ROWS:
            yield batch(rows)
            rows.clear()
    if report.gravest != "refuse" and not report.statements:
        report.add(Problem("no_statement"))
    if rows:
        yield batch(rows)


class _Reading:
    """Where the reader stands in a file: the statement and the entry that it is in."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.report = lines.report
        self.statement = Statement()
        self.entry: Entry | None = None
        self.waiting: Found | None = None  # an entry's first detail, until a second one or the entry's end
        self.entered = False  # what stands before the account of the statement was read
        self.prefix = ""
        self.steps: dict[str, Callable[[etree._Element], None]] = {}

    def take(self, element: etree._Element) -> None:
        """Take an element that has just ended."""
        if not self.steps:
            self._start(element)
        step = self.steps.get(str(element.tag))
        if step is None:
            self.report.add(Problem("unknown_namespace", values={"value": str(element.tag)[:200]}))
            xml.forget(element)
        else:
            step(element)

    def _start(self, element: etree._Element) -> None:
        """Fit the tables of slots to the namespace of the file."""
        namespace = xml.namespace_of(element)
        self.prefix = prefix = f"{{{namespace}}}" if namespace else ""
        version = _VERSION.search(namespace)
        if version and version[1] not in VERSIONS:
            self.report.add(Problem("unknown_version", values={"value": namespace.rpartition(":")[2]}))
        self.account_slots = slots(ACCOUNT, prefix)
        self.entry_slots = slots(ENTRY, prefix)
        self.detail_slots = slots(DETAIL, prefix)
        self.entry_tag, self.details_tag = f"{prefix}Ntry", f"{prefix}NtryDtls"
        self.information_tag = f"{prefix}AddtlNtryInf"
        self.statement_tags = {f"{prefix}Stmt": True, f"{prefix}Ntfctn": False}
        self.steps = {
            f"{prefix}GrpHdr": self._header,
            f"{prefix}Acct": self._account,
            f"{prefix}Bal": self._balance,
            f"{prefix}TxsSummry": self._summary,
            f"{prefix}TxDtls": self._detail,
            f"{prefix}Ntry": self._entry,
            f"{prefix}Stmt": self._end_statement,
            f"{prefix}Ntfctn": self._end_statement,
        }

    def _header(self, element: etree._Element) -> None:
        """Take the head of the message, or of a statement, for its date."""
        if self.report.written_on is None:
            self.report.written_on = iso_day((element.findtext(f"{self.prefix}CreDtTm") or "").strip())

    def _account(self, element: etree._Element) -> None:
        parent = element.getparent()
        if parent is None or parent.tag not in self.statement_tags:
            return
        if not self.entered:
            self.entered = True
            self._header(parent)
            self.statement.add_place(parent, self.prefix)
        found: Found = {}
        collect(element, self.account_slots, found)
        self.lines.own_account, self.lines.branch = found.get("account"), found.get("branch")
        self.statement.account = found.get("account")
        servicer = found.get("servicer")
        if servicer and self.report.sender is None:
            self.report.sender = servicer
        elif servicer and servicer != self.report.sender:
            values = {"value": servicer, "expected": self.report.sender or "", "statement": self._number()}
            self.report.add(Problem("several_servicers", None, "Svcr", values))

    def _balance(self, element: etree._Element) -> None:
        if self._in_statement(element):
            self.statement.add_balance(element, self.prefix, self.report)

    def _summary(self, element: etree._Element) -> None:
        if self._in_statement(element):
            self.statement.add_summary(element, self.prefix)

    def _detail(self, element: etree._Element) -> None:
        """Take a detail; what its entry says before its details is read with the first."""
        details = element.getparent()
        entry = details.getparent() if details is not None else None
        if details is None or entry is None or details.tag != self.details_tag or entry.tag != self.entry_tag:
            self.report.add(Problem("element_out_of_place", self.report.lines + 1, "TxDtls"))
            xml.forget(element)
            return
        found: Found = {}
        collect(element, self.detail_slots, found)
        if self.entry is None:
            self.entry = self._open(entry)
            self.waiting = found
        else:
            if self.waiting is not None:
                self.lines.part(self.entry, self.waiting)
                self.waiting = None
            self.lines.part(self.entry, found)
        xml.forget(element)

    def _open(self, element: etree._Element) -> Entry:
        found: Found = {}
        collect(element, self.entry_slots, found)
        return Entry.of(found, self.report.lines + 1)

    def _entry(self, element: etree._Element) -> None:
        """Take the end of an entry: it is one line, or its details were lines and must add up."""
        parent = element.getparent()
        if parent is None or parent.tag not in self.statement_tags:
            self.report.add(Problem("element_out_of_place", self.report.lines + 1, "Ntry"))
            xml.forget(element)
            return
        if self.report.written_on is None:
            self._header(parent)
        entry = self.entry
        if entry is None:
            entry = self._open(element)
            self.lines.whole(entry, {}, entry.found.get("information"))
        elif self.waiting is not None:
            self.lines.whole(entry, self.waiting, element.findtext(self.information_tag))
        else:
            self.lines.end_batch(entry)
            if len(element.findall(self.details_tag)) == 1:
                self.lines.check_count(entry)
        self.statement.add(entry)
        self.entry = self.waiting = None
        xml.forget(element)

    def _end_statement(self, element: etree._Element) -> None:
        self.report.statements += 1
        self._header(element)
        self.statement.close(self.report, balances=self.statement_tags[str(element.tag)])
        self.statement, self.entered = Statement(), False
        self.lines.statement = self.report.statements + 1
        self.lines.own_account = self.lines.branch = None
        xml.forget(element)

    def _in_statement(self, element: etree._Element) -> bool:
        parent = element.getparent()
        return parent is not None and parent.tag in self.statement_tags

    def _number(self) -> str:
        return str(self.report.statements + 1)
