"""At the counter: from somebody's identity number to what they are told; and where offices are reached."""

import re

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.people import person_with
from payouts.core.areas import ward_name
from payouts.core.errors import ForbiddenError, RefusedError
from payouts.identity import audit
from payouts.identity.offices import CENTRAL, contacts, offices_of, set_contact
from payouts.identity.rules import require
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter()

OFFICES = {"province": N_("The city or province"), "accountant": N_("The paying office")}
_NUMBER = re.compile(r"[0-9]{9}|[0-9]{12}")  # CMND, CCCD
_BETWEEN = re.compile(r"[\s.\-]")

NO_NUMBER = N_("Type the 12 digits of the identity card, or the 9 of an old one.")
NOBODY = N_(
    "Nobody with this number is on a payout list of the areas you work for. Compare the number with the "
    "card; somebody of another ward goes there, or calls the city."
)


@router.get("/counter")
def show_counter(request: Request, desk: ReaderDep) -> Response:
    """Show the field for an identity number."""
    require(desk.signed_in.staff, "cases.see")
    return page(request, "counter.html", number="", problem="")


@router.post("/counter")
def find_at_counter(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Lead from an identity number to the slip of who has it; the number stands in no address."""
    staff = desk.signed_in.staff
    require(staff, "cases.see")
    typed = form.get("number", "")
    number = _BETWEEN.sub("", typed.partition("|")[0])  # the code of a card begins with it, a bar behind it
    if not _NUMBER.fullmatch(number):
        return page(request, "counter.html", status=422, number=typed, problem=NO_NUMBER)
    with desk.database.reading() as session:
        person = person_with(session, number, staff.scope)
    with desk.database.session() as session:
        found = f"person {person}" if person else "nobody"
        audit.note(session, staff.who, "counter.read", found)
    if person is None:
        return page(request, "counter.html", status=404, number=number, problem=NOBODY)
    return RedirectResponse(f"/people/{person}/slip", 303)


@router.get("/offices")
def show_offices(request: Request, desk: ReaderDep, said: str = "") -> Response:
    """Show where offices are reached, and the form to write it down."""
    require(desk.signed_in.staff, "offices.set")
    return _offices(request, desk, said=said == "saved")


@router.post("/offices")
def set_office(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Write down where an office is reached."""
    staff = desk.signed_in.staff
    require(staff, "offices.set")
    try:
        with desk.database.session() as session:
            set_contact(
                session,
                form.get("office", ""),
                phone=form.get("phone", ""),
                place=form.get("place", ""),
                staff=staff,
            )
    except (RefusedError, ForbiddenError) as error:
        fields = {"bad_phone": "phone", "bad_place": "place"}
        problem = (fields.get(error.code, "office"), error.said(language_of(request)))
        return _offices(request, desk, status=422, form=form, problem=problem)
    return RedirectResponse("/offices?said=saved", 303)


def _offices(
    request: Request,
    desk: Desk,
    *,
    status: int = 200,
    said: bool = False,
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
) -> Response:
    offices = offices_of(desk.signed_in.staff)
    with desk.database.reading() as session:
        reached = contacts(session, [*CENTRAL, *offices])
    return page(
        request,
        "offices.html",
        status=status,
        offices=offices,
        names=OFFICES,
        ward_name=ward_name,
        reached=reached,
        said=said,
        form=form or {},
        problem=problem,
    )
