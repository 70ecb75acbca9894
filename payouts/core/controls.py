"""Rows of a table that are no lines: sums, a header told again, and what stands below the sums."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from payouts.core import arrays
from payouts.core.columns import exact_sum, keep_others
from payouts.core.money import DecimalMark, UnreadableError, parse_money
from payouts.core.problems import Problem
from payouts.core.tabular import Block, Header
from payouts.core.words import without_marks

_MOST_DIGITS = 9  # of a number of lines
_COUNTED = re.compile(
    rf"(?<![0-9.,/])([0-9]{{1,{_MOST_DIGITS}}}) "
    r"(?:dong|giao dich|lenh|mon|nguoi|doi tuong|ban ghi|lines?|transactions?|records?|items?)\b"
)
_SUMS = ("amount", "debit")
# How a key begins, where not every text is one: a day; an identity number, be it damaged to 1.09E+09.
_KEYS = {"booked_on": r"^\s*[0-9]", "citizen_id": r"^\s*[0-9][-0-9.,eE+ ]{7,}"}
# A cell that only numbers its row: 3, II, a).
_NUMBERING = r"^\s*(?:[0-9]{1,6}|[IVXLC]{1,7}|[A-Za-zĐđ])\s*[.)]?\s*$"
_AMOUNTS = ("amount", "debit", "credit")
_MOST_HEADING_CELLS = 2  # a number and a name: "I", "Tổ dân phố 1"
_LONGEST_QUOTE = 80  # characters of a cell that a message quotes


@dataclass(slots=True)
class Controls:
    """The control rows of one file; the last row of sums is held against the lines.

    Attributes:
        header: where the columns stand
        key: a field that every line has and no row of sums
        words: how a row of sums begins, in small letters with their marks ("tổng" is a sum, "Tống" a name)
        currency: of the sums
        decimal: its decimal mark where only one is used
        sections: whether headings of groups may stand between the lines; they are passed over with a warning
        headings: how a heading of a group begins, which needs no warning; one with an amount is a row of sums
        counts: whether a number beside the label of a row of sums is the number of lines
        summed: what the amounts of all lines add up to, in the currency's smallest unit
        trailer: row number of the last row of sums
        earlier: those before it, and what they tell
        told: what the last one tells: `sum` and `count`, each only if it does
        unreadable: rows of sums whose amount cannot be read, and what stands there
        groups: row number and text of the headings of groups
    """

    header: Header
    key: str
    words: tuple[str, ...]
    currency: str
    decimal: DecimalMark = "either"
    sections: bool = False
    headings: tuple[str, ...] = ()
    counts: bool = False
    summed: int = 0
    trailer: int | None = None
    earlier: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    told: dict[str, int] = field(default_factory=dict)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    groups: list[tuple[int, str]] = field(default_factory=list)

    def count(self, amounts: pa.Array) -> None:
        """Add the amounts of a block of lines."""
        self.summed += exact_sum(amounts)

    def set_aside(self, block: Block) -> Block:
        """Take out of a block what is no line, and report rows that have too few cells to be one."""
        if not len(block.rows):
            return block
        at = self.header.columns[self.key]
        column = block.cells.column(at)
        again = pc.indices_nonzero(arrays.is_text(column, self.header.titles[at])).to_pylist()
        keyless = pc.indices_nonzero(self._keyless(column))
        sums = self._sums(block, keyless)
        empty = self._without_amount(block, keyless)
        below = self._below(block, empty, keyless)
        sections = self._sections(block, {*empty} - {*sums, *below}) if self.sections else {}
        self.groups += [(block.rows[place].as_py(), said) for place, said in sections.items()]
        no_lines = {*again, *sums, *below, *sections, *self._numbering(block)}
        short = [] if not block.short else self._short(block, no_lines)
        keep = keep_others(len(block.rows), no_lines.union(short))
        if keep is None:
            return block
        problems = [*block.problems]
        problems += [Problem("header_again", block.rows[place].as_py()) for place in again]
        problems += [
            Problem("section_skipped", block.rows[place].as_py(), None, {"value": said[:_LONGEST_QUOTE]})
            for place, said in sections.items()
            if not opens_with(unnumbered(said), self.headings)
        ]
        problems += [Problem("row_too_short", block.rows[place].as_py()) for place in short]
        return replace(
            block,
            cells=block.cells.filter(keep),
            rows=block.rows.filter(keep),
            problems=problems,
            lost=block.lost + len(again) + len(short),
        )

    def differences(self, lines: int) -> Iterator[Problem]:
        """Say which told sums are not those of the lines that were read.

        The last row of sums tells of all lines, or all rows of sums together do (subtotals without a total).
        """
        for code, name, actual in (
            ("control_sum_differs", "sum", self.summed),
            ("control_count_differs", "count", lines),
        ):
            told = self.told.get(name, actual)
            together = told + sum(said.get(name, 0) for _, said in self.earlier)
            if actual not in {told, together}:
                yield Problem(code, self.trailer, None, {"value": str(told), "actual": str(actual)})
        for row, said in self.unreadable:
            yield Problem("control_unreadable", row, None, {"value": said[:_LONGEST_QUOTE]})

    def _keyless(self, column: pa.Array) -> pa.Array:
        """Say which cells are no key: empty, or without the digit that a number or day begins with."""
        if self.key in _KEYS:
            return pc.invert(pc.match_substring_regex(column, _KEYS[self.key]))
        return arrays.is_text(pc.utf8_trim_whitespace(column), "")

    def _sums(self, block: Block, keyless: pa.Array) -> list[int]:
        """Find the rows of sums among those without a key, and read them."""
        if not self.words or not len(keyless):
            return []
        labels = _labels(block.cells.take(keyless)).to_pylist()
        found = []
        for place, text in zip(keyless.to_pylist(), labels, strict=True):
            if not text or not opens_with(text.strip(), (*self.words, *self.headings)):
                continue
            row, cells = block.rows[place].as_py(), [column[place].as_py() for column in block.cells.columns]
            if not opens_with(text.strip(), self.words):
                if not any(cells[at].strip() for at in self._sides()):
                    continue
                self.groups.append((row, text))
            if self.trailer is not None:
                self.earlier.append((self.trailer, self.told))
            self.trailer, self.told = row, self._read(row, cells)
            found.append(place)
        return found

    def _read(self, row: int, cells: list[str]) -> dict[str, int]:
        """Read what a row of sums tells: an amount, and a count before a word for lines or beside a label."""
        told: dict[str, int] = {}
        sums = (self.header.columns[name] for name in _SUMS if name in self.header.columns)
        at = next(sums, len(cells))  # a report on cash may have no amounts
        if at < len(cells) and cells[at].strip():
            try:
                told["sum"] = parse_money(cells[at], self.currency, decimal=self.decimal)
            except UnreadableError:
                self.unreadable.append((row, cells[at]))
        label = next(place for place, cell in enumerate(cells) if cell.strip())
        beside = cells[label + 1].strip() if self.counts and label + 1 < min(at, len(cells)) else ""
        if (counted := _COUNTED.search(without_marks(" ".join(cells)))) is not None:
            told["count"] = int(counted[1])
        elif beside.isascii() and beside.isdigit() and len(beside) <= _MOST_DIGITS:
            told["count"] = int(beside)
        return told

    def _without_amount(self, block: Block, keyless: pa.Array) -> list[int]:
        """Find rows with neither key nor amount: below the sums a signature, a place and a date."""
        if not len(keyless) or not self._sides():
            return list(keyless.to_pylist())
        blanks = (arrays.is_text(block.cells.column(at).take(keyless), "") for at in self._sides())
        return list(keyless.filter(reduce(pc.and_, blanks)).to_pylist())

    def _below(self, block: Block, empty: list[int], keyless: pa.Array) -> list[int]:
        """Find what stands below the sums: nothing with a key follows in the block, and no group begins."""
        if self.trailer is None or not empty:
            return []
        without, last = set(keyless.to_pylist()), len(block.rows) - 1
        while last in without:
            last -= 1
        below = [place for place in empty if place > last and block.rows[place].as_py() > self.trailer]
        labels = _labels(block.cells.take(arrays.numbers(below))).to_pylist()
        return [
            place
            for place, text in zip(below, labels, strict=True)
            if not (text and opens_with(text.strip(), self.headings))
        ]

    def _sides(self) -> list[int]:
        return [self.header.columns[name] for name in _AMOUNTS if name in self.header.columns]

    @staticmethod
    def _sections(block: Block, places: set[int]) -> dict[int, str]:
        """Find headings of groups of lines among rows with neither key nor amount: place -> what they say."""
        found = {}
        for place in sorted(places):
            if block.rows[place].as_py() not in block.short:
                filled = [text for column in block.cells.columns if (text := column[place].as_py().strip())]
                if len(filled) <= _MOST_HEADING_CELLS:
                    found[place] = " ".join(filled)
        return found

    def _numbering(self, block: Block) -> list[int]:
        """Find the row that numbers the columns; forms have it right below the header."""
        if block.rows[0].as_py() != self.header.row + 1:
            return []
        cells = [column[0].as_py() for column in block.cells.columns]
        numbered = [cell.strip(" ()[]") == str(at) for at, cell in enumerate(cells, start=1) if cell.strip()]
        return [0] if len(numbered) > _MOST_HEADING_CELLS and all(numbered) else []

    def _short(self, block: Block, no_lines: set[int]) -> list[int]:
        numbers = arrays.numbers(sorted(block.short))
        places = pc.indices_nonzero(pc.is_in(block.rows, value_set=numbers)).to_pylist()
        return [place for place in places if place not in no_lines]


def opens_with(text: str, words: tuple[str, ...]) -> bool:
    """Say whether a text begins with one of some words, whole; case is nothing, marks count."""
    said = unicodedata.normalize("NFC", text).casefold()
    return any(said.startswith(word) and not said[len(word) : len(word) + 1].isalpha() for word in words)


def unnumbered(text: str) -> str:
    """Drop the number in front of a heading."""
    return re.sub(r"^(?:[0-9]{1,6}|[IVXLC]{1,7}|[A-Za-zĐđ])[\s.):-]+", "", text)


def _labels(cells: pa.RecordBatch) -> pa.Array:
    """Give the first cell of each row that says something more than a number; null where none does."""
    nothing = arrays.null(pa.string())
    return pc.coalesce(*(pc.if_else(_says_nothing(column), nothing, column) for column in cells.columns))


def _says_nothing(column: pa.Array) -> pa.Array:
    return pc.or_(arrays.is_text(column, ""), pc.match_substring_regex(column, _NUMBERING))
