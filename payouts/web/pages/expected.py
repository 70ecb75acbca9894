"""Files that banks owe: what has not come, since when it is late, and what was agreed on."""

import datetime as dt

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.expected.acting import act_on, expect_by_hand
from payouts.cases.expected.rules import EVENTS, SOURCES, STATES, next_step
from payouts.cases.expected.store import events_of, expected_files, find_expected
from payouts.core import clock
from payouts.core.banks import banks
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.identity.rules import require
from payouts.runs.store import cycles
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/expected")

SAID = {
    "agreed": N_("The agreed day is written down. The deadline of the cycle stays as it was."),
    "excused": N_("No file is waited for any more."),
    "wanted": N_("The file is waited for again."),
    "expected": N_("The file is waited for from now on."),
}


@router.get("")
def list_expected(
    request: Request, desk: ReaderDep, programme: str = "", cycle: str = "", state: str = ""
) -> Response:
    """List the files that banks owe for the latest cycles, those to act on first."""
    require(desk.signed_in.staff, "files.see")
    return _list(request, desk, programme=programme, cycle=cycle, state=state)


@router.post("")
def expect(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Write down that a bank owes a file that no list or order tells of."""
    staff = desk.signed_in.staff
    require(staff, "files.propose")
    programme, _, cycle = form.get("which", "").partition(" ")
    try:
        with desk.database.session() as session:
            file = expect_by_hand(
                session,
                programme,
                cycle,
                form.get("bank", ""),
                staff,
                due_on=_day(form) or dt.date.min,
                reason=form.get("reason", ""),
            )
    except (RefusedError, ConflictError, NotFoundError) as error:
        return _list(request, desk, form=form, problem=error.said(language_of(request)))
    return RedirectResponse(f"/expected/{file.id}?said=expected", 303)


@router.get("/{expected_id}")
def show_expected(request: Request, desk: ReaderDep, expected_id: int, said: str = "") -> Response:
    """Show one file that a bank owes, with what happened to it and what can be done."""
    require(desk.signed_in.staff, "files.see")
    return _one(request, desk, expected_id, said=said)


@router.post("/{expected_id}")
def act(request: Request, desk: WriterDep, form: FormDep, expected_id: int) -> Response:
    """Agree on another day, say that none is to come, or that it is to come after all."""
    staff = desk.signed_in.staff
    require(staff, "files.propose")
    kind = form.get("act", "")
    try:
        with desk.database.session() as session:
            act_on(session, expected_id, kind, staff, reason=form.get("reason", ""), due_on=_day(form))
    except (RefusedError, ConflictError) as error:
        return _one(request, desk, expected_id, form=form, problem=error.said(language_of(request)))
    return RedirectResponse(f"/expected/{expected_id}?said={kind}", 303)


def _day(form: Form) -> dt.date | None:
    try:
        return parse_date(form.get("due_on", ""))
    except UnreadableError:
        return None


def _list(
    request: Request,
    desk: Desk,
    *,
    programme: str = "",
    cycle: str = "",
    state: str = "",
    form: Form | None = None,
    problem: str = "",
) -> Response:
    scope = desk.signed_in.staff.scope
    with desk.database.reading() as session:
        found = expected_files(session, scope, programme=programme or None, cycle=cycle or None)
        known = [(each.programme, each.cycle) for each in cycles(session, scope)]
    counts = {name: sum(each.standing.state == name for each in found) for name in STATES}
    return page(
        request,
        "expected.html",
        status=422 if problem else 200,
        found=[each for each in found if state in {"", each.standing.state}],
        counts=counts,
        states=STATES,
        sources=SOURCES,
        step=lambda days: next_step(days, language_of(request)),
        chosen={"programme": programme, "cycle": cycle, "state": state},
        known=known,
        bank_name=_bank,
        may_act=desk.signed_in.staff.may("files.propose"),
        form=form or {},
        problem=problem,
    )


def _one(
    request: Request,
    desk: Desk,
    expected_id: int,
    *,
    form: Form | None = None,
    problem: str = "",
    said: str = "",
) -> Response:
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        found = find_expected(session, expected_id, staff.scope)
        events = events_of(session, expected_id)
    return page(
        request,
        "expected_one.html",
        status=422 if problem else 200,
        each=found,
        events=events,
        states=STATES,
        sources=SOURCES,
        kinds=EVENTS,
        step=next_step(found.standing.days_late, language_of(request)),
        today=clock.today(),
        bank_name=_bank,
        may_act=staff.may("files.propose"),
        form=form or {},
        problem=problem,
        said=SAID.get(said, ""),
    )


def _bank(code: str) -> str:
    known = banks().get(code)
    return known.short_name if known else code
