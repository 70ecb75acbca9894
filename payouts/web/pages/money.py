"""Takes what staff ask for of money on the page of a case: pay again, claim back, stop, undo."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from payouts.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError, StaleError
from payouts.core.ids import as_id
from payouts.core.money import UnreadableError, parse_money
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import Form, FormDep, ReaderDep, WriterDep
from payouts.web.case_page import day_of, done, show_again, version_of
from payouts.web.money_acts import ACTS, Act

router = APIRouter(prefix="/cases/{case_id}/money")


@router.get("/{act}")
def show_case_after_reload(desk: ReaderDep, case_id: int, act: str) -> Response:  # noqa: ARG001  # the address has it
    """Lead back to the case from the address of a form."""
    return RedirectResponse(f"/cases/{case_id}", 303)


@router.post("/{act}")
def ask(request: Request, desk: WriterDep, form: FormDep, case_id: int, act: str) -> Response:
    """Ask for one of ACTS; it waits for others where it moves money or rights."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    known = ACTS.get(act)
    if known is None:
        raise NotFoundError("no_such_page", "Không có trang này.")
    try:
        values = {each.name: _value(form, each.name, each.kind) for each in known.fields}
        with desk.database.session() as session:
            as_read = {"version": version_of(form), "by": staff.username}
            known.do(session, as_id(case_id), staff.scope, **as_read, **values)
            audit.note(session, staff.who, f"case.{act}", f"case {case_id}")
    except (StaleError, ConflictError, ForbiddenError, RefusedError) as error:
        return show_again(request, desk, case_id, form, error, at=f"{act}-{_at(known, error)}")
    return done(case_id, known.said)


# What a rule says -> the field it speaks of; what stands not here is said at the act itself.
FIELDS = {
    "why_needed": "reason",
    "no_such_account": "account",
    "no_such_holder": "from_whom",
    "bad_amount": "amount",
    "bad_arrears": "arrears",
    "document_needed": "document_no",
    "bad_cap": "monthly_cap",
    "bad_month": "first_month",
    "no_such_why": "why",
    "bad_stop_days": "happened_on",
    "bad_day": "happened_on",
}


def _at(known: Act, error: ConflictError | ForbiddenError | RefusedError | StaleError) -> str:
    wanted = FIELDS.get(error.code, "")
    names = [each.name for each in known.fields]
    return wanted if wanted in names else names[-1]


def _value(form: Form, name: str, kind: str) -> Any:
    if kind == "day":
        return day_of(form, name, "bad_day")
    if kind != "money":
        return form.get(name, "")
    try:
        return parse_money(form[name]) if form.get(name) else None
    except UnreadableError:
        return None
