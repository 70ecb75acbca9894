"""Opens an XML message without trusting it: no DTD, no entities, no network, and errors as problems."""

import codecs
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from payouts.core.problems import Problem
from payouts.settlements.formats.base import FileReport

HEAD = 64 * 1024  # bytes that a format is recognised by
_TAIL = 512

# Encodings in which a message may come; in others a DTD could hide from the look at the prolog.
_ENCODINGS = frozenset(
    {"utf-8", "utf-16", "utf-16-le", "utf-16-be", "ascii", "iso8859-1", "cp1252", "cp1258"}
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
_DECLARED = re.compile(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_PROLOG = re.compile(r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*", re.DOTALL)
_ROOT = re.compile(r"<[^\W\d][\w.:-]*[\s/>]")
_MESSAGE = re.compile(r"<(?:[\w.-]+:)?([A-Z][A-Za-z]{5,40})[\s/>]")

# The element below Document that says what a message is (ISO 20022 message definitions).
MESSAGES = {
    "BkToCstmrStmt": "camt.053",
    "BkToCstmrDbtCdtNtfctn": "camt.054",
    "BkToCstmrAcctRpt": "camt.052",
    "CstmrPmtStsRpt": "pain.002",
    "CstmrCdtTrfInitn": "pain.001",
    "CstmrDrctDbtInitn": "pain.008",
    "CstmrPmtRvsl": "pain.007",
    "FIToFICstmrCdtTrf": "pacs.008",
    "FIToFIPmtStsRpt": "pacs.002",
    "PmtRtr": "pacs.004",
    "CstmrPmtCxlReq": "camt.055",
    "RsltnOfInvstgtn": "camt.029",
}


class Joined(str):
    """A slot whose texts, if there are several, are kept with a blank between."""

    __slots__ = ()


class Money(str):
    """A slot for an amount; its currency goes into the slot named the same with `.Ccy` behind."""

    __slots__ = ()


class Charge(str):
    """A slot for charges: amount and currency of each, with a blank between."""

    __slots__ = ()


class Text(dict[str, Any]):
    """An element that holds a text in one version of a message and elements in another."""

    __slots__ = ("own",)
    own: str


def decoded_head(head: bytes) -> str | None:
    """Decode the first bytes of an XML file by its mark or declaration; None where it is no such text."""
    encoding = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if encoding is None:
        declared = _DECLARED.match(head)
        encoding = declared[1].decode("ascii") if declared else "utf-8"
    try:
        if codecs.lookup(encoding).name.removesuffix("-sig") not in _ENCODINGS:
            return None
        return codecs.getincrementaldecoder(encoding)("replace").decode(head)
    except LookupError:
        return None


def looks_like_xml(head: bytes) -> bool:
    """Say whether a file starts as XML does, in any encoding that is read here."""
    for mark, _ in _MARKS[:3]:
        head = head.removeprefix(mark)
    return head.replace(b"\0", b"").lstrip()[:1] == b"<"


def message_name(head: bytes) -> str | None:
    """Tell which ISO 20022 message the first bytes are, e.g. `camt.053`; None where they are none known."""
    text = decoded_head(head) if looks_like_xml(head) else None
    if text is None:
        return None
    for found in _MESSAGE.finditer(text):
        if found[1] in MESSAGES:
            return MESSAGES[found[1]]
    return None


def prolog_problem(head: bytes) -> Problem | None:
    """Look at what stands before the root element: a DTD or an odd encoding is refused before parsing."""
    text = decoded_head(head)
    if text is None:
        return Problem("wrong_encoding")
    prolog = _PROLOG.match(text)
    rest = text[prolog.end() :] if prolog else text
    if rest.startswith("<!DOCTYPE"):
        return Problem("dtd_refused")
    return (
        None if _ROOT.match(rest) else Problem("xml_broken", values={"at": "1", "cause": "no root element"})
    )


def elements(path: Path, names: tuple[str, ...], report: FileReport) -> Iterator[etree._Element]:
    """Yield each element of the given local names at its end, in file order; a broken file ends it.

    Comments and processing instructions are dropped, so that a text is never cut in two by them. Depth and
    sizes of single texts stay under the parser's own limits (huge_tree is off).
    """
    with path.open("rb") as stream:
        refused = prolog_problem(stream.read(HEAD))
        if refused is not None:
            report.add(refused)
            return
        stream.seek(0)
        try:
            yield from (element for _, element in _parse(stream, names))
        except etree.XMLSyntaxError as error:
            report.add(_syntax_problem(error, path))
        except (LookupError, UnicodeError):
            report.add(Problem("wrong_encoding"))


def _parse(stream: BinaryIO, names: tuple[str, ...]) -> Iterator[tuple[str, etree._Element]]:
    events: Iterator[tuple[str, etree._Element]] = etree.iterparse(
        stream,
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        remove_comments=True,
        remove_pis=True,
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
    )
    return events


def _syntax_problem(error: etree.XMLSyntaxError, path: Path) -> Problem:
    codes, code = etree.ErrorTypes, int(getattr(error, "code", 0) or 0)
    if code in {codes.ERR_INVALID_CHAR, codes.ERR_INVALID_ENCODING, codes.ERR_UNKNOWN_ENCODING}:
        return Problem("wrong_encoding")
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _TAIL))
        tail = stream.read().replace(b"\0", b"").rstrip()
    unfinished = code in {codes.ERR_TAG_NOT_FINISHED, codes.ERR_DOCUMENT_END}
    if unfinished or not tail.endswith(b">"):
        return Problem("file_truncated")
    line = error.lineno or 1
    return Problem(
        "xml_broken", values={"at": str(line), "cause": (error.msg or "").split(", line ")[0][:200]}
    )


def local_name(tag: str) -> str:
    """Drop the namespace of a tag."""
    return tag.rpartition("}")[2]


def slots(paths: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """Make paths (`Refs/EndToEndId` -> slot) the nested table that `collect` follows.

    Args:
        paths: local names joined by `/`, and the slot that the text goes to; a slot of class Joined, Money
            or Charge is kept as that class says; several paths may share a slot, the first text found stays
        prefix: the namespace in braces, or nothing
    """
    table: dict[str, Any] = {}
    for path, slot in paths.items():
        *above, last = (prefix + name for name in path.split("/"))
        inner = table
        for name in above:
            step = inner.get(name)
            if isinstance(step, str):
                text = Text()
                text.own = step
                step = inner[name] = text
            inner = inner.setdefault(name, {}) if step is None else step
        if isinstance(inner.get(last), dict):
            text = Text(inner[last])
            text.own = slot
            inner[last] = text
        else:
            inner[last] = slot
    return table


def collect(element: etree._Element, table: Mapping[str, Any], found: dict[str, str]) -> None:
    """Walk below an element along a table of slots and put the texts into `found`; pass others by."""
    for child in element:
        step = table.get(child.tag)
        if step is None:
            continue
        kind = step.__class__
        if kind is dict:
            collect(child, step, found)
        elif kind is str:
            text = child.text
            if text and step not in found:
                text = text.strip()
                if text:
                    found[step] = text
        elif kind is Text:
            collect(child, step, found)
            text = child.text
            if text and text.strip():
                found.setdefault(step.own, text.strip())
        else:
            _keep(child, step, kind, found)


def _keep(child: etree._Element, slot: str, kind: type, found: dict[str, str]) -> None:
    """Keep a text in a slot of a class of its own."""
    text = (child.text or "").strip()
    if kind is Joined:
        if text:
            found[slot] = f"{found[slot]} {text}" if slot in found else text
        return
    if len(child):  # an element inside would cut the number in two
        text = f"{text}<"
    currency = (child.get("Ccy") or "").strip()
    if kind is Charge:
        charge = f"{currency}:{text}"
        found[slot] = f"{found[slot]} {charge}" if slot in found else charge
    elif slot not in found:
        found[slot] = text
        found[slot + ".Ccy"] = currency
