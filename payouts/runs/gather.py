"""The facts that a run judges: a cycle's payout lines, what else is open, and what banks said of them."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import ColumnElement, Select, Subquery, func, literal, or_
from sqlmodel import Session, col, select

from payouts.core.bulk import read_keys, read_table
from payouts.core.fields import Key
from payouts.core.keys import LINES_A_FILE, keys_of_file
from payouts.core.rulebook import RuleBook
from payouts.core.tables import table_behind
from payouts.lists.dates import dates_by
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList, Voucher
from payouts.lists.rules import COUNTS
from payouts.runs.decided import Decided, decisions, elsewhere, heard
from payouts.runs.evidence import in_chunks
from payouts.runs.locking import kept_so_far
from payouts.runs.models import NOT_PAID, FallenLine, Run, Standing, Verdict
from payouts.runs.names import accepted_names
from payouts.runs.reissued import Orders, both_names, names_of_debts, orders_of, with_orders
from payouts.runs.rules import OPEN_VERDICTS
from payouts.runs.ties import tied, with_names
from payouts.settlements.models import SettlementFile, SettlementLine
from payouts.settlements.rules import counts
from reconciliation.tables import EXPECTED, REPORTED

LINE = table_behind(SettlementLine)
OWED = table_behind(PayoutLine)
VOUCHER = table_behind(Voucher)
STANDING = table_behind(Standing)
CycleDates = tuple[dt.date, dt.date | None]  # the opening day and the deadline
FROM_OWED = tuple(name for name in EXPECTED.names if name in OWED.c)
FROM_LINE = tuple(name for name in REPORTED.names if name in LINE.c)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a run judges, row by row beside the keys of the rows.

    Attributes:
        expected: schema reconciliation.tables.EXPECTED
        payout_line_id: the key of each row of expected
        area_code: the area of each row of expected
        cycle_id: the cycle of each row of expected
        closed: whether a row of expected has settled evidence in another cycle already
        reported: schema reconciliation.tables.REPORTED
        settlement_line_id: the key of each row of reported
        claimed_by: the cycle that each row of reported serves alone by an earlier run, null where none
        seen: the run that looked at each row of reported last, null where none did
        dates: cycle -> its opening day and deadline by the rules, for each cycle of expected
        named: settlement line -> the references of closed payout lines, and of debts whose new reference it
            has, that it is made to name
        orders: payout line -> the account of its last order, where that is another than the list's
        kept_so_far: as locking.kept_so_far said when the facts were read
        decided: what people decided of matches of these lines
        names: holders' names that people accepted, schema reconciliation.tables.ACCEPTED_NAMES
    """

    expected: pa.Table
    payout_line_id: pa.ChunkedArray
    area_code: pa.ChunkedArray
    cycle_id: pa.ChunkedArray
    closed: pa.ChunkedArray
    reported: pa.Table
    settlement_line_id: pa.ChunkedArray
    claimed_by: pa.ChunkedArray
    seen: pa.ChunkedArray
    dates: Mapping[int, CycleDates]
    named: Mapping[int, str]
    orders: Orders
    kept_so_far: int
    decided: Decided
    names: pa.Table


def gather(session: Session, cycle: PayoutCycle, book: RuleBook) -> Facts:
    """Read what a run of a cycle has to see, and no more.

    That is all payout lines of the cycle and those of other cycles that are still open; of the settlement
    lines in files that count all that serve the cycle, all that nobody claims and all that no run has seen;
    the evidence of the open lines; and what free lines point at among the closed lines of other cycles.

    Args:
        session: the transaction
        cycle: the cycle to judge
        book: the rules, which tell when cycles open and end
    """
    owed = _all_owed(session, cycle)
    said = pa.concat_tables([read_table(session, _concerned(cycle)), *_new_lines(session)])
    decided = decisions(session)
    told = with_names(said, names_of_debts(session, said))
    more = tied(session, cycle, owed, told, elsewhere(decided, owed, said))
    open_lines = owed.num_rows
    closed = [_owed().where(OWED.c.id.in_(chunk)) for chunk in in_chunks(sorted(more.payout_lines))]
    evidence = [_said(LINE.c.id.in_(chunk)) for chunk in in_chunks(sorted(more.settlement_lines))]
    owed = pa.concat_tables([owed, *(read_table(session, query) for query in closed)])
    said = pa.concat_tables([said, *(read_table(session, query) for query in evidence)])
    named = both_names(more.named, names_of_debts(session, said))
    said = with_names(said, named)
    orders = orders_of(session, owed)
    owed = with_orders(owed, orders)
    reported = reported_table(session, said)
    cycles = cycles_of(session, owed)
    dates = {each.id or 0: dates_by(book, each) for each in cycles}
    return Facts(
        expected=expected_table(cycle, owed, cycles, dates),
        payout_line_id=owed["id"],
        area_code=owed["area_code"],
        cycle_id=owed["cycle_id"],
        closed=pa.chunked_array(
            [pa.array([False] * open_lines + [True] * (owed.num_rows - open_lines), pa.bool_())]
        ),
        reported=reported,
        settlement_line_id=said["id"],
        claimed_by=said["claimed_by"],
        seen=said["seen"],
        dates=dates,
        named=named,
        orders=orders,
        kept_so_far=kept_so_far(session),
        decided=heard(decided, cycle.id or 0, owed, said, reported),
        names=accepted_names(session),
    )


def last_runs() -> Subquery:
    """Select the last run done of each cycle, as cycle_id and run_id."""
    return (
        select(col(Run.cycle_id), func.max(Run.id).label("run_id"))
        .where(Run.state == "done")
        .group_by(col(Run.cycle_id))
        .subquery("last_run")
    )


def _owed() -> Select[Any]:
    """Select payout lines: the columns that stand in the line itself, and whether there is a voucher."""
    voucher = VOUCHER.c.payout_line_id.is_not(None).label("voucher")
    columns = [*(OWED.c[name] for name in ("id", "cycle_id", "area_code", *FROM_OWED)), voucher]
    query: Select[Any] = (
        select(*columns)
        .outerjoin(VOUCHER, VOUCHER.c.payout_line_id == OWED.c.id)
        .where(OWED.c.ended_by == COUNTS)
    )
    return query


def _lists_of(session: Session, cycle: PayoutCycle) -> Sequence[int]:
    """Find the accepted lists of a cycle: their lines lie together, each list's under keys of its own."""
    found = session.execute(
        select(PayoutList.id).where(PayoutList.cycle_id == cycle.id, PayoutList.state == "accepted")
    )
    return [each for each in found.scalars() if each is not None]


def _all_owed(session: Session, cycle: PayoutCycle) -> pa.Table:
    """Read the payout lines of the cycle and those of other cycles that are open.

    Those are open by their last verdict, without one, or fallen.
    """
    last = last_runs()
    runs = session.execute(select(last.c.run_id).where(last.c.cycle_id != cycle.id)).scalars().all()
    still_open = select(Verdict.payout_line_id).where(
        col(Verdict.run_id).in_(runs), col(Verdict.verdict).in_(OPEN_VERDICTS), NOT_PAID
    )
    fallen = select(FallenLine.payout_line_id).where(
        col(FallenLine.run_id).in_(runs), col(FallenLine.payout_line_id).not_in(still_open)
    )
    lists = (*_lists_of(session, cycle), *_unjudged_lists(session, cycle, last))
    whole = [read_keys(session, _owed(), OWED.c.id, *keys_of_file(each)) for each in lists]
    return pa.concat_tables(
        [
            *whole,
            *(read_table(session, _owed().where(OWED.c.id.in_(which))) for which in (still_open, fallen)),
        ]
    )


def _unjudged_lists(session: Session, cycle: PayoutCycle, last: Subquery) -> Sequence[int]:
    """Find the accepted lists of other cycles that came after the cycle's last run, or that had none."""
    first = PayoutList.id * LINES_A_FILE  # type: ignore[operator]  # a column, not a number
    judged = (
        select(Verdict.payout_line_id)
        .where(
            Verdict.run_id == last.c.run_id,
            col(Verdict.payout_line_id) >= first,
            col(Verdict.payout_line_id) < first + LINES_A_FILE,
        )
        .exists()
    )
    found = session.execute(
        select(PayoutList.id)
        .outerjoin(last, last.c.cycle_id == PayoutList.cycle_id)
        .where(PayoutList.state == "accepted", PayoutList.cycle_id != cycle.id, ~judged)
    )
    return [each for each in found.scalars() if each is not None]


def _concerned(cycle: PayoutCycle) -> Select[Any]:
    """Select the settlement lines known to runs that one of the cycle looks at: its own and the free ones."""
    concerned = select(Standing.settlement_line_id).where(
        or_(col(Standing.cycle_id) == cycle.id, col(Standing.cycle_id).is_(None))
    )
    return _said(LINE.c.id.in_(concerned))


def _new_lines(session: Session) -> Iterator[pa.Table]:
    """Read the lines of files that count and that no run has looked at."""
    query = _lines(literal(None, Key()), literal(None, Key()))
    for each in unseen_files(session):
        yield read_keys(session, query, LINE.c.id, *keys_of_file(each))


def unseen_files(session: Session) -> Sequence[int]:
    """Find the files that count and that no run has looked at; a run looks at all lines of a new file."""
    first = SettlementFile.id * LINES_A_FILE  # type: ignore[operator]  # a column, not a number
    seen = (
        select(Standing.settlement_line_id)
        .where(
            col(Standing.settlement_line_id) >= first,
            col(Standing.settlement_line_id) < first + LINES_A_FILE,
        )
        .exists()
    )
    found = session.execute(select(SettlementFile.id).where(counts(), ~seen))
    return [each for each in found.scalars() if each is not None]


def _said(where: ColumnElement[bool]) -> Select[Any]:
    """Select settlement lines of files that count, with what runs said of them."""
    return (
        _lines(STANDING.c.cycle_id, STANDING.c.run_id)
        .outerjoin(STANDING, STANDING.c.settlement_line_id == LINE.c.id)
        .where(LINE.c.file_id.in_(select(SettlementFile.id).where(counts())), where)
    )


def _lines(claimed_by: ColumnElement[Any], seen: ColumnElement[Any]) -> Select[Any]:
    """Select settlement lines: the columns that stand in the line itself, and what runs said of them."""
    by_run = (claimed_by.label("claimed_by"), seen.label("seen"))
    return select(LINE.c.id, LINE.c.file_id, *by_run, *(LINE.c[name] for name in FROM_LINE))


def cycles_of(session: Session, owed: pa.Table) -> Sequence[PayoutCycle]:
    """Find the cycles of payout lines."""
    ids = pc.unique(owed["cycle_id"]).to_pylist()
    return session.exec(select(PayoutCycle).where(col(PayoutCycle.id).in_(ids))).all()


def expected_table(
    cycle: PayoutCycle, owed: pa.Table, cycles: Sequence[PayoutCycle], dates: Mapping[int, CycleDates]
) -> pa.Table:
    """Complete payout lines with what their cycles say: schema reconciliation.tables.EXPECTED."""
    place = pc.index_in(owed["cycle_id"], pa.array([each.id for each in cycles], pa.int64()))
    told: dict[str, Sequence[Any]] = {
        "programme": [each.programme for each in cycles],
        "cycle": [each.cycle for each in cycles],
        "opens_on": [dates[each.id or 0][0] for each in cycles],
        "deadline": [dates[each.id or 0][1] for each in cycles],
    }
    known = {name: _spread(values, EXPECTED.field(name).type, place) for name, values in told.items()}
    known["judged"] = pc.equal(owed["cycle_id"], cycle.id)
    columns = [known[name] if name in known else owed[name] for name in EXPECTED.names]
    return pa.table(columns, schema=EXPECTED)


def _spread(values: Sequence[Any], kind: pa.DataType, place: pa.ChunkedArray) -> pa.ChunkedArray:
    """Give each row its own of a few values."""
    return pa.chunked_array([pa.array(values, kind)]).take(place)


def reported_table(session: Session, said: pa.Table) -> pa.Table:
    """Complete settlement lines with what their files say: schema reconciliation.tables.REPORTED."""
    ids = pc.unique(said["file_id"]).to_pylist()
    files = session.exec(select(SettlementFile).where(col(SettlementFile.id).in_(ids))).all()
    place = pc.index_in(said["file_id"], pa.array([file.id for file in files], pa.int64()))
    balanced = pa.array(
        [(file.id or 0) * LINES_A_FILE + each for file in files for each in file.balanced], pa.int64()
    )
    statement = pc.add(pc.multiply(said["file_id"], LINES_A_FILE), said["statement"])
    told: dict[str, Sequence[Any]] = {
        "file": [file.label for file in files],
        "sender": [file.bank_code for file in files],
        "movement": [file.movement for file in files],
        "cash": [file.cash for file in files],
        "written_on": [file.written_on for file in files],
    }
    known = {name: _spread(values, REPORTED.field(name).type, place) for name, values in told.items()}
    known["statement"] = pc.if_else(
        pc.is_in(statement, balanced), said["statement"], pa.scalar(None, pa.int64())
    )
    columns = [known[name] if name in known else said[name] for name in REPORTED.names]
    return pa.table(columns, schema=REPORTED)
