"""Makes the payment orders of a cycle: one for each bank, of all that no order holds yet."""

import datetime as dt
import hashlib
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, select

from payouts.core import arrays, clock
from payouts.core.bulk import insert_table
from payouts.core.columns import exact_sum
from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.core.notes import tidied
from payouts.core.tables import table_behind
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, Reissue
from payouts.orders.holding import payments
from payouts.orders.models import PayerAccount, PaymentOrder, PaymentOrderLine
from payouts.orders.store import find_order, first_export
from payouts.runs.evidence import in_chunks
from payouts.runs.store import find_cycle

ORDERED = table_behind(PaymentOrderLine)
LONGEST_WAIT = dt.timedelta(days=60)  # until an order is to be carried out
LONGEST_MESSAGE_ID = 35  # characters, by ISO 20022


@dataclass(frozen=True, slots=True)
class Made:
    """What ordering came to.

    Attributes:
        orders: those made just now, by bank
        held: rows of orders.holding.payments that were held back
    """

    orders: list[PaymentOrder]
    held: pa.Table


def make_orders(
    session: Session,
    programme: str,
    cycle: str,
    scope: Scope,
    *,
    by: str,
    payer: str,
    execute_on: dt.date | None = None,
) -> Made:
    """Order all payments of a cycle that no order holds and nothing holds back, and debts to be paid again.

    Called again it orders what has come since: a further list, a debt to be paid again.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the programmes of who orders; no area may bound it
        by: the username
        payer: who pays, where a bank has no payer's account on record
        execute_on: the day on which banks are to pay; the cycle's first by default, never one that is over

    Raises:
        NotFoundError: no such cycle in the scope
        ForbiddenError: `all_areas_needed`
        RefusedError: `bad_execution_day`
        ConflictError: `ordered_meanwhile`, somebody orders the same at this moment
    """
    found = find_cycle(session, programme, cycle, scope)
    if scope.areas is not None:
        raise ForbiddenError("all_areas_needed", "Việc này cần quyền xem mọi xã/phường.")
    day = execute_on or max(clock.today(), found.opens_on)
    if not clock.today() <= day <= clock.today() + LONGEST_WAIT:
        raise RefusedError(
            "bad_execution_day",
            f"Ngày chi phải từ hôm nay đến {LONGEST_WAIT.days} ngày tới, ví dụ 25/11/2026.",
        )
    session.exec(select(PayoutCycle.id).where(PayoutCycle.id == found.id).with_for_update()).one()
    asked = payments(session, found)
    free = asked.filter(pc.is_null(asked["held"]))
    try:
        with session.begin_nested():
            orders = [
                _order(session, found, bank, free, by=by, payer=payer, day=day)
                for bank in sorted(pc.unique(free["bank_code"]).to_pylist())
            ]
    except IntegrityError:
        raise ConflictError(
            "ordered_meanwhile", "Người khác vừa lập lệnh chi cho kỳ này. Hãy tải lại trang."
        ) from None
    _gone_out(session, free, by)
    for order in orders:
        told = {"message_id": order.message_id, "lines": order.lines, "amount": order.amount}
        audit.note(session, by, "order.made", f"payment order {order.id}", **told)
    return Made(orders, asked.filter(pc.is_valid(asked["held"])))


def cancel_order(session: Session, order_id: int, staff: Staff, *, reason: str) -> PaymentOrder:
    """Take back an order that did not go out: what it holds can be ordered again.

    Args:
        session: the transaction
        order_id: the order
        staff: who takes it back
        reason: why, in words

    Raises:
        NotFoundError: no such order in the scope
        ConflictError: it went out, or is taken back already
        RefusedError: no reason
    """
    order = find_order(session, order_id, staff.scope, lock=True)
    if order.cancelled_at is not None:
        raise ConflictError("order_cancelled", "Lệnh chi này đã hủy.")
    if first_export(session, order_id) is not None:
        raise ConflictError(
            "order_gone_out", "Lệnh chi này đã tải xuống để gửi ngân hàng nên không hủy được nữa."
        )
    order.cancelled_why = tidied(reason, needed=True)
    order.cancelled_at, order.cancelled_by = clock.now(), staff.username
    session.add(order)
    again = select(PaymentOrderLine.reissue_id).where(
        PaymentOrderLine.order_id == order_id, col(PaymentOrderLine.reissue_id).is_not(None)
    )
    session.execute(
        update(Reissue).where(col(Reissue.id).in_(again)).values(ordered_at=None, ordered_by=None)
    )
    session.execute(update(ORDERED).where(ORDERED.c.order_id == order_id).values(cancelled=order_id))
    session.flush()
    audit.note(session, staff.who, "order.cancelled", f"payment order {order_id}", reason=order.cancelled_why)
    return order


def _order(
    session: Session,
    cycle: PayoutCycle,
    bank: str,
    free: pa.Table,
    *,
    by: str,
    payer: str,
    day: dt.date,
) -> PaymentOrder:
    """Make the order to one bank, with its lines in the order of lists and rows."""
    lines = free.filter(pc.equal(free["bank_code"], arrays.one(bank)))
    lines = lines.sort_by("payout_line_id").combine_chunks()
    account = session.get(PayerAccount, bank)
    last = select(func.max(PaymentOrder.number)).where(
        PaymentOrder.cycle_id == cycle.id, PaymentOrder.bank_code == bank
    )
    number = (session.exec(last).one() or 0) + 1
    order = PaymentOrder(
        cycle_id=cycle.id or 0,
        programme=cycle.programme,
        cycle=cycle.cycle,
        bank_code=bank,
        number=number,
        message_id=message_id(cycle.programme, cycle.cycle, bank, number),
        lines=lines.num_rows,
        amount=exact_sum(lines["amount"]),
        execute_on=day,
        debtor_account=account.account_no if account else None,
        debtor_name=account.holder if account else payer,
        made_at=clock.now(),
        made_by=by,
    )
    session.add(order)
    session.flush()
    of_order = arrays.numbers_of(np.full(lines.num_rows, order.id, np.int64))
    rows = lines.select(["reference", "payout_line_id", "reissue_id"]).append_column("order_id", of_order)
    insert_table(session, ORDERED, rows.append_column("number", arrays.counting(1, lines.num_rows)))
    return order


def message_id(programme: str, cycle: str, bank: str, number: int) -> str:
    """Name an order: at most 35 signs of those that every bank takes, the same whenever it is made again."""
    told = f"{programme.replace('_', '-')}-{cycle.replace('-', '')}-{bank}-{number:02}"
    if len(told) <= LONGEST_MESSAGE_ID:
        return told
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()


def _gone_out(session: Session, free: pa.Table, by: str) -> None:
    """Mark the debts to be paid again that an order holds now."""
    again = free["reissue_id"].drop_null().to_pylist()
    for chunk in in_chunks(again):
        out = update(Reissue).where(col(Reissue.id).in_(chunk))
        session.execute(out.values(ordered_at=clock.now(), ordered_by=by))
