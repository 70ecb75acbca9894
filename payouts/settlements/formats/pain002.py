"""Reads pain.002 payment status reports (001.03 to 001.14): what the bank says of the orders it was given.

A line is each TxInfAndSts; where a payment lists none, the payment's own status; where no payment says
anything, the group's. A status that is absent is inherited from the level above. Choices:

- A report may list fewer transactions than the original message held (banks list the rejected ones only):
  that is a warning; more than it held, or a sum above its control sum, quarantines. Counts of one status
  (NbOfTxsPerSts) must be met by the transactions listed with it, where any is listed.
- AcctSvcrRef alone is the bank's reference: ClrSysRef is shared by whole files.
- `booked_on` is the interbank settlement day where one is told: a status has no booking day.
- The original instruction id joins the text where no end-to-end id is given, so that it can be found there.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
from lxml import etree

from payouts.core.money import why_no_amount
from payouts.core.problems import Problem
from payouts.settlements.formats import xml
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.slots import Joined, Money, collect, slots
from payouts.settlements.formats.standard import (
    BATCH_ROWS,
    UNKNOWN_CURRENCY,
    Row,
    amount_problem,
    bank_known_as,
    batch,
    iso_day,
    plain,
    reason_in,
    reference,
    units,
    xml_amount,
)

FORMAT = "pain.002"
MOST_STATUSES = 100  # that are counted apart; the standard has fewer
VERSIONS = frozenset(f"{number:02d}" for number in range(3, 15))

# ISO 20022 ExternalPaymentTransactionStatus1Code -> status of the line; any other is unknown.
STATUS = {
    **dict.fromkeys(("RCVD", "ACTC", "ACCP", "ACSP", "ACWC", "PDNG"), "pending"),
    **dict.fromkeys(("ACSC", "ACCC"), "settled"),
    "RJCT": "rejected",
}

_NAMES = ("GrpHdr", "OrgnlGrpInfAndSts", "TxInfAndSts", "OrgnlPmtInfAndSts")
_VERSION = re.compile(r"pain\.002\.001\.([0-9]{2})$")
_CITIZEN = re.compile(r"[0-9]{9}|[0-9]{12}")

_REASON = {
    "StsRsnInf/Rsn/Cd": "reason_code",
    "StsRsnInf/Rsn/Prtry": Joined("reason_word"),
    "StsRsnInf/AddtlInf": Joined("reason_text"),
}
_REASONS = tuple(_REASON.values())
_CONTROL = {"OrgnlNbOfTxs": "count", "OrgnlCtrlSum": "sum"}
HEADER = {
    "CreDtTm": "written_on",
    "DbtrAgt/FinInstnId/BICFI": "sender",
    "DbtrAgt/FinInstnId/BIC": "sender",
}
GROUP = {"GrpSts": "status", "OrgnlMsgId": "original", **_REASON, **_CONTROL}
PAYMENT = {"PmtInfSts": "status", "OrgnlPmtInfId": "original", **_REASON, **_CONTROL}
_TRANSACTION = "OrgnlTxRef"
TRANSACTION = {
    "OrgnlEndToEndId": "end_to_end_id",
    "OrgnlInstrId": "instruction",
    "TxSts": "status",
    "AcctSvcrRef": "bank_ref",
    "FctvIntrBkSttlmDt/Dt": "booked_on",
    "FctvIntrBkSttlmDt/DtTm": "booked_on",
    **_REASON,
    f"{_TRANSACTION}/Amt/InstdAmt": Money("amount"),
    f"{_TRANSACTION}/DbtrAgt/FinInstnId/BICFI": "sender",
    f"{_TRANSACTION}/DbtrAgt/FinInstnId/BIC": "sender",
    f"{_TRANSACTION}/Cdtr/Nm": "name",
    f"{_TRANSACTION}/Cdtr/Pty/Nm": "name",
    f"{_TRANSACTION}/Cdtr/Id/PrvtId/Othr/Id": "citizen_id",
    f"{_TRANSACTION}/Cdtr/Pty/Id/PrvtId/Othr/Id": "citizen_id",
    f"{_TRANSACTION}/CdtrAcct/Id/IBAN": "account",
    f"{_TRANSACTION}/CdtrAcct/Id/Othr/Id": "account",
    f"{_TRANSACTION}/CdtrAgt/FinInstnId/BICFI": "bank",
    f"{_TRANSACTION}/CdtrAgt/FinInstnId/BIC": "bank",
    f"{_TRANSACTION}/CdtrAgt/FinInstnId/ClrSysMmbId/MmbId": "bank",
    f"{_TRANSACTION}/RmtInf/Ustrd": Joined("remittance"),
    f"{_TRANSACTION}/RmtInf/Strd/CdtrRefInf/Ref": Joined("remittance"),
}
_PER_STATUS = {"DtldNbOfTxs": "count", "DtldSts": "status", "DtldCtrlSum": "sum"}

Found = dict[str, str]


def identify(head: bytes) -> bool:
    """Say whether the first bytes of a file are a pain.002."""
    return xml.message_name(head) == FORMAT


def read(path: Path, report: FileReport, currency: str) -> Iterator[pa.RecordBatch]:
    """Yield batches of good lines; see formats.base.Reader."""
    reading = _Reading(report, currency)
    for element in xml.elements(path, _NAMES, report):
        reading.take(element)
        if report.gravest == "refuse":
            break
        if len(reading.rows) >= BATCH_ROWS:
            yield batch(reading.rows)
            reading.rows.clear()
    if report.gravest != "refuse":
        reading.end()
    if reading.rows:
        yield batch(reading.rows)


@dataclass(slots=True)
class _Listed:
    """Transactions that are listed: how many, how many of them with an amount, and their sum."""

    count: int = 0
    priced: int = 0
    sum: Decimal = Decimal(0)

    def add(self, amount: Decimal | None) -> None:
        """Count a transaction."""
        self.count += 1
        if amount is not None:
            self.priced += 1
            self.sum += amount


@dataclass(slots=True)
class _Level:
    """The group or a payment: its own status, its controls, and what is listed below it."""

    found: Found = field(default_factory=dict)
    per_status: list[Found] = field(default_factory=list)
    listed: _Listed = field(default_factory=_Listed)
    of_status: defaultdict[str, _Listed] = field(default_factory=lambda: defaultdict(_Listed))

    def add(self, status: str, amount: Decimal | None) -> None:
        """Count a transaction listed below."""
        self.listed.add(amount)
        known = status in self.of_status or len(self.of_status) < MOST_STATUSES
        self.of_status[status if known else ""].add(amount)

    def check(self, report: FileReport, name: str) -> None:
        """Check the controls of the level against what is listed."""
        listed = self.listed
        if not listed.count:
            return
        where = {"level": name, "original": self.found.get("original", ""), "status": ""}
        count, total = self.found.get("count"), self.found.get("sum")
        original = xml_amount(count) if count else None
        if count and (original is None or listed.count > original):
            report.add(_differs("count_differs", "OrgnlNbOfTxs", count, listed.count, where))
        elif original is not None and listed.count < original:
            values = {"expected": plain(original), "found": str(listed.count), **where}
            report.add(Problem("fewer_listed", None, "OrgnlNbOfTxs", values))
        whole = original is None or listed.count == original
        _check_sum(report, ("OrgnlCtrlSum", total), listed, where, whole=whole)
        for told in self.per_status:
            self._check_status(report, told, where)

    def _check_status(self, report: FileReport, told: Found, where: Found) -> None:
        """Check what is said of one status, where any transaction is listed with it."""
        where = {**where, "status": told.get("status", "")}
        listed = self.of_status[where["status"]]
        count = told.get("count", "")
        number = xml_amount(count)
        if number is None or (listed.count and number != listed.count):
            report.add(_differs("count_differs", "NbOfTxsPerSts", count, listed.count, where))
        _check_sum(report, ("DtldCtrlSum", told.get("sum")), listed, where, whole=number == listed.count)


def _check_sum(
    report: FileReport, control: tuple[str, str | None], listed: _Listed, where: Found, *, whole: bool
) -> None:
    """Check a control sum; where not all is listed, or not all with an amount, it is a limit."""
    name, text = control
    if not text or not listed.priced:
        return
    total = xml_amount(text)
    whole = whole and listed.priced == listed.count
    if total is None or listed.sum > total or (whole and listed.sum != total):
        report.add(_differs("sum_differs", name, text, listed.sum, where))


def _differs(code: str, name: str, expected: str, found: Decimal | int, where: Found) -> Problem:
    shown = str(found) if isinstance(found, int) else plain(found)
    return Problem(code, None, name, {"expected": expected[:100], "found": shown, **where})


class _Reading:
    """Where the reader stands in a report: the group and the payment that it is in."""

    def __init__(self, report: FileReport, currency: str) -> None:
        self.report = report
        self.currency = currency
        self.rows: list[Row] = []
        self.group = _Level()
        self.payment: _Level | None = None
        self.seen = False
        self.prefix: str | None = None

    def take(self, element: etree._Element) -> None:
        """Take an element that has just ended."""
        if self.prefix is None:
            self._start(element)
        step = self.steps.get(str(element.tag))
        if step is None:
            self.report.add(Problem("unknown_namespace", values={"value": str(element.tag)[:200]}))
            xml.forget(element)
        else:
            step(element)

    def end(self) -> None:
        """Take the end of the file: the group speaks where no payment did, and its controls are checked."""
        if not self.seen:
            self.report.add(Problem("no_statement"))
            return
        if not self.report.lines:
            self._line(self.group.found, self.group.found)
        self.group.check(self.report, "OrgnlGrpInfAndSts")

    def _start(self, element: etree._Element) -> None:
        """Fit the tables of slots to the namespace of the file."""
        namespace = xml.namespace_of(element)
        self.prefix = prefix = f"{{{namespace}}}" if namespace else ""
        version = _VERSION.search(namespace)
        if version and version[1] not in VERSIONS:
            self.report.add(Problem("unknown_version", values={"value": namespace.rpartition(":")[2]}))
        tables = (HEADER, GROUP, PAYMENT, TRANSACTION, _PER_STATUS)
        self.header, self.of_group, self.of_payment, self.of_transaction, self.of_status = (
            slots(table, prefix) for table in tables
        )
        self.payment_tag, self.counts_tag = f"{prefix}OrgnlPmtInfAndSts", f"{prefix}NbOfTxsPerSts"
        self.steps = {
            f"{prefix}GrpHdr": self._header,
            f"{prefix}OrgnlGrpInfAndSts": self._group,
            f"{prefix}TxInfAndSts": self._transaction,
            self.payment_tag: self._end_payment,
        }

    def _header(self, element: etree._Element) -> None:
        found = self._collect(element, self.header)
        self.report.written_on = iso_day(found.get("written_on", ""))
        self.report.sender = found.get("sender")

    def _group(self, element: etree._Element) -> None:
        self.seen = True
        self._open(self.group, element, self.of_group)

    def _transaction(self, element: etree._Element) -> None:
        """Take a transaction; its payment's status stands before it."""
        self.seen = True
        parent = element.getparent()
        if self.payment is None and parent is not None and parent.tag == self.payment_tag:
            self.payment = _Level()
            self._open(self.payment, element.getparent(), self.of_payment)
        found = self._collect(element, self.of_transaction)
        above = (self.payment or self.group).found
        amount, status = self._line(found, above)
        self.group.add(status, amount)
        if self.payment is not None:
            self.payment.add(status, amount)
        xml.forget(element)

    def _end_payment(self, element: etree._Element) -> None:
        self.seen = True
        payment = self.payment
        if payment is None:
            payment = _Level()
            self._open(payment, element, self.of_payment)
            if "status" in payment.found:
                self._line(payment.found, payment.found)
        payment.check(self.report, "OrgnlPmtInfAndSts")
        self.payment = None
        xml.forget(element)

    def _open(self, level: _Level, element: etree._Element | None, table: dict[str, object]) -> None:
        if element is None:
            return
        level.found = self._collect(element, table)
        level.per_status = [
            self._collect(told, self.of_status) for told in element.iterchildren(self.counts_tag)
        ]

    def _collect(self, element: etree._Element, table: dict[str, object]) -> Found:
        found: Found = {}
        collect(element, table, found)
        return found

    def _line(self, found: Found, above: Found) -> tuple[Decimal | None, str]:
        """Count a line, keep it where nothing is wrong with it, and give its amount and status code."""
        report = self.report
        report.lines += 1
        word = found.get("status") or above.get("status") or self.group.found.get("status") or ""
        if report.sender is None:
            report.sender = found.get("sender")
        amount, counted, good = self._amount(found)
        day = found.get("booked_on")
        booked_on = iso_day(day) if day else None
        if day and booked_on is None:
            report.add(Problem("date_unreadable", report.lines, "FctvIntrBkSttlmDt", {"value": day[:100]}))
            good = False
        if good:
            self.rows.append(self._row(found, above, STATUS.get(word, "unknown"), counted, booked_on))
            report.good_lines += 1
        return amount, word

    def _amount(self, found: Found) -> tuple[Decimal | None, int | None, bool]:
        """Read a line's amount, which it may lack: as told, as counted, and whether the line can stand."""
        text = found.get("amount")
        if text is None:
            return None, None, True
        amount, currency = xml_amount(text), found.get("amount.Ccy") or UNKNOWN_CURRENCY
        line = self.report.lines
        if amount is None:
            self.report.add(Problem(why_no_amount(text), line, "InstdAmt", {"value": text[:100]}))
            return None, None, False
        counted = units(amount, currency) if currency == self.currency else None
        if counted is None:
            self.report.add(amount_problem(line, "InstdAmt", amount, currency, self.currency))
        return amount, counted, counted is not None

    def _row(self, found: Found, above: Found, status: str, amount: int | None, booked_on: object) -> Row:
        get = found.get
        own = any(slot in found for slot in _REASONS) or found.get("status", "") not in {
            "",
            above.get("status"),
        }
        reasons = found if own else above
        text = " ".join(filter(None, (reasons.get("reason_word"), reasons.get("reason_text")))) or None
        end_to_end_id = reference(get("end_to_end_id"))
        citizen_id = get("citizen_id")
        remittance = (get("remittance"), None if end_to_end_id else get("instruction"))
        return (
            self.report.lines,
            None,
            bank_known_as(get("bank", "")) or None,
            None,
            get("bank_ref"),
            end_to_end_id,
            get("account"),
            get("name"),
            citizen_id if citizen_id and _CITIZEN.fullmatch(citizen_id) else None,
            amount,
            self.currency if amount is not None else None,
            booked_on,
            status,
            reasons.get("reason_code") or (reason_in(text) if text and status == "rejected" else None),
            text,
            None,
            found.get("original"),
            " ".join(filter(None, remittance)) or None,
        )
