"""The worklist as a sheet: taken along as XLSX, handed in filled in, and shown before anything is done."""

import datetime as dt

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from payouts.cases.bulk import MOST_AT_ONCE, prepare
from payouts.cases.sheet import read_sheet
from payouts.cases.worklist import worklist
from payouts.core import clock
from payouts.core.errors import RefusedError
from payouts.core.storage import Arrival, arriving, plain_name
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.reports.worklist_sheet import worklist_workbook
from payouts.web.access import Desk, ReaderDep
from payouts.web.multipart import desk_of_sender, read_upload
from payouts.web.pages.worklist import filters_of, wanted_of
from payouts.web.render import language_of, page

router = APIRouter(prefix="/cases/sheet")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LARGEST_SHEET = 10 << 20  # bytes


@router.get("")
def take(request: Request, desk: ReaderDep) -> Response:
    """Give the worklist, as it is filtered, as a workbook to fill in."""
    staff = desk.signed_in.staff
    require(staff, "cases.see")
    wanted = wanted_of(staff, filters_of(request.query_params))
    with desk.database.reading() as session:
        rows = worklist(session, staff.scope, wanted, limit=MOST_AT_ONCE).items
    with desk.database.session() as session:
        audit.note(session, staff.who, "cases.exported", "cases", cases=[row["id"] for row in rows])
    name = f"viec-{dt.date.isoformat(clock.today())}.xlsx"
    return Response(
        worklist_workbook(rows),
        media_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@router.get("/send")
def show_form(request: Request, desk: ReaderDep) -> Response:
    """Show the form for a sheet that is filled in."""
    require(desk.signed_in.staff, "cases.work")
    return _shown(request)


@router.post("/send")
async def send(request: Request) -> Response:
    """Read a filled-in sheet and show what it would do."""
    desk = await desk_of_sender(request, "cases.work")
    with arriving(desk.settings.data_dir) as arrival:
        try:
            filename = await read_upload(request, desk, arrival, {}, largest=LARGEST_SHEET)
            act_id = await run_in_threadpool(_read, desk, arrival, filename)
        except RefusedError as refusal:
            return await run_in_threadpool(_shown, request, refusal)
    return RedirectResponse(f"/cases/bulk/{act_id}", 303)


def _read(desk: Desk, arrival: Arrival, filename: str) -> int:
    staff = desk.signed_in.staff
    if not filename:
        raise RefusedError("no_file_chosen", "Hãy chọn bảng đã điền.")
    with desk.database.session() as session:
        chosen, empty = read_sheet(session, arrival.path, most=MOST_AT_ONCE)
        act = prepare(session, chosen, by=staff.username, left_out=empty, sheet=plain_name(filename))
        audit.note(session, staff.who, "cases.sheet_sent", f"bulk act {act.id}", rows=len(chosen))
        return act.id or 0


def _shown(request: Request, refusal: RefusedError | None = None) -> Response:
    said = refusal.said(language_of(request)) if refusal else ""
    return page(request, "sheet_send.html", status=422 if refusal else 200, error=said)
