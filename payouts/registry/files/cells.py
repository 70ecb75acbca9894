"""Reads the cells of one block of a registry file column by column, and says what is wrong with each."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.citizens import doubts, read_citizen_ids
from payouts.core.columns import (
    Column,
    Fault,
    damaged,
    faults_where,
    is_blank,
    read_dates,
    read_months,
    read_text,
    read_words,
)
from payouts.core.faults import read_banks
from payouts.core.listwards import Wards
from payouts.core.listwords import CHANNEL_WORDS, SEX_WORDS
from payouts.core.tabular import Block, Header
from payouts.core.words import folded
from payouts.registry.files.layout import DAYS, FOR_LIFE, LEVELS, ROWS, opt_out_words, relation_words

_PROGRAMME = "^[A-Z][A-Z0-9_-]{1,19}$"
_PHONE = r"^(?:0[0-9]{9,10}|\+[1-9][0-9]{7,14})$"
_ACCOUNT = "^[0-9A-Za-z]{4,34}$"


@dataclass(slots=True)
class Cells:
    """The cells of one block on their way to become rows of the registry.

    Attributes:
        block: the rows
        header: where its columns stand
        wards: takes what is to be told of wards
        told: what was told once of a bank and need not be told again
        faults: what is wrong with cells; grows
    """

    block: Block
    header: Header
    wards: Wards
    told: set[tuple[str, str]]
    faults: list[Fault] = field(default_factory=list)

    def batch(self) -> pa.RecordBatch:
        """Read every column of ROWS; an empty cell is null."""
        texts = {name: self._text(name) for name in ROWS.names if name != "row"}
        found = {**texts, "row": self.block.rows}
        self._require(texts["citizen_id"], "citizen_id", "citizen_id_missing")
        for name in ("citizen_id", "payee_citizen_id", "other_ids"):
            read, warnings = read_citizen_ids(texts[name], name)
            self.faults += warnings
            found[name] = self._kept(read)
        found |= {name: self._day(name, texts[name]) for name in DAYS}
        found["date_of_birth"] = self._birth(texts["date_of_birth"], found["citizen_id"], texts["sex"])
        found["area_code"] = self._kept(
            self.wards.read(texts["area_code"], self._text("commune"), self.block.rows)
        )
        found["since"] = self._kept(read_months(texts["since"], "since"))
        found["bank_code"] = self._kept(read_banks(texts["bank_code"], "bank_code", self.told))
        found["vneid_level"] = self._level(texts["vneid_level"])
        words: dict[str, tuple[Callable[[], dict[str, str]], str]] = {
            "sex": (lambda: SEX_WORDS, "sex_unknown"),
            "channel": (lambda: CHANNEL_WORDS, "channel_unknown"),
            "opt_out": (opt_out_words, "opt_out_unknown"),
            "payee_relation": (relation_words, "relation_unknown"),
        }
        for name, (table, code) in words.items():
            found[name] = self._kept(read_words(texts[name], name, table(), code))
        found["programme"] = self._like(pc.utf8_upper(texts["programme"]), "programme", _PROGRAMME)
        found["phone"] = self._like(_bare(texts["phone"]), "phone", _PHONE)
        found["account_no"] = self._account(texts["account_no"])
        given = pc.invert(arrays.is_text(found["account_no"], ""))
        silent = pc.and_(pc.is_null(found["channel"]), given)  # an account number says the channel
        found["channel"] = pc.if_else(silent, arrays.one("account"), found["channel"])
        self._agree(found)
        return pa.record_batch([_null(found[name]) for name in ROWS.names], schema=ROWS)

    def _kept(self, column: Column) -> pa.Array:
        self.faults += column.faults
        return column.values

    def _text(self, name: str) -> pa.Array:
        if name not in self.header.columns:
            return arrays.repeated("", len(self.block.rows))
        return self._kept(read_text(self.block.cells.column(self.header.columns[name]), name))

    def _require(self, column: pa.Array, name: str, code: str) -> None:
        self.faults += faults_where(arrays.is_text(column, ""), column, name, code)

    def _like(self, column: pa.Array, name: str, pattern: str) -> pa.Array:
        """Take what is written like a pattern; all else is a fault."""
        if is_blank(column):
            return column
        wrong = pc.and_not(pc.invert(pc.match_substring_regex(column, pattern)), arrays.is_text(column, ""))
        self.faults += faults_where(wrong, column, name, f"{name}_wrong")
        return column

    def _account(self, column: pa.Array) -> pa.Array:
        lost = damaged(column)
        if lost is not None:
            self.faults += faults_where(lost, column, "account_no", "account_damaged")
        return self._like(_bare(column), "account_no", _ACCOUNT) if lost is None else column

    def _day(self, name: str, column: pa.Array) -> pa.Array:
        if name == "card_expires_on" and not is_blank(column):
            for_life = [text for text in pc.unique(column).to_pylist() if folded(text) in FOR_LIFE]
            lasting = pc.is_in(column, value_set=arrays.texts(for_life))
            column = pc.if_else(lasting, arrays.one(""), column)
        return self._kept(read_dates(column, name))

    def _birth(self, column: pa.Array, citizen_ids: pa.Array, sexes: pa.Array) -> pa.Array:
        """Read days of birth, null where the year alone is told; hold identity numbers against them."""
        bare = pc.match_substring_regex(column, "^[0-9]{4}$")
        years = pc.if_else(bare, column, arrays.one("0")).cast(pa.int64())
        read = read_dates(pc.if_else(bare, arrays.one(""), column), "date_of_birth")
        self.faults += [fault._replace(code="birth_unreadable") for fault in read.faults]
        known = read_words(sexes, "sex", SEX_WORDS, "sex_unknown").values
        self.faults += doubts(citizen_ids, pc.if_else(bare, years, pc.year(read.values)), known)
        return read.values

    def _level(self, column: pa.Array) -> pa.Array:
        return self._kept(read_words(column, "vneid_level", LEVELS, "vneid_level_wrong")).cast(pa.int64())

    def _agree(self, found: dict[str, pa.Array]) -> None:
        """Hold cells of a row against each other: an account needs its programme, an opening its dossier."""
        blank = arrays.is_text(found["programme"], "")
        lonely = pc.and_(blank, pc.invert(arrays.is_text(found["account_no"], "")))
        self.faults += faults_where(lonely, found["account_no"], "programme", "programme_needed")
        for later in ("dossier_sent_on", "dossier_opened_on"):
            out_of_order = pc.and_(
                pc.is_valid(found[later]),
                pc.fill_null(pc.less(found[later], found["dossier_completed_on"]), fill_value=True),
            )
            shown = found[later].cast(pa.string())
            self.faults += faults_where(out_of_order, shown, later, "dossier_out_of_order")


def _bare(column: pa.Array) -> pa.Array:
    return column if is_blank(column) else pc.replace_substring_regex(column, r"[\s.\-()]", "")


def _null(column: pa.Array) -> pa.Array:
    if column.type != pa.string():
        return column
    return pc.if_else(arrays.is_text(column, ""), arrays.null(pa.string()), column)
