"""Each reader of a statement beside the plain tool for its format, and how its memory grows.

python benchmarks/format_speed.py --lines 300000
"""

import argparse
import sys
import tempfile
from pathlib import Path

import make_statements
from measuring import Measured, alternate, measure, report

READERS = str(Path(__file__).parent / "bare_readers.py")
# Format -> the plain tools that it is held against.
BARE = {"camt.053": ("iterparse", "iterparse-lean"), "mt940": ("mt-940",), "xlsx": ("openpyxl",)}
FEW, MANY = 10_000, 1_000_000


def main() -> None:
    """Measure the formats that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--format", choices=make_statements.FORMATS, action="append")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help=f"memory at {FEW:,} and {MANY:,} lines instead")
    asked = parser.parse_args()
    for name in asked.format or make_statements.FORMATS:
        if asked.memory:
            grow(name)
        elif name in BARE:
            compare(name, asked.lines, asked.rounds)


def compare(name: str, lines: int, rounds: int) -> None:
    """Run our reader and the plain ones in turn, and print what they took; imports are left out."""
    path = str(make_statements.at(name, lines))
    with tempfile.TemporaryDirectory() as folder:
        seconds = Path(folder) / "seconds"
        commands = {who: _command(who, path, seconds) for who in ("chitra", *BARE[name])}
        runs = alternate(commands, rounds, seconds)
    print(f"\n{name}, {lines:,} lines, {rounds} rounds in turn")
    for who in BARE[name]:
        report({each: runs[each] for each in ("chitra", who)}, "chitra", who)


def grow(name: str) -> None:
    """Print how much memory our reader holds at few lines and at many."""
    if name == "xlsx":
        return  # a sheet holds no more than 1,048,576 rows, and its reader holds them all
    peaks: dict[int, Measured] = {}
    with tempfile.TemporaryDirectory() as folder:
        for lines in (FEW, MANY):
            path = str(make_statements.at(name, lines))
            peaks[lines] = measure(_command("chitra", path, Path(folder) / "seconds"))
    few, many = peaks[FEW].peak_mb, peaks[MANY].peak_mb
    print(f"{name:<9} {FEW:,} lines {few:.0f} MB, {MANY:,} lines {many:.0f} MB: {many - few:.0f} MB more")


def _command(who: str, path: str, seconds: Path) -> list[str]:
    return [sys.executable, READERS, who, path, str(seconds)]


if __name__ == "__main__":
    main()
