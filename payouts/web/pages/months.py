"""Months and their closing: the checklist, the figures that tie, the payer's account, and the two people."""

import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlmodel import Session, col, select

from payouts.approvals.models import Approval
from payouts.closing.banks import by_bank
from payouts.closing.checks import checklist
from payouts.closing.close import ask_close, ask_reopen
from payouts.closing.entering import enter
from payouts.closing.identity import Identity, from_close, identity
from payouts.closing.late import LATE
from payouts.closing.models import MonthClose
from payouts.closing.payer import KINDS, entries_of, left_less_right, payer_month
from payouts.closing.store import close_of, closes_of, standing_at
from payouts.closing.summary import month_at_a_glance
from payouts.core.banks import banks
from payouts.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from payouts.core.money import UnreadableError, parse_money
from payouts.identity.rules import Staff, require
from payouts.lists.models import PayoutCycle
from payouts.runs.store import cycles, find_cycle, last_run
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.case_page import day_of
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/months")

SAID = {
    "asked": N_("Asked. Another person has to approve it."),
    "entered": N_("Written down."),
}
ACTS = {"close": ask_close, "reopen": ask_reopen}
CASH_PARTS = {
    "amount_current": N_("This month"),
    "amount_carried_over": N_("Carried over"),
    "amount_arrears": N_("Arrears"),
    "amount_one_off": N_("Paid once"),
}


@router.get("")
def list_months(request: Request, desk: ReaderDep) -> Response:
    """List the months, the latest first, and which are closed."""
    staff = desk.signed_in.staff
    require(staff, "cycle.see")
    with desk.database.reading() as session:
        found = cycles(session, staff.scope)
        closes = session.exec(select(MonthClose).where(standing_at(None)))
        closed = {each.cycle_id: each for each in closes}
    return page(request, "months.html", months=[(each, closed.get(each.id or 0)) for each in found])


@router.get("/{programme}/{cycle}")
def show_month(
    request: Request, desk: ReaderDep, programme: str, cycle: str, *, said: str = "", wards: int = 0
) -> Response:
    """Show a month: what stands in the way of closing it, its figures, and what was closed.

    The figures by ward of an open month take seconds; they are shown where `wards` asks for them.
    """
    require(desk.signed_in.staff, "cycle.see")
    return _show(request, desk, programme, cycle, said=said, wards=wards > 0)


@router.get("/{programme}/{cycle}/closes/{number}")
def download(desk: ReaderDep, programme: str, cycle: str, number: int) -> Response:
    """Give what was closed just as it was: the SHA-256 of this file is the printed hash."""
    staff = desk.signed_in.staff
    require(staff, "cycle.see")
    with desk.database.reading() as session:
        found = find_cycle(session, programme, cycle, staff.scope)
        kept = next((each for each in closes_of(session, found) if each.number == number), None)
    if kept is None or staff.scope.areas is not None:
        raise NotFoundError("no_such_page", "Không có trang này.")
    name = f"{programme}-{cycle}-{number}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(kept.content, media_type="application/json", headers=headers)


@router.get("/{programme}/{cycle}/payer")
def show_payer(request: Request, desk: ReaderDep, programme: str, cycle: str, said: str = "") -> Response:
    """Show the payer's account of a month, by the statements and by the payer's papers."""
    require(desk.signed_in.staff, "cycle.see")
    return _payer(request, desk, programme, cycle, said=said)


@router.post("/{programme}/{cycle}/payer")
def enter_paper(request: Request, desk: WriterDep, form: FormDep, programme: str, cycle: str) -> Response:
    """Write down what a paper of the payer says."""
    staff = desk.signed_in.staff
    require(staff, "months.close")
    try:
        with desk.database.session() as session:
            enter(
                session,
                programme,
                cycle,
                by=staff,
                kind=form.get("kind", ""),
                amount=_amount(form),
                day=day_of(form, "day", "bad_day"),
                document_no=form.get("document_no", ""),
                note=form.get("note", ""),
            )
    except (ConflictError, ForbiddenError, RefusedError) as error:
        field = FIELDS.get(error.code, "kind")
        return _payer(
            request, desk, programme, cycle, form=form, problem=(field, error.said(language_of(request)))
        )
    return RedirectResponse(f"/months/{programme}/{cycle}/payer?said=entered", 303)


@router.post("/{programme}/{cycle}/{act}")
def ask(
    request: Request, desk: WriterDep, form: FormDep, *, programme: str, cycle: str, act: str
) -> Response:
    """Ask for a month to be closed, or opened again; another person decides."""
    staff = desk.signed_in.staff
    require(staff, "months.close")
    if act not in ACTS:
        raise NotFoundError("no_such_page", "Không có trang này.")
    try:
        with desk.database.session() as session:
            ACTS[act](session, programme, cycle, by=staff, reason=form.get("reason", ""))
    except (ConflictError, ForbiddenError, RefusedError) as error:
        problem = error.said(language_of(request))
        return _show(request, desk, programme, cycle, form=form, problem=problem)
    return RedirectResponse(f"/months/{programme}/{cycle}?said=asked", 303)


@router.get("/{programme}/{cycle}/{act}")
def show_after_reload(desk: ReaderDep, programme: str, cycle: str, act: str) -> Response:  # noqa: ARG001  # the address has it
    """Lead back to the month from the address of a form."""
    return RedirectResponse(f"/months/{programme}/{cycle}", 303)


# What a rule says -> the field of the payer's paper that it speaks of.
FIELDS = {"no_such_entry": "kind", "bad_amount": "amount", "document_needed": "document_no", "bad_day": "day"}


def _show(
    request: Request,
    desk: Desk,
    programme: str,
    cycle: str,
    *,
    said: str = "",
    wards: bool = False,
    form: Form | None = None,
    problem: str = "",
) -> Response:
    staff = desk.signed_in.staff
    whole = staff.scope.areas is None
    with desk.database.reading() as session:
        found = find_cycle(session, programme, cycle, staff.scope)
        close = close_of(session, found)
        told = {
            **_figures(session, found, close, staff, wards=wards),
            "checked": checklist(session, found) if whole and close is None else [],
            "closes": closes_of(session, found),
            "waiting": _waiting(session, found),
        }
        if whole:
            told |= _whole(session, found, close)
    return page(
        request,
        "month.html",
        status=422 if problem else 200,
        cycle=found,
        close=close,
        whole=whole,
        may_close=whole and staff.may("months.close"),
        late_words={code: words[0 if language_of(request) == "vi" else 1] for code, words in LATE.items()},
        parts_named=CASH_PARTS,
        bank_names={code: bank.short_name for code, bank in banks().items()},
        form=form or {},
        problem=problem,
        said=SAID.get(said, ""),
        **told,
    )


def _figures(
    session: Session, cycle: PayoutCycle, close: MonthClose | None, staff: Staff, *, wards: bool
) -> dict[str, Any]:
    """Give the figures of a month: of a closed one as they were, of an open one at a glance or by ward."""
    if close is not None or wards:
        known: Identity = (
            from_close(close, staff.scope)
            if close is not None
            else identity(session, cycle.programme, cycle.cycle, staff.scope)
        )
        return {
            "figures": known.total,
            "people": known.total_people,
            "by_ward": [(area, known.wards[area], known.people[area]) for area in sorted(known.wards)],
            "late": known.late,
            "beside": {"surplus": known.surplus, "to_others": known.to_others},
            "run": {"number": known.run, "as_of": known.as_of} if known.run else None,
        }
    told = month_at_a_glance(session, cycle.programme, cycle.cycle, staff.scope)
    return {
        "figures": told["identity"],
        "people": None,
        "by_ward": [],
        "late": {},
        "beside": told["beside"],
        "run": told["run"],
    }


def _whole(session: Session, cycle: PayoutCycle, close: MonthClose | None) -> dict[str, Any]:
    """Give what only those see who see all wards: parts, banks and the payer."""
    if close is not None:
        content = json.loads(close.content)
        return {"parts": content["parts"], "banks": content["banks"]}
    run = last_run(session, cycle.id or 0)
    return {"parts": {}, "banks": [each.as_dict() for each in by_bank(session, run.id or 0)] if run else []}


def _waiting(session: Session, cycle: PayoutCycle) -> Approval | None:
    query = select(Approval).where(
        Approval.state == "waiting",
        col(Approval.kind).in_(("close_month", "reopen_month")),
        Approval.subject == f"cycle {cycle.programme} {cycle.cycle}",
    )
    return session.exec(query).first()


def _payer(
    request: Request,
    desk: Desk,
    programme: str,
    cycle: str,
    *,
    said: str = "",
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
) -> Response:
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        found = find_cycle(session, programme, cycle, staff.scope)
        if staff.scope.areas is not None:
            raise NotFoundError("no_such_page", "Không có trang này.")
        account = payer_month(session, found)
        entries = entries_of(session, found)
    return page(
        request,
        "payer.html",
        status=422 if problem else 200,
        cycle=found,
        account=account,
        kinds=KINDS,
        entries=entries,
        differences=[left_less_right(account.statement or {}), left_less_right(account.books)],
        may_enter=staff.may("months.close") and found.closed_at is None,
        form=form or {},
        problem=problem,
        said=SAID.get(said, ""),
    )


def _amount(form: Form) -> int | None:
    text = form.get("amount", "")
    sign = -1 if text.startswith("-") else 1
    try:
        return sign * parse_money(text.removeprefix("-")) if text else None
    except UnreadableError:
        return None
