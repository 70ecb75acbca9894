"""One case: what was owed beside what the bank said, the next step, and what staff do about it."""

import datetime as dt
from urllib.parse import urlsplit

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.cases.handle import CaseChange, add_note, change_case
from payouts.cases.models import CaseEvent
from payouts.cases.next_steps import next_step
from payouts.cases.rules import MOVES, OUTCOMES
from payouts.cases.store import CaseView, view_case
from payouts.core import clock
from payouts.core.database import Database
from payouts.core.errors import ConflictError, DomainError, RefusedError, StaleError
from payouts.core.limits import LARGEST_ID
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.identity import audit
from payouts.identity.rules import Staff, permissions, require
from payouts.identity.users import list_users
from payouts.runs.beside import beside
from payouts.runs.offers import offers
from payouts.runs.proposals import decisions_of
from payouts.runs.rules import STANDS
from payouts.web.access import (
    WORKLIST_COOKIE,
    Desk,
    Form,
    FormDep,
    ReaderDep,
    WriterDep,
    local_path,
)
from payouts.web.comparison import compare, in_order
from payouts.web.pages.worklist import case_after
from payouts.web.render import language_of, page
from payouts.web.timeline import timeline
from payouts.web.words import N_

router = APIRouter(prefix="/cases/{case_id}")

TWICE_WITHIN = dt.timedelta(minutes=10)  # the same words from the same person so soon are one act, sent twice

SAID = {
    "noted": N_("Your note is saved."),
    "assigned": N_("Saved."),
    "closed": N_("The case is closed."),
    "reopened": N_("The case is open again."),
    "already": N_("This was saved already; nothing was saved twice."),
    "match_confirm": N_(
        "Saved: the line is theirs. The cycle is being judged anew; load the page again soon."
    ),
    "match_reject": N_("Saved: the line is not theirs. It will not be suggested again."),
    "match_force": N_("Your proposal waits for a second person."),
    "match_taken_back": N_("Your proposal is taken back."),
    "match_undone": N_("Undone. The cycle is being judged anew; load the page again soon."),
}

# A rule's code -> the field it speaks of, and the words of the page.
PROBLEMS = {
    "note_empty": ("note", N_("Write the note first.")),
    "note_too_long": ("note", N_("The note is too long. Shorten it to 4,000 characters.")),
    "note_unprintable": ("note", N_("The note holds signs that cannot be shown. Type it again.")),
    "no_such_outcome": ("outcome", N_("Choose how the case ended.")),
    "reason_needed": ("close-note", N_("Write down why nothing needs to be done.")),
    "voucher_needed": (
        "voucher_number",
        N_("Write the voucher's number and the day of signing, not after today."),
    ),
    "voucher_known": ("voucher_number", N_("This payout line has a signed voucher already.")),
    "no_such_move": ("state", N_("The case cannot move to that state from where it is.")),
    "bad_assignee": ("assignee", N_("Choose a colleague from the list.")),
    "bad_due": ("due", N_("Write the due date like 22/11/2026.")),
    "bad_collected_on": ("collected_on", N_("Write the day of signing like 22/11/2026.")),
}


def _looked(database: Database, staff: Staff, case_id: int) -> CaseView:
    """Read a case for its page, and note in the audit trail who read it."""
    with database.reading() as session:
        view = view_case(session, _id(case_id), staff.scope)
    with database.session() as session:
        audit.note(session, staff.who, "case.read", f"case {case_id}")
    return view


def _id(case_id: int) -> int:
    return case_id if 0 < case_id <= LARGEST_ID else 0


def _colleagues(session: Session, view: CaseView) -> list[str]:
    """List who may work on a case: the staff of its area and programme."""
    area, programme, workers = view.case.area_code, view.case.programme, permissions()["cases.work"]
    return [
        user.username
        for user in list_users(session)
        if not user.disabled
        and user.role in workers
        and (area in user.areas or not user.areas)
        and (programme in user.programmes or not user.programmes)
    ]


def _show(
    request: Request,
    desk: Desk,
    case_id: int,
    *,
    status: int = 200,
    problem: tuple[str, str] | None = None,
    changed: bool = False,
    form: Form | None = None,
    said: str = "",
) -> Response:
    """Show the page of a case, with what was typed where a form comes back."""
    staff = desk.signed_in.staff
    view = _looked(desk.database, staff, case_id)
    with desk.database.reading() as session:
        colleagues = _colleagues(session, view) if staff.may("cases.work") else []
        following = case_after(session, staff, view.case, _left_at(request))
        offered = offers(session, view.line) if view.line and view.counts else []
        decided = decisions_of(session, view.line) if view.line else []
    case, evidence = view.case, in_order(view.evidence)
    return page(
        request,
        "case.html",
        status=status,
        view=view,
        case=case,
        worklist=_left_at(request),
        following=following,
        evidence=evidence,
        rows=compare(view, evidence),
        step=next_step(case.verdict, case.reason_code),
        outcomes={code: outcome for code, outcome in OUTCOMES.items() if outcome.by_hand},
        outcome=OUTCOMES.get(case.outcome or ""),
        moves=[case.state, *sorted(MOVES[case.state] - {"closed"})],
        colleagues=colleagues,
        offered=[(row, beside(view.line, row)) for row in offered if view.line],
        decided=[each for each in decided if each.decision.state in STANDS],
        happened=timeline(view.events, decided),
        me=staff.who,
        may_match=staff.may("matches.decide") and view.counts,
        may_work=staff.may("cases.work"),
        csrf=desk.signed_in.csrf,
        today=clock.today(),
        problem=problem,
        changed=changed,
        form=form or {},
        said=SAID.get(said, ""),
    )


def _left_at(request: Request) -> str:
    """Return the worklist as somebody left it, with its filters."""
    left = local_path(request.cookies.get(WORKLIST_COOKIE))
    return left if urlsplit(left).path == "/cases" else "/cases"


def _again(request: Request, desk: Desk, case_id: int, form: Form, error: DomainError) -> Response:
    """Show the page with the form as it was typed, and what is wrong with it."""
    if isinstance(error, StaleError):
        return _show(request, desk, case_id, status=412, changed=True, form=form)
    status = 409 if isinstance(error, ConflictError) else 422
    field, words = PROBLEMS.get(error.code, ("note", error.said(language_of(request))))
    problem = ("close-note" if field == "note" and "outcome" in form else field, words)
    return _show(request, desk, case_id, status=status, problem=problem, form=form)


def show_again(request: Request, desk: Desk, case_id: int, error: DomainError) -> Response:
    """Show the page of a case with what was wrong with a decision on a bank line."""
    status = 409 if isinstance(error, ConflictError) else 422
    problem = ("matches", error.said(language_of(request)))
    return _show(request, desk, case_id, status=status, problem=problem)


def _done(case_id: int, said: str) -> Response:
    return RedirectResponse(f"/cases/{case_id}?said={said}", 303)


def _sent_twice(desk: Desk, case_id: int, kind: str, after: str | None, note: str | None) -> bool:
    """Say whether the latest of a person's own acts is this very one: a form sent twice."""
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        events = view_case(session, _id(case_id), staff.scope).events
    mine = [event for event in events if event.by == staff.who]
    return bool(mine) and _is_this(mine[-1], kind, after, note)


def _is_this(event: CaseEvent, kind: str, after: str | None, note: str | None) -> bool:
    return (
        (event.kind, event.after) == (kind, after)
        and (note is None or event.note == note)
        and clock.now() - event.at < TWICE_WITHIN
    )


def _version(form: Form) -> int:
    text = form.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < len(str(LARGEST_ID)) else 0


def _day(form: Form, field: str, code: str) -> dt.date | None:
    try:
        return parse_date(form.get(field, ""))
    except UnreadableError:
        raise RefusedError(code, "") from None


def _chosen_colleague(session: Session, view: CaseView, form: Form) -> str | None:
    chosen = form.get("assignee") or None
    if chosen and chosen != view.case.assignee and chosen not in _colleagues(session, view):
        raise RefusedError("bad_assignee", "")
    return chosen


def _outcome(form: Form) -> str:
    if form.get("outcome", "") not in OUTCOMES:
        raise RefusedError("no_such_outcome", "")
    return form["outcome"]


@router.get("")
def show_case(request: Request, desk: ReaderDep, case_id: int, said: str = "") -> Response:
    """Show a case of one's own area."""
    require(desk.signed_in.staff, "cases.see")
    return _show(request, desk, case_id, said=said)


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
        return _done(case_id, "already")
    try:
        with desk.database.session() as session:
            add_note(session, _id(case_id), staff.scope, by=staff.who, note=note)
            audit.note(session, staff.who, "case.noted", f"case {case_id}")
    except RefusedError as error:
        return _again(request, desk, case_id, form, error)
    return _done(case_id, "noted")


def _change(
    request: Request, desk: Desk, case_id: int, form: Form, *, change: CaseChange, said: str
) -> Response:
    """Change a case as it was when its page was made, or show the page again with what was typed."""
    staff = desk.signed_in.staff
    try:
        with desk.database.session() as session:
            change_case(
                session, _id(case_id), staff.scope, version=_version(form), by=staff.who, change=change
            )
            audit.note(session, staff.who, "case.changed", f"case {case_id}", fields=sorted(change))
    except (StaleError, ConflictError, RefusedError) as error:
        return _again(request, desk, case_id, form, error)
    return _done(case_id, said)


@router.post("/assign")
def assign_case(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Say who follows a case up, until when, and how it stands."""
    require(desk.signed_in.staff, "cases.work")
    try:
        due = _day(form, "due", "bad_due")
        with desk.database.reading() as session:
            view = view_case(session, _id(case_id), desk.signed_in.staff.scope)
            chosen = _chosen_colleague(session, view, form)
    except RefusedError as error:
        return _again(request, desk, case_id, form, error)
    change = CaseChange(assignee=chosen, state=form.get("state") or view.case.state, due=due or view.case.due)
    return _change(request, desk, case_id, form, change=change, said="assigned")


@router.post("/close")
def close_case(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Close a case with an outcome; the same form sent twice closes it once."""
    require(desk.signed_in.staff, "cases.work")
    if _sent_twice(desk, case_id, "closed", "closed", None):
        return _done(case_id, "already")
    try:
        collected_on = _day(form, "collected_on", "bad_collected_on")
        outcome = _outcome(form)
    except RefusedError as error:
        return _again(request, desk, case_id, form, error)
    change = CaseChange(
        state="closed",
        outcome=outcome,
        reason=form.get("note") or None,
        voucher_number=form.get("voucher_number") or None,
        collected_on=collected_on,
    )
    return _change(request, desk, case_id, form, change=change, said="closed")


@router.post("/reopen")
def reopen_case(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Open a closed case again, with a word why."""
    require(desk.signed_in.staff, "cases.work")
    change = CaseChange(state="open", reason=form.get("note") or None)
    return _change(request, desk, case_id, form, change=change, said="reopened")
