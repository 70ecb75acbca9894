"""Writes a cycle as files: payout lists and settlement files in the service's own layout, and the truth."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from benchmarks.quality.book import Cycle

LIST = (
    "line_ref", "citizen_id", "full_name", "area_code", "amount", "period", "channel", "bank_code",
    "account_no", "account_name",
)  # fmt: skip
SETTLEMENT = (
    "bank_code", "branch", "bank_ref", "end_to_end_id", "account_no", "account_name", "citizen_id",
    "amount", "currency", "booked_on", "status", "reason_code", "reason_text", "fee", "original_ref",
    "remittance_info",
)  # fmt: skip
# What a list and a result file in CSV cannot say: balances and dates of files, entries that move
# nothing, senders that nobody knows, old identity cards, vouchers and reports of payers of cash.
BEYOND = frozenset({
    "twice_in_one_statement", "undated_but_in_an_old_file", "word_dated_by_its_file",
    "informational_entry", "funding", "sender_unknown", "returned_by_nobody_knows_which_bank", "old_cmnd",
    "mixed_defects", "cash_with_a_voucher", "cash_line_with_voucher_and_bank_evidence", "cash_collected",
    "cash_collected_by_a_person", "cash_collected_short", "cash_not_collected",
})  # fmt: skip


@dataclass(frozen=True)
class List:
    """One payout list on disk."""

    path: Path
    programme: str
    cycle: str
    deadline: str


def write(cycle: Cycle, folder: Path) -> tuple[list[List], dict[Path, str]]:
    """Write list-*.csv, one file a settlement file, and truth.csv.

    Returns:
        the lists, the older cycles first, and the sending bank of each settlement file
    """
    folder.mkdir(parents=True, exist_ok=True)
    owed = cycle.expected.to_pandas().assign(area_code="00004")
    lists = []
    for (month, programme), lines in owed.groupby(["cycle", "programme"]):
        path = folder / f"list-{programme}-{month}.csv"
        _write(path, LIST, lines.assign(period=month))
        lists.append(List(path, programme, month, str(lines["deadline"].iloc[0])))
    banks = {}
    for name, lines in cycle.reported.to_pandas().groupby("file"):
        path = folder / f"{Path(str(name)).stem}.csv"
        _write(path, SETTLEMENT, lines.sort_values("line"))
        banks[path] = lines["sender"].iloc[0]
    truth = cycle.truth.to_pandas()
    _write(folder / "truth.csv", tuple(truth), truth)
    return lists, banks


def _write(path: Path, columns: tuple[str, ...], lines: pd.DataFrame) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(columns)
        rows.writerows(_cells(row) for row in lines[list(columns)].itertuples(index=False))


def _cells(row: Iterable[object]) -> list[str]:
    return ["" if pd.isna(cell) else f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row]
