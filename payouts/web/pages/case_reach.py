"""Reaching the person of a case: contacts, telephone numbers, a message, and the sheet to call by."""

from fastapi import APIRouter, Request, Response
from sqlmodel import Session

from payouts.cases.before import person_of
from payouts.cases.contacts import log_contact, next_days
from payouts.cases.events import tell
from payouts.cases.messages import note_answer, note_message, send
from payouts.cases.models import Case
from payouts.cases.next_steps import next_step
from payouts.cases.store import find_case, view_case
from payouts.cases.telling import may_be_told
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError, StaleError
from payouts.core.ids import as_id, id_in
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.lists.dates import rules_today
from payouts.lists.models import PayoutLine
from payouts.registry.phones import add_phone, end_phone, phones_of
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.case_page import day_of, done, go_on, show_again, version_of
from payouts.web.case_person import reach
from payouts.web.render import page

router = APIRouter(prefix="/cases/{case_id}")


@router.post("/contact")
def contact(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Write a contact down with the day to come back, and lead to the next case."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    result = form.get("result", "")
    try:
        wished = day_of(form, "next_on", "bad_next_day")
        with desk.database.session() as session:
            case = find_case(session, as_id(case_id), staff.scope)
            days = next_days(clock.today(), rules_today().dates_of(case.programme).calendar)
            log_contact(
                session,
                as_id(case_id),
                staff.scope,
                version=version_of(form),
                by=staff.who,
                role=staff.role,
                way=form.get("way", ""),
                result=result,
                next_on=wished or days.get(result, clock.today()),
                note=form.get("note"),
            )
            audit.note(session, staff.who, "case.contacted", f"case {case_id}")
    except (StaleError, ConflictError, RefusedError) as error:
        return show_again(request, desk, case_id, form, error)
    return go_on(request, desk, case_id, "contacted")


@router.post("/phone")
def phone(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Write a telephone number of the person down."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    try:
        with desk.database.session() as session:
            case, person = _person(session, desk, case_id)
            known = len(phones_of(session, person))
            added = add_phone(session, person, form.get("number", ""), form.get("whose", ""), by=staff.who)
            if len(phones_of(session, person)) > known:
                tell(session, case, "phone_added", by=staff.who, after=added.number)
    except (ConflictError, RefusedError) as error:
        return show_again(request, desk, case_id, form, error)
    return done(case_id, "phone_added")


@router.post("/phone-ended")
def phone_ended(desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Take a telephone number off that serves no more."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    with desk.database.session() as session:
        case, person = _person(session, desk, case_id)
        ended = end_phone(session, person, id_in(form.get("phone", "")), by=staff.who)
        tell(session, case, "phone_ended", by=staff.who, before=ended.number)
    return done(case_id, "phone_ended")


@router.post("/message")
def message(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Send a message through the gateway, or write down that somebody sent it by their own telephone."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    by_gateway = form.get("way") == "gateway" and bool(desk.settings.sms_url)
    text = form.get("text", "")
    try:
        with desk.database.session() as session:
            case, person = _person(session, desk, case_id)
            number = _chosen(session, person, form)
            way = "gateway" if by_gateway else "hand"
            kept = note_message(session, case, number, text, by=staff.who, way=way)
            audit.note(session, staff.who, "case.messaged", f"case {case_id}", way=way)
    except RefusedError as error:
        return show_again(request, desk, case_id, form, error)
    if not by_gateway:
        return done(case_id, "messaged")
    taken = send(desk.settings, kept)
    with desk.database.session() as session:
        note_answer(session, find_case(session, case_id, staff.scope), kept.id or 0, taken=taken)
    return done(case_id, "sms_sent" if taken else "sms_failed")


def _person(session: Session, desk: Desk, case_id: int) -> tuple[Case, int]:
    """Find a case and the person that it is about.

    Raises:
        NotFoundError: no such case in the scope
        ConflictError: it is about nobody on record
    """
    case = find_case(session, as_id(case_id), desk.signed_in.staff.scope)
    line = session.get(PayoutLine, case.payout_line_id) if case.payout_line_id else None
    person = person_of(session, line) if line else None
    if person is None or person.id is None:
        raise ConflictError("nobody_on_record", "Việc này không gắn với người nào trong sổ.")
    return case, person.id


def _chosen(session: Session, person: int, form: Form) -> str:
    """Return the number that a message goes to.

    Raises:
        RefusedError: none of the person's is chosen
    """
    chosen = id_in(form.get("number", ""))
    found = next((each.number for each in phones_of(session, person) if each.id == chosen), None)
    if found is None:
        raise RefusedError("no_number", "Hãy chọn số điện thoại nhận tin.")
    return found


@router.get("/call-sheet")
def call_sheet(request: Request, desk: ReaderDep, case_id: int) -> Response:
    """Show one page to call by: who, at which number, how to be sure of them, what may be said to whom."""
    staff = desk.signed_in.staff
    require(staff, "cases.see")
    with desk.database.session() as session:
        view = view_case(session, as_id(case_id), staff.scope)
        if view.line is None:
            raise ConflictError("nobody_on_record", "Việc này không gắn với người nào trong sổ.")
        known = reach(session, staff, view)
        audit.note(session, staff.who, "case.call_sheet", f"case {case_id}")
        return page(
            request,
            "call_sheet.html",
            case=view.case,
            line=view.line,
            step=next_step(view.case.verdict, view.case.reason_code),
            told=may_be_told(withheld=known["withheld"]),
            today=clock.today(),
            **known,
        )
