"""Settlement lines from upload to stored verdicts through the database, beside pandas' own way to do it.

    python benchmarks/database_speed.py --lines 300000

Both work on a new SQLite file, and in both the payout list stands in it before the clock starts.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import make_data
from measuring import alternate, report

HERE = Path(__file__).parent


def main() -> None:
    """Measure both in turn at the size that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--mix", choices=make_data.MIXES, default="real")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    data = str(make_data.at(asked.lines, asked.mix))
    with tempfile.TemporaryDirectory() as work:
        runs = alternate(
            {
                "chitra": [sys.executable, str(HERE / "through_chitra.py"), data, work],
                "naive pandas": [sys.executable, str(HERE / "through_pandas.py"), data, work],
            },
            asked.rounds,
            inner=Path(work) / "seconds",
        )
    print(f"\n{asked.lines:,} payout lines, mix {asked.mix}, SQLite, {asked.rounds} rounds in turn")
    print(
        "seconds from upload to stored verdicts; processor and memory are of the whole process, list included"
    )
    report(runs, "naive pandas", "chitra")


if __name__ == "__main__":
    main()
