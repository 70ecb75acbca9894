"""Plays many random months of facts and holds every identity to an independent sum: differences in đồng.

python benchmarks/closed_months.py --examples 200
"""

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from sqlalchemy import URL

from payouts.core.database import Database
from payouts.migrations.tables import metadata
from tests.closing.months import MONTHS, Facts, play
from tests.closing.test_property import happenings, lists


def main() -> None:
    """Play, and print how many months were closed or open and off by how much."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=200)
    wanted = parser.parse_args().examples
    with TemporaryDirectory() as folder:
        template = Path(folder) / "template.sqlite3"
        with Database(URL.create("sqlite", database=str(template))) as database:
            metadata.create_all(database.engine)
        played = 0

        @settings(max_examples=wanted, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        @given(carried=lists, told=happenings)
        def one(carried: tuple[frozenset[int], ...], told: tuple[list[Facts], ...]) -> None:
            nonlocal played
            play(template, carried, told)
            played += 1

        began = time.perf_counter()
        one()
        took = time.perf_counter() - began
    print(f"{played} worlds of {len(MONTHS)} months in {took:.0f} s: every identity off by 0 đồng")


if __name__ == "__main__":
    main()
