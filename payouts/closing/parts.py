"""What became of each part of the amounts: this month, carried over, arrears, one-off; kept to the end.

A line that is paid in part pays the oldest debt first: what is carried over, then arrears, then this month,
then what is paid once. What is deducted is taken off this month first, then arrears, then what is paid once.
A line that gives no parts is of this month, or arrears where its period is an earlier one.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select
from sqlmodel import Session

from payouts.closing.rules import Money
from payouts.closing.states import LINE, Known
from payouts.core import arrays
from payouts.core.bulk import read_table
from payouts.lists.models import PayoutCycle
from payouts.lists.rules import COUNTS

CARRIED = "amount_carried_over"
PAID_IN_ORDER = ("amount_arrears", "amount_current", "amount_one_off")  # after what is carried over
TAKEN_IN_ORDER = ("amount_current", "amount_arrears", "amount_one_off")
SHOWN = ("amount_current", CARRIED, "amount_arrears", "amount_one_off")


def by_part(session: Session, known: Known, rows: pa.Table) -> dict[str, dict[str, int]]:
    """Add a month's own debts up by part of the amount.

    Args:
        session: the transaction
        known: what is known of the month
        rows: of the month, as states.states gives them, whole

    Returns:
        part of SHOWN -> owed and BUCKETS, in đồng, after what is deducted; parts without money are left out
    """
    carried = rows.filter(rows["carried"])
    own = rows.filter(pc.invert(rows["carried"]))
    gross = _gross(session, known.cycle, own)
    net = _without_deducted(gross, _ints(own["amount"]))
    made = {CARRIED: _became(carried, _ints(carried["amount"]), _got(carried))}
    left = _got(own)
    for name in PAID_IN_ORDER:
        paid = np.minimum(net[name], left)
        left -= paid
        made[name] = _became(own, net[name], paid)
    return {name: made[name] for name in SHOWN if made[name]["owed"]}


def _gross(session: Session, cycle: PayoutCycle, own: pa.Table) -> dict[str, Money]:
    """Give the parts of own debts as lists state them; what states none is all of one part."""
    told = read_table(
        session,
        select(LINE.c.id, LINE.c.period, *(LINE.c[name] for name in PAID_IN_ORDER)).where(
            LINE.c.cycle_id == cycle.id, LINE.c.ended_by == COUNTS
        ),
    )
    month = arrays.one(cycle.cycle)
    place = pc.index_in(own["payout_line_id"], told["id"])
    lines = told.take(place)
    parts = {name: _ints(pc.fill_null(lines[name], arrays.one(0))) for name in PAID_IN_ORDER}
    silent = np.logical_and.reduce([~_flags(pc.is_valid(lines[name])) for name in PAID_IN_ORDER])
    older = _flags(pc.less(pc.fill_null(lines["period"], month), month))
    amount = _ints(own["amount"])
    for name, when in (("amount_arrears", older), ("amount_current", ~older)):
        parts[name] = np.where(silent & when, amount, parts[name])
    return parts


def _without_deducted(gross: dict[str, Money], amount: Money) -> dict[str, Money]:
    """Take off what is deducted, part by part, so that the parts make up what is owed."""
    taken = np.maximum(np.add.reduce(list(gross.values())) - amount, 0)
    net = dict(gross)
    for name in TAKEN_IN_ORDER:
        off = np.minimum(net[name], taken)
        net[name], taken = net[name] - off, taken - off
    return net


def _became(rows: pa.Table, owed: Money, got: Money) -> dict[str, int]:
    """Say what became of one part: what was got of it goes where the debt's money went."""
    rest = np.where(_flags(rows["judged"]), owed - got, 0)
    undue, held = _ints(rows["to_recover"]) > 0, _ints(rows["stopped"]) > 0
    told = {
        "owed": owed,
        "paid": np.where(undue, 0, got),
        "carried_out": np.where(held, 0, rest),
        "stopped": np.where(held, rest, 0),
        "to_recover": np.where(undue, got, 0),
    }
    return {name: int(each.sum()) for name, each in told.items()}


def _got(rows: pa.Table) -> Money:
    return _ints(rows["paid"]) + _ints(rows["to_recover"])


def _ints(column: pa.ChunkedArray) -> Money:
    return arrays.ints_of(column.combine_chunks())


def _flags(column: pa.ChunkedArray) -> np.ndarray:
    return arrays.bools_of(column.combine_chunks())
