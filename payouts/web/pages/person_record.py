"""The record of a beneficiary, written by hand; an account or payee is asked for, to be approved."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session

from payouts.approvals.models import Approval
from payouts.cases.correcting import Wish
from payouts.cases.on_person import PayeeWish, ask_account, ask_payee, programmes_of
from payouts.cases.people import find_person
from payouts.core.areas import wards
from payouts.core.banks import bank_code
from payouts.core.errors import ConflictError, DomainError, ForbiddenError, RefusedError
from payouts.core.ids import as_id
from payouts.core.money import UnreadableError
from payouts.core.values import parse_date
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.registry.by_hand import STEPS, write_details, write_dossier, write_opt_out
from payouts.registry.record import record_of
from payouts.registry.rules import CHANNELS, opt_out_reasons, payee_relations
from payouts.web import registry_words as words
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page

router = APIRouter(prefix="/people/{person_id}/record")


@router.get("")
def show_record(request: Request, desk: ReaderDep, person_id: int) -> Response:
    """Show the forms, filled with what is on record."""
    require(desk.signed_in.staff, "cases.work")
    return _shown(request, desk, person_id, {})


@router.post("/{act}")
def write(request: Request, desk: WriterDep, form: FormDep, person_id: int, act: str) -> Response:
    """Write one part of the record, or ask for it where it takes a second person."""
    staff = desk.signed_in.staff
    require(staff, "cases.work")
    if act not in ACTS:
        return RedirectResponse(f"/people/{person_id}/record", 303)
    try:
        with desk.database.session() as session:
            approval = ACTS[act](session, desk, as_id(person_id), form)
            audit.note(session, staff.who, f"person.{act}", f"person {person_id}")
            asked = approval.id if approval else None
    except (ConflictError, ForbiddenError, RefusedError) as refusal:
        return _shown(request, desk, person_id, form, act=act, refusal=refusal)
    if asked:
        return RedirectResponse(f"/approvals/{asked}?said=asked", 303)
    return RedirectResponse(f"/people/{person_id}?said=recorded#registry", 303)


@router.get("/{act}")
def show_after_reload(person_id: int, act: str) -> Response:
    """Lead back to the forms from the address of one."""
    del act
    return RedirectResponse(f"/people/{person_id}/record", 303)


def _details(session: Session, desk: Desk, person_id: int, form: Form) -> None:
    staff = desk.signed_in.staff
    level = form.get("vneid_level", "")
    values: dict[str, Any] = {
        **{name: form.get(name) or None for name in ("full_name", "sex", "area_code", "channel")},
        **{name: _day(form, name) for name in ("date_of_birth", "card_expires_on")},
        "vneid_level": int(level) if level in words.LEVELS else None,
    }
    person = find_person(session, person_id, staff.scope, whole=True)
    write_details(session, person, values, proof=form.get("proof", ""), by=staff.username)


def _opt_out(session: Session, desk: Desk, person_id: int, form: Form) -> None:
    staff = desk.signed_in.staff
    person = find_person(session, person_id, staff.scope, whole=True)
    told = {"note": form.get("note", ""), "proof": form.get("proof", "")}
    write_opt_out(session, person, form.get("opt_out", ""), **told, by=staff.username)


def _dossier(session: Session, desk: Desk, person_id: int, form: Form) -> None:
    staff = desk.signed_in.staff
    person = find_person(session, person_id, staff.scope, whole=True)
    days = {step: _day(form, step) for step in STEPS}
    told = {"why": form.get("refused_why", ""), "proof": form.get("proof", "")}
    write_dossier(session, person, bank_code(form.get("bank", "")) or "", days, **told, by=staff.username)


def _account(session: Session, desk: Desk, person_id: int, form: Form) -> Approval:
    staff = desk.signed_in.staff
    fields = ("channel", "bank", "account_no", "account_name", "payee_citizen_id", "reason")
    wish = Wish(**{name: form.get(name, "") for name in fields}, proof_id=0)
    return ask_account(
        session,
        person_id,
        staff.scope,
        wish,
        programme=form.get("programme", ""),
        proof=form.get("proof", ""),
        confirmed_on=_day(form, "confirmed_on"),
        by=staff.username,
    )


def _payee(session: Session, desk: Desk, person_id: int, form: Form) -> Approval:
    staff = desk.signed_in.staff
    wish = PayeeWish(
        relation=form.get("relation", ""),
        full_name=form.get("payee_name", ""),
        citizen_id=form.get("payee_citizen_id", ""),
        valid_to=_day(form, "valid_to"),
        proof=form.get("proof", ""),
        reason=form.get("reason", ""),
    )
    return ask_payee(session, person_id, staff.scope, wish, by=staff.username)


ACTS: dict[str, Callable[[Session, Desk, int, Form], Approval | None]] = {
    "details": _details,
    "opt_out": _opt_out,
    "dossier": _dossier,
    "account": _account,
    "payee": _payee,
}


def _shown(
    request: Request,
    desk: Desk,
    person_id: int,
    form: Form,
    *,
    act: str = "",
    refusal: DomainError | None = None,
) -> Response:
    staff, language = desk.signed_in.staff, language_of(request)
    with desk.database.reading() as session:
        person = find_person(session, as_id(person_id), staff.scope, whole=True)
        record = record_of(session, person.id or 0, staff.scope)
        programmes = programmes_of(session, person.id or 0, staff.scope)
    with desk.database.session() as session:
        audit.note(session, staff.who, "person.read", f"person {person_id}")
    status = 200 if refusal is None else 422 if isinstance(refusal, RefusedError) else 409
    return page(
        request,
        "person_record.html",
        status=status,
        person=person,
        record=record,
        programmes=programmes,
        words=words,
        channels=CHANNELS,
        wards=sorted(((code, ward.name) for code, ward in wards().items()), key=lambda each: each[1]),
        reasons={code: each.said(language) for code, each in opt_out_reasons().items()},
        relations={code: each.said(language) for code, each in payee_relations().items()},
        act=act,
        form=form,
        problem=refusal.said(language) if refusal else "",
    )


def _day(form: Form, name: str) -> dt.date | None:
    try:
        return parse_date(form.get(name, ""))
    except UnreadableError:
        raise RefusedError("bad_day", "Hãy ghi ngày như 22/11/2026.") from None
