"""/v1/cycles: what is owed and what became of it, and verdicts page by page."""

from typing import Annotated

from fastapi import APIRouter

from payouts.api.access import DatabaseDep, LanguageDep, staff_with
from payouts.api.cycle_shapes import CycleList, CycleShape, CycleSummary, VerdictPage, verdict_row
from payouts.api.parameters import (
    USUAL_LIMIT,
    AreaCode,
    Cursor,
    CycleName,
    Limit,
    Programme,
    RunNumber,
    VerdictName,
)
from payouts.closing.summary import month_at_a_glance
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.runs.store import cycles, verdict_page

router = APIRouter(prefix="/v1/cycles", tags=["cycles"])

Seeing = Annotated[Staff, staff_with("cycle.see")]
SeeingPeople = Annotated[Staff, staff_with("verdicts.see")]


@router.get("")
def list_cycles(database: DatabaseDep, staff: Seeing) -> CycleList:
    """List the payout cycles, the latest first."""
    with database.reading() as session:
        found = cycles(session, staff.scope)
    return CycleList(items=[CycleShape.model_validate(each.model_dump()) for each in found])


@router.get("/{programme}/{cycle}")
def get_cycle(
    database: DatabaseDep, staff: Seeing, programme: Programme, cycle: CycleName, run: RunNumber = None
) -> CycleSummary:
    """Add up a cycle as its last run, or an earlier one, sees it, within the areas of who asks.

    A closed month's identity is the one that was closed.
    """
    with database.reading() as session:
        return CycleSummary.model_validate(month_at_a_glance(session, programme, cycle, staff.scope, run=run))


@router.get("/{programme}/{cycle}/verdicts")
def get_verdicts(
    database: DatabaseDep,
    staff: SeeingPeople,
    language: LanguageDep,
    programme: Programme,
    cycle: CycleName,
    verdict: VerdictName | None = None,
    area: AreaCode = None,
    run: RunNumber = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> VerdictPage:
    """List payout lines with what the last run, or an earlier one, says of each; the reading is logged."""
    with database.reading() as session:
        page = verdict_page(
            session,
            programme,
            cycle,
            staff.scope,
            verdict=verdict,
            area=area,
            run=run,
            cursor=cursor,
            limit=limit,
        )
    with database.session() as session:
        wished = {"verdict": verdict, "area": area, "run": run, "lines": len(page.items)}
        audit.note(session, staff.who, "verdicts.read", f"cycle {programme} {cycle}", **wished)
    return VerdictPage(items=[verdict_row(dict(row), language) for row in page.items], next=page.next)
