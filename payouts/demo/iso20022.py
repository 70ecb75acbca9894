"""Writes the demonstration's ISO 20022 files: statement camt.053, advices camt.054, statuses pain.002."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from lxml import etree

from payouts.demo.play import Schedule
from payouts.demo.stories import Event

BICS = {"VBA": "VBAAVNVX", "BIDV": "BIDVVNVX", "ICB": "ICBVVNVX", "MB": "MSCBVNVX"}
PAYERS_ACCOUNT = "1500311000123"
OPENING = 20_000_000  # đồng
STATEMENT_FEE = 22_000  # đồng, the bank's own
CODES = {"settled": "ACSC", "rejected": "RJCT", "pending": "ACSP"}

TextOf = Callable[[Event, str], str]


def _el(tag: str, *content: "etree._Element | str | None", **attributes: str) -> "etree._Element":
    """Make an element of children and text; None is left out."""
    element = etree.Element(tag, attributes)
    for part in content:
        if isinstance(part, str):
            element.text = part
        elif part is not None:
            element.append(part)
    return element


def _amount(value: int, tag: str = "Amt") -> "etree._Element":
    return _el(tag, str(value), Ccy="VND")


def _bank(tag: str, bic: str, name: str = "BICFI") -> "etree._Element":
    return _el(tag, _el("FinInstnId", _el(name, bic)))


def _day(tag: str, day: dt.date) -> "etree._Element":
    return _el(tag, _el("Dt", day.isoformat()))


def _moment(day: dt.date) -> "etree._Element":
    return _el("CreDtTm", f"{day.isoformat()}T17:30:00")


def _write(path: Path, namespace: str, content: "etree._Element") -> None:
    document = _el("Document", content)
    text = etree.tostring(document, encoding="UTF-8", xml_declaration=True, pretty_print=True)
    path.write_bytes(text.replace(b"<Document>", f'<Document xmlns="{namespace}">'.encode(), 1))


def _direction(event: Event) -> str:
    return "CRDT" if event.status == "returned" else "DBIT"


def _details(event: Event, cycle: str, text_of: TextOf) -> "etree._Element":
    """Tell one movement: references, amount, who got it, what for, and of a return why."""
    back = event.status == "returned"
    return _el(
        "TxDtls",
        _el(
            "Refs",
            _el("AcctSvcrRef", event.bank_ref),
            _el("EndToEndId", event.line_ref or "NOTPROVIDED"),
            _el("TxId", event.original_ref) if back else None,
        ),
        _amount(event.amount),
        _el("CdtDbtInd", _direction(event)),
        _el("Chrgs", _amount(event.fee, "TtlChrgsAndTaxAmt")) if event.fee else None,
        _el(
            "RltdPties",
            _el("Cdtr", _el("Pty", _el("Nm", event.account_name))),
            _el("CdtrAcct", _el("Id", _el("Othr", _el("Id", event.account_no)))),
        ),
        _el("RltdAgts", _bank("CdtrAgt", BICS[event.account_bank])),
        _el("RmtInf", _el("Ustrd", text_of(event, cycle))),
        _why("RtrInf", event) if back else None,
    )


def _why(tag: str, event: Event) -> "etree._Element":
    return _el(tag, _el("Rsn", _el("Cd", event.reason)), _el("AddtlInf", event.reason_text))


def _entry(
    day: dt.date, amount: int, ref: str, details: Sequence["etree._Element"] = (), kind: str = "ICDT"
) -> "etree._Element":
    """Tell one booked entry; an amount below zero is money out, all in đồng."""
    family = _el("Fmly", _el("Cd", kind), _el("SubFmlyCd", "RRTN" if details and amount > 0 else "OTHR"))
    return _el(
        "Ntry",
        _amount(abs(amount)),
        _el("CdtDbtInd", "CRDT" if amount > 0 else "DBIT"),
        _el("Sts", _el("Cd", "BOOK")),
        _day("BookgDt", day),
        _day("ValDt", day),
        _el("AcctSvcrRef", ref),
        _el("BkTxCd", _el("Domn", _el("Cd", "PMNT"), family)),
        _el("NtryDtls", *details) if details else None,
    )


def _entries(events: Sequence[Event], days: Schedule, text_of: TextOf) -> Iterator["etree._Element"]:
    """Give the entries: the funding, a batch of payments a day, each return by itself, the bank's fee."""
    funding = sum(event.amount for event in events if event.status == "settled")
    yield _entry(days.first_day, funding, "KBNN26110001", kind="RCDT")
    for day, told in groupby(events, key=lambda event: event.booked_on):
        today = list(told)
        batch = [event for event in today if event.status == "settled"]
        if batch:
            details = [_details(event, days.cycle, text_of) for event in batch]
            yield _entry(day, -sum(event.amount for event in batch), f"LO{day:%y%m%d}", details)
        yield from (_single(event, days, text_of) for event in today if event.status == "returned")
    yield _entry(days.deadline, -STATEMENT_FEE, "PHI000001", kind="CHRG")


def _single(event: Event, days: Schedule, text_of: TextOf) -> "etree._Element":
    amount = event.amount if event.status == "returned" else -event.amount
    return _entry(event.booked_on, amount, event.bank_ref, [_details(event, days.cycle, text_of)])


def _signed(entry: "etree._Element") -> int:
    amount = int(entry.findtext("Amt") or 0)
    return amount if entry.findtext("CdtDbtInd") == "CRDT" else -amount


def _balance(kind: str, amount: int, day: dt.date) -> "etree._Element":
    return _el(
        "Bal",
        _el("Tp", _el("CdOrPrtry", _el("Cd", kind))),
        _amount(amount),
        _el("CdtDbtInd", "CRDT" if amount >= 0 else "DBIT"),
        _day("Dt", day),
    )


def _count(tag: str, amounts: Sequence[int]) -> "etree._Element":
    return _el(
        tag, _el("NbOfNtries", str(len(amounts))), _el("Sum", str(sum(abs(amount) for amount in amounts)))
    )


def _account() -> "etree._Element":
    return _el(
        "Acct",
        _el("Id", _el("Othr", _el("Id", PAYERS_ACCOUNT))),
        _el("Ccy", "VND"),
        _bank("Svcr", BICS["VBA"]),
    )


def _period(days: Schedule, until: dt.date) -> "etree._Element":
    return _el("FrToDt", _el("FrDtTm", f"{days.first_day}T00:00:00"), _el("ToDtTm", f"{until}T23:59:59"))


def write_camt053(path: Path, events: Sequence[Event], days: Schedule, text_of: TextOf) -> None:
    """Write the statement of the payer's account: balances, counts and sums tie."""
    entries = list(_entries(events, days, text_of))
    amounts = [_signed(entry) for entry in entries]
    statement = _el(
        "Stmt",
        _el("Id", f"SK{days.cycle.replace('-', '')}"),
        _el("ElctrncSeqNb", "1"),
        _moment(days.deadline),
        _period(days, days.deadline),
        _account(),
        _balance("OPBD", OPENING, days.first_day),
        _balance("CLBD", OPENING + sum(amounts), days.deadline),
        _el(
            "TxsSummry",
            _count("TtlNtries", amounts),
            _count("TtlCdtNtries", [amount for amount in amounts if amount > 0]),
            _count("TtlDbtNtries", [amount for amount in amounts if amount < 0]),
        ),
        *entries,
    )
    head = _el("GrpHdr", _el("MsgId", f"VBA{days.cycle}"), _moment(days.deadline))
    _write(path, "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08", _el("BkToCstmrStmt", head, statement))


def write_camt054(path: Path, events: Sequence[Event], days: Schedule, text_of: TextOf) -> None:
    """Write advices of single movements: some that the statement tells too, and the returns after it."""
    advice = _el(
        "Ntfctn",
        _el("Id", f"BC{days.cycle.replace('-', '')}"),
        _moment(days.late_day),
        _period(days, days.late_day),
        _account(),
        *(_single(event, days, text_of) for event in events),
    )
    head = _el("GrpHdr", _el("MsgId", f"VBA054{days.cycle}"), _moment(days.late_day))
    _write(path, "urn:iso:std:iso:20022:tech:xsd:camt.054.001.08", _el("BkToCstmrDbtCdtNtfctn", head, advice))


def write_pain002(path: Path, events: Sequence[Event], days: Schedule) -> None:
    """Write the status report of a payment order: one status a payment, none of it a movement."""
    orders = list({event.line_ref: event for event in reversed(events) if event.status in CODES}.values())[
        ::-1
    ]
    counted = Counter(CODES[event.status] for event in orders)
    report = _el(
        "CstmrPmtStsRpt",
        _el(
            "GrpHdr",
            _el("MsgId", f"ICB002{days.cycle}"),
            _moment(days.last_day + dt.timedelta(days=1)),
            _bank("DbtrAgt", BICS["ICB"], "BIC"),
        ),
        _el(
            "OrgnlGrpInfAndSts",
            _el("OrgnlMsgId", f"CHITRA{days.cycle}"),
            _el("OrgnlMsgNmId", "pain.001.001.03"),
            _el("OrgnlNbOfTxs", str(len(orders))),
            _el("OrgnlCtrlSum", str(sum(event.amount for event in orders))),
            _el("GrpSts", "PART"),
            *(
                _el("NbOfTxsPerSts", _el("DtldNbOfTxs", str(number)), _el("DtldSts", code))
                for code, number in sorted(counted.items())
            ),
        ),
        _el("OrgnlPmtInfAndSts", _el("OrgnlPmtInfId", f"LO{days.cycle}"), *(map(_status, orders))),
    )
    _write(path, "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03", report)


def _status(event: Event) -> "etree._Element":
    return _el(
        "TxInfAndSts",
        _el("OrgnlEndToEndId", event.line_ref),
        _el("TxSts", CODES[event.status]),
        _why("StsRsnInf", event) if event.reason else None,
        _el(
            "OrgnlTxRef",
            _el("Amt", _amount(event.amount, "InstdAmt")),
            _bank("CdtrAgt", BICS[event.account_bank], "BIC"),
            _el("Cdtr", _el("Nm", event.account_name)),
            _el("CdtrAcct", _el("Id", _el("Othr", _el("Id", event.account_no)))),
        ),
    )
