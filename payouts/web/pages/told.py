"""A person tells us of something: from the identity number to a case of its own kind, on any verdict."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.by_hand import open_by_hand, payments_of
from payouts.cases.kinds import by_hand
from payouts.core.errors import DomainError, NotFoundError, RefusedError
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep, typed
from payouts.web.render import language_of, page

router = APIRouter(prefix="/cases/new")

LONGEST_NUMBER = 20
FIELDS = {"no_such_kind": "kind", "no_such_payout_line": "line_ref"}


@router.get("")
def show_form(request: Request, desk: ReaderDep, number: str = "", line_ref: str = "") -> Response:
    """Show the payments of a person, and the form that opens a case about one of them."""
    require(desk.signed_in.staff, "cases.work")
    number = typed(number or line_ref)[:LONGEST_NUMBER]
    return _show(request, desk, {"number": number, "line_ref": line_ref})


@router.post("")
def open_case(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Open the case; where one of its kind is open for the payment already, lead there."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    try:
        with desk.database.session() as session:
            case, new = open_by_hand(
                session,
                form.get("kind", ""),
                form.get("line_ref", ""),
                staff.scope,
                by=staff.who,
                words=form.get("words", ""),
            )
            audit.note(session, staff.who, "case.opened", f"case {case.id}", kind=case.kind)
            led_to = f"/cases/{case.id}?said={'told' if new else 'told_before'}"
    except (RefusedError, NotFoundError) as error:
        return _show(request, desk, form, error=error)
    return RedirectResponse(led_to, 303)


def _show(request: Request, desk: Desk, form: Form, *, error: DomainError | None = None) -> Response:
    staff, number = desk.signed_in.staff, form.get("number", "")
    with desk.database.reading() as session:
        payments = payments_of(session, number, staff.scope) if number else []
    if payments:
        with desk.database.session() as session:
            read = [row["line_ref"] for row in payments]
            audit.note(session, staff.who, "payments.read", "payments", lines=read)
    return page(
        request,
        "told.html",
        status=422 if error else 200,
        form=form,
        payments=payments,
        kinds=by_hand(),
        problem=(FIELDS.get(error.code, "words"), error.said(language_of(request))) if error else None,
    )
