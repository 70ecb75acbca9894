"""Measures the quality of data over a register of a city, and says how fast the page's queries are.

    python benchmarks/data_quality.py --people 300000 --months 3
    python benchmarks/data_quality.py --people 300000 --months 3 --postgresql

The register is the one of people.py, whose defects are known: of each it is told how many of them the check
meant for it found. A prediction for a list of the next month over all of them is timed, too.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import people
from sqlalchemy import func, select

from payouts.core import clock
from payouts.core.bulk import read_table
from payouts.core.database import open_database
from payouts.identity.scope import EVERYTHING
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.quality.gather import KEPT
from payouts.quality.measure import measure
from payouts.quality.models import QualityFinding
from payouts.quality.predict import look_ahead
from payouts.quality.store import by_area, by_check, found_by

LINE: Any = PayoutLine.__table__  # type: ignore[attr-defined]
CHECKS = {
    "cmnd": "id_old", "no_birth": "birth_missing", "no_area": "area_missing",
    "no_category": "category_missing", "wrong_sex": "id_sex", "wrong_year": "id_birth",
    "same_account": "account_shared", "other_name": "holder_differs", "same_person": "person_twice",
    "card_expired": "card_expired",
}  # fmt: skip
TIMES = 9


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--people", type=int, default=300_000)
    parser.add_argument("--months", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with (
        people.register(asked.people, asked.months, on_postgresql=asked.postgresql) as settings,
        open_database(settings) as database,
    ):
        took, kept = _timed(lambda: measure(database, on=clock.today(), by="benchmark"))
        print(f"load {os.getloadavg()[0]:.1f}; measured {kept.people} people in {took:.1f} s")
        with database.reading() as session:
            shown = [
                _timed(
                    lambda: (
                        by_area(session, kept.id or 0, EVERYTHING),
                        by_check(session, kept.id or 0, EVERYTHING),
                        found_by(session, "holder_differs", EVERYTHING, limit=101),
                    )
                )[0]
                for _ in range(TIMES)
            ]
            print(f"the queries of the pages: {statistics.median(shown) * 1000:.0f} ms at the median")
            _tell_found(session, asked.people)
        _predict(database)


def _tell_found(session: Any, count: int) -> None:
    wrong = people.invent(count).wrong
    for defect, code in CHECKS.items():
        meant = set(wrong.get(defect, ()))
        query = select(QualityFinding.beneficiary_id).where(QualityFinding.code == code)  # type: ignore[arg-type]
        found = set(session.execute(query).scalars())
        print(f"{defect:14} {len(meant):6} made, {len(meant & found):6} found, {len(found - meant):6} others")


def _predict(database: Any) -> None:
    """Time a prediction for the last month's lines as though they came again in the next."""
    with database.reading() as session:
        last = session.execute(select(func.max(PayoutCycle.cycle))).scalar_one()
        names = ("id", "line_ref", "period", "date_of_birth", *KEPT)
        cycle = PayoutCycle.__table__  # type: ignore[attr-defined]
        query = select(*(LINE.c[name] for name in names)).join(cycle, cycle.c.id == LINE.c.cycle_id)
        lines = read_table(session, query.where(cycle.c.cycle == last, LINE.c.ended_by == COUNTS))
        took, found = _timed(lambda: look_ahead(session, lines, programme="BTXH", cycle="2099-01"))
        print(f"(no month is near 2099) {lines.num_rows} lines looked through in {took:.1f} s")
        following = f"{last[:4]}-{int(last[5:]) + 1:02}" if last[5:] != "12" else f"{int(last[:4]) + 1}-01"
        took, found = _timed(lambda: look_ahead(session, lines, programme="BTXH", cycle=following))
        print(f"{lines.num_rows} lines looked through in {took:.1f} s, {found.num_rows} foretold")


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    made = act()
    return time.perf_counter() - began, made


if __name__ == "__main__":
    main()
