"""Reads thousands of damaged payout lists: none crashes, none is accepted with other sums.

python benchmarks/malformed_lists.py --inputs 20000
"""

import argparse
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.lists.damage import KINDS, read_checked, seeds
from tests.settlements.damage import damaged

_MOST_SHOWN = 5


def main() -> None:
    """Damage and read lists of each kind; exit 1 where anything broke."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--inputs", type=int, default=20_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    sys.exit(1 if sum(attack(kind, asked.inputs, asked.seed) for kind in KINDS) else 0)


def attack(kind: str, inputs: int, seed: int) -> int:
    """Read damaged lists of a kind, print what became of them, and give how many broke something."""
    rng, ends, start = random.Random(seed), Counter[str](), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        whole = seeds(kind, Path(folder))
        for _ in range(inputs):
            content = damaged(kind, rng.choice(whole), rng)
            try:
                ends[read_checked(Path(folder) / "list", content).outcome] += 1
            except Exception:  # noqa: BLE001  # whatever it is, it is what we look for
                ends["broke"] += 1
                if ends["broke"] <= _MOST_SHOWN:
                    traceback.print_exc()
                    print(repr(content[:2000]))
    told = ", ".join(f"{count:,} {end}" for end, count in sorted(ends.items()))
    print(f"{kind:<5} {inputs:,} damaged lists in {time.perf_counter() - start:.0f} s: {told}")
    return ends["broke"]


if __name__ == "__main__":
    main()
