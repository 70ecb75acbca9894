"""What the reader is to do today, on a page and as a workbook."""

from fastapi import APIRouter, Request, Response

from payouts.cases.digest import Digest, digest
from payouts.cases.kinds import kinds
from payouts.cases.next_steps import next_step
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.reports.digest import digest_workbook
from payouts.web.access import Desk, ReaderDep
from payouts.web.render import page
from payouts.web.words import N_

router = APIRouter(prefix="/today")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SECTIONS = {
    "overdue": N_("Overdue"),
    "today": N_("Due today"),
    "soon": N_("Due within two working days"),
    "new": N_("New since yesterday"),
}


@router.get("")
def show_today(request: Request, desk: ReaderDep) -> Response:
    """Show what is overdue, due and new, the hardest first; the reading is logged."""
    found = _read(desk)
    return page(request, "today.html", digest=found, sections=SECTIONS, kinds=kinds(), step_of=next_step)


@router.get("/file")
def today_as_file(desk: ReaderDep) -> Response:
    """Give the same as a workbook."""
    found = _read(desk)
    name = f"viec-hom-nay-{found.on:%Y-%m-%d}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(digest_workbook(found), media_type=XLSX, headers=headers)


def _read(desk: Desk) -> Digest:
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    with desk.database.reading() as session:
        found = digest(session, staff)
    with desk.database.session() as session:
        read = [row["id"] for section in found.sections for row in section.rows]
        audit.note(session, staff.who, "cases.read", "today", cases=read)
    return found
