"""What staff do on the page of one case: a note, who follows it up, how it ends, open again."""

import datetime as dt

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.cases.handle import CaseChange, add_note, change_case
from payouts.cases.models import CaseEvent
from payouts.cases.rules import OUTCOMES
from payouts.cases.store import CaseView, view_case
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError, StaleError
from payouts.core.ids import as_id
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.case_page import day_of, done, show, show_again, version_of
from payouts.web.case_parts import colleagues

router = APIRouter(prefix="/cases/{case_id}")

TWICE_WITHIN = dt.timedelta(minutes=10)  # the same words from the same person so soon are one act, sent twice


def _sent_twice(desk: Desk, case_id: int, kind: str, after: str | None, note: str | None) -> bool:
    """Say whether the latest of a person's own acts is this very one: a form sent twice."""
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        events = view_case(session, as_id(case_id), staff.scope).events
    mine = [event for event in events if event.by == staff.who]
    return bool(mine) and _is_this(mine[-1], kind, after, note)


def _is_this(event: CaseEvent, kind: str, after: str | None, note: str | None) -> bool:
    return (
        (event.kind, event.after) == (kind, after)
        and (note is None or event.note == note)
        and clock.now() - event.at < TWICE_WITHIN
    )


def _chosen_colleague(session: Session, view: CaseView, form: Form) -> str | None:
    chosen = form.get("assignee") or None
    if chosen and chosen != view.case.assignee and chosen not in colleagues(session, view):
        raise RefusedError("bad_assignee", "")
    return chosen


def _outcome(form: Form) -> str:
    if form.get("outcome", "") not in OUTCOMES:
        raise RefusedError("no_such_outcome", "")
    return form["outcome"]


@router.get("")
def show_case(request: Request, desk: ReaderDep, case_id: int, said: str = "", before: int = 0) -> Response:
    """Show a case of one's own area; `before` is the case that was just done with."""
    require(desk.signed_in.staff, "cases.see")
    return show(request, desk, case_id, said=said, before=as_id(before))


@router.get("/{act}")
def show_case_after_reload(desk: ReaderDep, case_id: int, act: str) -> Response:  # noqa: ARG001  # the address has it
    """Lead back to the case from the address of a form."""
    return RedirectResponse(f"/cases/{case_id}", 303)


@router.post("/note")
def note_case(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Write a note; the same note sent twice is one."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    note = form.get("note", "")
    if note and _sent_twice(desk, case_id, "noted", None, note):
        return done(case_id, "already")
    try:
        with desk.database.session() as session:
            add_note(session, as_id(case_id), staff.scope, by=staff.who, note=note)
            audit.note(session, staff.who, "case.noted", f"case {case_id}")
    except RefusedError as error:
        return show_again(request, desk, case_id, form, error)
    return done(case_id, "noted")


def _change(
    request: Request, desk: Desk, case_id: int, form: Form, *, change: CaseChange, said: str
) -> Response:
    """Change a case as it was when its page was made, or show the page again with what was typed."""
    staff = desk.signed_in.staff
    try:
        with desk.database.session() as session:
            change_case(
                session,
                as_id(case_id),
                staff.scope,
                version=version_of(form),
                by=staff.who,
                role=staff.role,
                change=change,
            )
            audit.note(session, staff.who, "case.changed", f"case {case_id}", fields=sorted(change))
    except (StaleError, ConflictError, RefusedError) as error:
        return show_again(request, desk, case_id, form, error)
    return done(case_id, said)


@router.post("/assign")
def assign_case(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Say who follows a case up, until when, and how it stands."""
    require(desk.signed_in.staff, "cases.work")
    try:
        due = day_of(form, "due", "bad_due")
        with desk.database.reading() as session:
            view = view_case(session, as_id(case_id), desk.signed_in.staff.scope)
            chosen = _chosen_colleague(session, view, form)
    except RefusedError as error:
        return show_again(request, desk, case_id, form, error)
    change = CaseChange(assignee=chosen, state=form.get("state") or view.case.state, due=due or view.case.due)
    return _change(request, desk, case_id, form, change=change, said="assigned")


@router.post("/route")
def route_case(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Give a case to a ward."""
    require(desk.signed_in.staff, "cases.route")
    change = CaseChange(area_code=form.get("area", ""))
    return _change(request, desk, case_id, form, change=change, said="routed")


@router.post("/close")
def close_case(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Close a case with an outcome; the same form sent twice closes it once."""
    require(desk.signed_in.staff, "cases.work")
    if _sent_twice(desk, case_id, "closed", "closed", None):
        return done(case_id, "already")
    try:
        collected_on = day_of(form, "collected_on", "bad_collected_on")
        confirmed_on = day_of(form, "confirmed_on", "bad_confirmed_on")
        outcome = _outcome(form)
    except RefusedError as error:
        return show_again(request, desk, case_id, form, error)
    change = CaseChange(
        state="closed",
        outcome=outcome,
        reason=form.get("note") or None,
        voucher_number=form.get("voucher_number") or None,
        collected_on=collected_on,
        confirmed_on=confirmed_on,
        confirmed_how=form.get("confirmed_how") or None,
    )
    return _change(request, desk, case_id, form, change=change, said="closed")


@router.post("/reopen")
def reopen_case(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Open a closed case again, with a word why."""
    require(desk.signed_in.staff, "cases.work")
    change = CaseChange(state="open", reason=form.get("note") or None)
    return _change(request, desk, case_id, form, change=change, said="reopened")
