"""What touches a person's rights: another account or payee, a suspension, paying again after one."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.approvals.models import Approval
from payouts.cases.correcting import CHANNELS, Wish, ask_correction, confirmation, on_record
from payouts.cases.proofs import proofs_of
from payouts.cases.store import view_case
from payouts.cases.suspending import ask_reinstatement, ask_suspension, standing_of
from payouts.core.errors import (
    ConflictError,
    DomainError,
    ForbiddenError,
    NotFoundError,
    RefusedError,
    StaleError,
)
from payouts.core.ids import as_id, id_in
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.case_page import version_of
from payouts.web.render import language_of, page

router = APIRouter(prefix="/cases/{case_id}")

Ask = Callable[[Session, Desk, int, Form], Approval]


@router.get("/correct")
def show_correction(request: Request, desk: ReaderDep, case_id: int) -> Response:
    """Show the account on record, and the form for another one."""
    require(desk.signed_in.staff, "cases.work")
    return _show(request, desk, case_id, "case_correct.html")


@router.post("/correct")
def correct(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Ask for another account or payee to be on record."""
    return _ask(request, desk, case_id, form, template="case_correct.html", ask=_correction)


@router.get("/suspend")
def show_suspension(request: Request, desk: ReaderDep, case_id: int) -> Response:
    """Show whether the allowance may be suspended, or paid again, and the form."""
    require(desk.signed_in.staff, "cases.work")
    return _show(request, desk, case_id, "case_suspend.html")


@router.post("/suspend")
def suspend(request: Request, desk: WriterDep, form: FormDep, case_id: int) -> Response:
    """Propose a suspension, or to pay again where one is in force."""
    return _ask(request, desk, case_id, form, template="case_suspend.html", ask=_suspension)


def _correction(session: Session, desk: Desk, case_id: int, form: Form) -> Approval:
    proof = form.get("proof", "")
    wish = Wish(
        **{name: form.get(name, "") for name in ("channel", "bank", "account_no", "account_name", "reason")},
        payee_citizen_id=form.get("payee_citizen_id", ""),
        proof_id=id_in(proof),
    )
    staff = desk.signed_in.staff
    return ask_correction(session, case_id, staff.scope, wish, version=version_of(form), by=staff.username)


def _suspension(session: Session, desk: Desk, case_id: int, form: Form) -> Approval:
    staff = desk.signed_in.staff
    ask = ask_reinstatement if form.get("act") == "reinstate" else ask_suspension
    reason = form.get("reason", "")
    return ask(session, case_id, staff.scope, version=version_of(form), by=staff.username, reason=reason)


def _ask(request: Request, desk: Desk, case_id: int, form: Form, *, template: str, ask: Ask) -> Response:
    require(desk.signed_in.staff, "cases.work")
    try:
        with desk.database.session() as session:
            approval = ask(session, desk, as_id(case_id), form)
    except (ConflictError, ForbiddenError, NotFoundError, RefusedError, StaleError) as refusal:
        if refusal.code == "no_such_case":
            raise
        return _show(request, desk, case_id, template, form=form, refusal=refusal)
    return RedirectResponse(f"/approvals/{approval.id}?said=asked", 303)


def _show(
    request: Request,
    desk: Desk,
    case_id: int,
    template: str,
    *,
    form: Form | None = None,
    refusal: DomainError | None = None,
) -> Response:
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        view = view_case(session, as_id(case_id), staff.scope)
        shown: dict[str, Any] = {
            "view": view,
            "account": on_record(session, view.case),
            "proofs": proofs_of(session, view.case.id or 0),
            "talk": confirmation(session, view.case),
            "standing": standing_of(session, view.case, staff.scope),
        }
    with desk.database.session() as session:
        audit.note(session, staff.who, "case.read", f"case {case_id}")
    status = 412 if isinstance(refusal, StaleError) else 422 if isinstance(refusal, RefusedError) else 409
    return page(
        request,
        template,
        status=status if refusal else 200,
        **shown,
        case=view.case,
        channels=CHANNELS,
        form=form or {},
        error=refusal.said(language_of(request)) if refusal else "",
    )
