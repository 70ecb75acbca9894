"""Finds the rows of a sheet that a spreadsheet hides, by hand or by a filter: they are read, and told."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from lxml import etree

from payouts.core.problems import Problem
from payouts.core.tabular import Part
from payouts.core.workbook import SheetPart

_ROW = re.compile(rb"<(?:[A-Za-z]+:)?row\s[^>]*>")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*["'](?:1|true)["']""")
_NUMBER = re.compile(rb"""\sr\s*=\s*["']([0-9]{1,7})["']""")
_PIECE = 1 << 20
_OVERLAP = 2_048  # bytes of a piece that the next one sees again, so that no tag of a row is cut in two
_FEW = 8  # rows that a message names
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def hidden_rows(part: Part) -> Iterator[Problem]:
    """Tell the hidden rows of a sheet; a sheet that hides nothing costs nothing."""
    if not isinstance(part, SheetPart) or not part.hiding:
        return
    with zipfile.ZipFile(part.path) as archive:
        entry = _entry_of(archive, part.name)
        if entry not in part.hiding:
            return
        rows = sorted(_rows(archive, entry))
    if rows:
        named = ", ".join(map(str, rows[:_FEW])) + (", …" if len(rows) > _FEW else "")
        yield Problem("rows_hidden", None, None, {"value": part.name, "count": str(len(rows)), "rows": named})


def _rows(archive: zipfile.ZipFile, entry: str) -> set[int]:
    found, kept = set(), b""
    with archive.open(entry) as stream:
        while fresh := stream.read(_PIECE):
            piece = kept + fresh
            for tag in _ROW.findall(piece):
                number = _NUMBER.search(tag)
                if number is not None and _HIDDEN.search(tag):
                    found.add(int(number[1]))
            kept = piece[-_OVERLAP:]
    return found


def _entry_of(archive: zipfile.ZipFile, name: str) -> str:
    """Find the entry that holds a sheet; empty where the workbook does not say."""
    book, relations = (_tree(archive, entry) for entry in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
    if book is None or relations is None:
        return ""
    wanted = next((each.get(_RELATION) for each in book.iter("{*}sheet") if each.get("name") == name), None)
    target = next(
        (each.get("Target") for each in relations.iter("{*}Relationship") if each.get("Id") == wanted), ""
    )
    return str(PurePosixPath("xl") / (target or "")).removeprefix("/")


def _tree(archive: zipfile.ZipFile, entry: str) -> etree._Element | None:
    """Parse a small entry, without what an XML parser may be talked into."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(archive.read(entry), parser)
    except (KeyError, etree.XMLSyntaxError):
        return None
