"""Opens an XML message without trusting it: no DTD, no entities, no network, and errors as problems."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

from payouts.core.problems import Problem
from payouts.settlements.formats.base import FileReport

HEAD = 64 * 1024  # bytes that a format is recognised by
LARGEST_ELEMENT = (
    4 << 20
)  # bytes that may stand between two elements that are freed; a tree takes many times as much
FREED = ("TxDtls", "Ntry", "Stmt", "Ntfctn", "TxInfAndSts", "OrgnlPmtInfAndSts")
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

    Who reads them must `forget` those of FREED: nothing else is freed, and only so much may stand between two
    of them that the tree does not fill the memory.

    Comments and processing instructions are dropped, so that a text is never cut in two by them. Depth and
    sizes of single texts stay under the parser's own limits (huge_tree is off).
    """
    with path.open("rb") as stream:
        refused = prolog_problem(stream.read(HEAD))
        if refused is not None:
            report.add(refused)
            return
        stream.seek(0)
        watched = _Watched(stream)
        etree.clear_error_log()  # it is kept from file to file
        try:
            for _, element in _parse(watched, names):
                if element.tag.endswith(FREED):
                    watched.unread = 0
                yield element
        except _TooLargeError:
            report.add(Problem("element_too_large", values={"most": str(LARGEST_ELEMENT >> 20)}))
        except etree.XMLSyntaxError as error:
            report.add(_syntax_problem(error, path))
        except (LookupError, UnicodeError):
            report.add(Problem("wrong_encoding"))


class _TooLargeError(Exception):
    """So much stands between two elements that are freed that the tree would fill the memory."""


class _Watched:
    """A stream that stops when too much of it was parsed without an element that is freed."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.unread = 0

    def read(self, size: int) -> bytes:
        """Hand the next bytes to the parser."""
        data = self.stream.read(size)
        self.unread += len(data)
        if self.unread > LARGEST_ELEMENT:
            raise _TooLargeError
        return data


def _parse(stream: _Watched, names: tuple[str, ...]) -> Iterator[tuple[str, etree._Element]]:
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


_CODES = etree.ErrorTypes
# What the parser says -> the problem that it is.
_PROBLEMS = {
    _CODES.ERR_INVALID_CHAR: "xml_character",
    _CODES.ERR_INVALID_ENCODING: "wrong_encoding",
    _CODES.ERR_UNKNOWN_ENCODING: "wrong_encoding",
    _CODES.ERR_NAME_TOO_LONG: "xml_text_too_long",
    _CODES.ERR_RESOURCE_LIMIT: "xml_text_too_long",
    _CODES.ERR_UNDECLARED_ENTITY: "xml_entity",
}
_UNFINISHED = frozenset({_CODES.ERR_TAG_NOT_FINISHED, _CODES.ERR_DOCUMENT_END})
_ENTITY = re.compile(r"Entity '([^']{1,50})'")


def _syntax_problem(error: etree.XMLSyntaxError, path: Path) -> Problem:
    code, said, line = int(getattr(error, "code", 0) or 0), error.msg or "", error.lineno or 1
    entries: list[Any] = list(error.error_log)  # type: ignore[call-overload]  # lxml's types do not know it
    undefined = next((one for one in entries if one.type == _CODES.ERR_UNDECLARED_ENTITY), None)
    if undefined is not None:
        code, said, line = undefined.type, undefined.message, undefined.line
    if code in _PROBLEMS:
        name = "xml_too_deep" if "depth" in said else _PROBLEMS[code]
        entity = _ENTITY.search(said)
        return Problem(name, values={"at": str(line), "value": entity[1] if entity else ""})
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _TAIL))
        tail = stream.read().replace(b"\0", b"").rstrip()
    if code in _UNFINISHED or not tail.endswith(b">"):
        return Problem("file_truncated")
    return Problem("xml_broken", values={"at": str(line), "cause": said.split(", line ")[0][:200]})


def namespace_of(element: etree._Element) -> str:
    """Give the namespace of an element; lxml's own QName breaks at one with a brace in it."""
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def local_name(element: etree._Element) -> str:
    """Give the name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def forget(element: etree._Element) -> None:
    """Free an element that was read, and whatever stands before it under the same parent."""
    parent = element.getparent()
    if parent is not None:
        while element.getprevious() is not None:
            del parent[0]
    element.clear()
