"""Letters of enquiry: which banks have to be asked of what, and the letters that were written."""

import datetime as dt

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.cases.enquiries.asking import UNNAMED, sums_to_ask, write_letters
from payouts.cases.enquiries.rules import ASKED_OF, usual_deadline
from payouts.cases.enquiries.store import letters
from payouts.core import clock
from payouts.core.banks import banks
from payouts.core.errors import RefusedError
from payouts.core.limits import LARGEST_ID
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/enquiries")

ROWS = 50
CHOSEN = "bank_"  # in front of the code of a bank that is ticked
SAID = {"written": N_("The letters are written. Print and send them, then note the day of sending.")}


@router.get("")
def list_letters(request: Request, desk: ReaderDep, before: int = 0, said: str = "") -> Response:
    """List what banks have to be asked, and the letters, the latest first."""
    require(desk.signed_in.staff, "enquiries.see")
    return _show(request, desk, before=before if 0 < before <= LARGEST_ID else None, said=SAID.get(said, ""))


@router.post("")
def write(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Write a letter to each bank that is ticked."""
    staff = desk.signed_in.staff
    require(staff, "enquiries.work")
    chosen = [name.removeprefix(CHOSEN) for name in form if name.startswith(CHOSEN)]
    try:
        due = day_in(form, "due", "bad_enquiry_due")
        with desk.database.session() as session:
            written = write_letters(session, staff.scope, chosen, due=due, by=staff.username)
            for letter in written:
                audit.note(
                    session, staff.who, "enquiry.written", f"enquiry {letter.id}", bank=letter.bank_code
                )
    except RefusedError as refusal:
        field = "due" if refusal.code == "bad_enquiry_due" else "banks"
        return _show(request, desk, form=form, problem=(field, refusal.said(language_of(request))))
    only = f"/{written[0].id}" if len(written) == 1 else ""
    return RedirectResponse(f"/enquiries{only}?said=written", 303)


def day_in(form: Form, field: str, code: str) -> dt.date:
    """Read a day that a form has to give.

    Raises:
        RefusedError: there is none, under the code given
    """
    try:
        day = parse_date(form.get(field, ""))
    except UnreadableError:
        day = None
    if day is None:
        raise RefusedError(code, "Hãy ghi ngày như 22/11/2026.")
    return day


def bank_name(code: str) -> str:
    """Name a bank as people call it; a code that nobody knows is shown as it is."""
    known = banks().get(code)
    return known.short_name if known else code


def _show(
    request: Request,
    desk: Desk,
    *,
    before: int | None = None,
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
    said: str = "",
) -> Response:
    staff = desk.signed_in.staff
    may_work = staff.may("enquiries.work")
    with desk.database.reading() as session:
        asked = sums_to_ask(session, staff.scope) if before is None else {}
        written = letters(session, staff.scope, before=before, limit=ROWS + 1)
    shown = written[:ROWS]
    wanted = [
        {
            "bank": code,
            "name": bank_name(code),
            "counts": [sums.get(verdict, (0, 0))[0] for verdict in ASKED_OF],
            "amount": sum(amount for _, amount in sums.values()),
        }
        for code, sums in asked.items()
        if code != UNNAMED
    ]
    return page(
        request,
        "enquiries.html",
        status=422 if problem else 200,
        wanted=wanted,
        unnamed=sum(lines for lines, _ in asked.get(UNNAMED, {}).values()),
        asked_of=ASKED_OF,
        letters=[(each, bank_name(each.enquiry.bank_code)) for each in shown],
        following=shown[-1].enquiry.id if len(written) > ROWS else None,
        first=before is None,
        may_work=may_work,
        due=usual_deadline(clock.today()),
        form=form or {},
        chosen=CHOSEN,
        problem=problem,
        said=said,
    )
