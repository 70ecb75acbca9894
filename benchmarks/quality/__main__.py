"""Makes a cycle whose truth is known and scores the judgement on it, beside other ways to match.

    python -m benchmarks.quality --lines 1000000 --mix hard --seed 1

Shares of families stand in shares.csv; --shares takes another file of that form, --family only one or a few.
"""

import argparse
import sys
import time
from pathlib import Path

import pyarrow.compute as pc

from benchmarks.quality import files, making, report
from benchmarks.quality.book import AS_OF, Cycle
from benchmarks.quality.rivals import RIVALS
from benchmarks.quality.scores import Said, Scores, score
from benchmarks.quality.stories import STORIES
from reconciliation import reconcile


def judged(cycle: Cycle) -> Said:
    """Give what the judgement of this project says of a cycle."""
    start = time.perf_counter()
    result = reconcile(cycle.expected, cycle.reported, as_of=AS_OF)
    seconds = time.perf_counter() - start
    assert result.links is not None  # noqa: S101  # they were asked for
    spoken = result.links.filter(pc.not_equal(result.links["role"], "candidate"))
    return Said(result.verdicts, spoken, seconds, result.dispositions)


def main() -> None:
    """Make, match and score as asked; exit 1 where a payment is falsely paid or an exception missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--lines", type=int, default=100_000, help="payout lines")
    parser.add_argument("--mix", default="hard", help="a column of the shares: hard, real, even")
    parser.add_argument(
        "--shares", type=Path, default=making.SHARES, help="a CSV: family, and a column a mix"
    )
    parser.add_argument("--family", action="append", help="only this family; may be repeated")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rivals", nargs="*", choices=RIVALS, default=list(RIVALS))
    parser.add_argument("--show", type=int, default=10, help="so many disagreements with their rows")
    parser.add_argument("--write", type=Path, help="write the cycle as files into this folder, and end")
    parser.add_argument("--list", action="store_true", help="say what the families are, and end")
    asked = parser.parse_args()
    if asked.list:
        for name, told in STORIES.items():
            print(f"{name}\t{told.about}")
        return
    share = dict.fromkeys(asked.family, 1.0) if asked.family else making.shares(asked.mix, asked.shares)
    if asked.write:
        share = {name: part for name, part in share.items() if name not in files.BEYOND}
    start = time.perf_counter()
    cycle = making.make(asked.lines, share, asked.seed)
    print(
        f"{len(cycle.expected):,} payout lines, {len(cycle.reported):,} settlement lines, mix {asked.mix},"
        f" seed {asked.seed}, made in {time.perf_counter() - start:.1f} s\n"
    )
    if asked.write:
        files.write(cycle, asked.write)
        return
    scores = {"chitra": score(cycle, judged(cycle))} | {
        name: score(cycle, RIVALS[name](cycle)) for name in asked.rivals
    }
    print(report.side_by_side(scores), report.families(scores), sep="\n\n")
    print(f"\nDisagreements:\n{report.disagreements(cycle, scores['chitra'], asked.show)}")
    sys.exit(_failed(scores["chitra"]))


def _failed(scores: Scores) -> int:
    total = scores.total()
    return int(total["false paid"] > 0 or total["missed exceptions"] > 0)


if __name__ == "__main__":
    main()
