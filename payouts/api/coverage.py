"""/v1/coverage: who has an account that works, by ward, category, age, sex or bank, on any day."""

import datetime as dt
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from payouts.api.access import DatabaseDep, staff_with
from payouts.api.coverage_shapes import CoverageRow
from payouts.core import clock
from payouts.coverage.store import day_before, figures, tallies
from payouts.coverage.targets import EVERYWHERE, WHOLE, targets
from payouts.identity.rules import Staff

router = APIRouter(prefix="/v1/coverage", tags=["coverage"])

By = Literal["area", "category", "age", "sex", "bank"]


@router.get("")
def get_coverage(
    database: DatabaseDep,
    staff: Annotated[Staff, staff_with("coverage.see")],
    on: Annotated[dt.date | None, Query(description="The day; today by default.")] = None,
    by: By = "area",
    *,
    but_force_majeure: Annotated[
        bool, Query(description="Leave out people whom force majeure keeps from an account.")
    ] = False,
) -> list[CoverageRow]:
    """Tell coverage of a day within the areas of who asks; of a day before the first figures nothing.

    Who may not see the people sees no cell of fewer than five, and none from which one follows.
    """
    with database.reading() as session:
        day = day_before(session, on or clock.today())
        if day is None:
            return []
        found = tallies(session, staff.scope, by, day)
        set_for = targets(session)
    rows = figures(found, all_cells=staff.may("coverage.people"), but_force_majeure=but_force_majeure)
    usual = set_for.get(EVERYWHERE)
    return [
        CoverageRow(
            key=row.key,
            people=row.people,
            with_account=row.with_account,
            verified=row.verified,
            share=row.share,
            target=target.share / WHOLE if target else None,
        )
        for row in rows
        for target in [set_for.get(row.key, usual) if by == "area" else usual]
    ]
