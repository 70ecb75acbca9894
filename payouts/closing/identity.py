"""The sum that has to tie: owed + carried in = paid + carried out + stopped + to recover, ward by ward.

What comes in from before: of a programme whose last month was closed, what that close carried out, and what
became known of closed months since (late facts); of months that nobody closed, what they leave unpaid now.
"""

import datetime as dt
import functools
import json
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session

from payouts.closing.late import late_debts
from payouts.closing.models import MonthClose
from payouts.closing.rules import BUCKETS, SIDES, Figures, summed
from payouts.closing.states import Known, known_of, states
from payouts.closing.store import close_before, close_of
from payouts.core import arrays
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import PayoutCycle
from payouts.runs.rules import RIGHT_PERSON
from payouts.runs.store import find_cycle, totals_of


@dataclass(slots=True)
class Identity:
    """The figures of a month that have to tie.

    Attributes:
        programme: e.g. BTXH
        cycle: 2026-11
        run: number of the run that it stands on; None where none is done
        as_of: the day as of which that run judged
        wards: area code (empty where lines name none) -> đồng
        people: the same in people; somebody counts once for each month whose money is at stake
        before: of these figures in đồng, what came of debts of earlier months
        late: of carried_in, what became known of closed months after their close: a key of late.LATE -> đồng
        surplus: đồng that settled beyond what was owed, to the right person
        to_others: đồng that settled to another account or name
        close: the close of the month that stands; its figures are these
    """

    programme: str
    cycle: str
    run: int | None = None
    as_of: dt.date | None = None
    wards: dict[str, Figures] = field(default_factory=dict)
    people: dict[str, Figures] = field(default_factory=dict)
    before: Figures = field(default_factory=Figures)
    late: dict[str, int] = field(default_factory=dict)
    surplus: int = 0
    to_others: int = 0
    close: MonthClose | None = None

    @property
    def total(self) -> Figures:
        """Add the wards up, in đồng."""
        return _together(self.wards)

    @property
    def total_people(self) -> Figures:
        """Add the wards up, in people."""
        return _together(self.people)


def identity(
    session: Session,
    programme: str,
    cycle: str,
    scope: Scope = EVERYTHING,
    *,
    at: dt.datetime | None = None,
) -> Identity:
    """Add a month up by ward, in đồng and in people.

    A closed month says what it said when it was closed. All payout lines are read: 300,000 take seconds.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        scope: the areas and programmes that count
        at: the moment whose knowledge is asked for: runs, stops, vouchers and closes until then; now by
            default

    Raises:
        NotFoundError: there is no such cycle in the scope
    """
    found = find_cycle(session, programme, cycle, scope)
    close = close_of(session, found, at)
    return from_close(close, scope) if close else reckoned(session, found, scope, at=at)


def reckoned(
    session: Session, cycle: PayoutCycle, scope: Scope = EVERYTHING, *, at: dt.datetime | None = None
) -> Identity:
    """Add a month up anew, as if nobody had closed it; arguments as `identity`."""
    known = known_of(session, cycle, scope, at)
    return add_up(session, known, states(session, known, cycle), from_before(session, known))


def add_up(session: Session, known: Known, own: pa.Table, earlier: pa.Table) -> Identity:
    """Add debts up to the identity of a month.

    Args:
        session: the transaction
        known: what is known of the month
        own: its debts, as states.states gives them
        earlier: the debts of earlier months, as from_before gives them
    """
    cycle, run = known.cycle, known.runs.get(known.cycle.id or 0)
    wards, people = summed(pa.concat_tables([_own(own), earlier.select(_COLUMNS)]))
    made = Identity(cycle.programme, cycle.cycle, wards=wards, people=people)
    if run is not None:
        made.run, made.as_of = run.number, run.as_of
    made.before.add({name: _sum(earlier[name]) for name in (*SIDES, *BUCKETS)})
    late = earlier.filter(pc.greater(earlier["late"], arrays.one(0)))
    for row in late.group_by("why").aggregate([("late", "sum")]).to_pylist():
        made.late[row["why"]] = int(row["late_sum"])
    made.surplus, made.to_others = beside(session, known)
    return made


def beside(session: Session, known: Known) -> tuple[int, int]:
    """Give the đồng that stand beside: surplus of the right person, and what was sent to others."""
    run_id = known.run_id(known.cycle) or 0
    sums = totals_of(session, [run_id], known.scope).get(run_id, {})
    over = {name: each["settled"] - each["paid"] for name, each in sums.items()}
    surplus = sum(amount for name, amount in over.items() if name in RIGHT_PERSON)
    return surplus, sum(over.values()) - surplus


_ALL_IN_ALL = tuple(f"is_{name}" for name in BUCKETS)
_COLUMNS = ["area_code", "key", *SIDES, *BUCKETS]


def _own(rows: pa.Table) -> pa.Table:
    """Put the amounts of a month's own debts on the side that they come from."""
    nothing = arrays.one(0)
    sides = {
        "owed": pc.if_else(rows["carried"], nothing, rows["amount"]),
        "carried_in": pc.if_else(rows["carried"], rows["amount"], nothing),
    }
    return pa.table({
        **{name: rows[name] for name in ("area_code", "key")},
        **sides,
        **{name: rows[name] for name in BUCKETS},
    })  # fmt: skip


def from_before(session: Session, known: Known) -> pa.Table:
    """Say what comes into a month from earlier ones, debt by debt.

    Args:
        session: the transaction
        known: what is known of the month and those before it

    Returns:
        payout_line_id, cycle_id, area_code, key, late, why, đồng in SIDES and BUCKETS, and is_ and a bucket:
        what became of them, all in all
    """
    closed, opened = from_closed(session, known)
    parts = [_left_open(states(session, known, each)) for each in opened]
    if closed is not None:
        parts.append(closed)
    return pa.concat_tables(parts) if parts else _left_open(states(session, known, known.cycle).slice(0, 0))


def from_closed(session: Session, known: Known) -> tuple[pa.Table | None, list[PayoutCycle]]:
    """Say what comes into a month from closed ones, as `from_before`; and which months before it are open."""
    close = close_before(session, known.cycle, known.at)
    opened = [each for each in known.cycles[:-1] if close is None or each.cycle > close.cycle]
    if close is None:
        return None, opened
    closed = late_debts(session, known, close)
    return _passed_on(closed) if opened else _came_in(closed), opened


def left_open(rows: pa.Table) -> pa.ChunkedArray:
    """Say what debts of an open month leave unpaid, in đồng; one that a later list carries leaves nothing."""
    rest = pc.if_else(rows["judged"], rows["carried_out"], rows["amount"])
    return pc.if_else(rows["moved"], arrays.one(0), rest)


def _came_in(closed: pa.Table) -> pa.Table:
    """Count debts of closed months in the month that is open: what was carried out, and what is late."""
    came = pc.add(closed["carried_in"], closed["late"])
    return _earlier(closed, came, {name: closed[name] for name in BUCKETS})


def _left_open(rows: pa.Table) -> pa.Table:
    """Count debts of a month that nobody closed, as far as they are not paid: they pass on to the next."""
    size = rows.num_rows
    told = {name: rows[name] for name in ("payout_line_id", "cycle_id", "area_code", "key")}
    told |= {f"is_{name}": rows[name] for name in BUCKETS}
    told["is_carried_out"] = pc.if_else(rows["judged"], rows["carried_out"], rows["amount"])
    none_late = {"late": arrays.numbers_of(np.zeros(size)), "why": arrays.repeated("", size)}
    return _passed_on(pa.table({**told, **none_late, "carried_out": left_open(rows)}))


def _passed_on(rows: pa.Table) -> pa.Table:
    """Let what is not paid go through a month: in on one side, out on the other."""
    size = rows.num_rows
    nothing = arrays.numbers_of(np.zeros(size))
    buckets = {**dict.fromkeys(BUCKETS, nothing), "carried_out": rows["carried_out"]}
    calm = rows.set_column(rows.schema.get_field_index("late"), "late", nothing)
    return _earlier(calm, rows["carried_out"], buckets).filter(_not_simply_paid(rows))


def _earlier(rows: pa.Table, came: pa.ChunkedArray, buckets: dict[str, pa.ChunkedArray]) -> pa.Table:
    names = (*("payout_line_id", "cycle_id", "area_code", "key", "late", "why"), *_ALL_IN_ALL)
    return pa.table({
        **{name: rows[name] for name in names},
        "owed": arrays.numbers_of(np.zeros(rows.num_rows)),
        "carried_in": came,
        **buckets,
    })  # fmt: skip


def _not_simply_paid(rows: pa.Table) -> pa.ChunkedArray:
    more = [rows[name] for name in _ALL_IN_ALL if name != "is_paid"]
    return pc.greater(functools.reduce(pc.add, more), arrays.one(0))


def from_close(close: MonthClose, scope: Scope = EVERYTHING) -> Identity:
    """Read the figures of a closed month, within a scope, out of what was closed."""
    content = json.loads(close.content)
    told = content["identity"]

    def within(figures: dict[str, dict[str, int]]) -> dict[str, Figures]:
        seen = figures if scope.areas is None else figures.keys() & scope.areas
        return {area: Figures(**figures[area]) for area in seen}

    return Identity(
        close.programme,
        close.cycle,
        content["run"]["number"],
        dt.date.fromisoformat(content["run"]["as_of"]),
        within(told["wards"]),
        within(told["people"]),
        Figures(**told["before"]),
        told["late"],
        told["surplus"],
        told["to_others"],
        close,
    )


def _together(wards: dict[str, Figures]) -> Figures:
    made = Figures()
    for each in wards.values():
        made.add(each)
    return made


def _sum(column: pa.ChunkedArray) -> int:
    return int(pc.sum(column).as_py() or 0)
