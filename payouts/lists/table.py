"""The columns of a payout list once it is read, and what is known of the list besides."""

from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from payouts.core.findings import Findings
from payouts.lists.parts import PARTS

LIST_LINES = pa.schema(
    [
        ("row", pa.int64()),  # as a spreadsheet shows it; those of a further sheet go on from the one before
        ("line_ref", pa.string()),
        ("citizen_id", pa.string()),
        ("full_name", pa.string()),
        ("date_of_birth", pa.date32()),
        ("category_code", pa.string()),
        ("area_code", pa.string()),  # the ward of today; null where a person must choose
        ("hamlet", pa.string()),  # as lists.hamlets writes it; null where none is told
        ("amount", pa.int64()),
        *((name, pa.int64()) for name in PARTS),  # null where the list gives no such part
        ("carried_from", pa.string()),  # line_ref of the earlier line; null where none is named
        ("period", pa.string()),  # 2026-11
        ("channel", pa.string()),  # account, wallet, cash, home
        ("bank_code", pa.string()),
        ("account_no", pa.string()),
        ("account_name", pa.string()),
        ("payee_name", pa.string()),
        ("payee_citizen_id", pa.string()),
        ("note", pa.string()),
        ("other_ids", pa.string()),  # an earlier identity number of the person (CMND)
    ]
)


@dataclass(slots=True)
class ListReport(Findings):
    """What is known of a payout list; final once its batches are read to the end.

    Attributes:
        format: csv or xlsx
        lines: all lines, those in error too
        good_lines: lines that were yielded
        amount: what the good lines add up to, in the currency's smallest unit
        parts: the same by part of the amount, those that the list gives
        sheets: of a list over several sheets: `name`, and `after`, the row number after which its rows begin
    """

    format: str | None = None
    lines: int = 0
    good_lines: int = 0
    amount: int = 0
    parts: dict[str, int] = field(default_factory=dict)
    sheets: list[dict[str, Any]] = field(default_factory=list)
