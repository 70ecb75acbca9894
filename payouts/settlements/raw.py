"""Finds the text of lines in the bytes that a bank sent, to stand beside what is wrong with them."""

import contextlib
import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from lxml import etree

from payouts.core.csvfile import CsvPart
from payouts.core.parts import open_parts
from payouts.core.problems import Problem
from payouts.core.receipts import problems_of
from payouts.core.storage import path_of, space
from payouts.core.tabular import LONGEST_RECORD, BrokenTableError, Part, find_header
from payouts.core.vietnamese import composed, decoder
from payouts.settlements.formats import xml
from payouts.settlements.formats.base import FileReport
from payouts.settlements.models import SettlementFile
from payouts.settlements.profiles import profiles

LONGEST_RAW = 600  # characters of a line that are shown
MOST_COLUMNS_SHOWN = 64

_READ_AT_ONCE = 1 << 16  # bytes
_LONGEST_PHYSICAL = 1 << 16  # characters of one line of text
_CUT = "…"
_MOVEMENT, _DETAILS, _TAG = ":61:", ":86:", re.compile(r":[0-9]{2}[A-Z]?:")


def raw_lines(path: Path, kind: str | None, profile: str | None, wanted: Collection[int]) -> dict[int, str]:
    """Find lines by the numbers that the reader of their format gives them.

    Args:
        path: the bytes
        kind: the format on the receipt
        profile: the layout by which a CSV or XLSX was read
        wanted: numbers of lines

    Returns:
        number -> the text, of XML names and texts of the element; cut after LONGEST_RAW characters, with a
        dot for each sign that does not show. Lines that cannot be found, as in a damaged file, are left out.
    """
    most = max(wanted, default=0)
    found: dict[int, str] = {}
    if not most or not path.is_file():
        return found
    for number, text in _all_lines(path, kind or "", profile):
        if number in wanted:
            found[number] = _shown(text)
        if number >= most:
            break
    return found


def problems_beside_lines(
    data_dir: Path, file: SettlementFile, *, first: int = 0, limit: int = 100
) -> list[tuple[Problem, str | None]]:
    """List problems of a file, each with the text of the line that it names.

    Args:
        data_dir: the data folder of the settings
        file: the receipt
        first: how many problems to pass over
        limit: at most so many
    """
    problems = problems_of(file.problems[first : first + limit])
    wanted = {problem.line for problem in problems if problem.line}
    path = path_of(space(data_dir, test=file.test), file.sha256)
    texts = raw_lines(path, file.format, file.read_by_profile, wanted)
    return [(problem, texts.get(problem.line or 0)) for problem in problems]


def _all_lines(path: Path, kind: str, profile: str | None) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers, as far as it can be read."""
    if kind in {"camt.053", "camt.054"}:
        return enumerate(_camt(path), start=1)
    if kind == "pain.002":
        return enumerate(_pain(path), start=1)
    if kind == "mt940":
        return enumerate(_movements(path), start=1)
    if kind == "xlsx":
        return _sheet(path, profile)
    return enumerate(_records(path, profile), start=1)


def _shown(text: str) -> str:
    cut = text[:LONGEST_RAW] + (_CUT if len(text) > LONGEST_RAW else "")
    return "".join(sign if sign.isprintable() else " " if sign in "\t\n\r" else "·" for sign in cut).strip()


def _records(path: Path, profile: str | None) -> Iterator[str]:
    """Yield the records of a CSV as they stand there."""
    part = _best(path, "csv", profile)
    if not isinstance(part, CsvPart):
        return
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in _physical(path, part.encoding):
            taken.append(line)
            yield line.replace("\0", " ")

    reader = csv.reader(lines(), delimiter=part.name)
    while True:
        with contextlib.suppress(csv.Error):  # what stands there is shown all the same
            if next(reader, None) is None:
                return
        yield "".join(taken)
        taken.clear()


def _physical(path: Path, encoding: str) -> Iterator[str]:
    """Yield the lines of a text with their ends; one without an end for LONGEST_RECORD bytes is the last."""
    decode, kept = decoder(encoding, "replace"), ""
    with path.open("rb") as file:
        while data := file.read(_READ_AT_ONCE):
            *whole, kept = [*io.StringIO(kept + decode.decode(data), newline="")] or [""]
            yield from (composed(line, encoding).removeprefix("\ufeff") for line in whole)
            if len(kept) > LONGEST_RECORD:
                return
    if kept:
        yield kept


def _sheet(path: Path, profile: str | None) -> Iterator[tuple[int, str]]:
    """Yield the rows of the sheet that a profile fits best."""
    part = _best(path, "xlsx", profile)
    with contextlib.suppress(BrokenTableError):
        for block in part.blocks(0, MOST_COLUMNS_SHOWN) if part is not None else ():
            rows = zip(*(column.to_pylist() for column in block.cells.columns), strict=True)
            for number, cells in zip(block.rows.to_pylist(), rows, strict=True):
                yield number, " | ".join(cells).rstrip(" |")


def _best(path: Path, kind: str, name: str | None) -> Part | None:
    """Choose the table of a file that a profile fits best; None where there is none."""
    profile = profiles().get(name or "")

    def fit(part: Part) -> tuple[int, int]:
        header = find_header(part.preview(), profile.layout) if profile else None
        return (len(header.columns) if header else 0, int(part.visible))

    try:
        return max(open_parts(path, kind, profile.encoding if profile else "utf-8"), key=fit, default=None)
    except BrokenTableError:
        return None


def _movements(path: Path) -> Iterator[str]:
    """Yield the fields 61 of an MT940 with their fields 86."""
    taken: list[str] = []
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        while line := file.readline(_LONGEST_PHYSICAL):
            if line.startswith(_MOVEMENT):
                if taken:
                    yield "".join(taken)
                taken = [line]
            elif taken and (line.startswith("-") or (_TAG.match(line) and not line.startswith(_DETAILS))):
                yield "".join(taken)
                taken = []
            elif taken:
                taken.append(line)
    if taken:
        yield "".join(taken)


def _camt(path: Path) -> Iterator[str]:
    """Yield each TxDtls with the head of its entry, and each Ntry without any."""
    inside = False
    for element in xml.elements(path, ("TxDtls", "Ntry"), FileReport()):
        if xml.local_name(element) == "TxDtls":
            details = element.getparent()
            entry = details.getparent() if details is not None else None
            if entry is None or xml.local_name(entry) != "Ntry":
                continue
            yield f"{_said(entry, without='NtryDtls')} · {_said(element)}"
            inside = True
        else:
            if not inside:
                yield _said(element)
            inside = False
        xml.forget(element)


def _pain(path: Path) -> Iterator[str]:
    """Yield each TxInfAndSts, else the payment or the group that speaks for all."""
    group, inside, lines = "", False, 0
    for element in xml.elements(
        path, ("OrgnlGrpInfAndSts", "TxInfAndSts", "OrgnlPmtInfAndSts"), FileReport()
    ):
        name = xml.local_name(element)
        if name == "OrgnlGrpInfAndSts":
            group = _said(element)
        elif name == "TxInfAndSts":
            lines, inside = lines + 1, True
            yield _said(element)
        else:
            if not inside and element.find("{*}PmtInfSts") is not None:
                lines += 1
                yield _said(element)
            inside = False
        xml.forget(element)
    if not lines and group:
        yield group


def _said(element: etree._Element, without: str | None = None) -> str:
    """Write the texts of an element, each behind its name."""
    return " · ".join(_leaves(element, without, LONGEST_RAW))


def _leaves(element: etree._Element, without: str | None, room: int) -> Iterable[str]:
    said: list[str] = []
    for child in element.iterchildren("*"):
        if room <= 0:
            break
        name = xml.local_name(child)
        if name == without:
            continue
        if len(child):
            below = list(_leaves(child, None, room))
            said += [f"{name}/{each}" for each in below]
            room -= sum(map(len, below))
        else:
            currency = f" {child.get('Ccy')}" if child.get("Ccy") else ""
            said.append(f"{name}: {(child.text or '').strip()}{currency}")
            room -= len(said[-1])
    return said
