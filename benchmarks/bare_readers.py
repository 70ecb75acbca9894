"""The plain reading of a statement with a library, nothing checked: what `format_speed.py` measures against.

    python benchmarks/bare_readers.py iterparse FILE SECONDS

SECONDS is the file that takes how long the reading took, imports left out.
"""

# ruff: noqa: PLC0415  # a reader that is measured imports its own library only

import sys
import time
from decimal import Decimal
from pathlib import Path


def iterparse(path: Path) -> int:
    """Loop over the details of a camt.053, touching the fields that are read, and forget each."""
    from lxml import etree

    space = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"
    fields = [
        "/".join(space + name for name in steps.split("/"))
        for steps in (
            "Refs/AcctSvcrRef", "Refs/EndToEndId", "Amt", "CdtDbtInd", "RltdPties/Cdtr/Pty/Nm",
            "RltdPties/CdtrAcct/Id/Othr/Id", "RltdAgts/CdtrAgt/FinInstnId/BICFI", "RmtInf/Ustrd",
        )
    ]  # fmt: skip
    lines, moved = 0, Decimal(0)
    for _, detail in etree.iterparse(str(path), tag=f"{space}TxDtls"):
        reference, order, amount, direction, name, account, bank, text = map(detail.findtext, fields)
        moved += Decimal(amount)
        lines += bool(reference and order and direction and name and account and bank and text)
        detail.clear()
        while detail.getprevious() is not None:
            del detail.getparent()[0]
    return lines


def iterparse_lean(path: Path) -> int:
    """The same by hand, as sparing as Python allows: take every text of a detail, look nothing up."""
    from lxml import etree

    lines, moved, space = 0, Decimal(0), "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"
    for _, detail in etree.iterparse(str(path), tag=f"{space}TxDtls"):
        texts = {node.tag: node.text for node in detail.iter()}
        moved += Decimal(texts[f"{space}Amt"])
        lines += 1
        detail.clear()
        while detail.getprevious() is not None:
            del detail.getparent()[0]
    return lines


def mt_940(path: Path) -> int:
    """Read a MT940 by the package mt-940."""
    import mt940

    return sum(1 for _ in mt940.parse(str(path)))


def openpyxl(path: Path) -> int:
    """Read a workbook by openpyxl, without its styles."""
    from openpyxl import load_workbook

    sheet = load_workbook(path, read_only=True, data_only=True).active
    return sum(1 for _ in sheet.iter_rows(min_row=2, values_only=True))


def chitra(path: Path) -> int:
    """Read a settlement file by the service's own reader, to the last control."""
    from payouts.settlements.reading import open_settlement

    reading = open_settlement(path)
    lines = sum(batch.num_rows for batch in reading.batches())
    if reading.report.outcome != "accepted":
        sys.exit(f"{path}: {reading.report.outcome}")
    return lines


READERS = {
    "iterparse": iterparse,
    "iterparse-lean": iterparse_lean,
    "mt-940": mt_940,
    "openpyxl": openpyxl,
    "chitra": chitra,
}

if __name__ == "__main__":
    READ = READERS[sys.argv[1]]
    START = time.perf_counter()
    print(READ(Path(sys.argv[2])), "lines")
    Path(sys.argv[3]).write_text(f"{time.perf_counter() - START}")
