"""`chitra match` as a whole process beside two DuckDB scripts that only join the same two files.

python benchmarks/match_speed.py --lines 300000 --lines 1000000
"""

import argparse
import csv
import sys
import tempfile
from pathlib import Path

import make_data
from measuring import alternate, report

HERE = Path(__file__).parent


def main() -> None:
    """Measure both at each size that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument(
        "--lines", type=int, action="append", help="300000 where none is given; may be repeated"
    )
    parser.add_argument("--mix", choices=make_data.MIXES, default="real")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    for lines in asked.lines or [300_000]:
        compare(lines, asked.mix, asked.rounds)


def compare(lines: int, mix: str, rounds: int) -> None:
    """Run both in turn on one cycle and print what they took, and how much of the truth was told."""
    data = make_data.at(lines, mix)
    owed, told = str(data / "list.csv"), str(data / "settlement.csv")
    with tempfile.TemporaryDirectory() as folder:
        bare, usual, ours = (Path(folder) / name for name in ("bare.csv", "usual.csv", "chitra"))
        days = ["--cycle", "2026-11", "--deadline", "2026-11-20", "--as-of", "2026-11-25"]
        chitra = str(Path(sys.executable).with_name("chitra"))
        runs = alternate(
            {
                "chitra match": [chitra, "match", owed, told, "--out", str(ours), *days],
                "usual DuckDB script": [
                    sys.executable,
                    str(HERE / "usual_duckdb.py"),
                    owed,
                    told,
                    str(usual),
                ],
                "leanest DuckDB script": [
                    sys.executable,
                    str(HERE / "bare_duckdb.py"),
                    owed,
                    told,
                    str(bare),
                ],
            },
            rounds,
        )
        print(f"\n{lines:,} payout lines, mix {mix}, {rounds} rounds in turn")
        for other in ("usual DuckDB script", "leanest DuckDB script"):
            report({name: runs[name] for name in ("chitra match", other)}, "chitra match", other)
        for name, path in (("chitra match", ours / "verdicts.csv"), ("usual DuckDB script", usual)):
            print(f"{name:<22} verdicts as they truly are: {share_true(data / 'truth.csv', path):.3%}")


def share_true(truth: Path, said: Path) -> float:
    """Say what share of the payout lines got the verdict that is true."""
    with truth.open(encoding="utf-8") as true_file, said.open(encoding="utf-8") as said_file:
        verdicts = {row["line_ref"]: row["verdict"] for row in csv.DictReader(said_file)}
        right = [verdicts.get(row["line_ref"]) == row["verdict"] for row in csv.DictReader(true_file)]
    return sum(right) / len(right)


if __name__ == "__main__":
    main()
