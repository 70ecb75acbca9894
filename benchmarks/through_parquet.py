"""One judgement from Parquet to Parquet, as a process of its own to be measured.

python benchmarks/through_parquet.py FOLDER OUT [ENGINE]
"""

import datetime as dt
import shutil
import sys

from reconciliation.parquet import reconcile_parquet


def main() -> None:
    """Judge the cycle of a folder and write what comes of it into another, made anew."""
    folder, out, *engine = sys.argv[1:]
    shutil.rmtree(out, ignore_errors=True)
    reconcile_parquet(
        f"{folder}/expected.parquet",
        f"{folder}/reported.parquet",
        out,
        as_of=dt.date(2026, 11, 25),
        engine=engine[0] if engine else "duckdb",
    )


if __name__ == "__main__":
    main()
