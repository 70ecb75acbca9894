"""What became of payout lines, as runs, stops, suspensions and vouchers say, now or at an earlier moment."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.closing.rules import BUCKETS, become
from payouts.core import arrays
from payouts.core.bulk import read_table
from payouts.core.tables import table_behind
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutCycle, PayoutLine, Voucher
from payouts.lists.parts import PARTS
from payouts.lists.rules import COUNTS
from payouts.registry.stops import last_months, suspended_since
from payouts.runs.evidence import in_chunks
from payouts.runs.models import NOT_PAID, Run, Verdict
from payouts.runs.rules import RIGHT_PERSON

CYCLE = table_behind(PayoutCycle)
LINE = table_behind(PayoutLine)
VERDICT = table_behind(Verdict)
VOUCHER = table_behind(Voucher)
LATER, EARLIER = LINE.alias("later"), LINE.alias("earlier")

CARRIES = or_(LINE.c.amount_carried_over.is_not(None), LINE.c.carried_from.is_not(None))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a programme's months up to one, at a moment.

    Attributes:
        at: the moment; None: now
        cycles: the cycles, the earliest first
        runs: cycle id -> its last run done then; cycles without one are left out
        last_months: identity number -> the last month that is owed
        suspended: identity number -> the first month that is suspended
        scope: the areas that count
    """

    at: dt.datetime | None
    cycles: list[PayoutCycle]
    runs: dict[int, Run]
    last_months: dict[str, str]
    suspended: dict[str, str]
    scope: Scope

    @property
    def cycle(self) -> PayoutCycle:
        """The month itself."""
        return self.cycles[-1]

    @property
    def numbers(self) -> list[str]:
        """The identity numbers of all of whom something is stopped or suspended."""
        month = self.cycle.cycle
        held = {each for each, last in self.last_months.items() if last < month}
        return sorted(held | set(self.suspended))

    def run_id(self, cycle: PayoutCycle) -> int | None:
        """Give the run of a cycle that was the last."""
        run = self.runs.get(cycle.id or 0)
        return run.id if run else None


def known_of(
    session: Session, cycle: PayoutCycle, scope: Scope = EVERYTHING, at: dt.datetime | None = None
) -> Known:
    """Read what is known of a month and those before it.

    Args:
        session: the transaction
        cycle: the month
        scope: the areas that count
        at: the moment; now by default
    """
    earlier = pick(PayoutCycle).where(
        PayoutCycle.programme == cycle.programme, PayoutCycle.cycle <= cycle.cycle
    )
    cycles = list(session.exec(earlier.order_by(PayoutCycle.cycle)))
    done = pick(Run).where(Run.state == "done", col(Run.cycle_id).in_([each.id for each in cycles]))
    if at is not None:
        done = done.where(col(Run.done_at) <= at)
    runs = {run.cycle_id: run for run in session.exec(done.order_by(col(Run.number)))}  # the last one stays
    return Known(
        at,
        cycles,
        runs,
        last_months(session, at=at),
        suspended_since(session, cycle.programme, at=at),
        scope,
    )


def states(session: Session, known: Known, cycle: PayoutCycle, *which: ColumnElement[bool]) -> pa.Table:
    """Say what became of payout lines of a cycle: one row a debt, two for a line that carries money over.

    Args:
        session: the transaction
        known: what is known
        cycle: whose lines
        which: conditions on LINE, all of the cycle's by default

    Returns:
        payout_line_id, line_ref, cycle_id, area_code, key (person and month), carried (of an earlier month),
        moved (a later list carries it over), judged, amount, BUCKETS, and what the verdict alone says:
        verdict_paid and verdict_open; an unjudged debt is in no bucket
    """
    return _become(read_table(session, _query(known, cycle, *which)), known, cycle)


def states_of(session: Session, known: Known, cycle: PayoutCycle, ids: Iterable[int]) -> pa.Table:
    """As `states`, of the lines with these keys."""
    found = [states(session, known, cycle, LINE.c.id.in_(chunk)) for chunk in in_chunks(sorted(set(ids)))]
    return pa.concat_tables(found) if found else states(session, known, cycle, literal(value=False))


def special(session: Session, known: Known, cycle: PayoutCycle) -> set[int]:
    """Find the lines of a cycle of which verdicts alone do not say what became of them.

    Those are lines of people who are stopped or suspended, with a voucher though no bank paid, that carry
    money over, and whose money a later list carries over.
    """
    mine = (LINE.c.cycle_id == cycle.id, *known.scope.conditions(area=LINE.c.area_code))
    keys = select(LINE.c.id).where(*mine)
    asked: list[Select[tuple[int]]] = [
        keys.where(LINE.c.citizen_id.in_(chunk)) for chunk in in_chunks(known.numbers)
    ]
    asked += [keys.where(CARRIES), keys.where(LINE.c.line_ref.in_(_carried_on(known)))]
    vouched = exists().where(VOUCHER.c.payout_line_id == VERDICT.c.payout_line_id)
    asked.append(
        select(VERDICT.c.payout_line_id).where(
            VERDICT.c.run_id == known.run_id(cycle),
            NOT_PAID,
            vouched,
            *known.scope.conditions(area=VERDICT.c.area_code),
        )
    )
    return {key for query in asked for key in session.execute(query).scalars()}


def unpaid(session: Session, known: Known, cycle: PayoutCycle) -> set[int]:
    """Find the lines of a cycle that its last run does not call paid."""
    query = select(VERDICT.c.payout_line_id).where(
        VERDICT.c.run_id == known.run_id(cycle),
        NOT_PAID,
        *known.scope.conditions(area=VERDICT.c.area_code),
    )
    return set(session.execute(query).scalars())


def _carried_on(known: Known) -> Select[tuple[str]]:
    """Select the references of lines whose money a line of these months carries over."""
    return select(LATER.c.carried_from).where(
        LATER.c.carried_from.is_not(None),
        LATER.c.ended_by == COUNTS,
        LATER.c.cycle_id.in_([each.id for each in known.cycles]),
    )


def _query(known: Known, cycle: PayoutCycle, *which: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    run_id = known.run_id(cycle)
    its_verdict = and_(VERDICT.c.run_id == run_id, VERDICT.c.payout_line_id == LINE.c.id)
    vouched = exists().where(
        VOUCHER.c.payout_line_id == LINE.c.id,
        *([VOUCHER.c.recorded_at <= known.at] if known.at is not None else []),
    )
    no_parts = and_(*(LINE.c[name].is_(None) for name in PARTS))
    carried = case(
        (and_(LINE.c.carried_from.is_not(None), no_parts), LINE.c.amount),
        else_=func.coalesce(LINE.c.amount_carried_over, 0),
    )
    source = (
        select(func.min(func.coalesce(EARLIER.c.period, CYCLE.c.cycle)))
        .join(CYCLE, CYCLE.c.id == EARLIER.c.cycle_id)
        .where(EARLIER.c.line_ref == LINE.c.carried_from)
        .scalar_subquery()
    )
    moved = LINE.c.line_ref.in_(_carried_on(known))
    query = select(
        LINE.c.id.label("payout_line_id"),
        func.coalesce(LINE.c.area_code, "").label("area_code"),
        func.coalesce(LINE.c.citizen_id, "").label("citizen_id"),
        LINE.c.line_ref,
        func.coalesce(LINE.c.period, cycle.cycle).label("month"),
        LINE.c.amount,
        carried.label("of_before"),
        LINE.c.carried_from,
        case((LINE.c.carried_from.is_not(None), source)).label("month_before"),
        VERDICT.c.verdict,
        func.coalesce(VERDICT.c.settled, 0).label("settled"),
        vouched.label("voucher"),
        moved.label("moved"),
    )
    if known.at is None:
        lines = LINE.outerjoin(VERDICT, its_verdict)
        counted: tuple[ColumnElement[bool], ...] = (LINE.c.cycle_id == cycle.id, LINE.c.ended_by == COUNTS)
    else:
        lines, counted = LINE.join(VERDICT, its_verdict), ()
    scoped = known.scope.conditions(area=LINE.c.area_code)
    return query.select_from(lines).where(*counted, *scoped, *which)


def _become(rows: pa.Table, known: Known, cycle: PayoutCycle) -> pa.Table:
    amount, settled = _ints(rows["amount"]), _ints(rows["settled"])
    voucher, judged = _flags(rows["voucher"]), _flags(pc.is_valid(rows["verdict"]))
    right = _flags(pc.is_in(rows["verdict"], pa.array(sorted(RIGHT_PERSON))))
    banked = np.where(right, np.minimum(amount, settled), 0)
    paid = np.where(voucher, amount, banked)
    before = np.minimum(_ints(rows["of_before"]), amount)
    last = _looked_up(rows["citizen_id"], known.last_months)
    suspended = _after(rows["month"], _looked_up(rows["citizen_id"], known.suspended), same=True)
    person = pc.if_else(pc.equal(rows["citizen_id"], ""), rows["line_ref"], rows["citizen_id"])
    known_now = judged | voucher
    told = {
        "payout_line_id": rows["payout_line_id"],
        "line_ref": rows["line_ref"],
        "area_code": rows["area_code"],
        "moved": rows["moved"],
        "judged": arrays.flags(known_now),
    }
    paid_before, banked_before = np.minimum(paid, before), np.minimum(banked, before)
    own = (amount - before, paid - paid_before, banked - banked_before)
    halves = (
        (False, *own, rows["month"], (before == 0) | (amount > before)),
        (True, before, paid_before, banked_before, rows["month_before"], before > 0),
    )
    keys = (arrays.one(cycle.cycle), pc.coalesce(rows["month_before"], rows["carried_from"], arrays.one("?")))
    made = []
    for (carried, owed, got, told_paid, month, there), of in zip(halves, keys, strict=True):
        buckets = become(owed, got, undue=_after(month, last), suspended=suspended)
        size = rows.num_rows
        columns = {
            **told,
            "cycle_id": arrays.numbers_of(np.full(size, cycle.id)),
            "key": pc.binary_join_element_wise(person, of, arrays.one(f"{carried:d}"), "|"),
            "carried": arrays.flags(np.full(size, carried)),
            "amount": arrays.numbers_of(owed),
            **{name: arrays.numbers_of(np.where(known_now, buckets[name], 0)) for name in BUCKETS},
            "verdict_paid": arrays.numbers_of(told_paid),
            "verdict_open": arrays.numbers_of(np.where(judged, owed - told_paid, 0)),
        }
        made.append(pa.table(columns).filter(arrays.flags(there)))
    return pa.concat_tables(made)


def _after(month: pa.ChunkedArray, last: pa.ChunkedArray, *, same: bool = False) -> np.ndarray:
    later = (pc.greater_equal if same else pc.greater)(month, last)
    return _flags(pc.fill_null(later, False))


def _looked_up(numbers: pa.ChunkedArray, known: Mapping[str, str]) -> pa.ChunkedArray:
    values = pa.chunked_array([arrays.texts(list(known.values()))])
    return values.take(pc.index_in(numbers, arrays.texts(list(known))))


def _ints(column: pa.ChunkedArray) -> np.ndarray:
    return arrays.ints_of(column.combine_chunks())


def _flags(column: pa.ChunkedArray) -> np.ndarray:
    return arrays.bools_of(column.combine_chunks())
