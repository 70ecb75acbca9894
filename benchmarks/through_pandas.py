"""The same in pandas' own way: to_sql, read_sql, merge on the reference, to_sql; nothing is checked.

    python benchmarks/through_pandas.py DATA WORK

Leaves in WORK/seconds what it took from the file to the stored verdicts; the payout list is there before.
"""

import sqlite3
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd


def main() -> None:
    """Keep the list, then measure the way of the settlement file."""
    data, work = Path(sys.argv[1]), Path(sys.argv[2])
    with tempfile.TemporaryDirectory(dir=work) as folder:
        connection = sqlite3.connect(Path(folder) / "naive.sqlite3")
        _read(data / "list.csv").to_sql("payout_line", connection, index=False)
        start = time.perf_counter()
        _read(data / "settlement.csv").to_sql("settlement_line", connection, index=False)
        owed = pd.read_sql("SELECT * FROM payout_line", connection)
        told = pd.read_sql("SELECT * FROM settlement_line", connection)
        _judged(owed, told).to_sql("verdict", connection, index=False)
        connection.close()
        (work / "seconds").write_text(str(time.perf_counter() - start))


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _judged(owed: pd.DataFrame, told: pd.DataFrame) -> pd.DataFrame:
    both = owed.merge(told, how="left", left_on="line_ref", right_on="end_to_end_id", suffixes=("", "_told"))
    both["settled"] = pd.to_numeric(both["amount_told"]).where(both["status"] == "settled", 0)
    both["verdict"] = "amount_differs"
    both.loc[both["settled"] == pd.to_numeric(both["amount"]), "verdict"] = "paid"
    both.loc[both["status"] == "rejected", "verdict"] = "failed"
    both.loc[both["status"].isna(), "verdict"] = "missing"
    return both[["line_ref", "verdict", "amount", "settled", "reason_code", "bank_ref"]]


if __name__ == "__main__":
    main()
