"""The list of a ward by which money is paid out by hand, against a signature."""

from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from payouts.core.errors import NotFoundError
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine, Voucher
from payouts.lists.rules import COUNTS
from payouts.orders.rules import BY_HAND
from payouts.registry.stops import last_months, suspended_since

MOST = 5_000  # lines of a ward


@dataclass(frozen=True, slots=True)
class CashLine:
    """A payment by hand.

    Attributes:
        line: the payout line
        held: a key of orders.rules.HELD where it must not be paid; empty where it may
        voucher: number of the voucher that was signed, where there is one
    """

    line: PayoutLine
    held: str
    voucher: str | None


@dataclass(frozen=True, slots=True)
class WardCash:
    """What is paid by hand in a ward: lines, and đồng."""

    area_code: str | None
    lines: int
    amount: int


def wards_with_cash(session: Session, cycle: PayoutCycle, scope: Scope) -> list[WardCash]:
    """Add up by ward what is paid by hand, within a scope."""
    rows = session.exec(
        select(PayoutLine.area_code, func.count(), func.sum(PayoutLine.amount))
        .where(
            PayoutLine.cycle_id == cycle.id,
            PayoutLine.ended_by == COUNTS,
            col(PayoutLine.channel).in_(BY_HAND),
            *scope.conditions(area=PayoutLine.area_code),
        )
        .group_by(PayoutLine.area_code)
        .order_by(PayoutLine.area_code)
    )
    return [WardCash(area, lines, int(amount)) for area, lines, amount in rows]


def cash_list(session: Session, cycle: PayoutCycle, area: str, scope: Scope) -> list[CashLine]:
    """List what is paid by hand in a ward, by hamlet and in the order of the lists.

    Args:
        session: the transaction
        cycle: the cycle
        area: ward code
        scope: the areas of who prints it

    Raises:
        NotFoundError: the ward lies outside the scope
    """
    if not scope.covers(area=area, programme=cycle.programme):
        raise NotFoundError("no_such_ward", "Xã/phường này không thuộc phạm vi của bạn.")
    rows = session.exec(
        select(PayoutLine, Voucher.number)
        .outerjoin(Voucher, col(Voucher.payout_line_id) == PayoutLine.id)
        .where(
            PayoutLine.cycle_id == cycle.id,
            PayoutLine.area_code == area,
            PayoutLine.ended_by == COUNTS,
            col(PayoutLine.channel).in_(BY_HAND),
        )
        .order_by(func.coalesce(PayoutLine.hamlet, ""), col(PayoutLine.id))
        .limit(MOST)
    )
    last, since = last_months(session), suspended_since(session, cycle.programme)

    def held(line: PayoutLine) -> str:
        number, month = line.citizen_id or "", line.period or cycle.cycle
        if number in last and month > last[number]:
            return "stopped"
        return "suspended" if number in since and month >= since[number] else ""

    return [CashLine(line, held(line), voucher) for line, voucher in rows]
