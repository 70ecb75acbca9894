"""Keeps what a camt statement says of itself as a whole, and checks its entries against it."""

import datetime as dt
import functools
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lxml import etree

from payouts.core.problems import Problem
from payouts.settlements.formats.base import FileReport, StatementBalance
from payouts.settlements.formats.camt_lines import BOOKED, MONEY_IN, Entry
from payouts.settlements.formats.slots import Money, collect, slots
from payouts.settlements.formats.standard import MOST_CURRENCIES, UNKNOWN_CURRENCY, iso_day, plain, xml_amount

BALANCE = {
    "Tp/CdOrPrtry/Cd": "kind",
    "Tp/Cd": "kind",
    "Amt": Money("amount"),
    "CdtDbtInd": "direction",
    "Dt/Dt": "day",
    "Dt/DtTm": "day",
}
PLACE = {"LglSeqNb": "legal", "ElctrncSeqNb": "electronic", "StmtPgntn/PgNb": "page"}
SUMMARY = {
    f"{element}/{name}": f"{element}/{slot}"
    for element in ("TtlNtries", "TtlCdtNtries", "TtlDbtNtries")
    for name, slot in (("NbOfNtries", "NbOfNtries"), ("Sum", "Sum"))
} | {
    "TtlNtries/TtlNetNtryAmt": "net",
    "TtlNtries/CdtDbtInd": "net_direction",
    "TtlNtries/TtlNetNtry/Amt": "net",
    "TtlNtries/TtlNetNtry/CdtDbtInd": "net_direction",
}
_MOST_DIGITS = 9  # of a number of statements or pages
_OPENING, _PREVIOUS_CLOSING, _CLOSING = "OPBD", "PRCD", "CLBD"


@functools.lru_cache(maxsize=8)
def _tables(prefix: str) -> tuple[dict[str, Any], ...]:
    return tuple(slots(table, prefix) for table in (PLACE, BALANCE, SUMMARY))


@dataclass(slots=True)
class Tally:
    """Counts and sums of entries, money in and money out apart."""

    count: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    sum: dict[bool, Decimal] = field(default_factory=lambda: {True: Decimal(0), False: Decimal(0)})

    def facts(self) -> dict[str, Decimal]:
        """Give what TxsSummry would have to say."""
        money_in, money_out = self.sum[True], self.sum[False]
        return {
            "TtlNtries/NbOfNtries": Decimal(self.count[True] + self.count[False]),
            "TtlNtries/Sum": money_in + money_out,
            "net": money_in - money_out,
            "TtlCdtNtries/NbOfNtries": Decimal(self.count[True]),
            "TtlCdtNtries/Sum": money_in,
            "TtlDbtNtries/NbOfNtries": Decimal(self.count[False]),
            "TtlDbtNtries/Sum": money_out,
        }


@dataclass(slots=True)
class Statement:
    """A Stmt or Ntfctn while it is read.

    Opening is the first OPBD, else the first PRCD (the closing of the period before); closing is the last
    CLBD. A balance without a direction is a credit. TxsSummry may count all entries or the booked ones only:
    either ties.
    """

    opening: tuple[Decimal, str] | None = None
    previous: tuple[Decimal, str] | None = None
    closing: tuple[Decimal, str] | None = None
    summary: dict[str, str] | None = None
    booked: dict[str, Decimal] = field(default_factory=dict)  # currency -> money in less money out
    tallies: tuple[Tally, Tally] = field(default_factory=lambda: (Tally(), Tally()))  # all, booked only
    readable: bool = True  # no balance and no entry without amount or direction
    account: str | None = None
    place: dict[str, str] = field(default_factory=dict)  # its numbers and page
    days: dict[str, dt.date | None] = field(default_factory=dict)  # kind of balance -> its day

    def add_place(self, element: etree._Element, prefix: str) -> None:
        """Keep which statement of the account it is."""
        collect(element, _tables(prefix)[0], self.place)

    def add_balance(self, element: etree._Element, prefix: str, report: FileReport) -> None:
        """Keep an opening or closing booked balance; others say nothing of the entries."""
        found: dict[str, str] = {}
        collect(element, _tables(prefix)[1], found)
        kind = found.get("kind")
        if kind not in {_OPENING, _PREVIOUS_CLOSING, _CLOSING}:
            return
        amount = xml_amount(found.get("amount", ""))
        credit = MONEY_IN.get(found.get("direction", "CRDT"))
        if amount is None or credit is None:
            self.readable = False
            values = {"statement": str(report.statements + 1), "value": found.get("amount", "")[:100]}
            report.add(Problem("balance_unreadable", None, kind, values))
            return
        balance = (amount if credit else -amount, found.get("amount.Ccy") or UNKNOWN_CURRENCY)
        if kind == _CLOSING or kind not in self.days:
            self.days[kind] = iso_day(found.get("day", ""))
        if kind == _OPENING:
            self.opening = self.opening or balance
        elif kind == _CLOSING:
            self.closing = balance
        else:
            self.previous = self.previous or balance

    def add_summary(self, element: etree._Element, prefix: str) -> None:
        """Keep what TxsSummry says."""
        self.summary = {}
        collect(element, _tables(prefix)[2], self.summary)

    def add(self, entry: Entry) -> None:
        """Count an entry."""
        if entry.amount is None or entry.credit is None:
            self.readable = False
            return
        for tally in self.tallies if entry.status == BOOKED else self.tallies[:1]:
            tally.count[entry.credit] += 1
            tally.sum[entry.credit] += entry.amount
        if entry.status == BOOKED and (entry.currency in self.booked or len(self.booked) < MOST_CURRENCIES):
            moved = entry.amount if entry.credit else -entry.amount
            self.booked[entry.currency] = self.booked.get(entry.currency, Decimal(0)) + moved

    def close(self, report: FileReport, *, balances: bool) -> None:
        """Check the statement, whose number is `report.statements`, against its entries.

        Args:
            report: gets the problems, and the number where opening and entries give the closing
            balances: whether its balances are a control (they are none in a camt.054)
        """
        if not self.readable:
            return
        opening = self.opening or self.previous
        if balances and opening and self.closing:
            self._check_balances(opening, self.closing, report)
        if self.summary:
            self._check_summary(self.summary, report)

    def _check_balances(
        self, opening: tuple[Decimal, str], closing: tuple[Decimal, str], report: FileReport
    ) -> None:
        moved = self.booked.get(opening[1], Decimal(0))
        ties = opening[1] == closing[1] and opening[0] + moved == closing[0]
        report.add_balance(
            StatementBalance(
                report.statements,
                opening[1],
                opening[0],
                closing[0],
                ties,
                account=self.account,
                number=_whole(self.place.get("legal") or self.place.get("electronic")),
                page=_whole(self.place.get("page")),
                opened_on=self.days.get(_OPENING),
                closed_on=self.days.get(_CLOSING),
            )
        )
        if ties:
            return
        values = {
            "statement": str(report.statements),
            "opening": f"{plain(opening[0])} {opening[1]}",
            "moved": plain(moved),
            "expected": f"{plain(closing[0])} {closing[1]}",
            "found": f"{plain(opening[0] + moved)} {opening[1]}",
        }
        report.add(Problem("balance_does_not_tie", None, "Bal", values))

    def _check_summary(self, summary: dict[str, str], report: FileReport) -> None:
        every, booked = (tally.facts() for tally in self.tallies)
        for slot, fact in every.items():
            said = summary.get(slot)
            if said is None:
                continue
            number = xml_amount(said)
            if slot == "net" and number is not None and summary.get("net_direction") == "DBIT":
                number = -number
            if number is None or number not in {fact, booked[slot]}:
                name = "TtlNtries/TtlNetNtryAmt" if slot == "net" else slot
                values = {"statement": str(report.statements), "expected": said[:100], "found": plain(fact)}
                report.add(Problem("summary_differs", None, name, values))


def _whole(text: str | None) -> int | None:
    fits = text is not None and text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS
    return int(text) if text is not None and fits else None
