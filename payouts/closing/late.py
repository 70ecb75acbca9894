"""What became of closed months' debts since they were closed: it belongs to the month that is open now.

A closed month says what it said. A debt that it carried out comes in here; what turns out otherwise later (a
payment that comes back, a death that was not known) comes in beside it, as late.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import or_, select
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.closing.models import ClosedDebt, MonthClose
from payouts.closing.rules import BUCKETS
from payouts.closing.states import LINE, Known, states_of, unpaid
from payouts.closing.store import standing_at
from payouts.core import arrays
from payouts.core.bulk import read_table
from payouts.core.keys import LINES_A_FILE
from payouts.core.tables import table_behind
from payouts.lists.models import PayoutCycle, PayoutList
from payouts.registry.stops import last_months, suspended_since
from payouts.runs.evidence import in_chunks

DEBT = table_behind(ClosedDebt)

# Why money of a closed month comes in late; the first that fits.
LATE = {
    "paid_too": (
        "Đã chi ở kỳ trước dù danh sách này đã chuyển sang chi",
        "Paid in an earlier month though a list carries it over",
    ),
    "not_owed": (
        "Biết sau khi khóa sổ: tháng đã chi không còn được hưởng",
        "Known after the close: what was paid was not owed any more",
    ),
    "came_back": ("Tiền bị trả lại sau khi khóa sổ", "Came back after the close"),
    "owed_again": ("Hủy dừng chi sau khi khóa sổ: lại được hưởng", "A stop was undone: owed again"),
}


def late_debts(session: Session, known: Known, close: MonthClose) -> pa.Table:
    """Say what became of the debts of closed months since.

    Args:
        session: the transaction
        known: what is known up to the month that is open
        close: the last close before it

    Returns:
        payout_line_id, cycle_id, area_code, key, carried_in (what the close carried out), late (what comes
        in beside it), why (a key of LATE; empty where nothing is late), BUCKETS: what the open month makes of
        them, and is_ and a bucket: what they are, all in all
    """
    closed = [each for each in known.cycles if each.cycle <= close.cycle]
    asked = _asked(session, known, close, closed)
    tables = [states_of(session, known, cycle, asked[cycle.id or 0]) for cycle in closed]
    now = pa.concat_tables(tables).group_by(["payout_line_id", "cycle_id", "area_code", "moved"]).aggregate([
        ("key", "min"), ("amount", "sum"), *((name, "sum") for name in BUCKETS)
    ])  # fmt: skip
    was = _was(session, known, close, now["payout_line_id"].to_pylist())
    return _since(now, was)


def _since(now: pa.Table, was: Mapping[int, tuple[int, ...]]) -> pa.Table:
    """Lay what is so now beside what the closes said: all that grew is this month's doing."""
    ids = now["payout_line_id"].to_pylist()
    amount = _ints(now["amount_sum"])
    simple = ((each, 0, 0, 0) for each in amount.tolist())
    then = np.array([was.get(key, paid) for key, paid in zip(ids, simple, strict=True)], np.int64)
    before = dict(zip(BUCKETS, then.reshape(-1, len(BUCKETS)).T, strict=True))
    after = {name: _ints(now[f"{name}_sum"]) for name in BUCKETS}
    moved = arrays.bools_of(now["moved"].combine_chunks())
    grown = {name: np.maximum(after[name] - before[name], 0) for name in BUCKETS}
    grown["carried_out"] = np.where(moved, grown["carried_out"], after["carried_out"])
    # What a later list carries over and is stopped since is stopped there, and not here too.
    passed = np.where(moved, np.maximum(before["carried_out"] - after["carried_out"], 0), 0)
    grown["stopped"] = np.maximum(grown["stopped"] - passed, 0)
    carried_in = np.where(moved, 0, before["carried_out"])
    late = np.add.reduce(list(grown.values())) - carried_in
    why = np.select(
        [late == 0, moved & (grown["paid"] > 0), grown["to_recover"] > 0, after["paid"] < before["paid"]],
        ["", "paid_too", "not_owed", "came_back"],
        "owed_again",
    )
    return pa.table({
        **{name: now[name] for name in ("payout_line_id", "cycle_id", "area_code")},
        "key": now["key_min"],
        "carried_in": arrays.numbers_of(carried_in),
        "late": arrays.numbers_of(late),
        "why": arrays.texts(why.tolist()),
        **{name: arrays.numbers_of(each) for name, each in grown.items()},
        **{f"is_{name}": arrays.numbers_of(each) for name, each in after.items()},
    })  # fmt: skip


def _asked(
    session: Session, known: Known, close: MonthClose, closed: list[PayoutCycle]
) -> Mapping[int, set[int]]:
    """Find the lines of closed months that may be otherwise now: cycle id -> keys."""
    found: dict[int, set[int]] = defaultdict(set)
    unsettled = select(DEBT.c.payout_line_id).where(
        DEBT.c.close_id == close.id,
        or_(DEBT.c.carried_out > 0, DEBT.c.stopped > 0),
        *known.scope.conditions(area=DEBT.c.area_code),
    )
    ids = [*session.execute(unsettled).scalars(), *_changed_people(session, known, close, closed)]
    lists = dict(iter(session.exec(_lists(closed))))
    for key in ids:
        found[lists[key // LINES_A_FILE]].add(key)
    for cycle in closed:
        if known.run_id(cycle) != close.runs.get(cycle.cycle):
            found[cycle.id or 0] |= unpaid(session, known, cycle)
    return found


def _lists(closed: list[PayoutCycle]) -> Any:
    return pick(PayoutList.id, PayoutList.cycle_id).where(
        col(PayoutList.cycle_id).in_([each.id for each in closed])
    )


def _changed_people(
    session: Session, known: Known, close: MonthClose, closed: list[PayoutCycle]
) -> Iterable[int]:
    """Yield the lines of people who were stopped or suspended since, or are no more."""
    then = (
        last_months(session, at=close.closed_at),
        suspended_since(session, close.programme, at=close.closed_at),
    )
    changed = {
        number
        for before, now in zip(then, (known.last_months, known.suspended), strict=True)
        for number in {*before, *now}
        if before.get(number) != now.get(number)
    }
    for chunk in in_chunks(sorted(changed)):
        yield from session.execute(
            select(LINE.c.id).where(
                LINE.c.citizen_id.in_(chunk),
                LINE.c.cycle_id.in_([each.id for each in closed]),
                LINE.c.ended_by == 0,
                *known.scope.conditions(area=LINE.c.area_code),
            )
        ).scalars()


def _was(session: Session, known: Known, close: MonthClose, ids: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Read what the closes said last of lines: key -> đồng in each of BUCKETS; others were paid in full."""
    standing = pick(MonthClose.id, MonthClose.cycle).where(
        MonthClose.programme == close.programme,
        col(MonthClose.cycle) <= close.cycle,
        standing_at(known.at),
    )
    months = dict(iter(session.exec(standing)))
    found: dict[int, tuple[str, tuple[int, ...]]] = {}
    columns = [DEBT.c[name] for name in ("close_id", "payout_line_id", *BUCKETS)]
    for chunk in in_chunks(ids):
        rows = read_table(session, select(*columns).where(DEBT.c.payout_line_id.in_(chunk)))
        for close_id, key, *buckets in zip(*(column.to_pylist() for column in rows.columns), strict=True):
            if close_id in months and months[close_id] >= found.get(key, ("",))[0]:
                found[key] = (months[close_id], tuple(buckets))
    return {key: buckets for key, (_, buckets) in found.items()}


def _ints(column: pa.ChunkedArray) -> Any:
    return arrays.ints_of(pc.fill_null(column, 0).combine_chunks())
