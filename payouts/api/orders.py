"""/v1/…/payment-orders: orders to the banks, made once, and let out as files."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from sqlmodel import Session

from payouts.api.access import DatabaseDep, LanguageDep, SettingsDep, staff_with
from payouts.api.order_shapes import (
    CancelIn,
    ExportIn,
    ExportShape,
    HeldShape,
    OrderLinePage,
    OrderLineShape,
    OrderList,
    OrdersAsked,
    OrderShape,
    OrdersMade,
)
from payouts.api.parameters import USUAL_LIMIT, Cursor, CycleName, Id, Limit, Programme
from payouts.core.problems import Language
from payouts.core.storage import path_of
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.orders.exporting import export_order, file_name
from payouts.orders.making import Made, cancel_order, make_orders
from payouts.orders.models import PaymentOrder
from payouts.orders.rules import FORMATS, HELD
from payouts.orders.store import exports_of, find_order, orders_of, payments_of
from payouts.orders.totals import held_sums
from payouts.runs.store import find_cycle, place

router = APIRouter(prefix="/v1", tags=["payment orders"])

Seeing = Annotated[Staff, staff_with("orders.see")]
Making = Annotated[Staff, staff_with("orders.make")]


@router.post(
    "/cycles/{programme}/{cycle}/payment-orders",
    status_code=201,
    responses={200: {"model": OrdersMade, "description": "Nothing was left to order."}},
)
def order_payments(
    response: Response,
    database: DatabaseDep,
    settings: SettingsDep,
    staff: Making,
    language: LanguageDep,
    programme: Programme,
    cycle: CycleName,
    asked: OrdersAsked | None = None,
) -> OrdersMade:
    """Make one order a bank of all payments that no order holds yet; say what is held back, and why."""
    with database.session() as session:
        made = make_orders(
            session,
            programme,
            cycle,
            staff.scope,
            by=staff.username,
            payer=settings.office_name,
            execute_on=asked.execute_on if asked else None,
        )
        told = _made(session, made, language)
    response.status_code = 201 if made.orders else 200
    return told


@router.get("/cycles/{programme}/{cycle}/payment-orders")
def list_orders(database: DatabaseDep, staff: Seeing, programme: Programme, cycle: CycleName) -> OrderList:
    """List the payment orders of a cycle."""
    with database.reading() as session:
        find_cycle(session, programme, cycle, staff.scope)
        return OrderList(items=_shapes(session, orders_of(session, programme, cycle, staff.scope)))


@router.get("/payment-orders/{order_id}")
def get_order(database: DatabaseDep, staff: Seeing, order_id: Id) -> OrderShape:
    """Give one order, and when it went out."""
    with database.reading() as session:
        [shape] = _shapes(session, [find_order(session, order_id, staff.scope)])
    return shape


@router.get("/payment-orders/{order_id}/lines")
def get_lines(
    database: DatabaseDep, staff: Seeing, order_id: Id, cursor: Cursor = None, limit: Limit = USUAL_LIMIT
) -> OrderLinePage:
    """List the payments of an order; the reading is logged."""
    after = place(cursor) if cursor else 0
    with database.reading() as session:
        find_order(session, order_id, staff.scope)
        found = list(payments_of(session, order_id, after=after, limit=limit + 1))
    with database.session() as session:
        audit.note(session, staff.who, "order.read", f"payment order {order_id}", lines=len(found[:limit]))
    items = [OrderLineShape.model_validate(each, from_attributes=True) for each in found[:limit]]
    return OrderLinePage(items=items, next=str(items[-1].number) if len(found) > limit else None)


@router.post(
    "/payment-orders/{order_id}/export",
    response_class=FileResponse,
    responses={200: {"content": {each.media_type: {} for each in FORMATS.values()}}},
)
def export(
    database: DatabaseDep, settings: SettingsDep, staff: Making, order_id: Id, asked: ExportIn | None = None
) -> FileResponse:
    """Give an order as a file for the bank, and record it; again only with a reason."""
    asked = asked or ExportIn()
    with database.session() as session:
        out = export_order(
            session,
            settings,
            order_id,
            staff.scope,
            by=staff.username,
            wanted=asked.format,
            layout=asked.layout,
            reason=asked.reason,
        )
        name = file_name(find_order(session, order_id, staff.scope), out)
    path = path_of(settings.data_dir, out.sha256)
    return FileResponse(path, media_type=FORMATS[out.format].media_type, filename=name)


@router.post("/payment-orders/{order_id}/cancel")
def cancel(database: DatabaseDep, staff: Making, order_id: Id, why: CancelIn) -> OrderShape:
    """Take back an order that did not go out: what it holds can be ordered again."""
    with database.session() as session:
        [shape] = _shapes(session, [cancel_order(session, order_id, staff, reason=why.reason)])
    return shape


def _made(session: Session, made: Made, language: Language) -> OrdersMade:
    held = [
        HeldShape(
            code=each.code,
            why=HELD[each.code].said(language),
            mend=HELD[each.code].mend(language),
            payments=each.payments,
            amount=each.amount,
            references=each.references,
        )
        for each in held_sums(made.held)
    ]
    return OrdersMade(items=_shapes(session, made.orders), held=held)


def _shapes(session: Session, orders: Sequence[PaymentOrder]) -> list[OrderShape]:
    out = exports_of(session, list(orders))
    return [
        OrderShape.model_validate(
            {
                **each.model_dump(),
                "exports": [ExportShape.model_validate(one.model_dump()) for one in out[each.id or 0]],
            }
        )
        for each in orders
    ]
