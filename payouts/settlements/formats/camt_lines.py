"""Says where each fact of a line stands in a camt message, and makes an entry and its details lines.

Choices where the standard leaves room:

- An entry with one detail moves the entry's amount; with several, each detail moves its own.
- The counterparty is the creditor of money out and the debtor of money in, save where that is the account
  that the statement is about: banks that keep the roles of the original payment in a return name it there.
- `original_ref` of a return is Refs/Prtry/Ref, else Refs/TxId: both travel with the payment.
- InstrId (where there is no EndToEndId), AddtlTxInf and, for an entry of one line, AddtlNtryInf join the
  remittance text, so that a reference that stands only there can be found as a token.
- An entry without status is booked: a statement lists booked entries.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from payouts.core.money import why_no_amount
from payouts.core.problems import Problem
from payouts.settlements.formats.base import FileReport
from payouts.settlements.formats.slots import Charge, Joined, Money
from payouts.settlements.formats.standard import (
    UNKNOWN_CURRENCY,
    Row,
    add_total,
    amount_problem,
    bank_known_as,
    iso_day,
    plain,
    reason_in,
    reference,
    units,
    xml_amount,
)

# (status of the entry, money in) -> status of the line: money in is never a payout, only a return.
STATUS = {
    ("BOOK", False): "settled",
    ("BOOK", True): "returned",
    ("PDNG", False): "pending",
    ("PDNG", True): "informational",
    ("FUTR", False): "pending",
    ("FUTR", True): "informational",
    ("INFO", False): "informational",
    ("INFO", True): "informational",
}
BOOKED = "BOOK"
MONEY_IN = {"CRDT": True, "DBIT": False}
_CITIZEN = re.compile(r"[0-9]{9}|[0-9]{12}")

ACCOUNT = {
    "Id/IBAN": "account",
    "Id/Othr/Id": "account",
    "Svcr/FinInstnId/BICFI": "servicer",
    "Svcr/FinInstnId/BIC": "servicer",
    "Svcr/FinInstnId/ClrSysMmbId/MmbId": "servicer",
    "Svcr/BrnchId/Id": "branch",
}
_CHARGES = {
    "Chrgs/TtlChrgsAndTaxAmt": Money("charges"),
    "Chrgs/Amt": Charge("charge"),
    "Chrgs/Rcrd/Amt": Charge("charge"),
}
ENTRY = {
    "Amt": Money("amount"),
    "CdtDbtInd": "direction",
    "Sts": "status",
    "Sts/Cd": "status",
    "Sts/Prtry": "status",
    "BookgDt/Dt": "booked_on",
    "BookgDt/DtTm": "booked_on",
    "AcctSvcrRef": "bank_ref",
    "AddtlNtryInf": "information",
    "NtryDtls/Btch/NbOfTxs": "batch_count",
    **_CHARGES,
}


def _party(element: str, side: str) -> dict[str, str]:
    """Name the slots of one side of a transaction: its holder, account and bank."""
    parties, agent = f"RltdPties/{element}", f"RltdAgts/{element}Agt/FinInstnId"
    return {
        f"{parties}/Nm": f"{side}_name",
        f"{parties}/Pty/Nm": f"{side}_name",
        f"{parties}/Id/PrvtId/Othr/Id": f"{side}_id",
        f"{parties}/Pty/Id/PrvtId/Othr/Id": f"{side}_id",
        f"{parties}Acct/Id/IBAN": f"{side}_account",
        f"{parties}Acct/Id/Othr/Id": f"{side}_account",
        f"{parties}Acct/Nm": f"{side}_holder",
        f"{agent}/BICFI": f"{side}_bank",
        f"{agent}/BIC": f"{side}_bank",
        f"{agent}/ClrSysMmbId/MmbId": f"{side}_bank",
    }


DETAIL = {
    "Refs/EndToEndId": "end_to_end_id",
    "Refs/InstrId": "instruction",
    "Refs/AcctSvcrRef": "bank_ref",
    "Refs/TxId": "transaction",
    "Refs/ClrSysRef": "clearing",
    "Refs/Prtry/Ref": "proprietary",
    "Amt": Money("amount"),
    "AmtDtls/TxAmt/Amt": Money("transaction_amount"),
    "AmtDtls/CntrValAmt/Amt": Money("counter_amount"),
    "AmtDtls/InstdAmt/Amt": Money("instructed_amount"),
    "CdtDbtInd": "direction",
    **_CHARGES,
    **_party("Cdtr", "creditor"),
    **_party("Dbtr", "debtor"),
    "RmtInf/Ustrd": Joined("remittance"),
    "RmtInf/Strd/RfrdDocInf/Nb": Joined("remittance"),
    "RmtInf/Strd/CdtrRefInf/Ref": Joined("remittance"),
    "RmtInf/Strd/AddtlRmtInf": Joined("remittance"),
    "RtrInf/Rsn/Cd": "reason_code",
    "RtrInf/Rsn/Prtry": "reason_word",
    "RtrInf/AddtlInf": Joined("reason_text"),
    "AddtlTxInf": Joined("information"),
}
_AMOUNTS = tuple((slot, f"{slot}.Ccy") for slot in DETAIL.values() if slot.endswith("amount"))
_CHARGE_SLOTS = ("charges", "charges.Ccy", "charge")
_PARTY = ("account", "name", "holder", "bank", "id")
_CREDITOR, _DEBTOR = (tuple(f"{side}_{slot}" for slot in _PARTY) for side in ("creditor", "debtor"))
_SIDES = {True: (_DEBTOR, _CREDITOR), False: (_CREDITOR, _DEBTOR)}  # money in or out: who is looked at first

Found = dict[str, str]


@dataclass(slots=True)
class Entry:
    """An Ntry, its own facts read once for all its details.

    Attributes:
        found: the texts of its slots
        first: number of its first line
        amount: without sign; None where it cannot be read
        credit: money in; None where the direction cannot be read
        status: code of the entry (BOOK, PDNG, ...)
        bad: what is wrong with the entry, and so with each of its lines: (code, field, value)
        total: sum of its details, signed by its own direction; None where they cannot be summed
    """

    found: Found
    first: int
    amount: Decimal | None
    currency: str
    credit: bool | None
    status: str
    booked_on: dt.date | None
    bad: list[tuple[str, str, str]] = field(default_factory=list)
    total: Decimal | None = Decimal(0)

    @classmethod
    def of(cls, found: Found, first: int) -> "Entry":
        """Read what stands in an entry before its details."""
        day = found.get("booked_on")
        entry = cls(
            found=found,
            first=first,
            amount=xml_amount(found.get("amount", "")),
            currency=found.get("amount.Ccy") or UNKNOWN_CURRENCY,
            credit=MONEY_IN.get(found.get("direction", "")),
            status=found.get("status", BOOKED),
            booked_on=iso_day(day) if day else None,
        )
        if entry.credit is None:
            entry.bad.append(("direction_unreadable", "CdtDbtInd", found.get("direction", "")))
        elif (entry.status, entry.credit) not in STATUS:
            entry.bad.append(("status_unreadable", "Sts", entry.status))
        if day and entry.booked_on is None:
            entry.bad.append(("date_unreadable", "BookgDt", day))
        return entry

    def add(self, amount: Decimal | None, currency: str, *, credit: bool | None) -> None:
        """Add a detail to the sum of the details."""
        if amount is None or credit is None or self.total is None or currency != self.currency:
            self.total = None
        else:
            self.total += amount if credit is self.credit else -amount


class Moved(NamedTuple):
    """What a line moves: the amount (None where the text is none), its currency, and whether it comes in."""

    amount: Decimal | None
    text: str | None
    currency: str
    credit: bool | None


class Lines:
    """Makes lines of entries and details, and counts and judges them on the way.

    Args:
        report: gets lines, totals and problems
        service: the service's currency
    """

    def __init__(self, report: FileReport, service: str) -> None:
        self.report = report
        self.service = service
        self.rows: list[Row] = []
        self.statement = 1
        self.own_account: str | None = None
        self.branch: str | None = None

    def whole(self, entry: Entry, detail: Found, information: str | None) -> None:
        """Take an entry that is one line: it has one detail, or none (`detail` is empty)."""
        if "charges" not in detail and "charge" not in detail:
            detail |= {slot: entry.found[slot] for slot in _CHARGE_SLOTS if slot in entry.found}
        if information:
            detail["entry_information"] = information.strip()
        self._add(entry, detail, Moved(entry.amount, entry.found.get("amount"), entry.currency, entry.credit))

    def part(self, entry: Entry, detail: Found) -> None:
        """Take one of several details of an entry."""
        text, currency = _own_amount(detail, entry.currency)
        amount = xml_amount(text or "")
        credit = MONEY_IN.get(detail["direction"]) if "direction" in detail else entry.credit
        entry.add(amount, currency, credit=credit)
        self._add(entry, detail, Moved(amount, text, currency, credit))

    def end_batch(self, entry: Entry) -> None:
        """Check that the details of an entry add up to it."""
        if entry.total is None:
            if entry.currency != self.service and entry.amount is not None:
                self.report.add(
                    amount_problem(entry.first, "Ntry/Amt", entry.amount, entry.currency, self.service)
                )
        elif entry.amount is not None and entry.total != entry.amount:
            values = {
                "expected": plain(entry.amount),
                "found": plain(entry.total),
                "currency": entry.currency,
            }
            values |= {"first": str(entry.first), "last": str(self.report.lines)}
            self.report.add(Problem("details_do_not_add_up", entry.first, "Ntry/Amt", values))

    def check_count(self, entry: Entry) -> None:
        """Check that a batch whose details stand together lists as many as it says."""
        said, listed = entry.found.get("batch_count"), self.report.lines - entry.first + 1
        if said is not None and xml_amount(said) != listed:
            values = {"expected": said[:100], "found": str(listed)}
            self.report.add(Problem("batch_count_differs", entry.first, "Btch/NbOfTxs", values))

    def _add(self, entry: Entry, detail: Found, moved: Moved) -> None:
        """Count a line, and keep it where nothing is wrong with it."""
        report = self.report
        report.lines += 1
        line = report.lines
        amount, text, currency, credit = moved
        counted = None
        if amount is None:
            code = "amount_missing" if text is None else why_no_amount(text)
            report.add(Problem(code, line, "Amt", {"value": (text or "")[:100]}))
        else:
            if credit is not None:
                add_total(report, currency, amount, credit=credit)
            counted = units(amount, currency) if currency == self.service else None
            if counted is None:
                report.add(amount_problem(line, "Amt", amount, currency, self.service))
        for code, name, value in entry.bad:
            report.add(Problem(code, line, name, {"value": value[:100]}))
        if credit is None and entry.credit is not None:
            value = detail["direction"][:100]
            report.add(Problem("direction_unreadable", line, "CdtDbtInd", {"value": value}))
        if counted is not None and credit is not None and not entry.bad:
            self.rows.append(self._row(entry, detail, counted, credit=credit))
            report.good_lines += 1

    def _row(self, entry: Entry, detail: Found, amount: int, *, credit: bool) -> Row:
        get = detail.get
        account, name, bank, citizen_id = _counterparty(detail, self.own_account, _SIDES[credit])
        end_to_end_id = reference(get("end_to_end_id"))
        bank_ref = get("bank_ref") or entry.found.get("bank_ref") or get("transaction") or get("clearing")
        original_ref = (get("proprietary") or get("transaction")) if credit else None
        instruction = None if end_to_end_id else get("instruction")
        told = (get("reason_word"), get("reason_text"), get("information"), get("entry_information"))
        texts = (get("remittance"), get("information"), get("entry_information"), instruction)
        return (
            self.report.lines,
            self.statement if entry.status == BOOKED else None,  # no balance counts the others
            bank_known_as(bank) if bank else None,
            self.branch,
            bank_ref,
            end_to_end_id,
            account,
            name,
            citizen_id,
            amount,
            self.service,
            entry.booked_on,
            STATUS[entry.status, credit],
            get("reason_code") or (reason_in(" ".join(filter(None, told))) if credit else None),
            " ".join(filter(None, told[:2])) or None,
            _fee(detail, self.service),
            original_ref if original_ref != bank_ref else None,
            " ".join(filter(None, texts)) or None,
        )


def _own_amount(detail: Found, currency: str) -> tuple[str | None, str]:
    """Choose a detail's amount: the first that is in the entry's currency, else the first that is given."""
    first = None
    for slot, unit in _AMOUNTS:
        if slot in detail:
            amount = detail[slot], detail[unit] or UNKNOWN_CURRENCY
            if amount[1] == currency:
                return amount
            first = first or amount
    return first or (None, currency)


def _counterparty(
    detail: Found, own: str | None, sides: tuple[tuple[str, ...], tuple[str, ...]]
) -> tuple[str | None, str | None, str | None, str | None]:
    """Choose the side that is not the statement's own account: its account, name, bank and citizen id."""
    get = detail.get
    first, second = sides
    account, other = get(first[0]), get(second[0])
    if own is not None and other is not None and other != own and (account is None or account == own):
        account, first = other, second
    citizen_id = get(first[4])
    if citizen_id is not None and not _CITIZEN.fullmatch(citizen_id):
        citizen_id = None
    return account, get(first[1]) or get(first[2]), get(first[3]), citizen_id


def _fee(found: Found, service: str) -> int | None:
    """Sum the charges that are told in the service's currency; None where there are none."""
    total, each = found.get("charges"), found.get("charge")
    if total is not None:
        each = f"{found['charges.Ccy']}:{total}"
    if each is None:
        return None
    amounts = [
        xml_amount(text) for unit, _, text in (one.partition(":") for one in each.split()) if unit == service
    ]
    counted = [units(amount, service) for amount in amounts if amount is not None]
    return sum(one for one in counted if one is not None) if counted else None
