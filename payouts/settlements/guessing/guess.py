"""Finds the table of an unknown CSV or XLSX and what its columns mean, by headings and by values."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Literal

from payouts.core.banks import banks
from payouts.core.errors import RefusedError
from payouts.core.listheadings import list_layout
from payouts.core.money import DecimalMark
from payouts.core.parts import open_parts
from payouts.core.tabular import MOST_BANNER_ROWS, UNUSED, BrokenTableError, Part, find_header, read_header
from payouts.core.texts import encoding_of, likely_encoding, right_share
from payouts.core.values import DayOrder
from payouts.core.vietnamese import marked_words
from payouts.core.words import folded
from payouts.settlements.guessing.shapes import (
    DIRECTIONS,
    SHAPES,
    day_order,
    number_style,
    share,
    status_words,
)
from payouts.settlements.profiles import profiles
from payouts.settlements.profiles.checking import FIELDS

ROWS_SEEN = 500  # rows below the header that are looked at
_SURE = 0.8  # the share of values that must have the shape of a field
_MOST_STATUS_WORDS = 20
_ZIP = b"PK\x03\x04"
_FEWEST_CELLS = 3
_SIDES = frozenset({"debit", "credit"})
_WORD = re.compile(r"[^\W_]+")

# Parts of a heading, without marks and blanks -> field; asked where no known heading fits, in this order.
_HINTS = (
    ("sodu|balance|stt|sothutu", UNUSED),
    ("ghino|phatsinhno|debit|rut", "debit"),
    ("ghico|phatsinhco|credit|nop", "credit"),
    ("trangthai|status|ketqua|tinhtrang", "status"),
    ("maloi|errorcode|malydo|reasoncode", "reason_code"),
    ("lydo|motaloi|reason|errordes", "reason_text"),
    ("cccd|cmnd|dinhdanh|citizen|canccuoc", "citizen_id"),
    ("sotien|amount|giatri", "amount"),
    ("phi$|^phi(?!eu)|fee", "fee"),
    ("loaitien|tiente|currency", "currency"),
    ("ngay|date|thoigian", "booked_on"),
    ("magoc|original", "original_ref"),
    ("madongchi|lineref|endtoend|thamchieukh|mathamchieu", "end_to_end_id"),
    (
        "magiaodich|magd|thamchieu|sobuttoan|butoan|buttoan|ftnumber|sochungtu|sogiaodich|transactionid|reference",
        "bank_ref",
    ),
    ("chinhanh|branch", "branch"),
    ("sotaikhoan|sotk|taikhoanthuhuong|accountno|accountnumber", "account_no"),
    ("nganhang|bank", "bank_code"),
    ("^ten|hoten|hovaten|chutaikhoan|name", "account_name"),
    ("account|iban", "account_no"),
    ("noidung|diengiai|description|details|remark", "remittance_info"),
)

By = Literal["heading", "words", "values", "nothing"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file.

    Attributes:
        heading: as it stands
        field: what it is taken for; `unused` where for nothing
        by: what told: a known heading, words in the heading, the shape of its values, or nothing
        fits: whether its values have the shape of the field
        examples: a few of its values
    """

    heading: str
    field: str
    by: By
    fits: bool
    examples: tuple[str, ...]

    @property
    def sure(self) -> bool:
        """Whether a person need not look twice."""
        return self.by == "heading" and self.fits


@dataclass(slots=True)
class Guess:
    """What an unknown file seems to be.

    Attributes:
        kind: csv or xlsx
        part: the delimiter, or the name of the sheet
        encoding: of its text
        header_row: the row of its headings
        columns: from left to right, those with a heading
        cash: whether it seems to be the report of a payer of cash
        bank: whose name stands above the header or in the name of the file
        numbers: the decimal mark
        dates: whether day or month stands first
        money_out: of a file without statuses
        statuses: word of the file -> status, None where nobody knows it
        doubts: keys of the profile that the file does not settle; `list` where it seems to be a payout list
    """

    kind: Literal["csv", "xlsx"]
    part: str
    encoding: str
    header_row: int
    columns: list[Column]
    cash: bool = False
    bank: str | None = None
    numbers: DecimalMark = "either"
    dates: DayOrder = "day_first"
    money_out: str | None = None
    statuses: dict[str, str | None] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def of(self, name: str) -> Column | None:
        """Give the column of a field."""
        return next((column for column in self.columns if column.field == name), None)


def guess(path: Path, filename: str = "") -> Guess:
    """Say what an unknown file seems to be.

    Args:
        path: a CSV or XLSX
        filename: its name, where it may name the bank and the path does not

    Raises:
        RefusedError: `nothing_to_guess`, it holds no table of rows and columns
    """
    try:
        with path.open("rb") as file:
            kind: Literal["csv", "xlsx"] = "xlsx" if file.read(4) == _ZIP else "csv"
        encoding = _encoding(path, kind)
        tables = [found for part in open_parts(path, kind, encoding) if (found := _table(part))]
    except (BrokenTableError, OSError, UnicodeError):
        tables = []
    if not tables:
        raise RefusedError(
            "nothing_to_guess",
            "Không tìm thấy bảng nào trong tệp. Hãy kiểm tra đó là CSV hoặc XLSX có dòng tiêu đề.",
        )
    found = max(tables, key=lambda table: (table.part.visible, len(table.known), len(table.rows)))
    made = Guess(kind, found.part.name, encoding, found.header_row, _columns(found))
    made.bank = _bank(found.banner, filename or path.name)
    _finish(made, found)
    return made


@dataclass(frozen=True, slots=True)
class _Found:
    part: Part
    header_row: int
    titles: tuple[str, ...]
    known: dict[int, str]
    rows: list[tuple[str, ...]]
    banner: str

    def values(self, at: int) -> list[str]:
        return [row[at].strip() for row in self.rows]


def _encoding(path: Path, kind: str) -> str:
    """Choose the encoding in which most words with marks are Vietnamese; UTF-8 where it can be."""
    if kind == "csv":
        return encoding_of(path) or "cp1252"
    words = [
        word
        for part in open_parts(path, kind)
        for row in part.preview()
        for cell in row
        for word in marked_words(cell)
    ]
    wrong = right_share(words) < _SURE
    return (likely_encoding(words) or "utf-8") if wrong else "utf-8"


def _known_headings(rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Give the field of every heading that a profile or the payout list knows, the nearest profile first."""
    layouts = [each.layout for each in profiles().values() if not each.layout.columns]
    headers = [header for layout in layouts if (header := find_header(rows, layout))]
    whole = [header for header in headers if not header.missing]
    near = max(whole, key=lambda header: len(header.columns), default=None)
    found = dict(near.layout.headings) if near else {}
    for profile in profiles().values():
        found = {**profile.layout.headings, **found}
    of_lists = {heading: name for heading, name in list_layout().headings.items() if name in FIELDS}
    return {**of_lists, **found}


def _table(part: Part) -> _Found | None:
    """Find the header: the row with the most known headings, else the first of a steady table."""
    rows = part.preview()[: MOST_BANNER_ROWS + 1]
    known = _known_headings(rows)
    best: dict[int, str] = {}
    place = -1
    for at, cells in enumerate(rows):
        named = {n: name for n, cell in enumerate(cells) if (name := _field_of(cell, known)) is not None}
        if len(named) > len(best) and len(set(named.values())) >= min(len(named), _FEWEST_CELLS):
            best, place = named, at
    if len(best) < 2:  # noqa: PLR2004  # one known word may stand anywhere
        best, place = {}, _steady(rows)
    if place < 0:
        return None
    titles = [" ".join(cell.split()) for cell in rows[place]]
    width = max((at + 1 for at, title in enumerate(titles) if title), default=0)
    below = (
        tuple(column[at].as_py() for column in block.cells.columns)
        for block in part.blocks(place + 1, width)
        for at in range(len(block.rows))
    )
    banner = " ".join(cell for cells in rows[:place] for cell in cells)
    return _Found(part, place + 1, tuple(titles[:width]), best, list(islice(below, ROWS_SEEN)), banner)


def _field_of(heading: str, known: dict[str, str]) -> str | None:
    return known.get(folded(heading)) or known.get(folded(heading.split("(", maxsplit=1)[0]))


def _steady(rows: Sequence[Sequence[str]]) -> int:
    """Find the first row of words alone whose next row has as many cells, some of them with digits."""
    for at, (cells, below) in enumerate(pairwise(rows)):
        titles = [cell for cell in cells if cell.strip()]
        values = [cell for cell in below if cell.strip()]
        words_alone = all(any(letter.isalpha() for letter in title) for title in titles)
        digits = any(letter.isdigit() for cell in values for letter in cell)
        if len(titles) >= _FEWEST_CELLS and words_alone and digits and len(values) * 2 >= len(titles):
            return at
    return -1


class _Naming:
    """The columns of one table on their way to a field each; but for `unused` each field is one column's."""

    def __init__(self, found: _Found) -> None:
        self._found = found
        self.places = [at for at, title in enumerate(found.titles) if title]
        self.named: dict[int, tuple[str, By]] = {}
        self._taken: set[str] = set()

    def _take(self, at: int, name: str, by: By) -> None:
        if at not in self.named and (name == UNUSED or name not in self._taken):
            self.named[at] = name, by
            self._taken.add(name)

    def by_headings(self) -> None:
        """Name the columns whose heading somebody knows, then those with words that tell."""
        for at in self.places:
            if at in self._found.known:
                self._take(at, self._found.known[at], "heading")
        for at in self.places:
            said = folded(self._found.titles[at])
            name = next((name for hint, name in _HINTS if re.search(hint, said)), None)
            if name is not None:
                self._take(at, name, "words")
        if (
            len(self._taken & _SIDES) == 1 and "amount" not in self._taken
        ):  # one column of amounts with a sign
            at = next(at for at, (name, _) in self.named.items() if name in _SIDES)
            self.named[at] = "amount", self.named[at][1]
            self._taken = {"amount", *self._taken - _SIDES}

    def by_values(self) -> None:
        """Name what is left by the shape that nearly all values of a column have."""
        settled = self._taken | ({"amount"} if self._taken & _SIDES else set())
        for name, shape in SHAPES.items():
            if name in settled:
                continue
            fitting = {at: share(self._found.values(at), shape) for at in self.places if at not in self.named}
            best = max(fitting, key=fitting.__getitem__, default=None)
            if best is not None and fitting[best] >= _SURE:
                self._take(best, name, "values")


def _columns(found: _Found) -> list[Column]:
    naming = _Naming(found)
    naming.by_headings()
    naming.by_values()
    return [_column(found, at, *naming.named.get(at, (UNUSED, "nothing"))) for at in naming.places]


def _column(found: _Found, at: int, name: str, by: By) -> Column:
    values = found.values(at)
    shape = SHAPES.get({"debit": "amount", "credit": "amount", "fee": "amount"}.get(name, name))
    loose = name in {"end_to_end_id", "account_name", "remittance_info", "bank_code", "status", UNUSED}
    fits = shape is None or loose or not any(values) or share(values, shape) >= _SURE
    examples = tuple(dict.fromkeys(value for value in values if value))[:3]
    return Column(found.titles[at], name, by, fits, examples)


def _finish(made: Guess, found: _Found) -> None:
    """Settle what the values tell of the whole file: numbers, days, directions, words."""
    by_field = {
        column.field: found.values(found.titles.index(column.heading))
        for column in made.columns
        if column.field != UNUSED
    }
    money = [value for name in ("amount", "debit", "credit") for value in by_field.get(name, ()) if value]
    made.numbers, sure = number_style(money)
    made.doubts += [] if sure else ["numbers"]
    made.dates, sure = day_order(by_field.get("booked_on", []))
    made.doubts += [] if sure else ["dates"]
    made.doubts += ["bank"] if made.bank else []
    made.cash = not read_header(found.titles, found.header_row, profiles()["cash_result"].layout).missing
    made.doubts += ["cash"] if made.cash else []
    owed = not read_header(found.titles, found.header_row, list_layout()).missing
    made.doubts += ["list"] if owed and "status" not in by_field and not made.cash else []
    if "status" in by_field:
        made.statuses = dict(_status_words(by_field["status"]))
        made.doubts += ["statuses"]
    elif {"debit", "credit"} <= by_field.keys():
        made.money_out = "debit"
        made.doubts += ["money_out"]
    elif "amount" in by_field:
        made.money_out = "negative"
        made.doubts += ["money_out"]


def _status_words(values: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Give the words of a status and what each means, the commonest first."""
    known = status_words()
    said = Counter(value for value in values if value)
    letters = bool(said) and all(folded(word) in DIRECTIONS for word in said)
    for word, _ in said.most_common(_MOST_STATUS_WORDS):
        yield word, (DIRECTIONS if letters else known).get(folded(word))


def _bank(banner: str, filename: str) -> str | None:
    """Find the one bank whose name stands above the header or in the name of the file."""
    for text in (banner, filename):
        words = f" {' '.join(_WORD.findall(text)).casefold()} "
        named = {
            bank.code
            for bank in banks().values()
            if folded(bank.name) in folded(text)
            or any(f" {name.casefold()} " in words for name in (bank.short_name, bank.code))
        }
        if len(named) == 1:
            return named.pop()
    return None
