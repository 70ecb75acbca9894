"""Reads thousands of damaged files of each format: none crashes, none is accepted with other sums.

python benchmarks/malformed.py --inputs 20000
"""

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.settlements.damage import damaged, read_checked, seeds

FORMATS = ("camt.053", "camt.054", "pain.002", "mt940", "csv", "xlsx")
_MOST_SHOWN = 5


def main() -> None:
    """Damage and read files of each format that was asked for; exit 1 where anything broke."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--inputs", type=int, default=20_000, help="of each format")
    parser.add_argument("--format", choices=FORMATS, action="append")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the files that broke something")
    asked = parser.parse_args()
    broke = sum(attack(kind, asked.inputs, asked.seed, asked.keep) for kind in asked.format or FORMATS)
    sys.exit(1 if broke else 0)


def attack(kind: str, inputs: int, seed: int, keep: Path | None) -> int:
    """Read damaged files of a format, print what became of them, and give how many broke something."""
    rng, whole, ends = random.Random(seed), seeds(kind), Counter[str]()
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tep"
        for number in range(inputs):
            content = damaged(kind, rng.choice(whole), rng)
            try:
                ends[read_checked(path, content).outcome] += 1
            except Exception:  # noqa: BLE001  # whatever it is, it is what we look for
                ends["broke"] += 1
                if ends["broke"] <= _MOST_SHOWN:
                    traceback.print_exc()
                if keep:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{kind}-{seed}-{number}").write_bytes(content)
    told = ", ".join(f"{count:,} {end}" for end, count in sorted(ends.items()))
    print(
        f"{kind:<9} {inputs:,} damaged from {len(whole)} files in {time.perf_counter() - start:.0f} s: {told}"
    )
    return ends["broke"]


if __name__ == "__main__":
    main()
