"""Damages files in ways that happen and ways that are meant, and counts what bytes say in a plain way."""

import csv
import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path

import openpyxl
from lxml import etree

from payouts.settlements.formats.base import FileReport
from payouts.settlements.reading import open_settlement

ROOT = Path(__file__).parents[2]
_FOLDERS = (
    ROOT / "fixtures" / "formats",
    Path(__file__).parent / "files",
    ROOT.parent / "shared" / "samples",
)
_LARGEST_SEED = 40_000  # bytes of a file that is damaged
_HEADER = "bank_ref,account_no,account_name,amount,currency,booked_on,status,end_to_end_id,remittance_info"
_ROWS = (
    "FT1,0011004000001,NGUYEN VAN AN,930000,VND,2026-11-20,settled,CT2611000001,TRO CAP T11/2026",
    'FT2,0190001112223,"TRẦN THỊ HOA",930.000,VND,20/11/2026,settled,CT2611000002,"chi ""tro cap"""',
    "FT3,0209998887776,LE VAN BA,680000.0,VND,2026-11-20,returned,,TAI KHOAN DA DONG",
    "FT4,0301112223334,DO THI TU,540000,VND,2026-11-20,rejected,CT2611000003,",
)

Movement = tuple[str, Decimal, bool]  # currency, amount, whether money comes in
Counted = tuple[int, dict[str, tuple[int, Decimal, int, Decimal]]]

# Pieces that somebody puts into a file by mistake or on purpose.
_PIECES = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xc3", b"\xef\xbb\xbf", b"\n", b"\r", b"\r\n", b"\t", b" ", b"\x1b[2J",
    b'"', b"'", b",", b";", b".", b"-", b"+", b"=", b"=1+1", b":", b"?", b"/", b"<", b">", b"&", b"]]>",
    b"&amp;", b"&#0;", b"&#xD800;", b"&b;", b"&#49;", b"<!-- x -->", b"<?x y?>", b"<![CDATA[1]]>", b"<a>",
    b"</a>", b"<a/>", b"<!DOCTYPE d [<!ENTITY b 'bb'>]>", b"{4:", b"-}", b"\n-\n", b"\n:20:X\n", b"\n:61:",
    b"\n:62F:C261120VND0,\n", b"1_000", b"1e400", b"NaN", b"9223372036854775808", b"99999999999999999999",
    b"-1", b"0.5", b",50", b".000",
    "٩٣".encode(), "９".encode(), "\u00a0".encode(), "\u202e".encode(), "đ".encode(), "e\u0301".encode(),
    b"USD", b"CRDT", b"RD", b"RC", b"BOOK", b"settled", b"returned",
)  # fmt: skip
_ELEMENTS = re.compile(rb"<(\w+)(?:\s[^<>]*)?(?<!/)>(?:[^<]|<(?!/?\1[\s>])){0,3000}</\1>")
_NUMBER = re.compile(rb"[0-9][0-9.,]*")


def seeds(kind: str) -> list[bytes]:
    """Give the files of a format that are damaged."""
    if kind == "csv":
        text = "\n".join((_HEADER, *_ROWS, ""))
        return [text.encode(), text.replace("\n", "\r\n").encode(), _with(text, ";"), _with(text, "\t")]
    if kind == "xlsx":
        return [_workbook()]
    head = {"mt940": b":20:", "pain.002": b"CstmrPmtStsRpt"}.get(kind, kind.encode())
    paths = sorted(path for folder in _FOLDERS for path in folder.rglob("*") if path.is_file())
    found = [path.read_bytes() for path in paths if path.stat().st_size <= _LARGEST_SEED]
    return [content for content in found if head in content and not content.startswith(b"{\n")]


def _with(text: str, delimiter: str) -> bytes:
    rows = csv.reader(io.StringIO(text))
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()


def _workbook() -> bytes:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in csv.reader((_HEADER, *_ROWS)):
        sheet.append([int(cell) if cell == "930000" else cell for cell in row])
    book.save(buffer)
    return buffer.getvalue()


def damaged(kind: str, content: bytes, rng: random.Random) -> bytes:
    """Damage a file in one to four places; of a workbook most often the XML in it."""
    if kind == "xlsx" and rng.random() < 0.8:
        return _repacked(content, rng)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 4))):
        content = rng.choice(_DAMAGES)(content, rng)
    return content


def _repacked(content: bytes, rng: random.Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        name = rng.choice([*old.namelist(), *["xl/worksheets/sheet1.xml"] * 30])
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            for entry in old.namelist():
                inner = old.read(entry)
                new.writestr(entry, rng.choice(_DAMAGES)(inner, rng) if entry == name else inner)
    return buffer.getvalue()


def _put(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.choice(_PIECES) + content[at + rng.choice((0, 0, 1, 2, 8)) :]


def _number(content: bytes, rng: random.Random) -> bytes:
    found = list(_NUMBER.finditer(content))
    if not found:
        return content
    number = rng.choice(found)
    other = rng.choice(
        (*_PIECES, number[0] + b"0", number[0][1:], number[0][::-1], number[0].replace(b"0", b"1"))
    )
    return content[: number.start()] + other + content[number.end() :]


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _drop(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + content[at + rng.choice((1, 2, 10, 60, 400)) :]


def _drop_line(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if lines:
        del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def _repeat(content: bytes, rng: random.Random) -> bytes:
    at, size = rng.randrange(len(content) + 1), rng.choice((1, 10, 60, 400))
    return content[: at + size] * 2 if rng.random() < 0.05 else content[: at + size] + content[at:]


def _swap_lines(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if len(lines) > 1:
        at = rng.randrange(len(lines) - 1)
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
    return b"".join(lines)


def _flip(content: bytes, rng: random.Random) -> bytes:
    if not content:
        return content
    at = rng.randrange(len(content))
    return content[:at] + bytes([content[at] ^ (1 << rng.randrange(8))]) + content[at + 1 :]


def _encode(content: bytes, rng: random.Random) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(
        rng.choice(("utf-16", "utf-16-be", "cp1252", "cp1258", "utf-8-sig", "utf-32")), "replace"
    )


def _nest(content: bytes, rng: random.Random) -> bytes:
    at = content.find(b"<", rng.randrange(len(content) + 1))
    depth = rng.choice((10, 300))
    return content if at < 0 else content[:at] + b"<a>" * depth + b"</a>" * depth + content[at:]


def _element(content: bytes, rng: random.Random) -> bytes:
    """Drop, repeat, empty or fill a whole element, so that the XML stays well formed."""
    found = list(islice(_ELEMENTS.finditer(content, rng.randrange(len(content) + 1)), 20))
    if not found:
        return content
    element = rng.choice(found)
    whole = element[0]
    other = rng.choice((b"", b"", whole * 2, whole.replace(b">", b"><!-- x -->", 1), _filled(whole, rng)))
    return content[: element.start()] + other + content[element.end() :]


def _filled(whole: bytes, rng: random.Random) -> bytes:
    begin, end = whole.index(b">") + 1, whole.rindex(b"</")
    return whole[:begin] + rng.choice(_PIECES).replace(b"<", b"").replace(b"&", b"") + whole[end:]


_DAMAGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _put, _put, _put, _number, _number, _number, _cut, _drop, _drop_line, _repeat, _swap_lines, _flip, _flip,
    _encode, _nest, _element, _element, _element, _element,
)  # fmt: skip


def read_checked(path: Path, content: bytes) -> FileReport:
    """Read a file to its end, and check what must hold of any file.

    Raises:
        AssertionError: something does not hold
    """
    path.write_bytes(content)
    reading = open_settlement(path)
    good = 0
    for batch in reading.batches():
        batch.validate(full=True)
        good += batch.num_rows
    report = reading.report
    assert report.outcome in {"accepted", "quarantined", "refused"}
    assert good == report.good_lines <= report.lines
    for problem in report.problems:
        assert problem.message("vi")
        assert problem.message("en")
    if report.outcome != "accepted":
        assert report.problems
    else:
        assert good == report.lines
        counted = count(content, report)
        assert counted is None or counted == _told(report)
    return report


def _told(report: FileReport) -> Counted:
    totals = report.totals.items()
    return report.lines, {
        unit: (sums.credit_lines, sums.credit, sums.debit_lines, sums.debit)
        for unit, sums in totals
        if sums.credit_lines or sums.debit_lines
    }


def count(content: bytes, report: FileReport) -> Counted | None:
    """Count lines and money of an accepted file a second time; None where there is no plain way."""
    if report.format == "pain.002":
        return _lines_of_status_report(content), {}
    if report.format == "mt940":
        return _added(_movements_of_text(content))
    if report.format in {"csv", "xlsx"}:
        rows = _rows_of_csv(content) if report.format == "csv" else _rows_of_workbook(content)
        return None if rows is None else _added_rows(rows)
    return _added(_movements_of_xml(content))


def _added(movements: Iterator[Movement]) -> Counted:
    totals: dict[str, tuple[int, Decimal, int, Decimal]] = {}
    lines = 0
    for currency, amount, credit in movements:
        was = totals.get(currency, (0, Decimal(0), 0, Decimal(0)))
        more = (1, amount, 0, Decimal(0)) if credit else (0, Decimal(0), 1, amount)
        totals[currency] = (was[0] + more[0], was[1] + more[1], was[2] + more[2], was[3] + more[3])
        lines += 1
    return lines, totals


def _movements_of_text(content: bytes) -> Iterator[Movement]:
    currency = ""
    for line in re.split("\r\n|\n|\r", content.decode("utf-8", "replace").removeprefix("\ufeff")):
        clean = "".join(letter for letter in line if letter >= " ")
        if opening := re.match(r":60[FM]:[CD][0-9]{6}([A-Z]{3})", clean):
            currency = opening[1]
        if clean.startswith(":61:"):
            parts = re.match(r":61:[0-9]{6}(?:[0-9]{4}| {4})?(R?[CD])[A-Z]?([0-9]+,[0-9]*)", clean)
            assert parts is not None
            yield currency, Decimal(parts[2].replace(",", ".")), parts[1] in {"C", "RD"}


def _tree(content: bytes) -> etree._Element:
    return etree.fromstring(content, etree.XMLParser(remove_comments=True, remove_pis=True))


def _movements_of_xml(content: bytes) -> Iterator[Movement]:
    for entry in _tree(content).iter("{*}Ntry"):
        details = entry.findall("{*}NtryDtls/{*}TxDtls")
        unit = _unit(_amounts(entry)[0])
        for element in details if len(details) > 1 else [entry]:
            amounts = _amounts(element)
            amount = next((one for one in amounts if _unit(one) == unit), amounts[0])
            direction = element.findtext("{*}CdtDbtInd") or entry.findtext("{*}CdtDbtInd") or ""
            yield _unit(amount), Decimal((amount.text or "").strip()), direction.strip() == "CRDT"


def _unit(amount: etree._Element) -> str:
    return (amount.get("Ccy") or "").strip()


def _amounts(element: etree._Element) -> list[etree._Element]:
    places = (
        "{*}Amt",
        *(f"{{*}}AmtDtls/{{*}}{name}/{{*}}Amt" for name in ("TxAmt", "CntrValAmt", "InstdAmt")),
    )
    return [found for place in places if (found := element.find(place)) is not None]


def _lines_of_status_report(content: bytes) -> int:
    tree = _tree(content)
    listed = sum(1 for _ in tree.iter("{*}TxInfAndSts"))
    payments = [one for one in tree.iter("{*}OrgnlPmtInfAndSts") if one.find("{*}TxInfAndSts") is None]
    alone = sum(1 for one in payments if (one.findtext("{*}PmtInfSts") or "").strip())
    return listed + alone or 1


def _rows_of_csv(content: bytes) -> list[dict[str, str]] | None:
    text = content.decode("utf-8-sig")
    if not text.startswith("bank_ref"):
        return None
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=text[len("bank_ref")])
    return _by_heading(list(rows))


def _rows_of_workbook(content: bytes) -> list[dict[str, str]] | None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            sheet = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        except (KeyError, etree.XMLSyntaxError):
            return None
    rows: dict[int, list[str]] = {}
    row = 0
    for above in sheet.iter("{*}row"):
        row, column = int(above.get("r", row + 1)), -1
        for cell in above.iter("{*}c"):
            place = re.fullmatch("([A-Z])([0-9]+)", cell.get("r", ""))
            at, column = (int(place[2]), ord(place[1]) - ord("A")) if place else (row, column + 1)
            cells = rows.setdefault(at, [""] * len(_HEADER.split(",")))
            if column < len(cells):
                texts = cell.iter("{*}t", "{*}v")
                cells[column] = "".join("".join(map(str, text.itertext())) for text in texts)
                if cell.find("{*}v") is not None:  # a number: zeros behind its point say nothing
                    cells[column] = re.sub(r"\.0+$", "", cells[column])
    return _by_heading([rows[at] for at in sorted(rows)])


def _by_heading(rows: list[list[str]]) -> list[dict[str, str]] | None:
    heading, *below = rows or [[]]
    if heading != _HEADER.split(","):
        return None
    return [dict(zip(heading, row, strict=False)) for row in below if any(cell.strip() for cell in row)]


def _added_rows(rows: list[dict[str, str]]) -> Counted:
    """Add up rows: digits alone, one or two zeros behind a last mark aside."""
    status = [re.sub(r"[\W_]", "", row["status"]).lower().replace("đ", "d") for row in rows]
    movements = (
        (row["currency"].strip().upper() or "VND", _digits(row["amount"]), word == "returned")
        for row, word in zip(rows, status, strict=True)
        if word in {"settled", "returned"}
    )
    return len(rows), _added(movements)[1]


def _digits(text: str) -> Decimal:
    shown = re.sub(r"[^0-9.,]", "", text)
    return Decimal(re.sub(r"[.,]", "", re.sub(r"[.,]0{1,2}$", "", shown)) or "-1")
