"""/v1/cycles/…/runs: start a run, look at the runs of a cycle, and at what changed between two."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlmodel import Session

from payouts.api.access import DatabaseDep, LanguageDep, staff_with
from payouts.api.parameters import (
    USUAL_LIMIT,
    AreaCode,
    Cursor,
    CycleName,
    DispositionOrNone,
    Limit,
    Number,
    Programme,
    RunNumber,
    VerdictOrNone,
)
from payouts.api.run_shapes import (
    ChangePage,
    LineChangePage,
    RunAsked,
    RunList,
    RunShape,
    change_page,
    line_change_page,
    run_shape,
)
from payouts.api.uploads import waited, wished_wait
from payouts.core.database import Database
from payouts.core.errors import NotFoundError
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.jobs.asking import runs_at_work
from payouts.jobs.asking import start_run as ask_for_run
from payouts.lists.models import PayoutCycle
from payouts.runs.changes import changes_page, disposition_moves, dispositions_page, moves
from payouts.runs.history import Past, history
from payouts.runs.models import Run
from payouts.runs.pairs import find_pair
from payouts.runs.store import find_cycle, place

router = APIRouter(prefix="/v1/cycles/{programme}/{cycle}/runs", tags=["runs"])

Seeing = Annotated[Staff, staff_with("cycle.see")]
SeeingPeople = Annotated[Staff, staff_with("verdicts.see")]
SeeingFiles = Annotated[Staff, staff_with("files.see")]
Starting = Annotated[Staff, staff_with("runs.start")]


@router.post(
    "",
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
    """Reconcile a cycle; with `Prefer: wait=N` (at most 30 seconds) the answer waits for the outcome.

    Other cycles that the run concerns, by late evidence, are reconciled anew by themselves.
    """

    def start() -> tuple[Run, RunShape]:
        with database.session() as session:
            find_cycle(session, programme, cycle, staff.scope)
            as_of = asked.as_of if asked else None
            run, _ = ask_for_run(session, programme=programme, cycle=cycle, by=staff.who, as_of=as_of)
            audit.note(session, staff.who, "run.started", f"cycle {programme} {cycle}", number=run.number)
        return run, _look(database, staff, run)

    run, told = await run_in_threadpool(start)
    if seconds := wished_wait(request):
        told = await waited(
            seconds, lambda: _look(database, staff, run), lambda seen: seen.state != "waiting"
        )
        response.headers["Preference-Applied"] = f"wait={seconds}"
    response.headers["Location"] = f"/v1/cycles/{programme}/{cycle}/runs/{run.number}"
    return told


@router.get("")
def list_runs(
    database: DatabaseDep,
    staff: Seeing,
    programme: Programme,
    cycle: CycleName,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> RunList:
    """List the runs of a cycle, the latest first."""
    below = place(cursor) if cursor else None
    with database.reading() as session:
        found = find_cycle(session, programme, cycle, staff.scope)
        past = history(session, found, staff.scope, below=below, limit=limit + 1)
        shown = past[:limit]
        return RunList(
            items=_shapes(session, found, shown, staff),
            next=str(shown[-1].run.number) if len(past) > limit else None,
        )


@router.get("/{number}")
def get_run(
    database: DatabaseDep, staff: Seeing, programme: Programme, cycle: CycleName, number: Number
) -> RunShape:
    """Give one run of a cycle."""
    with database.reading() as session:
        found = find_cycle(session, programme, cycle, staff.scope)
        return _one(session, found, number, staff)


@router.get("/{number}/changes")
def get_changes(
    database: DatabaseDep,
    staff: SeeingPeople,
    language: LanguageDep,
    programme: Programme,
    cycle: CycleName,
    number: Number,
    since: RunNumber = None,
    before: Annotated[VerdictOrNone | None, Query(alias="from")] = None,
    after: Annotated[VerdictOrNone | None, Query(alias="to")] = None,
    area: AreaCode = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> ChangePage:
    """List what a run says otherwise than the run before it, or since an earlier one, and why; logged.

    The sums stand on the first page, and those of settlement lines only for who sees all areas.
    """
    with database.reading() as session:
        pair = find_pair(session, find_cycle(session, programme, cycle, staff.scope), number, since)
        page = changes_page(
            session, pair, staff.scope, before=before, after=after, area=area, cursor=cursor, limit=limit
        )
        sums = None if cursor else moves(session, pair, staff.scope, area=area)
        everywhere = staff.scope.areas is None and not cursor
        lines = disposition_moves(session, pair) if everywhere else None
    with database.session() as session:
        subject = f"cycle {programme} {cycle}"
        wished = {"run": number, "since": pair.before.number, "area": area, "lines": len(page.items)}
        audit.note(session, staff.who, "changes.read", subject, **wished)
    return change_page(pair, page, sums, lines, language)


@router.get("/{number}/changes/settlement-lines")
def get_line_changes(
    database: DatabaseDep,
    staff: SeeingFiles,
    programme: Programme,
    cycle: CycleName,
    number: Number,
    since: RunNumber = None,
    before: Annotated[DispositionOrNone | None, Query(alias="from")] = None,
    after: Annotated[DispositionOrNone | None, Query(alias="to")] = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_LIMIT,
) -> LineChangePage:
    """List the settlement lines of which a run says otherwise than the run before it, or an earlier one."""
    with database.reading() as session:
        pair = find_pair(session, find_cycle(session, programme, cycle, staff.scope), number, since)
        page = dispositions_page(session, pair, before=before, after=after, cursor=cursor, limit=limit)
    return line_change_page(pair, page)


def _look(database: Database, staff: Staff, run: Run) -> RunShape:
    with database.reading() as session:
        return _one(session, session.get_one(PayoutCycle, run.cycle_id), run.number, staff)


def _one(session: Session, cycle: PayoutCycle, number: int, staff: Staff) -> RunShape:
    past = history(session, cycle, staff.scope, below=number + 1, limit=1)
    if not past or past[0].run.number != number:
        raise NotFoundError(
            "no_such_run",
            f"Kỳ {cycle.cycle} của {cycle.programme} không có lần đối chiếu số {number}.",
        )
    return _shapes(session, cycle, past, staff)[0]


def _shapes(session: Session, cycle: PayoutCycle, past: list[Past], staff: Staff) -> list[RunShape]:
    """Call a run done only when its cases are open too, so that who reads them next finds them."""
    at_work = runs_at_work(session, [each.run for each in past])
    return [run_shape(cycle, each, waiting=each.run.id in at_work, staff=staff) for each in past]
