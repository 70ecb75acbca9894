"""Reads the cells of one block of a payout list column by column, and says what is wrong with each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.citizens import doubts, read_citizen_ids, split_payees
from payouts.core.columns import (
    Column,
    Fault,
    damaged,
    faults_where,
    is_blank,
    read_dates,
    read_money,
    read_months,
    read_text,
    read_words,
)
from payouts.core.faults import read_banks
from payouts.core.listwards import Wards
from payouts.core.listwords import CHANNEL_WORDS, SEX_WORDS
from payouts.core.tabular import Block, Header
from payouts.core.texts import Texts
from payouts.lists.hamlets import read_hamlets
from payouts.lists.parts import PARTS, added, columns_of, parts_that_differ
from payouts.lists.table import LIST_LINES

LONGEST_REFERENCE = 16  # characters: it must fit the reference field of an MT940
_SHORTEST, _LONGEST = 6, 19  # letters and digits of an account number
_SPACED_ACCOUNT = "^(?:[A-Za-z0-9][ .-]?){6,19}$"
_YEAR = 4  # digits, where a list gives no more of a birth
_DASH = "^[-–—]$"  # how a form says that there is no such part
_IN_WORDS = frozenset({"full_name", "account_name", "payee_name", "commune", "hamlet", "note"})
_READ_APART = frozenset({"row", *PARTS})


@dataclass(slots=True)
class Cells:
    """The cells of one block on their way to become payout lines.

    Attributes:
        block: the rows
        header: where its columns stand
        currency: ISO 4217 code of the amounts
        cycle: the period of lines that name none
        wards: takes what is to be told of wards
        headings: row number and text of the headings of groups, up to the end of the block
        told: what was told once of a bank and need not be told again
        texts: looks at the text of the whole list
        faults: what is wrong with cells; grows
    """

    block: Block
    header: Header
    currency: str
    cycle: str | None
    wards: Wards
    headings: Sequence[tuple[int, str]]
    told: set[tuple[str, str]]
    texts: Texts
    faults: list[Fault] = field(default_factory=list)

    def columns(self) -> dict[str, pa.Array]:
        """Read every column of LIST_LINES."""
        found = {name: self._text(name) for name in LIST_LINES.names if name not in _READ_APART}
        found["row"] = self.block.rows
        found["line_ref"] = self._reference(found["line_ref"], "line_ref")
        found["carried_from"] = self._earlier(found["carried_from"])
        if not self._has("payee_citizen_id"):
            found["payee_name"], found["payee_citizen_id"] = split_payees(found["payee_name"])
        for name in ("citizen_id", "payee_citizen_id"):
            found[name] = self._citizen_id(found[name], name)
        found["other_ids"] = self._kept(read_citizen_ids(found["other_ids"], "other_ids")[0])
        self._require(found["full_name"], "full_name", "name_missing")
        found["date_of_birth"] = self._birth(found["date_of_birth"], found["citizen_id"])
        found["area_code"] = self._area(found["area_code"])
        found["hamlet"] = self._kept(read_hamlets(found["hamlet"], self.headings, self.block.rows))
        found["amount"] = self._amount(found["amount"])
        found.update((name, self._part(name)) for name in PARTS)
        if sum(self._has(column) for part in PARTS for column in columns_of(part)) > 1:
            self.faults += parts_that_differ({name: found[name] for name in PARTS}, found["amount"])
        found["period"] = self._period(found["period"])
        found["bank_code"] = self._kept(read_banks(found["bank_code"], "bank_code", self.told))
        found["channel"] = self._channel(found["channel"], found["account_no"])
        found["account_no"] = self._account(found["account_no"], found["channel"])
        return found

    def _kept(self, column: Column) -> pa.Array:
        self.faults += column.faults
        return column.values

    def _has(self, name: str) -> bool:
        return name in self.header.columns

    def _text(self, name: str) -> pa.Array:
        if not self._has(name):
            return arrays.repeated("", len(self.block.rows))
        column = self.block.cells.column(self.header.columns[name])
        if name in _IN_WORDS:
            self.faults += self.texts.look(column, name)
        return self._kept(read_text(column, name))

    def _require(self, column: pa.Array, name: str, code: str) -> None:
        self.faults += faults_where(arrays.is_text(column, ""), column, name, code)

    def _reference(self, column: pa.Array, name: str) -> pa.Array:
        upper = pc.utf8_upper(column)
        sized = pc.less_equal(pc.binary_length(upper), arrays.one(LONGEST_REFERENCE))
        wrong = pc.and_not(pc.invert(pc.and_(sized, pc.ascii_is_alnum(upper))), arrays.is_text(upper, ""))
        self.faults += faults_where(wrong, column, name, f"{name}_wrong")
        return upper if name == "line_ref" else pc.if_else(wrong, arrays.one(""), upper)

    def _earlier(self, column: pa.Array) -> pa.Array:
        """Read the references of earlier lines; null where none is named, or none that can be one."""
        if is_blank(column):
            return pa.nulls(len(column), pa.string())
        read = self._reference(column, "carried_from")
        return pc.if_else(arrays.is_text(read, ""), arrays.null(pa.string()), read)

    def _area(self, codes: pa.Array) -> pa.Array:
        rows = self.block.rows
        names = self.wards.below(self.headings, codes, self._text("commune"), rows)
        return self._kept(self.wards.read(codes, names, rows))

    def _part(self, name: str) -> pa.Array:
        """Read one part of the amounts; a dash says that there is none."""
        read = []
        for column in columns_of(name):
            if self._has(column):
                text = self._text(column)
                dash = pc.match_substring_regex(text, _DASH)
                bare = pc.if_else(dash, arrays.one(""), text) if pc.any(dash).as_py() else text
                read.append(self._kept(read_money(bare, name, self.currency)))
        return added(read) if read else pa.nulls(len(self.block.rows), pa.int64())

    def _citizen_id(self, column: pa.Array, name: str) -> pa.Array:
        own = name == "citizen_id"
        if own:
            self._require(column, name, "citizen_id_missing")
        read, warnings = read_citizen_ids(column, name)
        self.faults += warnings
        return self._kept(read)

    def _birth(self, column: pa.Array, citizen_ids: pa.Array) -> pa.Array:
        """Read days of birth, null where a list gives the year alone; hold identity numbers against them."""
        bare = pc.equal(pc.binary_length(column), arrays.one(_YEAR))
        years = None
        if pc.any(bare).as_py():
            bare = pc.match_substring_regex(column, f"^[0-9]{{{_YEAR}}}$")
            years = pc.if_else(bare, column, arrays.one("0")).cast(pa.int64())
            column = pc.if_else(bare, arrays.one(""), column)
        read = read_dates(column, "date_of_birth")
        self.faults += [fault._replace(code="birth_unreadable") for fault in read.faults]
        born = pc.year(read.values)
        born = born if years is None else pc.if_else(bare, years, born)
        sexes = (
            read_words(self._text("sex"), "sex", SEX_WORDS, "sex_unknown").values
            if self._has("sex")
            else None
        )
        self.faults += doubts(citizen_ids, born, sexes)
        return read.values

    def _amount(self, column: pa.Array) -> pa.Array:
        self._require(column, "amount", "owed_missing")
        amounts = self._kept(read_money(column, "amount", self.currency))
        nothing = pc.equal(amounts, arrays.one(0))
        self.faults += faults_where(nothing, column, "amount", "owed_nothing")
        return amounts

    def _period(self, column: pa.Array) -> pa.Array:
        months = self._kept(read_months(column, "period"))
        return pc.coalesce(months, arrays.one(self.cycle)) if self.cycle else months

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
