"""The judgement from Parquet to Parquet beside DuckDB scripts that only join and classify the same files.

python benchmarks/parquet_speed.py --lines 1000000 --lines 3000000 --lines 10000000 --rounds 1
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

import duckdb
import make_parquet
from measuring import Measured, alternate, report

HERE = Path(__file__).parent
MIXES = ("real", "hard")


def main() -> None:
    """Measure each mix at each size that was asked for, then say how sizes and mixes compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, action="append", help="1000000 where none is given; repeated")
    parser.add_argument("--mix", choices=MIXES, action="append", help="both where none is given")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--engine", default="duckdb", help="spark=local[2] to see what Spark takes")
    asked = parser.parse_args()
    took: dict[tuple[str, int], float] = {}
    for mix in asked.mix or MIXES:
        for lines in asked.lines or [1_000_000]:
            runs = compare(lines, mix, asked.rounds, asked.engine)
            took[mix, lines] = statistics.median(each.seconds for each in runs)
    for (mix, lines), seconds in took.items():
        first = next(size for kind, size in took if kind == mix)
        if lines != first:
            print(f"{mix}: {lines:,} lines take {seconds / took[mix, first]:.1f} times as long as {first:,}")
        if mix == "hard" and ("real", lines) in took:
            print(f"{lines:,} lines: hard takes {seconds / took['real', lines]:.2f} times as long as real")


def compare(lines: int, mix: str, rounds: int, engine: str) -> list[Measured]:
    """Run both in turn on one cycle; print what they took, and how much of the truth was told."""
    data = str(make_parquet.at(lines, mix))
    with tempfile.TemporaryDirectory() as folder:
        bare, usual, ours = (str(Path(folder) / name) for name in ("bare.parquet", "usual", "ours"))
        commands = {
            "judgement": [sys.executable, str(HERE / "through_parquet.py"), data, ours, engine],
            "bare DuckDB script": [sys.executable, str(HERE / "bare_parquet.py"), data, bare],
            "usual DuckDB script": [sys.executable, str(HERE / "usual_parquet.py"), data, usual],
        }
        runs = alternate(commands, rounds)
        print(f"\n{lines:,} payout lines, mix {mix}, engine {engine}, {rounds} rounds in turn")
        report(runs, *commands)
        [(share,)] = duckdb.sql(f"""
            SELECT avg(CASE WHEN t.verdict = v.verdict THEN 1 ELSE 0 END) FROM '{data}/truth.parquet' t
            LEFT JOIN read_parquet('{ours}/verdicts/**/*.parquet') v USING (line_ref)""").fetchall()  # noqa: S608  # our own paths
    print(f"verdicts as they truly are: {share:.4%}")
    return runs["judgement"]


if __name__ == "__main__":
    main()
