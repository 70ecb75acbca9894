"""/v1/cycles: what is owed and what became of it, runs, and verdicts page by page."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from payouts.api.access import DatabaseDep, staff_with
from payouts.api.cycle_shapes import (
    CycleList,
    CycleShape,
    CycleSummary,
    RunAsked,
    RunList,
    RunShape,
    VerdictPage,
    verdict_row,
)
from payouts.api.parameters import USUAL_LIMIT, AreaCode, Cursor, CycleName, Limit, Number, Programme
from payouts.api.uploads import waited, wished_wait
from payouts.core.database import Database
from payouts.core.errors import NotFoundError
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.jobs.asking import runs_at_work
from payouts.jobs.asking import start_run as ask_for_run
from payouts.runs.models import Run
from payouts.runs.store import cycle_summary, cycles, find_cycle, runs_of, verdict_page

router = APIRouter(prefix="/v1/cycles", tags=["cycles"])

Seeing = Annotated[Staff, staff_with("cycle.see")]
SeeingPeople = Annotated[Staff, staff_with("verdicts.see")]
Starting = Annotated[Staff, staff_with("runs.start")]
VerdictName = Literal[
    "paid",
    "failed",
    "missing",
    "pending",
    "unconfirmed",
    "amount_differs",
    "account_differs",
    "name_differs",
    "paid_twice",
    "review",
    "offline",
]


@router.get("")
def list_cycles(database: DatabaseDep, staff: Seeing) -> CycleList:
    """List the payout cycles, the latest first."""
    with database.reading() as session:
        found = cycles(session, staff.scope)
    return CycleList(items=[CycleShape.model_validate(each.model_dump()) for each in found])


@router.get("/{programme}/{cycle}")
def get_cycle(database: DatabaseDep, staff: Seeing, programme: Programme, cycle: CycleName) -> CycleSummary:
    """Add up a cycle as its last run sees it, within the areas of who asks."""
    with database.reading() as session:
        return CycleSummary.model_validate(cycle_summary(session, programme, cycle, staff.scope))


@router.get("/{programme}/{cycle}/verdicts")
def get_verdicts(
    database: DatabaseDep,
    staff: SeeingPeople,
    programme: Programme,
    cycle: CycleName,
    verdict: VerdictName | None = None,
    area: AreaCode = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> VerdictPage:
    """List payout lines with what the last run says of each; the reading is logged."""
    with database.reading() as session:
        page = verdict_page(
            session, programme, cycle, staff.scope, verdict=verdict, area=area, cursor=cursor, limit=limit
        )
    with database.session() as session:
        subject, lines = f"cycle {programme} {cycle}", len(page.items)
        audit.note(session, staff.who, "verdicts.read", subject, verdict=verdict, area=area, lines=lines)
    return VerdictPage(items=[verdict_row(dict(row)) for row in page.items], next=page.next)


@router.post(
    "/{programme}/{cycle}/runs",
    status_code=202,
    responses={202: {"headers": {"Location": {"description": "The run.", "schema": {"type": "string"}}}}},
)
async def start_run(
    request: Request,
    response: Response,
    database: DatabaseDep,
    staff: Starting,
    programme: Programme,
    cycle: CycleName,
    asked: RunAsked | None = None,
) -> RunShape:
    """Reconcile a cycle; with `Prefer: wait=N` (at most 30 seconds) the answer waits for the outcome."""

    def start() -> Run:
        with database.session() as session:
            find_cycle(session, programme, cycle, staff.scope)
            as_of = asked.as_of if asked else None
            run, _ = ask_for_run(session, programme=programme, cycle=cycle, by=staff.who, as_of=as_of)
            audit.note(session, staff.who, "run.started", f"cycle {programme} {cycle}", number=run.number)
        return run

    run = await run_in_threadpool(start)
    if seconds := wished_wait(request):
        run = await waited(
            seconds, lambda: _look(database, run.id or 0), lambda seen: seen.state != "waiting"
        )
        response.headers["Preference-Applied"] = f"wait={seconds}"
    response.headers["Location"] = f"/v1/cycles/{programme}/{cycle}/runs/{run.number}"
    return _shape(run, programme, cycle, staff)


@router.get("/{programme}/{cycle}/runs")
def list_runs(database: DatabaseDep, staff: Seeing, programme: Programme, cycle: CycleName) -> RunList:
    """List the runs of a cycle, the latest first."""
    found = _runs(database, staff, programme, cycle)
    return RunList(items=[_shape(run, programme, cycle, staff) for run in found])


@router.get("/{programme}/{cycle}/runs/{number}")
def get_run(
    database: DatabaseDep, staff: Seeing, programme: Programme, cycle: CycleName, number: Number
) -> RunShape:
    """Give one run of a cycle."""
    for run in _runs(database, staff, programme, cycle):
        if run.number == number:
            return _shape(run, programme, cycle, staff)
    raise NotFoundError("no_such_run", f"Kỳ {cycle} của {programme} không có lần đối chiếu số {number}.")


def _runs(database: Database, staff: Staff, programme: str, cycle: str) -> list[Run]:
    with database.reading() as session:
        found = find_cycle(session, programme, cycle, staff.scope)
        return _as_told(session, runs_of(session, found.id or 0))


def _look(database: Database, run_id: int) -> Run:
    with database.reading() as session:
        return _as_told(session, [session.get_one(Run, run_id)])[0]


def _as_told(session: Session, runs: list[Run]) -> list[Run]:
    """Call a run done only when its cases are open too, so that who reads them next finds them."""
    at_work = runs_at_work(session, runs)
    session.expunge_all()
    for run in runs:
        run.state = "waiting" if run.id in at_work else run.state
    return runs


def _shape(run: Run, programme: str, cycle: str, staff: Staff) -> RunShape:
    """Make the shape of a run; its sums are over all areas, so they are for those who see all."""
    summary = run.summary if run.summary and staff.scope.areas is None else None
    return RunShape.model_validate(
        {**run.model_dump(), "programme": programme, "cycle": cycle, "summary": summary}
    )
