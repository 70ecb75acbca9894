"""Opens a CSV or XLSX file as the tables that it may hold."""

from pathlib import Path

from payouts.core.csvfile import open_csv
from payouts.core.tabular import Part


def open_parts(path: Path, kind: str, encoding: str = "utf-8") -> list[Part]:
    """Open a file as the tables that it may hold.

    Args:
        path: the file
        kind: "csv" or "xlsx"
        encoding: of a CSV

    Raises:
        BrokenTableError: it is no such file, or damaged
    """
    if kind == "xlsx":
        from payouts.core.workbook import open_workbook  # noqa: PLC0415  # a CSV needs no reader of workbooks

        return list(open_workbook(path))
    return list(open_csv(path, encoding))
