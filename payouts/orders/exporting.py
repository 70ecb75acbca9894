"""Lets an order go out as a file: recorded, once by itself, and again only with a reason."""

from collections.abc import Callable, Iterable, Iterator

from sqlmodel import Session, func, select

from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.core.settings import Settings
from payouts.core.storage import arriving
from payouts.identity import audit
from payouts.identity.scope import Scope
from payouts.orders.layouts import layout_named
from payouts.orders.models import OrderExport, PaymentOrder
from payouts.orders.pain001 import pain001
from payouts.orders.payment import Payment, payments
from payouts.orders.rules import FORMATS, USUAL_FORMAT, USUAL_LAYOUT
from payouts.orders.sheets import csv_order, xlsx_order
from payouts.orders.store import find_order, first_export, payments_of

Writer = Callable[[PaymentOrder, Iterable[Payment], str, str], Iterable[bytes]]


def _xlsx(order: PaymentOrder, told: Iterable[Payment], layout: str, currency: str) -> Iterator[bytes]:
    yield xlsx_order(order, told, layout_named(layout), currency)


WRITERS: dict[str, Writer] = {
    "pain.001": lambda order, told, _layout, currency: pain001(order, told, currency),
    "csv": lambda order, told, layout, currency: csv_order(order, told, layout_named(layout), currency),
    "xlsx": _xlsx,
}


def export_order(
    session: Session,
    settings: Settings,
    order_id: int,
    scope: Scope,
    *,
    by: str,
    wanted: str = USUAL_FORMAT,
    layout: str = USUAL_LAYOUT,
    reason: str = "",
) -> OrderExport:
    """Write an order as a file, keep its bytes, and record that it went out.

    Args:
        session: the transaction
        settings: where the bytes go, and the currency
        order_id: the order
        scope: the programmes of who sends it
        by: the username
        wanted: a key of rules.FORMATS
        layout: of a CSV or XLSX
        reason: why again, in words; needed where it went out before, as whatever it did

    Returns:
        the record; the bytes lie in core.storage under its digest

    Raises:
        NotFoundError: no such order in the scope, or no such layout
        RefusedError: no such format, or a layout that is broken
        ConflictError: `order_cancelled`; `exported_already`: it went out and no reason is given
    """
    order = find_order(session, order_id, scope, lock=True)
    if wanted not in FORMATS:
        raise RefusedError("no_such_format", f"Hãy chọn một trong: {', '.join(FORMATS)}.")
    if order.cancelled_at is not None:
        raise ConflictError("order_cancelled", "Lệnh chi này đã hủy.")
    before = first_export(session, order_id)
    if before is not None and not reason.strip():
        raise _out_already(before)
    named = layout if FORMATS[wanted].laid_out else None
    with arriving(settings.data_dir) as arrival:
        told = payments(order, payments_of(session, order_id))
        for piece in WRITERS[wanted](order, told, layout, settings.currency):
            arrival.write(piece)
        stored = arrival.keep()
    last = select(func.max(OrderExport.number)).where(OrderExport.order_id == order_id)
    out = OrderExport(
        order_id=order_id,
        number=(session.exec(last).one() or 0) + 1,
        format=wanted,
        layout=named,
        sha256=stored.sha256,
        size=stored.size,
        at=clock.now(),
        by=by,
        reason=tidied(reason, needed=True) if before else None,
    )
    add_once(session, out, ConflictError("exported_already", "Lệnh chi này vừa được tải xuống."))
    told_of = {"format": wanted, "sha256": stored.sha256, "number": out.number, "reason": out.reason}
    audit.note(session, by, "order.exported", f"payment order {order_id}", **told_of)
    return out


def file_name(order: PaymentOrder, out: OrderExport) -> str:
    """Name the file of an order that went out."""
    return order.message_id + FORMATS[out.format].suffix


def _out_already(before: OrderExport) -> ConflictError:
    when = f"{before.at.astimezone(clock.VIETNAM):%d/%m/%Y %H:%M}"
    return ConflictError(
        "exported_already",
        f"Lệnh chi này đã được {before.by} tải xuống lúc {when}. Gửi ngân hàng hai lần là chi hai lần; "
        "nếu cần tải lại, hãy ghi lý do.",
    )
