"""The plain reading of a statement with a library, nothing checked: what `format_speed.py` measures against.

    python benchmarks/bare_readers.py iterparse FILE SECONDS

SECONDS is the file that takes how long the reading took, imports left out.
"""

# ruff: noqa: PLC0415  # a reader that is measured imports its own library only

import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

Read = Callable[[Path], int]
SPACE = "{urn:iso:std:iso:20022:tech:xsd:camt.053.001.08}"


def iterparse() -> Read:
    """Loop over the details of a camt.053, look up the fields that are read, and forget each."""
    from lxml import etree

    fields = [
        "/".join(SPACE + name for name in steps.split("/"))
        for steps in (
            "Refs/AcctSvcrRef", "Refs/EndToEndId", "Amt", "CdtDbtInd", "RltdPties/Cdtr/Pty/Nm",
            "RltdPties/CdtrAcct/Id/Othr/Id", "RltdAgts/CdtrAgt/FinInstnId/BICFI", "RmtInf/Ustrd",
        )
    ]  # fmt: skip

    def read(path: Path) -> int:
        lines, moved = 0, Decimal(0)
        for _, detail in etree.iterparse(str(path), tag=f"{SPACE}TxDtls"):
            reference, order, amount, direction, name, account, bank, text = map(detail.findtext, fields)
            moved += Decimal(amount)
            lines += bool(reference and order and direction and name and account and bank and text)
            detail.clear()
            while detail.getprevious() is not None:
                del detail.getparent()[0]
        return lines

    return read


def iterparse_lean() -> Read:
    """The same as sparing as Python allows: take every text of a detail, look nothing up."""
    from lxml import etree

    def read(path: Path) -> int:
        lines, moved = 0, Decimal(0)
        for _, detail in etree.iterparse(str(path), tag=f"{SPACE}TxDtls"):
            texts = {node.tag: node.text for node in detail.iter()}
            moved += Decimal(texts[f"{SPACE}Amt"])
            lines += 1
            detail.clear()
            while detail.getprevious() is not None:
                del detail.getparent()[0]
        return lines

    return read


def mt_940() -> Read:
    """Read a MT940 by the package mt-940."""
    import mt940

    return lambda path: sum(1 for _ in mt940.parse(str(path)))


def openpyxl() -> Read:
    """Read a workbook by openpyxl, without its styles."""
    from openpyxl import load_workbook

    def read(path: Path) -> int:
        sheet = load_workbook(path, read_only=True, data_only=True).active
        return sum(1 for _ in sheet.iter_rows(min_row=2, values_only=True))

    return read


def chitra() -> Read:
    """Read a settlement file by the service's own reader, to the last control."""
    import payouts.core.workbook  # noqa: F401  # which a workbook would import when it is opened
    from payouts.settlements.reading import open_settlement

    def read(path: Path) -> int:
        reading = open_settlement(path)
        lines = sum(batch.num_rows for batch in reading.batches())
        if reading.report.outcome != "accepted":
            sys.exit(f"{path}: {reading.report.outcome}")
        return lines

    return read


READERS = {
    "iterparse": iterparse,
    "iterparse-lean": iterparse_lean,
    "mt-940": mt_940,
    "openpyxl": openpyxl,
    "chitra": chitra,
}

if __name__ == "__main__":
    READ = READERS[sys.argv[1]]()
    START = time.perf_counter()
    print(READ(Path(sys.argv[2])), "lines")
    Path(sys.argv[3]).write_text(f"{time.perf_counter() - START}")
