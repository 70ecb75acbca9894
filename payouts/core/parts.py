"""Opens a CSV or XLSX file as the tables that it may hold."""

from pathlib import Path

from payouts.core.csvfile import open_csv
from payouts.core.problems import Problem
from payouts.core.recoded import RecodedPart, is_unicode
from payouts.core.tabular import BrokenTableError, Part
from payouts.core.vietnamese import FONTS

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(path: Path) -> str:
    """Say by its first bytes whether a file is a workbook ("xlsx") or else text ("csv").

    Raises:
        BrokenTableError: `old_excel`, it is an XLS
    """
    with path.open("rb") as file:
        head = file.read(len(_OLD_EXCEL))
    if head == _OLD_EXCEL:
        raise BrokenTableError(Problem("old_excel"))
    return "xlsx" if head.startswith(_ZIP) else "csv"


def open_parts(path: Path, kind: str, encoding: str = "utf-8") -> list[Part]:
    """Open a file as the tables that it may hold.

    Args:
        path: the file
        kind: "csv" or "xlsx"
        encoding: one that core.vietnamese.encoding_named gives. It is what the text is in where it is not in
            UTF-8: a CSV that is UTF-8 throughout is read as that, and so is a workbook with Unicode letters

    Raises:
        BrokenTableError: it is no such file, or damaged
    """
    if kind == "xlsx":
        from payouts.core.workbook import open_workbook  # noqa: PLC0415  # a CSV needs no reader of workbooks

        sheets: list[Part] = list(open_workbook(path))
        if encoding in FONTS:
            return [part if is_unicode(part) else RecodedPart(part, encoding) for part in sheets]
        return sheets
    return list(open_csv(path, encoding))
