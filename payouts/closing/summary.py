"""The identity of a month at a glance: the same sums as identity.py, out of what runs keep added up.

Only lines of which verdicts alone do not say what became of them are looked at one by one, so that a page
takes no longer for 300,000 lines.
"""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session

from payouts.closing.identity import beside, from_close, from_closed
from payouts.closing.rules import BUCKETS, Figures
from payouts.closing.states import Known, known_of, special, states_of
from payouts.closing.store import close_of
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle
from payouts.runs.store import cycle_summary, done_run, find_cycle, owed_of, totals_of


def month_at_a_glance(
    session: Session, programme: str, cycle: str, scope: Scope, *, run: int | None = None
) -> dict[str, Any]:
    """Add up a cycle as runs.store.cycle_summary does, with its identity.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the areas and programmes to count
        run: number of a run, whose moment's knowledge counts; the last one by default

    Returns:
        as cycle_summary, and: identity {owed, carried_in, paid, carried_out, stopped, to_recover, difference}
        in đồng; beside {surplus, to_others}; closed {number, at, by, hash} or None

    Raises:
        NotFoundError: there is no such cycle in the scope, or no such run of it
    """
    told = cycle_summary(session, programme, cycle, scope, run=run)
    found = find_cycle(session, programme, cycle, scope)
    asked = done_run(session, found, run) if run is not None else None
    close = close_of(session, found) if asked is None else None
    if close is not None:
        closed = from_close(close, scope)
        figures, over = closed.total, (closed.surplus, closed.to_others)
    else:
        known = known_of(session, found, scope, asked.done_at if asked else None)
        figures, over = _figures(session, known), beside(session, known)
    return {
        **told,
        "identity": {**figures.as_dict(), "difference": figures.difference},
        "beside": dict(zip(("surplus", "to_others"), over, strict=True)),
        "closed": close
        and {"number": close.number, "at": close.closed_at, "by": close.closed_by, "hash": close.hash},
    }


def _figures(session: Session, known: Known) -> Figures:
    own, rows = _of_cycle(session, known, known.cycle)
    carried = _sum(rows["amount"].filter(rows["carried"]))
    own.add({"owed": -carried, "carried_in": carried})
    closed, opened = from_closed(session, known)
    if closed is not None:
        own.add({name: _sum(closed[name]) for name in ("carried_in", *BUCKETS)})
    for each in opened:
        figures, rows = _of_cycle(session, known, each)
        unpaid = figures.owed - figures.paid - figures.stopped - figures.to_recover
        moved = pc.if_else(rows["judged"], rows["carried_out"], rows["amount"]).filter(rows["moved"])
        own.add({"carried_in": unpaid - _sum(moved), "carried_out": unpaid - _sum(moved)})
    return own


def _of_cycle(session: Session, known: Known, cycle: PayoutCycle) -> tuple[Figures, pa.Table]:
    """Add up a cycle's own lines; give also the debts that were looked at one by one."""
    run_id = known.run_id(cycle) or 0
    sums = totals_of(session, [run_id], known.scope).get(run_id, {})
    judged, paid = _added(sums, "owed"), _added(sums, "paid")
    owed = judged if known.at is not None else owed_of(session, cycle, known.scope)["amount"]
    figures = Figures(owed=owed, paid=paid, carried_out=judged - paid)
    rows = states_of(session, known, cycle, special(session, known, cycle))
    figures.add({name: _sum(rows[name]) for name in BUCKETS})
    figures.add({"paid": -_sum(rows["verdict_paid"]), "carried_out": -_sum(rows["verdict_open"])})
    return figures, rows


def _added(sums: Mapping[str, Mapping[str, int]], name: str) -> int:
    return sum(each[name] for each in sums.values())


def _sum(column: pa.ChunkedArray) -> int:
    return int(pc.sum(column).as_py() or 0)
