"""Who decides for which ward, and who in whose stead: written down, seen and ended."""

import datetime as dt
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.approvals.delegations import delegate, delegations, revoke
from payouts.approvals.naming import end_approver, name_approver, named
from payouts.approvals.rules import KINDS
from payouts.core import clock
from payouts.core.errors import DomainError, ForbiddenError
from payouts.core.money import UnreadableError, parse_money
from payouts.core.values import parse_date
from payouts.identity.rules import permissions, require
from payouts.identity.users import list_users
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/delegations")

SAID = {
    "delegated": N_("The authorisation is written down."),
    "revoked": N_("The authorisation is revoked."),
    "named": N_("Named."),
    "ended": N_("Ended."),
}


@router.get("")
def list_all(request: Request, desk: ReaderDep, said: str = "") -> Response:
    """Show authorisations of one's own, or all to who may name approvers, and who is named for which ward."""
    require(desk.signed_in.staff, "approvals.see")
    return _show(request, desk, said=said)


@router.post("")
def give(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Let somebody decide in one's stead."""
    staff = desk.signed_in.staff
    require(staff, "approvals.see")
    chosen = [kind for kind in KINDS if form.get(f"kind-{kind}")]

    def do(session: Session) -> None:
        delegate(
            session,
            staff,
            form.get("taker", ""),
            document=form.get("document", ""),
            valid_from=_day(form.get("valid_from", "")) or dt.date.min,
            valid_to=_day(form.get("valid_to", "")) or dt.date.min,
            kinds=chosen,
            areas=form.get("areas", "").replace(",", " ").split(),
            most=_money(form.get("most", "")),
        )

    return _done(request, desk, form, do, "delegated")


@router.post("/approvers")
def name(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Name who decides for a ward."""
    staff = desk.signed_in.staff
    require(staff, "approvals.name")
    area, username, document = (form.get(each, "") for each in ("area", "username", "decision"))
    return _done(
        request,
        desk,
        form,
        lambda session: name_approver(session, area, username, by=staff, document=document),
        "named",
    )


@router.post("/approvers/{approver_id}/end")
def end_naming(request: Request, desk: WriterDep, form: FormDep, approver_id: int) -> Response:
    """Let somebody be named for a ward no longer."""
    staff = desk.signed_in.staff
    require(staff, "approvals.name")
    return _done(request, desk, form, lambda session: end_approver(session, approver_id, by=staff), "ended")


@router.post("/{delegation_id}/revoke")
def end(request: Request, desk: WriterDep, form: FormDep, delegation_id: int) -> Response:
    """Revoke an authorisation."""
    staff, reason = desk.signed_in.staff, form.get("reason", "")
    require(staff, "approvals.see")
    return _done(
        request, desk, form, lambda session: revoke(session, delegation_id, staff, reason=reason), "revoked"
    )


@router.get("/{rest:path}")
def show_after_reload(desk: ReaderDep, rest: str) -> Response:  # noqa: ARG001  # the address has it
    """Lead back from the address of a form."""
    return RedirectResponse("/delegations", 303)


def _done(request: Request, desk: Desk, form: Form, do: Callable[[Session], object], said: str) -> Response:
    try:
        with desk.database.session() as session:
            do(session)
    except ForbiddenError:
        raise
    except DomainError as error:
        return _show(request, desk, status=422, form=form, problem=error.said(language_of(request)))
    return RedirectResponse(f"/delegations?said={said}", 303)


def _show(
    request: Request,
    desk: Desk,
    *,
    status: int = 200,
    form: Form | None = None,
    problem: str = "",
    said: str = "",
) -> Response:
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        given = delegations(session, staff)
        approvers = named(session)
        users = [
            each for each in list_users(session) if not each.disabled and each.username != staff.username
        ]
    deciding = {role for kind in KINDS.values() for role in kind.deciders}
    return page(
        request,
        "delegations.html",
        status=status,
        given=given,
        approvers=approvers,
        kinds=KINDS,
        own={code: kind for code, kind in KINDS.items() if staff.role in kind.deciders},
        takers=[each.username for each in users if each.role in permissions()["approvals.take"]],
        namable=[each.username for each in users if each.role in deciding],
        may_name=staff.may("approvals.name"),
        me=staff.username,
        today=clock.today(),
        form=form or {},
        problem=problem,
        said=SAID.get(said, ""),
    )


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except UnreadableError:
        return None


def _money(text: str) -> int | None:
    try:
        return parse_money(text) if text else None
    except UnreadableError:
        return 0
