"""Payment orders: those of a cycle with what is held back, one of them, and the file for its bank."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc
from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from sqlmodel import Session

from payouts.core import arrays, clock
from payouts.core.banks import banks
from payouts.core.columns import exact_sum
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.ids import as_id
from payouts.core.money import UnreadableError
from payouts.core.storage import path_of
from payouts.core.values import parse_date
from payouts.identity import audit
from payouts.identity.rules import require
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle
from payouts.orders.cash import wards_with_cash
from payouts.orders.drafts.drafting import standing_draft
from payouts.orders.exporting import export_order, file_name
from payouts.orders.holding import payments
from payouts.orders.layouts import layouts
from payouts.orders.making import cancel_order, make_orders
from payouts.orders.models import OrderExport
from payouts.orders.payers import payers, set_payer
from payouts.orders.rules import FORMATS, HELD, USUAL_FORMAT, USUAL_LAYOUT
from payouts.orders.store import changed_since, exports_of, find_order, orders_of, payments_of
from payouts.orders.totals import held_sums
from payouts.runs.store import cycles, find_cycle
from payouts.web.access import Desk, Form, FormDep, ReaderDep, WriterDep
from payouts.web.render import language_of, page
from payouts.web.words import N_

router = APIRouter(prefix="/orders")

ROWS = 100
TO_FETCH = dt.timedelta(minutes=10)  # in which who had a file made may fetch it
SAID = {
    "made": N_("The orders are made. Download each once for its bank."),
    "nothing": N_("Nothing was left to order."),
    "cancelled": N_("The order is cancelled; its payments can be ordered again."),
    "payer": N_("Saved. Orders made from now on name this account."),
    "opened": N_("Approved: the list of the new cycle is being read."),
}


@router.get("")
def show_orders(
    request: Request, desk: ReaderDep, programme: str = "", cycle: str = "", said: str = ""
) -> Response:
    """Show the orders of a cycle, what would be ordered now, and what is held back."""
    require(desk.signed_in.staff, "orders.see")
    return orders_page(request, desk, programme, cycle, said=SAID.get(said, ""))


@router.post("")
def make(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Make one order a bank of all that nothing holds back."""
    staff = desk.signed_in.staff
    require(staff, "orders.make")
    programme, cycle = form.get("programme", ""), form.get("cycle", "")
    try:
        day = parse_date(form.get("execute_on", ""))
        with desk.database.session() as session:
            made = make_orders(
                session,
                programme,
                cycle,
                staff.scope,
                by=staff.username,
                payer=desk.settings.office_name,
                execute_on=day,
            )
    except UnreadableError:
        told = RefusedError("not_a_day", "Hãy ghi ngày như 25/11/2026.").said(language_of(request))
        return orders_page(request, desk, programme, cycle, form=form, problem=("execute_on", told))
    except (RefusedError, ConflictError) as error:
        problem = ("execute_on", error.said(language_of(request)))
        return orders_page(request, desk, programme, cycle, form=form, problem=problem)
    said = "made" if made.orders else "nothing"
    return RedirectResponse(f"/orders?programme={programme}&cycle={cycle}&said={said}", 303)


@router.post("/payers")
def keep_payer(request: Request, desk: WriterDep, form: FormDep) -> Response:
    """Set the account from which a bank pays."""
    staff = desk.signed_in.staff
    require(staff, "orders.make")
    programme, cycle = form.get("programme", ""), form.get("cycle", "")
    account = "".join(form.get("account_no", "").split())
    try:
        with desk.database.session() as session:
            set_payer(session, form.get("bank", ""), account, form.get("holder", ""), by=staff.username)
    except RefusedError as refusal:
        problem = ("account_no", refusal.said(language_of(request)))
        return orders_page(request, desk, programme, cycle, form=form, problem=problem)
    return RedirectResponse(f"/orders?programme={programme}&cycle={cycle}&said=payer#payers", 303)


@router.get("/{order_id}")
def show_order(request: Request, desk: ReaderDep, order_id: int, after: int = 0, said: str = "") -> Response:
    """Show one order with its payments, when it went out, and the forms; printed it is the cover."""
    require(desk.signed_in.staff, "orders.see")
    return _order(request, desk, order_id, after=after, said=SAID.get(said, ""))


@router.post("/{order_id}/export")
def export(request: Request, desk: WriterDep, form: FormDep, order_id: int) -> Response:
    """Have the file made for the bank, and lead to it; again only with a reason."""
    staff = desk.signed_in.staff
    require(staff, "orders.make")
    try:
        with desk.database.session() as session:
            out = export_order(
                session,
                desk.settings,
                as_id(order_id),
                staff.scope,
                by=staff.username,
                wanted=form.get("format", USUAL_FORMAT),
                layout=form.get("layout") or USUAL_LAYOUT,
                reason=form.get("reason", ""),
            )
    except (RefusedError, ConflictError) as error:
        problem = ("reason", error.said(language_of(request)))
        return _order(request, desk, order_id, form=form, problem=problem)
    return RedirectResponse(f"/orders/{order_id}/files/{out.number}", 303)


@router.get("/{order_id}/files/{number}")
def fetch(desk: ReaderDep, order_id: int, number: int) -> Response:
    """Give a file to who has just had it made; later it takes a new one, with a reason."""
    staff = desk.signed_in.staff
    require(staff, "orders.make")
    with desk.database.reading() as session:
        order = find_order(session, as_id(order_id), staff.scope)
        out = session.get(OrderExport, (order_id, as_id(number)))
    if out is None or out.by != staff.username or clock.now() - out.at > TO_FETCH:
        return RedirectResponse(f"/orders/{order_id}", 303)
    with desk.database.session() as session:
        audit.note(session, staff.who, "order.fetched", f"payment order {order_id}", number=number)
    path = path_of(desk.settings.data_dir, out.sha256)
    return FileResponse(path, media_type=FORMATS[out.format].media_type, filename=file_name(order, out))


@router.post("/{order_id}/cancel")
def cancel(request: Request, desk: WriterDep, form: FormDep, order_id: int) -> Response:
    """Take back an order that did not go out."""
    staff = desk.signed_in.staff
    require(staff, "orders.make")
    try:
        with desk.database.session() as session:
            cancel_order(session, as_id(order_id), staff, reason=form.get("why", ""))
    except (RefusedError, ConflictError) as error:
        return _order(request, desk, order_id, form=form, problem=("why", error.said(language_of(request))))
    return RedirectResponse(f"/orders/{order_id}?said=cancelled", 303)


def orders_page(
    request: Request,
    desk: Desk,
    programme: str,
    cycle: str,
    *,
    said: str = "",
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
) -> Response:
    """Show the orders of a cycle, with what was wrong with a form where something was."""
    staff, language = desk.signed_in.staff, language_of(request)
    with desk.database.reading() as session:
        known = cycles(session, staff.scope)
        chosen = cycle_of(session, staff.scope, known, programme, cycle)
        if chosen is None:
            return page(request, "orders.html", chosen=None, known=[], said=said, problem=None)
        orders = orders_of(session, chosen.programme, chosen.cycle, staff.scope)
        found = payments(session, chosen)
        free = found.filter(pc.is_null(found["held"]))
        ready = [
            (bank, rows.num_rows, exact_sum(rows["amount"]))
            for bank in sorted(pc.unique(free["bank_code"]).to_pylist())
            for rows in [free.filter(pc.equal(free["bank_code"], arrays.one(bank)))]
        ]
        knows: dict[str, Any] = {
            "exports": exports_of(session, orders),
            "payers": payers(session),
            "wards": wards_with_cash(session, chosen, Scope(None, None)),
            "draft": standing_draft(session, chosen.programme, _next(chosen)),
        }
    sums = held_sums(found.filter(pc.is_valid(found["held"])))
    held = [(each, HELD[each.code].said(language), HELD[each.code].mend(language)) for each in sums]
    with desk.database.session() as session:
        audit.note(session, staff.who, "orders.read", f"cycle {chosen.programme} {chosen.cycle}")
    return page(
        request,
        "orders.html",
        status=422 if problem else 200,
        chosen=chosen,
        known=[(each.programme, each.cycle) for each in known],
        next_cycle=_next(chosen),
        has_next=any((each.programme, each.cycle) == (chosen.programme, _next(chosen)) for each in known),
        orders=orders,
        ready=ready,
        held=held,
        bank_names={code: bank.short_name for code, bank in banks().items()},
        day=max(clock.today(), chosen.opens_on),
        may_make=staff.may("orders.make"),
        form=form or {},
        problem=problem,
        said=said,
        **knows,
    )


def cycle_of(
    session: Session, scope: Scope, known: Sequence[PayoutCycle], programme: str, cycle: str
) -> PayoutCycle | None:
    """Find the cycle that an address names; the latest where it names none, None where there is none.

    Raises:
        NotFoundError: there is no such cycle in the scope
    """
    if programme or cycle:
        return find_cycle(session, programme, cycle, scope)
    return known[0] if known else None


def _next(cycle: PayoutCycle) -> str:
    year, month = int(cycle.cycle[:4]), int(cycle.cycle[5:])
    return f"{year + month // 12}-{month % 12 + 1:02}"


def _order(
    request: Request,
    desk: Desk,
    order_id: int,
    *,
    after: int = 0,
    said: str = "",
    form: Form | None = None,
    problem: tuple[str, str] | None = None,
) -> Response:
    staff = desk.signed_in.staff
    with desk.database.reading() as session:
        order = find_order(session, as_id(order_id), staff.scope)
        rows = list(payments_of(session, order.id or 0, after=as_id(after), limit=ROWS + 1))
        exports = exports_of(session, [order])[order.id or 0]
        changed = changed_since(session, order.id or 0)
    with desk.database.session() as session:
        audit.note(session, staff.who, "order.read", f"payment order {order_id}", lines=len(rows[:ROWS]))
    bank = banks().get(order.bank_code)
    return page(
        request,
        "order.html",
        status=422 if problem else 200,
        order=order,
        bank=bank.short_name if bank else order.bank_code,
        rows=rows[:ROWS],
        following=rows[ROWS - 1].number if len(rows) > ROWS else None,
        exports=exports,
        changed=changed,
        formats=list(FORMATS),
        layouts=[(name, each.title) for name, each in layouts().items()],
        may_make=staff.may("orders.make"),
        today=clock.today(),
        form=form or {},
        problem=problem,
        said=said,
    )
