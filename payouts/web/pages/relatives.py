"""Where staff declare themselves and their relatives, whose payments they then never decide."""

from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.identity import audit
from payouts.identity.declared import declare, declared_of, end_declaration, everybody_declared
from payouts.identity.rules import require
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/relatives")

MANAGE = "users.manage"
SAID = {
    "declared": N_("Declared. What concerns them is for others to ask for and to decide."),
    "ended": N_("Ended."),
}


@router.get("")
def show(request: Request, desk: ReaderDep, said: str = "") -> Response:
    """Show whom one declared oneself; all declarations to who manages users. The reading is logged."""
    return _show(request, desk, said=SAID.get(said, ""))


@router.post("")
def add(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Declare a person of one's own."""
    staff = desk.signed_in.staff
    number, relation = form.get("citizen_id", ""), form.get("relation", "")
    return _done(
        request,
        desk,
        form,
        lambda session: declare(session, staff.username, number, relation, by=staff.username),
        "declared",
    )


@router.post("/end")
def end(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """End what somebody else declared by mistake."""
    staff = desk.signed_in.staff
    require(staff, MANAGE)
    username, number = form.get("username", ""), form.get("citizen_id", "")
    return _done(
        request,
        desk,
        {},
        lambda session: end_declaration(session, username, number, by=staff.username),
        "ended",
    )


@router.get("/end")
def show_after_reload(desk: ReaderDep) -> Response:  # noqa: ARG001  # whoever is signed in
    """Lead back from the address of a form."""
    return RedirectResponse("/relatives", 303)


def _done(request: Request, desk: Desk, form: Form, do: Callable[[Session], object], said: str) -> Response:
    try:
        with desk.database.session() as session:
            do(session)
    except (ConflictError, NotFoundError, RefusedError) as error:
        return _show(request, desk, form=form, problem=error.said(language_of(request)))
    return RedirectResponse(f"/relatives?said={said}", 303)


def _show(
    request: Request, desk: Desk, *, form: Form | None = None, problem: str = "", said: str = ""
) -> Response:
    staff = desk.signed_in.staff
    with desk.database.session() as session:
        own = declared_of(session, staff.username)
        others = [
            (username, each)
            for username, each in (everybody_declared(session) if staff.may(MANAGE) else ())
            if username != staff.username
        ]
        audit.note(session, staff.who, "declarations.read", "declarations", people=len(own) + len(others))
    return page(
        request,
        "relatives.html",
        status=422 if problem else 200,
        own=own,
        others=others,
        manages=staff.may(MANAGE),
        form=form or {},
        problem=problem,
        said=said,
    )
