"""Unzips a workbook once before it is opened: how large is it, and does it say anything in two ways."""

import re
import zipfile
from collections.abc import Iterator
from typing import IO

import numpy as np

from payouts.core.problems import Problem
from payouts.core.tabular import BrokenTableError

LARGEST_UNZIPPED = 1 << 30  # bytes of a workbook; a million payout lines take about 600 million
LARGEST_STRINGS = 256 << 20  # bytes of its table of texts, which is held in memory
MOST_ROWS = 1_048_576  # of a sheet
MOST_CELLS = 16 * MOST_ROWS  # of a sheet, empty ones too: all are held in memory, 80 bytes each

_PIECE = 1 << 20
_OVERLAP = 256  # bytes of a piece that the next one sees again, so that no tag is cut in two
_LETTERS = 26
_MOST_LETTERS = 3  # of a column; the last one of a spreadsheet is XFD
_SHEET = re.compile(rb"<(?:[A-Za-z]\w*:)?worksheet[\s>]")
_TABLE = b"<sheetData"
_HIDING = b' hidden="'
_REFERENCE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)([0-9]+)["']""")
# A cell beyond column P or in a row of seven digits, in small letters too, which the reader takes; a
# sheet without one has no more than MOST_CELLS. Without the blank in front it is found three times as fast;
# what else it finds only costs a second look.
_FAR_REFERENCE = re.compile(rb"""r\s*=\s*["'](?:(?:[Q-Zq-z]|[A-Za-z]{2,})[0-9]+|[A-Za-z]?[0-9]{7,})["']""")
# A number that is followed by anything but its end: the reader of sheets would take what stands before.
_CUT_NUMBER = re.compile(rb"v>[0-9.+\-Ee]*(?:&#|<[^/])|v>[0-9.+\-Ee]+&")
_SECOND_VALUE = re.compile(rb"</is>\s*<[^/]")
_FIRST_CELL = re.compile(rb"""<row[^>]*>\s*<c[^>]*?\sr="[A-Za-z]+([0-9]{1,9})\"""")


def look_through(file: IO[bytes]) -> frozenset[str]:
    """Unzip all of a workbook, piece by piece: sizes and checksums in the directory of a ZIP may lie.

    Returns:
        the entries in which something is hidden

    Raises:
        BrokenTableError: `workbook_broken`; `workbook_too_large`; `dtd_refused`; `workbook_ambiguous` where
            a number is cut in two, a cell has two values, or rows do not follow each other
        zipfile.BadZipFile: it is no ZIP; damaged ones raise what zipfile and zlib raise
    """
    with zipfile.ZipFile(file) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        if "xl/workbook.xml" not in names or len(set(names)) != len(names):
            raise BrokenTableError(Problem("workbook_broken"))
        strings = sum(entry.file_size for entry in entries if "sharedStrings" in entry.filename)
        if sum(entry.file_size for entry in entries) > LARGEST_UNZIPPED or strings > LARGEST_STRINGS:
            raise BrokenTableError(Problem("workbook_too_large"))
        return frozenset(entry.filename for entry in entries if _look_at(archive, entry))


def _look_at(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Unzip an entry, and say whether something in it is hidden."""
    far = hiding = sheet = False
    tables, last = 0, 0
    with archive.open(entry) as stream:
        for piece, again in _pieces(stream):
            if not sheet:
                if b"<!DOCTYPE" in piece:
                    raise BrokenTableError(Problem("dtd_refused"))
                sheet = b"worksheet" in piece and _SHEET.search(piece) is not None
            hiding = hiding or _HIDING in piece
            if sheet:
                far = far or _FAR_REFERENCE.search(piece) is not None
                tables += piece.count(_TABLE) - piece.count(_TABLE, 0, again)
                last = _check_piece(piece, last)
    if tables > 1:
        raise BrokenTableError(Problem("workbook_ambiguous"))
    if far:
        with archive.open(entry) as stream:
            _measure(stream)
    return hiding


def _pieces(stream: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """Yield pieces, and how much of each was in the one before."""
    kept = b""
    while fresh := stream.read(_PIECE):
        yield kept + fresh, len(kept)
        kept = fresh[-_OVERLAP:]


def _check_piece(piece: bytes, last: int) -> int:
    """Check a piece of a sheet, and give its last row."""
    rows = np.array(_FIRST_CELL.findall(piece), np.int64)
    if len(rows) and rows[0] == last:
        rows = rows[1:]  # the end of the piece before, seen again
    steps = np.diff(rows, prepend=last)
    second = piece.count(b"</is>") > piece.count(b"</is></c>") and _SECOND_VALUE.search(piece)
    if second or _CUT_NUMBER.search(piece) or (len(rows) and steps.min() <= 0):
        raise BrokenTableError(Problem("workbook_ambiguous"))
    return int(rows[-1]) if len(rows) else last


def _measure(stream: IO[bytes]) -> None:
    """Refuse a sheet whose cells span more than MOST_CELLS: its reader makes room for all between them."""
    widest = last = 1
    for piece, _ in _pieces(stream):
        for letters, digits in _REFERENCE.findall(piece):
            widest, last = max(widest, _column(letters)), max(last, int(digits[:9]))
    if last > MOST_ROWS or widest * last > MOST_CELLS:
        raise BrokenTableError(Problem("workbook_too_large"))


def _column(letters: bytes) -> int:
    if len(letters) > _MOST_LETTERS:
        return MOST_CELLS + 1
    number = 0
    for letter in letters.upper():
        number = number * _LETTERS + letter - ord("A") + 1
    return number
