"""Reads CSV in blocks of whole records: by Arrow where a block is provably regular, else record by record.

Both ways give the same cells. The slow one is Python's csv module in strict mode; a block takes the fast one
only after a proof that each quote opens or closes a cell or is doubled, and that all line ends are alike.
"""

import codecs
import csv
import io
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from itertools import islice, repeat
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv
from numpy.typing import NDArray

from payouts.core import arrays
from payouts.core.problems import Problem
from payouts.core.tabular import LONGEST_CELL, LONGEST_RECORD, PREVIEW_ROWS, Block, BrokenTableError, tidy
from payouts.core.vietnamese import NAMES, composed, decoder

BLOCK_BYTES = 2 << 20  # so much is held at once, several times over
DELIMITERS = (",", ";", "\t")
_UNICODE = "utf-8"
_HEAD_BYTES = 256 << 10
_ROWS_AT_ONCE = 50_000
_QUOTE, _LINE_FEED, _RETURN = ord('"'), ord("\n"), ord("\r")
_WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_LONGEST_QUOTED = 131_072  # bytes; the csv module takes no longer cell
_UNCLOSED = "quote_unclosed"
_RUNAWAY = "quote_runaway"  # a cell of many lines that is too long: its quote was never closed


def open_csv(path: Path, encoding: str) -> list["CsvPart"]:
    """Open a CSV, once for each delimiter that stands in its first lines.

    Args:
        path: the file
        encoding: what the file is in where it is not UTF-8, as core.vietnamese.encoding_named gives it; a
            byte order mark of UTF-8 is skipped

    Raises:
        BrokenTableError: `empty_file`; `not_utf8` (`encoding_wrong` where a profile names another encoding)
    """
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip():
        raise BrokenTableError(Problem("empty_file"))
    if head.startswith(_WIDE_MARKS) and encoding == _UNICODE:
        raise BrokenTableError(Problem("not_utf8", 1))
    if encoding != _UNICODE and is_unicode_file(path):
        encoding = _UNICODE
    text = decoder(encoding, "replace").decode(head).removeprefix("\ufeff")
    text = text if encoding == _UNICODE else composed(text, encoding)
    return [CsvPart(path, encoding, mark, text) for mark in DELIMITERS if mark in text]


def is_unicode_file(path: Path) -> bool:
    """Say whether a file is UTF-8 throughout; a text of an older encoding hardly ever is."""
    reader = codecs.getincrementaldecoder(_UNICODE)()
    with path.open("rb") as file:
        try:
            while piece := file.read(BLOCK_BYTES):
                reader.decode(piece)
            reader.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


@dataclass(slots=True)
class CsvPart:
    """A CSV read with one delimiter, which is its name."""

    path: Path
    encoding: str
    name: str
    head: str = field(repr=False)
    visible: bool = True

    def preview(self) -> list[list[str]]:
        """Give the first rows, as far as they can be cut into cells."""
        records = (cells for cells, _, _ in _records(self.head, self.name))
        return [cells or [] for cells in islice(records, PREVIEW_ROWS)]

    def blocks(
        self,
        header_row: int,
        width: int,
        merged: frozenset[int] = frozenset(),  # noqa: ARG002  # no CSV merges
    ) -> Iterator[Block]:
        """Yield the rows below the header; see core.tabular.Part."""
        place = _Place(1, header_row, width, self.name)
        kept, size = b"", _HEAD_BYTES
        with self.path.open("rb") as file:
            source = _Source(file, self.encoding)
            while not source.at_end:
                data = kept + source.read(size, place.row)
                size = BLOCK_BYTES
                kept = yield from _whole_records(data, place, at_end=source.at_end)
                if len(kept) > LONGEST_RECORD and len(kept) == len(data):
                    raise BrokenTableError(Problem("quote_unclosed", place.row))


@dataclass(slots=True)
class _Place:
    """Where the reading stands: the row that comes next, and what a row looks like."""

    row: int
    header_row: int
    width: int
    delimiter: str


@dataclass(slots=True)
class _Source:
    """The bytes of a file as UTF-8."""

    file: BinaryIO
    encoding: str
    at_end: bool = False
    decoder: codecs.IncrementalDecoder = field(init=False)
    rest: str = ""  # the line that a piece broke off in: letters and their marks are put together by lines

    def __post_init__(self) -> None:
        self.decoder = decoder(self.encoding)

    def read(self, size: int, row: int) -> bytes:
        """Read the next bytes; `row` is told where they do not fit the encoding."""
        fresh = self.file.read(size)
        self.at_end = len(fresh) < size
        if self.encoding == _UNICODE:
            return fresh
        try:
            text = self.rest + self.decoder.decode(fresh, final=self.at_end)
        except UnicodeError as error:
            row += fresh.count(b"\n", 0, getattr(error, "start", 0)) + self.rest.count("\n")
            named = {"encoding": NAMES.get(self.encoding, self.encoding)}
            raise BrokenTableError(Problem("encoding_wrong", row, None, named)) from None
        whole = max(text.rfind("\n"), text.rfind("\r")) + 1
        if self.at_end or (not whole and len(text) > LONGEST_RECORD):
            whole = len(text)
        self.rest = text[whole:]
        return composed(text[:whole], self.encoding).encode()


def _whole_records(data: bytes, place: _Place, *, at_end: bool) -> Generator[Block, None, bytes]:
    """Yield the whole records of the data, and return what is left of the last one."""
    if b"\0" in data:
        row = place.row + _rows_before(data, data.index(b"\0"), place)
        raise BrokenTableError(Problem("nul_character", row))
    if place.row == 1:
        data = data.removeprefix(codecs.BOM_UTF8)
    if place.row > place.header_row:
        cut = _regular_length(data, place.delimiter, at_end=at_end)
        block = _fast(data[:cut], place) if cut else None
        if block is not None:
            place.row += len(block.rows)
            yield tidy(block)
            return data[cut:]
    cut = len(data) if at_end else _last_line_end(data)
    used = yield from _slow(data[:cut], place, at_end=at_end)
    return data[used:]


def _last_line_end(data: bytes) -> int:
    return data.rfind(b"\n") + 1 or data.rfind(b"\r", 0, -1) + 1


def _regular_length(data: bytes, delimiter: str, *, at_end: bool) -> int:
    """Give the length of the whole records at the front if they are provably regular, else 0."""
    cut = len(data) if at_end else data.rfind(b"\n") + 1
    returns = data.count(b"\r", 0, cut)
    if returns and returns != data.count(b"\r\n", 0, cut):
        return 0
    if b'"' not in data:
        return cut
    octets = np.frombuffer(data, np.uint8)
    quotes = np.flatnonzero(octets == _QUOTE)
    if not at_end:
        ends = np.flatnonzero(octets == _LINE_FEED)
        outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
        if not len(outside):
            return 0
        cut = int(outside[-1]) + 1
        quotes = quotes[: np.searchsorted(quotes, cut)]
    return cut if _well_placed(octets[:cut], quotes, ord(delimiter)) else 0


def _well_placed(octets: NDArray[np.uint8], quotes: NDArray[np.intp], delimiter: int) -> bool:
    """Prove that quotes open at the start of a cell, close at its end, and else come doubled."""
    if len(quotes) % 2 or not len(quotes):
        return not len(quotes)
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening > 0, octets[opening - 1], _LINE_FEED)
    after = np.where(closing + 1 < len(octets), octets[np.minimum(closing + 1, len(octets) - 1)], _LINE_FEED)
    reopened = np.concatenate(([False], opening[1:] == closing[:-1] + 1))
    doubled = np.concatenate((reopened[1:], [False]))
    if (closing[~doubled] - opening[~reopened]).max() > _LONGEST_QUOTED:
        return False
    edges = np.array([delimiter, _LINE_FEED, _RETURN], np.uint8)
    return bool((np.isin(before, edges) | reopened).all() and (np.isin(after, edges) | doubled).all())


def _fast(data: bytes, place: _Place) -> Block | None:
    """Read regular records by Arrow; None where a row has too few or too many cells, or is no UTF-8."""
    names = [str(at) for at in range(place.width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                column_names=names, block_size=LONGEST_RECORD, use_threads=False
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=place.delimiter, newlines_in_values=b'"' in data, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    cells = table.combine_chunks().to_batches()
    if len(cells) != 1:
        return None
    return Block(cells[0], arrays.counting(place.row, table.num_rows))


def _slow(data: bytes, place: _Place, *, at_end: bool) -> Generator[Block, None, int]:
    """Read records one by one, and return how many bytes the whole ones took."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        row = place.row + _rows_before(data, error.start, place)
        raise BrokenTableError(Problem("not_utf8", row)) from None
    gathered, used = _Gathered(place), 0
    for cells, wrong, end in _records(text, place.delimiter):
        if wrong in {_UNCLOSED, _RUNAWAY}:
            if at_end or wrong == _RUNAWAY:
                raise BrokenTableError(Problem("quote_unclosed", place.row))
            break
        used = end
        gathered.add(cells, wrong)
        if len(gathered.numbers) == _ROWS_AT_ONCE:
            yield tidy(gathered.block())
            gathered = _Gathered(place)
    yield tidy(gathered.block())
    return len(text[:used].encode())


@dataclass(slots=True)
class _Gathered:
    """Records on their way to become a block."""

    place: _Place
    records: list[list[str]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    short: set[int] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def add(self, cells: list[str], wrong: str | None) -> None:
        """Take a record that stands in the next row, or what was wrong with it."""
        place, width = self.place, self.place.width
        row = place.row
        place.row += 1
        if row <= place.header_row:
            return
        if any(cell.strip() for cell in cells[width:]):
            wrong = "row_too_long"
        if wrong:
            values = {"columns": str(len(cells)), "expected": str(width), "most": str(LONGEST_CELL)}
            self.problems.append(Problem(wrong, row, None, values))
        elif any(cells):
            if len(cells) < width:
                self.short.add(row)
            self.records.append([*cells[:width], *repeat("", width - len(cells))])
            self.numbers.append(row)

    def block(self) -> Block:
        """Turn the records into columns."""
        names = [str(at) for at in range(self.place.width)]
        columns = [arrays.texts(column) for column in zip(*self.records, strict=True)]
        cells = pa.record_batch(columns or [arrays.texts([])] * len(names), names)
        rows, lost = arrays.numbers(self.numbers), len(self.problems)
        return Block(cells, rows, frozenset(self.short), self.problems, lost)


def _records(text: str, delimiter: str) -> Iterator[tuple[list[str], str | None, int]]:
    """Yield each record's cells, the code of what is wrong with it, and where in the text it ends."""
    at = 0

    def lines() -> Iterator[str]:
        nonlocal at
        for line in io.StringIO(text, newline=""):
            at += len(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    while True:
        before = reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield [], _wrong(str(error), reader.line_num - before), at
        else:
            yield cells, None, at


def _wrong(said: str, lines: int) -> str:
    if "expected after" in said:
        return "quote_misplaced"
    if "field larger than" in said:
        return _RUNAWAY if lines > 1 else "cell_too_long"
    return _UNCLOSED


def _rows_before(data: bytes, end: int, place: _Place) -> int:
    """Count the records that end before a byte."""
    text = data[:end].decode("utf-8", "replace")
    whole = sum(1 for _ in _records(text, place.delimiter))
    return whole - (0 if text.endswith(("\n", "\r")) else min(1, whole))
