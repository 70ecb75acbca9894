"""What a visitor sees: the people given to them, and the form for what came of a visit."""

import datetime as dt

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.contacts import WAYS, next_days, results
from payouts.core import clock
from payouts.core.errors import DomainError, ForbiddenError, NotFoundError
from payouts.core.limits import LARGEST_ID
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.coverage.rules import UNITS, helps
from payouts.coverage.visits import log_visit, visit_of, visits_of
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.lists.dates import rules_today
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.case_page import version_of
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/visits")

SAID = {"saved": N_("Saved. Thank you.")}


@router.get("")
def show_visits(request: Request, desk: ReaderDep, said: str = "") -> Response:
    """Show whom somebody is to visit; the reading is logged."""
    staff = desk.signed_in.staff
    require(staff, "visits.make")
    with desk.database.reading() as session:
        found = visits_of(session, staff)
    with desk.database.session() as session:
        audit.note(session, staff.who, "visits.read", "visits", cases=[each.row["id"] for each in found])
    return page(
        request, "visits.html", visits=found, helps=helps(), today=clock.today(), said=SAID.get(said, "")
    )


@router.get("/{case_id}")
def show_visit(request: Request, desk: ReaderDep, case_id: int) -> Response:
    """Show one person to visit; the reading is logged."""
    return _show(request, desk, case_id)


@router.post("/{case_id}")
def save_visit(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Write down what came of a visit."""
    staff = desk.signed_in.staff
    require(staff, "visits.make")
    result = form.get("result", "")
    try:
        with desk.database.session() as session:
            log_visit(
                session,
                staff,
                case_id,
                version=version_of(form),
                way=form.get("way", ""),
                result=result,
                next_on=_next_on(form, result),
                note=form.get("note"),
            )
            audit.note(session, staff.who, "case.contacted", f"case {case_id}")
    except (ForbiddenError, NotFoundError):
        raise
    except DomainError as refusal:
        return _show(request, desk, case_id, form=form, problem=refusal.said(language_of(request)))
    return RedirectResponse("/visits?said=saved", 303)


def _show(
    request: Request, desk: Desk, case_id: int, *, form: Form | None = None, problem: str = ""
) -> Response:
    staff = desk.signed_in.staff
    require(staff, "visits.make")
    with desk.database.session() as session:
        found = visit_of(session, staff, min(case_id, LARGEST_ID))
        audit.note(session, staff.who, "visit.read", f"case {case_id}")
    return page(
        request,
        "visit.html",
        status=422 if problem else 200,
        visit=found,
        row=found.row,
        ways=WAYS,
        results=results().values(),
        helps=helps(),
        units=UNITS,
        today=clock.today(),
        form=form or {},
        problem=problem,
    )


def _next_on(form: Form, result: str) -> dt.date:
    """Return the day that was typed, else the usual one of the result; what is no day is long past."""
    typed = form.get("next_on", "")
    if not typed:
        return next_days(clock.today(), rules_today().dates_of("").calendar).get(result, clock.today())
    try:
        return parse_date(typed) or dt.date.min
    except UnreadableError:
        return dt.date.min
