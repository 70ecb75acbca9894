"""Keeps what was read of a payout list: its lines, or of a corrected list what it changes."""

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Table, and_, false, func, not_, or_
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.bulk import insert_table, read_table
from payouts.core.keys import LINES_A_FILE, line_key
from payouts.core.problems import Problem
from payouts.core.tables import table_behind
from payouts.lists.absent import Absent
from payouts.lists.correction import compare
from payouts.lists.dates import let_go_by, rules_today
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList, PayoutListChange, Reissue
from payouts.lists.people import propose_absent, tell_the_registry
from payouts.lists.reading import LIST_LINES, ListReading
from payouts.lists.rules import COUNTS, waiting_for
from payouts.registry.people import corrected_accounts, lost_zeros

ASKED_AT_ONCE = 5_000  # references that one query looks for
LINES = table_behind(PayoutLine)
CHANGES = table_behind(PayoutListChange)


def clashes(session: Session, lines: pa.Table, family: Sequence[int]) -> Iterable[Problem]:
    """Yield a problem for each reference that another list has, and for a row number past all limits.

    The lists that this one is to supersede may have the same references, and so may what was dropped.

    Args:
        session: the transaction
        lines: of a new list, schema LIST_LINES
        family: the lists that it is to supersede
    """
    if lines.num_rows and pc.max(lines["row"]).as_py() >= LINES_A_FILE:
        yield Problem("too_many_lines", values={"most": str(LINES_A_FILE - 1)})
    if session.exec(select(PayoutLine.id).limit(1)).first() is None:
        return
    rival = and_(
        col(PayoutLine.ended_by) < COUNTS,
        or_(col(PayoutList.decision) == "cancelled", col(PayoutList.supersedes).in_(family)),
    )
    for batch in lines.select(["row", "line_ref"]).to_batches(max_chunksize=ASKED_AT_ONCE):
        known = session.execute(
            select(PayoutLine.line_ref, PayoutList.filename)
            .join(PayoutList, col(PayoutList.id) == PayoutLine.list_id)
            .where(
                col(PayoutLine.line_ref).in_(batch["line_ref"].to_pylist()),
                col(PayoutLine.list_id).not_in(family),
                not_(func.coalesce(rival, false())),
            )
        )
        taken = {row[0]: row[1] for row in known}
        again = select(Reissue.new_ref).where(col(Reissue.new_ref).in_(batch["line_ref"].to_pylist()))
        taken |= dict.fromkeys(session.exec(again), "chi lại")
        if not taken:
            continue
        for row, line_ref in zip(batch["row"].to_pylist(), batch["line_ref"].to_pylist(), strict=True):
            if line_ref in taken:
                yield Problem(
                    "line_ref_taken", row, "line_ref", {"value": line_ref, "other": taken[line_ref]}
                )


def keep_lines(
    session: Session, receipt: PayoutList, reading: ListReading, lines: pa.Table, absent: Absent
) -> None:
    """Keep the lines, the cycle if it is new, and what they tell of people.

    Args:
        session: the transaction
        receipt: of the list; takes its cycle
        reading: its report takes warnings
        lines: schema LIST_LINES
        absent: who is on the programme and stands in no list of the cycle
    """
    cycle = _cycle_of(session, receipt)
    receipt.cycle_id = cycle.id
    _insert(session, LINES, _keyed(receipt, lines, COUNTS))
    told = sql_select(LINES).where(LINES.c.list_id == receipt.id).subquery()
    for row, given, recorded in lost_zeros(session, told, receipt.programme):
        values = {"value": given, "other": recorded}
        reading.report.add(Problem("account_zeros", row, "account_no", values))
    for row, given in corrected_accounts(session, told, receipt.programme):
        reading.report.add(Problem("account_corrected", row, "account_no", {"value": given}))
    for row, wards in tell_the_registry(session, told, cycle, receipt):
        reading.report.add(Problem("person_in_two_wards", row, "area_code", {"value": wards}))
    propose_absent(session, absent, cycle, receipt)


def keep_changes(
    session: Session, receipt: PayoutList, reading: ListReading, lines: pa.Table, family: Sequence[int]
) -> None:
    """Keep what a corrected list changes, to be confirmed: its lines wait.

    Args:
        session: the transaction
        receipt: of the list; takes its cycle
        reading: its report takes what it waits for
        lines: schema LIST_LINES
        family: the lists that it is to supersede
    """
    base = session.get_one(PayoutList, receipt.supersedes)
    told = {"other": str(base.id)}
    if base.superseded_by is not None:
        reading.report.add(Problem("superseded_meanwhile", values=told))
        return
    receipt.cycle_id = base.cycle_id
    names = [LINES.c[name] for name in ("id", *LIST_LINES.names)]
    owed = read_table(
        session, sql_select(*names).where(LINES.c.list_id.in_(family), LINES.c.ended_by == COUNTS)
    )
    found = compare(lines, owed, pa.concat_arrays([pa.array([], pa.int64()), *reading.unnamed]))
    key = line_key(receipt.id or 0, 0)
    _insert(session, LINES, _keyed(receipt, found.lines, waiting_for(receipt.id or 0)))
    changes = found.changes.append_column("new_id", pc.add(found.changes["row"], key)).drop_columns(["row"])
    _insert(session, CHANGES, changes.append_column("list_id", _all(changes, receipt.id)))
    reading.report.add(Problem("correction_waits", values=told))


def _insert(session: Session, table: Table, rows: pa.Table) -> None:
    if rows.num_rows:
        insert_table(session, table, rows)


def _keyed(receipt: PayoutList, lines: pa.Table, ended_by: int) -> pa.Table:
    """Give lines their keys, their list, their cycle, and whether they count."""
    more = {"list_id": receipt.id, "cycle_id": receipt.cycle_id, "ended_by": ended_by}
    for name, value in more.items():
        lines = lines.append_column(name, _all(lines, value))
    return lines.append_column("id", pc.add(lines["row"], line_key(receipt.id or 0, 0)))


def _all(rows: pa.Table, value: int | None) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.int64()), rows.num_rows)


def find_cycle(session: Session, receipt: PayoutList, *, lock: bool = False) -> PayoutCycle | None:
    """Find the cycle that a list is for, for nobody else to change where `lock`; None where there is none."""
    query = select(PayoutCycle).where(
        PayoutCycle.programme == receipt.programme, PayoutCycle.cycle == receipt.cycle
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).one_or_none()


def _cycle_of(session: Session, receipt: PayoutList) -> PayoutCycle:
    """Find the cycle of a list or make it; the deadline that an earlier list gave stays."""
    known = find_cycle(session, receipt) or PayoutCycle(
        programme=receipt.programme,
        cycle=receipt.cycle,
        opens_on=clock.today(),  # until the rules tell, below
        made_at=clock.now(),
        made_by=receipt.received_by,
    )
    if receipt.wished_deadline and (known.deadline is None or known.deadline_by_rule):
        known.deadline, known.deadline_by_rule = receipt.wished_deadline, False
    let_go_by(rules_today(), known)
    session.add(known)
    session.flush()
    return known
