"""Turns blocks of text cells into payout lines, saying of each cell what is wrong with it."""

from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import (
    Column,
    Fault,
    damaged,
    exact_sum,
    faults_where,
    keep_others,
    read_dates,
    read_money,
    read_months,
    read_text,
    read_words,
)
from payouts.core.controls import Controls
from payouts.core.faults import read_banks, report_faults
from payouts.core.findings import Findings
from payouts.core.problems import Problem
from payouts.core.tabular import Block, Header
from payouts.core.words import folded
from payouts.lists.citizens import read_citizen_ids, split_payees
from payouts.lists.wards import read_wards

LIST_LINES = pa.schema(
    [
        ("row", pa.int64()),  # as a spreadsheet shows it
        ("line_ref", pa.string()),
        ("citizen_id", pa.string()),
        ("full_name", pa.string()),
        ("date_of_birth", pa.date32()),
        ("category_code", pa.string()),
        ("area_code", pa.string()),  # the ward of today; null where a person must choose
        ("amount", pa.int64()),
        ("period", pa.string()),  # 2026-11
        ("channel", pa.string()),  # account, wallet, cash, home
        ("bank_code", pa.string()),
        ("account_no", pa.string()),
        ("account_name", pa.string()),
        ("payee_name", pa.string()),
        ("payee_citizen_id", pa.string()),
        ("note", pa.string()),
    ]
)

TOTAL_WORDS = (
    "tổng cộng",
    "tổng số",
    "tổng tiền",
    "tổng",
    "cộng",
    "total",
    "grand total",
    "subtotal",
    "tong cong",
)
_CHANNELS = {
    "account": ("account", "TK", "tài khoản", "chuyển khoản", "CK", "qua tài khoản", "ngân hàng"),
    "cash": ("cash", "TM", "tiền mặt", "trực tiếp"),
    "home": ("home", "tại nhà", "tận nhà"),
    "wallet": ("wallet", "ví", "ví điện tử", "mobile money"),
}
CHANNEL_WORDS = {folded(word): channel for channel, words in _CHANNELS.items() for word in words}

LONGEST_REFERENCE = 16  # characters: it must fit the reference field of an MT940
_SHORTEST, _LONGEST = 6, 19  # letters and digits of an account number
_SPACED_ACCOUNT = "^(?:[A-Za-z0-9][ .-]?){6,19}$"
_YEAR = 4  # digits, where a list gives no more of a birth


@dataclass(slots=True)
class ListReport(Findings):
    """What is known of a payout list; final once its batches are read to the end.

    Attributes:
        format: csv or xlsx
        lines: all lines, those in error too
        good_lines: lines that were yielded
        amount: what the good lines add up to, in the currency's smallest unit
    """

    format: str | None = None
    lines: int = 0
    good_lines: int = 0
    amount: int = 0


@dataclass(slots=True)
class ListLines:
    """Reads the blocks of one list in their order.

    Attributes:
        header: where its columns stand
        currency: ISO 4217 code of the amounts
        cycle: the period of lines that name none
        report: takes the count of lines and the problems
        controls: the rows of sums
        told: what was told once of a bank or ward and need not be told again
    """

    header: Header
    currency: str
    cycle: str | None
    report: ListReport
    controls: Controls = field(init=False)
    told: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.controls = Controls(self.header, "citizen_id", TOTAL_WORDS, self.currency, sections=True)

    def read(self, block: Block) -> pa.RecordBatch | None:
        """Read one block: the good lines, or None where it has none."""
        block = self.controls.set_aside(block)
        for problem in block.problems:
            self.report.add(problem)
        self.report.lines += block.lost + len(block.rows)
        if not len(block.rows):
            return None
        cells = _Cells(self, block)
        columns = cells.columns()
        self.controls.count(columns["amount"])
        batch = pa.record_batch([columns[name] for name in LIST_LINES.names], schema=LIST_LINES)
        keep = keep_others(len(block.rows), report_faults(self.report, block.rows, cells.faults))
        return batch if keep is None else batch.filter(keep)

    def finish(self) -> None:
        """Compare the sums with the list's own total, and name the subtotals that were passed over."""
        if not self.report.lines:
            self.report.add(Problem("no_lines"))
        for row, _ in self.controls.earlier:
            self.report.add(Problem("subtotal_skipped", row))
        for problem in self.controls.differences(self.report.lines):
            self.report.add(problem)

    @staticmethod
    def owed(batch: pa.RecordBatch) -> int:
        """Add up what a batch owes, in the currency's smallest unit."""
        return exact_sum(batch.column("amount"))


@dataclass(slots=True)
class _Cells:
    """The cells of one block on their way to become payout lines."""

    lines: ListLines
    block: Block
    faults: list[Fault] = field(default_factory=list)

    def columns(self) -> dict[str, pa.Array]:
        """Read every column of LIST_LINES."""
        found = {name: self._text(name) for name in LIST_LINES.names if name != "row"}
        found["row"] = self.block.rows
        found["line_ref"] = self._reference(found["line_ref"])
        if not self._has("payee_citizen_id"):
            found["payee_name"], found["payee_citizen_id"] = split_payees(found["payee_name"])
        for name in ("citizen_id", "payee_citizen_id"):
            found[name] = self._citizen_id(found[name], name)
        self._require(found["full_name"], "full_name", "name_missing")
        found["date_of_birth"] = self._birth(found["date_of_birth"])
        wards = read_wards(found["area_code"], self._text("commune"), self.lines.told)
        found["area_code"] = self._kept(wards)
        found["amount"] = self._amount(found["amount"])
        found["period"] = self._period(found["period"])
        found["bank_code"] = self._kept(read_banks(found["bank_code"], "bank_code", self.lines.told))
        found["channel"] = self._channel(found["channel"], found["account_no"])
        found["account_no"] = self._account(found["account_no"], found["channel"])
        return found

    def _kept(self, column: Column) -> pa.Array:
        self.faults += column.faults
        return column.values

    def _has(self, name: str) -> bool:
        return name in self.lines.header.columns

    def _text(self, name: str) -> pa.Array:
        if not self._has(name):
            return arrays.repeated("", len(self.block.rows))
        return self._kept(read_text(self.block.cells.column(self.lines.header.columns[name]), name))

    def _require(self, column: pa.Array, name: str, code: str) -> None:
        self.faults += faults_where(arrays.is_text(column, ""), column, name, code)

    def _reference(self, column: pa.Array) -> pa.Array:
        upper = pc.utf8_upper(column)
        sized = pc.less_equal(pc.binary_length(upper), arrays.one(LONGEST_REFERENCE))
        wrong = pc.and_not(pc.invert(pc.and_(sized, pc.ascii_is_alnum(upper))), arrays.is_text(upper, ""))
        self.faults += faults_where(wrong, column, "line_ref", "line_ref_wrong")
        return upper

    def _citizen_id(self, column: pa.Array, name: str) -> pa.Array:
        own = name == "citizen_id"
        if own:
            self._require(column, name, "citizen_id_missing")
        read, warnings = read_citizen_ids(column, name)
        self.faults += warnings
        return self._kept(read)

    def _birth(self, column: pa.Array) -> pa.Array:
        if pc.any(pc.equal(pc.binary_length(column), arrays.one(_YEAR))).as_py():
            column = pc.if_else(pc.match_substring_regex(column, "^[0-9]{4}$"), arrays.one(""), column)
        read = read_dates(column, "date_of_birth")
        self.faults += [fault._replace(code="birth_unreadable") for fault in read.faults]
        return read.values

    def _amount(self, column: pa.Array) -> pa.Array:
        self._require(column, "amount", "owed_missing")
        amounts = self._kept(read_money(column, "amount", self.lines.currency))
        nothing = pc.equal(amounts, arrays.one(0))
        self.faults += faults_where(nothing, column, "amount", "owed_nothing")
        return amounts

    def _period(self, column: pa.Array) -> pa.Array:
        months = self._kept(read_months(column, "period"))
        return pc.coalesce(months, arrays.one(self.lines.cycle)) if self.lines.cycle else months

    def _channel(self, words: pa.Array, accounts: pa.Array) -> pa.Array:
        """Read the channel; where none is named, an account number says it."""
        read = self._kept(read_words(words, "channel", CHANNEL_WORDS, "channel_unknown"))
        silent = arrays.is_text(words, "")
        if not pc.any(silent).as_py():
            return read
        no_account = arrays.is_text(accounts, "")
        self.faults += faults_where(pc.and_(silent, no_account), words, "channel", "channel_missing")
        return pc.if_else(pc.and_not(silent, no_account), arrays.one("account"), read)

    def _account(self, column: pa.Array, channel: pa.Array) -> pa.Array:
        blank = arrays.is_text(column, "")
        banked = pc.is_in(channel, value_set=arrays.texts(["account", "wallet"]))
        self.faults += faults_where(pc.and_(banked, blank), column, "account_no", "account_missing")
        size = pc.binary_length(column)
        short, long = pc.less(size, arrays.one(_SHORTEST)), pc.greater(size, arrays.one(_LONGEST))
        usual = pc.and_not(pc.ascii_is_alnum(column), pc.or_(short, long))
        lost = damaged(column)
        if lost is not None:
            self.faults += faults_where(lost, column, "account_no", "account_damaged")
            usual = pc.or_(usual, lost)
        unusual = pc.and_not(pc.invert(usual), blank)
        if pc.any(unusual).as_py():
            unusual = pc.and_not(unusual, pc.match_substring_regex(column, _SPACED_ACCOUNT))
        self.faults += faults_where(unusual, column, "account_no", "account_unusual")
        return column
