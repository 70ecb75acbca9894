"""Turns blocks of text cells into settlement lines by a profile, and adds up what the file says moved."""

from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import (
    Column,
    Fault,
    drop_damaged,
    exact_sum,
    faults_where,
    is_blank,
    keep_others,
    merge_where,
    read_dates,
    read_distinct,
    read_money,
    read_text,
    read_words,
)
from payouts.core.controls import Controls
from payouts.core.faults import read_banks, report_faults
from payouts.core.money import exponent, is_currency
from payouts.core.problems import Problem
from payouts.core.reasons import reason_code_of
from payouts.core.tabular import Block, Header
from payouts.core.texts import Texts
from payouts.settlements.formats.base import LINES, FileReport, Total
from payouts.settlements.formats.cash import REPORT, name_collections
from payouts.settlements.profiles import Profile

_IDENTIFIERS = ("account_no", "citizen_id", "bank_ref", "end_to_end_id", "original_ref")
_BETWEEN = "\x1f"  # stands in no cell: cleaned text has no control characters
_MOVING = ("settled", "returned")


@dataclass(slots=True)
class Lines:
    """Reads the blocks of one file in their order.

    Attributes:
        profile: the layout
        header: where its columns stand
        currency: of the service
        report: takes counts, totals and problems
        texts: looks at the text
        controls: the rows of control sums
        told: what was told once of a bank and need not be told again
    """

    profile: Profile
    header: Header
    currency: str
    report: FileReport
    texts: Texts
    controls: Controls = field(init=False)
    told: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        profile = self.profile
        if profile.cash:
            self.report.cash = True
            self.report.balanced.add(REPORT)
        key = "status" if "status" in self.header.columns else "booked_on"
        self.controls = Controls(
            self.header, key, profile.trailer, self.currency, profile.numbers, counts=True
        )

    def read(self, block: Block) -> pa.RecordBatch | None:
        """Read one block: the good lines, or None where it has none."""
        report = self.report
        block = self.controls.set_aside(block)
        for problem in block.problems:
            report.add(problem)
        report.lines += block.lost + len(block.rows)
        if not len(block.rows):
            return None
        cells = _Cells(self, block)
        columns = cells.columns()
        summed = columns["amount"]
        out = arrays.is_text(columns["status"], "settled")
        if self.profile.money_out in {"debit", "credit"}:  # such a statement adds up each side by itself
            summed = summed.filter(out if self.profile.money_out == "debit" else pc.invert(out))
        elif self.profile.money_out is not None:
            taken = out if self.profile.money_out == "negative" else pc.invert(out)
            summed = pc.if_else(taken, pc.negate(summed), summed)
        self.controls.count(summed)
        keep = keep_others(len(block.rows), report_faults(self.report, block.rows, cells.faults))
        batch = pa.record_batch([columns[name] for name in LINES.names], schema=LINES)
        batch = batch if keep is None else batch.filter(keep)
        report.good_lines += batch.num_rows
        return batch if batch.num_rows else None

    def finish(self) -> None:
        """Compare the sums with the file's own controls, and tell of a file without lines."""
        if not self.report.lines:
            self.report.add(Problem("no_lines"))
        for problem in (*self.texts.problems(), *self.controls.differences(self.report.lines)):
            self.report.add(problem)


@dataclass(slots=True)
class _Cells:
    """The cells of one block on their way to become lines."""

    lines: Lines
    block: Block
    faults: list[Fault] = field(default_factory=list)

    def columns(self) -> dict[str, pa.Array]:
        """Read every column of LINES."""
        found = {name: self._text(name) for name in LINES.names if LINES.field(name).type == pa.string()}
        if "voucher_no" in self.lines.header.columns:
            found["remittance_info"] = _joined(self._text("voucher_no"), found["remittance_info"])
        for name in _IDENTIFIERS:
            if not is_blank(found[name]):
                found[name] = self._kept(drop_damaged(found[name], name))
        profile, currency = self.lines.profile, self.lines.currency
        found["line"] = self.block.rows
        found["statement"] = pa.nulls(len(self.block.rows), pa.int64())
        found["bank_code"] = self._kept(read_banks(found["bank_code"], "bank_code", self.lines.told))
        found["booked_on"] = self._kept(read_dates(self._text("booked_on"), "booked_on", profile.dates))
        found["currency"] = self._currencies(found["currency"])
        found["fee"] = self._kept(
            read_money(self._text("fee"), "fee", currency, signed=True, decimal=profile.numbers)
        )
        if profile.money_out in {"debit", "credit"}:
            self._sides(found)
        elif profile.money_out is not None:
            self._signed(found)
        else:
            self._status_and_amount(found)
        self._reasons(found)
        self._add_totals(found)
        return found

    def _kept(self, column: Column) -> pa.Array:
        self.faults += column.faults
        return column.values

    def _text(self, name: str) -> pa.Array:
        at = self.lines.header.columns.get(name)
        if at is None:
            return arrays.repeated(self.lines.profile.constants.get(name, ""), len(self.block.rows))
        column = self.block.cells.column(at)
        self.faults += self.lines.texts.look(column, name)
        return self._kept(read_text(column, name))

    def _currencies(self, column: pa.Array) -> pa.Array:
        own = self.lines.currency
        if is_blank(column):
            return arrays.repeated(own, len(column))
        blank, mine = arrays.is_text(column, ""), arrays.one(own)
        found = pc.ascii_upper(pc.if_else(blank, mine, column))
        self.faults += faults_where(pc.not_equal(found, mine), column, "currency", "currency_other")
        return found

    def _status_and_amount(self, found: dict[str, pa.Array]) -> None:
        words = found["status"]
        status = self._kept(read_words(words, "status", self.lines.profile.statuses, "status_unknown"))
        self.faults += faults_where(arrays.is_text(words, ""), words, "status", "status_missing")
        texts = self._text("amount")
        found["status"], found["amount"] = status, self._money(texts, "amount", found["currency"])
        if self.lines.profile.cash:  # one amount is owed, and a report may leave it out
            self.faults += name_collections(found)
            return
        needed = pc.and_(pc.is_in(status, value_set=arrays.texts(_MOVING)), arrays.is_text(texts, ""))
        self.faults += faults_where(needed, texts, "amount", "amount_missing")

    def _sides(self, found: dict[str, pa.Array]) -> None:
        """Read a statement: what leaves the account is settled, what comes in can only be a return."""
        sides = []
        for name in ("debit", "credit"):
            amounts = pc.abs(self._money(self._text(name), name, found["currency"], signed=name == "debit"))
            sides.append(pc.if_else(pc.equal(amounts, arrays.one(0)), arrays.null(pa.int64()), amounts))
        out, back = sides if self.lines.profile.money_out == "debit" else reversed(sides)
        texts = self._text("debit")
        neither = pc.and_(pc.is_null(out), pc.is_null(back))
        self.faults += faults_where(neither, texts, "debit", "amount_missing")
        self.faults += faults_where(pc.and_(pc.is_valid(out), pc.is_valid(back)), texts, "debit", "two_sides")
        found["amount"] = pc.coalesce(out, back)
        found["status"] = pc.if_else(pc.is_valid(out), arrays.one("settled"), arrays.one("returned"))

    def _signed(self, found: dict[str, pa.Array]) -> None:
        """Read a statement with one column of amounts, whose sign tells the direction."""
        texts = self._text("amount")
        amounts = self._money(texts, "amount", found["currency"], signed=True)
        negative = pc.less(amounts, arrays.one(0))
        out = negative if self.lines.profile.money_out == "negative" else pc.invert(negative)
        found["amount"] = pc.abs(amounts)
        found["status"] = pc.if_else(out, arrays.one("settled"), arrays.one("returned"))
        self.faults += faults_where(arrays.is_text(texts, ""), texts, "amount", "amount_missing")

    def _money(self, texts: pa.Array, name: str, currencies: pa.Array, *, signed: bool = False) -> pa.Array:
        """Read amounts, each in the currency of its line."""
        own, decimal = self.lines.currency, self.lines.profile.numbers
        named = pc.unique(currencies).to_pylist()
        if named == [own]:
            return self._kept(read_money(texts, name, own, signed=signed, decimal=decimal))
        amounts = pa.nulls(len(texts), pa.int64())
        for currency in named:
            if is_currency(currency):
                mine = arrays.is_text(currencies, currency)
                read = read_money(texts.filter(mine), name, currency, signed=signed, decimal=decimal)
                amounts = self._kept(merge_where(mine, amounts, read))
        return amounts

    def _reasons(self, found: dict[str, pa.Array]) -> None:
        """Find the reason code of what was not paid; a rejection for a reason in doubt is no certain one."""
        codes, texts, profile = found["reason_code"], found["reason_text"], self.lines.profile
        if is_blank(codes) and is_blank(texts):
            return

        def one(pair: str) -> str:
            code, text = pair.split(_BETWEEN)
            return reason_code_of(code, text, profile.reasons)

        pairs = pc.binary_join_element_wise(codes, texts, arrays.one(_BETWEEN))
        told = read_distinct(pairs, "reason_code", one, pa.string()).values
        settled = arrays.is_text(found["status"], "settled")
        found["reason_code"] = pc.if_else(settled, codes, told)
        if profile.in_doubt:
            doubted = pc.is_in(told, value_set=arrays.texts(profile.in_doubt))
            unsure = pc.and_(arrays.is_text(found["status"], "rejected"), doubted)
            found["status"] = pc.if_else(unsure, arrays.one("unknown"), found["status"])

    def _add_totals(self, found: dict[str, pa.Array]) -> None:
        """Add what moved, over all lines whose amount could be read: settled is debit, returned is credit."""
        for currency in pc.unique(found["currency"]).to_pylist():
            if not is_currency(currency):
                continue
            total = self.lines.report.totals.setdefault(currency, Total())
            for status in _MOVING:
                moved_so = arrays.is_text(found["status"], status)
                mine = pc.and_(moved_so, arrays.is_text(found["currency"], currency))
                amounts = found["amount"].filter(mine).drop_null()
                moved = Decimal(exact_sum(amounts)).scaleb(-exponent(currency))
                if status == "settled":
                    total.debit_lines += len(amounts)
                    total.debit += moved
                else:
                    total.credit_lines += len(amounts)
                    total.credit += moved


def _joined(first: pa.Array, second: pa.Array) -> pa.Array:
    """Join two texts by "; ", each only where it is there."""
    both = pc.and_(pc.not_equal(first, arrays.one("")), pc.not_equal(second, arrays.one("")))
    between = pc.if_else(both, arrays.one("; "), arrays.one(""))
    return pc.binary_join_element_wise(first, between, second, arrays.one(""))
