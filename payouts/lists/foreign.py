"""Knows a bank's settlement file that somebody sends as a payout list."""

import re
from collections.abc import Sequence
from pathlib import Path

from payouts.core.problems import Problem
from payouts.core.tabular import MOST_BANNER_ROWS, Part
from payouts.core.words import folded

_HEAD_BYTES = 4_096
# How the files of the standards begin.
_STANDARDS = (
    ("camt / pain", re.compile(rb"<(?:[A-Za-z0-9_]+:)?Document[\s>]|urn:iso:std:iso:20022")),
    ("MT940", re.compile(rb"(?:^|[\r\n}])(?:\{4:)?\s*:20:[^\r\n]*[\r\n]+:(?:21|25)")),
)
# Headings that tables of banks have and payout lists have not.
_HEADINGS = frozenset(
    folded(heading)
    for heading in (
        *(
            "bank_ref",
            "end_to_end_id",
            "booked_on",
            "status",
            "reason_code",
            "original_ref",
            "remittance_info",
        ),
        *("Trạng thái", "Trạng thái giao dịch", "Trạng thái hạch toán", "Tham chiếu", "Số tham chiếu"),
        *("Mã giao dịch", "Số bút toán", "Bút toán", "Mã giao dịch/Số bút toán/FT", "Ngày giao dịch"),
        *("Ngày hạch toán", "Ngày hiệu lực", "Ghi nợ", "Ghi có", "Phát sinh nợ", "Phát sinh có", "Số dư"),
        *("Chi tiết thanh toán", "Diễn giải", "Mã lỗi", "Mô tả lỗi", "Số chứng từ/Mã GD"),
    )
)
_ENOUGH = 2  # of them in one row; a list may have one


def standard_problem(path: Path) -> Problem | None:
    """Say that a file is one of the standards of banks, by its first bytes; None where it is not."""
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    name = next((name for name, begins in _STANDARDS if begins.search(head)), None)
    return Problem("settlement_as_list", values={"value": name}) if name else None


def settlement_problem(parts: Sequence[Part]) -> Problem | None:
    """Say that a table is a bank's, by the headings that it has; None where it is not known."""
    for part in parts:
        for row, cells in enumerate(part.preview()[: MOST_BANNER_ROWS + 1], start=1):
            if found := heading_problem(row, cells):
                return found
    return None


def heading_problem(row: int, cells: Sequence[str]) -> Problem | None:
    """Say that a heading is a bank's, also where it has all that a list must have; None where it is not."""
    known = [" ".join(cell.split()) for cell in cells if _folded(cell) & _HEADINGS]
    if len(known) < _ENOUGH:
        return None
    return Problem("settlement_as_list", row, None, {"value": ", ".join(known[:3])[:80]})


def _folded(cell: str) -> set[str]:
    return {folded(cell), folded(cell.split("(", maxsplit=1)[0])}
