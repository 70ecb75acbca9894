"""Incidents with banks' files: which bank is silent, who waits for it, and letting people go to wards."""

from fastapi import APIRouter, Request, Response

from payouts.cases.counts import counts
from payouts.cases.incidents import release
from payouts.cases.store import hanging_by_area
from payouts.cases.worklist import Wanted, worklist
from payouts.core.errors import ConflictError, ForbiddenError, RefusedError, StaleError
from payouts.core.ids import as_id
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import FormDep, ReaderDep, WriterDep
from payouts.web.case_page import done, show_again, version_of
from payouts.web.render import page

router = APIRouter()

ROWS = 50


@router.get("/incidents")
def list_incidents(request: Request, desk: ReaderDep, cursor: str = "") -> Response:
    """List the incidents that are open, with how many people wait under each."""
    staff = desk.signed_in.staff
    require(staff, "incidents.release")
    with desk.database.reading() as session:
        wanted = Wanted(kind="incident", sort="due")
        found = worklist(session, staff.scope, wanted, cursor=cursor or None, limit=ROWS)
        waiting = [hanging_by_area(session, row["id"]) for row in found.items]
        now = counts(session, staff.scope, staff.username)
    return page(
        request,
        "incidents.html",
        rows=[
            (
                row,
                row["subject"].rpartition("/")[2],
                sum(each["people"] for each in hanging),
                sum(each["amount"] for each in hanging),
            )
            for row, hanging in zip(found.items, waiting, strict=True)
        ],
        next_page=f"/incidents?cursor={found.next}" if found.next else None,
        parked=now.parked,
    )


@router.post("/cases/{case_id}/release")
def release_people(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Let the people who hang under an incident go to the desks of their wards."""
    staff = desk.signed_in.staff
    require(staff, "incidents.release")
    try:
        with desk.database.session() as session:
            count = release(
                session,
                as_id(case_id),
                staff.scope,
                version=version_of(form),
                by=staff.who,
                role=staff.role,
                reason=form.get("reason", ""),
                area=form.get("area") or None,
            )
            audit.note(session, staff.who, "incident.released", f"case {case_id}", people=count)
    except (StaleError, ConflictError, ForbiddenError, RefusedError) as error:
        return show_again(request, desk, case_id, form, error)
    return done(case_id, "released")
