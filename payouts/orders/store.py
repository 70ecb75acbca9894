"""Payment orders as queries: those of a cycle, one with what went out, and its payments in their order."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, Select, func
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from payouts.core.errors import NotFoundError
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine, Reissue
from payouts.lists.rules import COUNTS
from payouts.orders.models import OrderExport, PaymentOrder, PaymentOrderLine

LINE = table_behind(PayoutLine)
ORDERED = table_behind(PaymentOrderLine)
REISSUE = table_behind(Reissue)

OF_LINE = ("full_name", "citizen_id", "area_code", "period")
OF_PAYMENT = (
    "bank_code",
    "account_no",
    "account_name",
    "amount",
)  # of the order to pay again, where it is one


def orders_of(session: Session, programme: str, cycle: str, scope: Scope) -> list[PaymentOrder]:
    """List the orders of a cycle within a scope, by bank and number, cancelled ones too."""
    query = select(PaymentOrder).where(
        PaymentOrder.programme == programme,
        PaymentOrder.cycle == cycle,
        *scope.conditions(programme=PaymentOrder.programme),
    )
    return list(session.exec(query.order_by(PaymentOrder.bank_code, col(PaymentOrder.number))))


def find_order(session: Session, order_id: int, scope: Scope, *, lock: bool = False) -> PaymentOrder:
    """Find an order.

    Raises:
        NotFoundError: there is none, or its programme lies outside the scope
    """
    query = select(PaymentOrder).where(PaymentOrder.id == order_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).one_or_none()
    if found is None or (scope.programmes is not None and found.programme not in scope.programmes):
        raise NotFoundError("no_such_order", f"Không có lệnh chi số {order_id}.")
    return found


def exports_of(session: Session, orders: list[PaymentOrder]) -> dict[int, list[OrderExport]]:
    """Give what went out of orders: order -> its exports, the first first."""
    found: dict[int, list[OrderExport]] = {each.id or 0: [] for each in orders}
    query = select(OrderExport).where(col(OrderExport.order_id).in_(list(found)))
    for each in session.exec(query.order_by(col(OrderExport.order_id), col(OrderExport.number))):
        found[each.order_id].append(each)
    return found


def first_export(session: Session, order_id: int) -> OrderExport | None:
    """Find the first time that an order went out; None where it never did."""
    return session.get(OrderExport, (order_id, 1))


def payments_of(
    session: Session, order_id: int, *, after: int = 0, limit: int | None = None
) -> Iterator[Row[Any]]:
    """Read the payments of an order in their order.

    Args:
        session: the transaction
        order_id: the order
        after: only those of a higher number
        limit: most of them

    Returns:
        rows of number, reference, OF_LINE, OF_PAYMENT, and `stands`: whether the list still says so
    """
    query = _payments().where(ORDERED.c.order_id == order_id, ORDERED.c.number > after)
    rows = session.execute(query.order_by(ORDERED.c.number).limit(limit).execution_options(yield_per=5_000))
    yield from rows


def changed_since(session: Session, order_id: int) -> int:
    """Count the payments of an order whose payout line a corrected list has ended or changed since."""
    query = (
        select(func.count())
        .select_from(ORDERED)
        .join(LINE, LINE.c.id == ORDERED.c.payout_line_id)
        .where(ORDERED.c.order_id == order_id, LINE.c.ended_by != COUNTS)
    )
    return int(session.execute(query).scalar_one())


def _payments() -> Select[Any]:
    said = [func.coalesce(REISSUE.c[name], LINE.c[name]).label(name) for name in OF_PAYMENT]
    query: Select[Any] = sql_select(
        ORDERED.c.number,
        ORDERED.c.reference,
        *(LINE.c[name] for name in OF_LINE),
        *said,
        (LINE.c.ended_by == COUNTS).label("stands"),
    )
    return (
        query.select_from(ORDERED)
        .join(LINE, LINE.c.id == ORDERED.c.payout_line_id)
        .outerjoin(REISSUE, REISSUE.c.id == ORDERED.c.reissue_id)
    )
