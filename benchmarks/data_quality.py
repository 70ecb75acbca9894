"""Measures the quality of data over a register of a city, and says how fast the page's queries are.

    python benchmarks/data_quality.py --people 300000 --months 3
    python benchmarks/data_quality.py --people 300000 --months 3 --postgresql

The register is the one of people.py, whose defects are known: of each it is told how many of them the check
meant for it found. Then the last month is foretold by those before it and held against what came.
"""

import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import people
from sqlalchemy import select

from payouts.core import clock
from payouts.core.bulk import read_table
from payouts.core.database import open_database
from payouts.core.tables import table_behind
from payouts.identity.scope import EVERYTHING
from payouts.lists.models import PayoutCycle, PayoutLine
from payouts.lists.rules import COUNTS
from payouts.quality.gather import KEPT
from payouts.quality.measure import measure
from payouts.quality.models import QualityFinding
from payouts.quality.predict import look_ahead
from payouts.quality.store import by_area, by_check, found_by
from payouts.runs.gather import last_runs
from payouts.runs.models import Verdict

LINE = table_behind(PayoutLine)
CHECKS = {
    "cmnd": "id_old", "no_birth": "birth_missing", "no_area": "area_missing",
    "no_category": "category_missing", "wrong_sex": "id_sex", "wrong_year": "id_birth",
    "same_account": "account_shared", "other_name": "holder_differs", "same_person": "person_twice",
    "card_expired": "card_expired",
}  # fmt: skip
TIMES = 9


def main() -> None:
    """Measure, and print the figures."""
    asked = people.size_asked(__doc__)
    with (
        people.register(asked.people, asked.months, on_postgresql=asked.postgresql) as settings,
        open_database(settings) as database,
    ):
        worked = time.process_time()
        took, kept = _timed(lambda: measure(database, on=clock.today(), by="benchmark"))
        worked = time.process_time() - worked
        told = f"measured {kept.people} people in {took:.1f} s, {worked:.1f} s of processor"
        print(f"load {os.getloadavg()[0]:.1f}; {told}")
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
        query = select(QualityFinding.beneficiary_id).where(QualityFinding.code == code)  # type: ignore[arg-type]  # a column
        found = set(session.execute(query).scalars())
        print(f"{defect:14} {len(meant):6} made, {len(meant & found):6} found, {len(found - meant):6} others")


def _predict(database: Any) -> None:
    """Foretell the last month of each programme by those before it, and hold it against what came.

    Beside it stands what one would foretell who knows of last month's failures alone.
    """
    cycle = table_behind(PayoutCycle)
    verdict = table_behind(Verdict)
    runs = last_runs()
    judged = (
        select(
            *(LINE.c[name] for name in ("id", "line_ref", "period", "date_of_birth", *KEPT)),
            verdict.c.verdict,
        )
        .join(cycle, cycle.c.id == LINE.c.cycle_id)
        .join(runs, runs.c.cycle_id == cycle.c.id)
        .join(verdict, (verdict.c.run_id == runs.c.run_id) & (verdict.c.payout_line_id == LINE.c.id))
        .where(LINE.c.ended_by == COUNTS)
    )
    with database.reading() as session:
        for programme in people.PROGRAMMES:
            last, before = session.execute(
                select(cycle.c.cycle)
                .where(cycle.c.programme == programme)
                .order_by(cycle.c.cycle.desc())
                .limit(2)
            ).scalars()
            of = judged.where(cycle.c.programme == programme)
            lines = read_table(session, of.where(cycle.c.cycle == last))
            took, found = _timed(
                lambda lines=lines, last=last, programme=programme: look_ahead(
                    session, lines.drop_columns(["verdict"]), programme=programme, cycle=last
                )
            )
            failed_then = read_table(
                session, of.where(cycle.c.cycle == before, verdict.c.verdict == "failed")
            )
            again = set(failed_then["account_no"].to_pylist())
            rows = lines.to_pylist()
            failed = {row["line_ref"] for row in rows if row["verdict"] == "failed"}
            print(f"{programme}: {len(rows)} lines looked through in {took:.1f} s, {len(failed)} failed")
            _tell(failed, "foretold", set(found["line_ref"].to_pylist()))
            _tell(
                failed,
                "failed the month before",
                {row["line_ref"] for row in rows if row["account_no"] in again},
            )
            for sign in sorted(set(found["sign"].to_pylist())):
                _tell(
                    failed, f"  {sign}", {row["line_ref"] for row in found.to_pylist() if row["sign"] == sign}
                )


def _tell(failed: set[str], name: str, told: set[str]) -> None:
    right = len(told & failed)
    print(f"  {name}: {len(told)}, {right} of them failed ({right / (len(told) or 1):.0%}),"
          f" {right / (len(failed) or 1):.0%} of all failures")  # fmt: skip


def _timed(act: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    made = act()
    return time.perf_counter() - began, made


if __name__ == "__main__":
    main()
