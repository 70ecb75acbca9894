"""A payout list, from bytes on disk to payout lines in the database: wholly there, or not at all."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.bulk import insert_table
from payouts.core.database import Database
from payouts.core.errors import NotFoundError
from payouts.core.hold import Hold, nobody_else
from payouts.core.keys import LINES_A_FILE, line_key
from payouts.core.problems import Problem
from payouts.core.receipts import problem_rows
from payouts.core.settings import Settings
from payouts.core.storage import Stored, keep_copy, path_of, plain_name
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList
from payouts.lists.reading import ListReading, open_list
from payouts.lists.rules import check_cycle, opening_day
from payouts.registry.people import record_people

ASKED_AT_ONCE = 5_000  # references that one query looks for
LINES = PayoutLine.__table__  # type: ignore[attr-defined]  # SQLModel adds it


def receive(
    session: Session,
    stored: Stored,
    *,
    programme: str,
    cycle: str,
    filename: str,
    by: str,
    deadline: dt.date | None = None,
) -> tuple[PayoutList, bool]:
    """Write the receipt of a payout list whose bytes are safe on disk.

    Args:
        session: the transaction
        stored: the bytes, as core.storage kept them
        programme: e.g. BTXH
        cycle: a month like 2026-11
        filename: the name that the sender gives the file
        by: who sent it
        deadline: the last day for the banks' answer, kept where the list makes the cycle

    Returns:
        the receipt, in state `received`, and whether it is new: the same bytes for the same cycle have one
        receipt, the first

    Raises:
        RefusedError: no programme or cycle can be called so
    """
    check_cycle(programme, cycle)
    same = select(PayoutList).where(
        PayoutList.programme == programme, PayoutList.cycle == cycle, PayoutList.sha256 == stored.sha256
    )
    if known := session.exec(same).one_or_none():
        return known, False
    receipt = PayoutList(
        programme=programme,
        cycle=cycle,
        sha256=stored.sha256,
        size=stored.size,
        filename=plain_name(filename),
        wished_deadline=deadline,
        received_at=clock.now(),
        received_by=by,
    )
    try:
        with session.begin_nested():
            session.add(receipt)
    except IntegrityError:  # somebody sends the same bytes at this moment
        return session.exec(same).one(), False
    return receipt, True


def read_received(
    database: Database, settings: Settings, list_id: int, *, hold: Hold = nobody_else
) -> PayoutList:
    """Read a received payout list to its end and keep its lines, all in one commit.

    The cycle is made where there is none. A list already read stays as it is.

    Args:
        database: where the receipt is
        settings: where the bytes are, and the currency
        list_id: the receipt
        hold: called in each transaction; what it raises ends the reading

    Returns:
        the receipt, `accepted`, or `quarantined` or `refused` with its problems and no line kept

    Raises:
        NotFoundError: there is no such receipt
    """
    with database.reading() as session:
        receipt = session.get(PayoutList, list_id)
    if receipt is None:
        raise NotFoundError("no_such_list", f"Không có danh sách chi trả số {list_id}.")
    if receipt.state != "received":
        return receipt
    reading = open_list(
        path_of(settings.data_dir, receipt.sha256),
        cycle=receipt.cycle,
        programme=receipt.programme,
        currency=settings.currency,
    )
    lines = pa.Table.from_batches(reading.batches(), schema=reading.schema)
    with database.session() as session:
        hold(session)
        receipt = session.get_one(PayoutList, list_id)
        for problem in (*_clashes(session, lines), *_other_deadline(session, receipt)):
            reading.report.add(problem)
        _conclude(receipt, reading)
        if receipt.state == "accepted":
            _keep_lines(session, receipt, lines)
        session.add(receipt)
    return receipt


def keep_list(
    database: Database,
    settings: Settings,
    path: Path,
    *,
    programme: str,
    cycle: str,
    by: str,
    deadline: dt.date | None = None,
    filename: str | None = None,
) -> PayoutList:
    """Receive a payout list from this machine's disk and read it at once.

    Args:
        database: where it is kept
        settings: where the bytes go, and the currency
        path: the file
        programme: e.g. BTXH
        cycle: a month like 2026-11
        by: who brings it
        deadline: the last day for the banks' answer, kept where the list makes the cycle
        filename: its name, where the path's own is not meant

    Raises:
        RefusedError: no programme or cycle can be called so
    """
    check_cycle(programme, cycle)
    stored = keep_copy(settings.data_dir, path)
    with database.session() as session:
        receipt, _ = receive(
            session,
            stored,
            programme=programme,
            cycle=cycle,
            filename=filename or path.name,
            by=by,
            deadline=deadline,
        )
    return read_received(database, settings, receipt.id or 0)


def give_up(session: Session, list_id: int) -> None:
    """Refuse a received list that this version of the service cannot read, so that nobody waits for it."""
    receipt = session.get(PayoutList, list_id)
    if receipt is None or receipt.state != "received":
        return
    receipt.state, receipt.read_at = "refused", clock.now()
    receipt.problems, receipt.problem_count = problem_rows([Problem("reader_broke")]), 1
    session.add(receipt)


def _clashes(session: Session, lines: pa.Table) -> Iterable[Problem]:
    """Yield a problem for each reference that an earlier list has, and for a row number past all limits."""
    if lines.num_rows and pc.max(lines["row"]).as_py() >= LINES_A_FILE:
        yield Problem("too_many_lines", values={"most": str(LINES_A_FILE - 1)})
    if session.exec(select(PayoutLine.id).limit(1)).first() is None:
        return
    for batch in lines.select(["row", "line_ref"]).to_batches(max_chunksize=ASKED_AT_ONCE):
        known = session.execute(
            select(PayoutLine.line_ref, PayoutList.filename)
            .join(PayoutList, col(PayoutList.id) == PayoutLine.list_id)
            .where(col(PayoutLine.line_ref).in_(batch["line_ref"].to_pylist()))
        )
        taken = {row[0]: row[1] for row in known}
        if not taken:
            continue
        for row, line_ref in zip(batch["row"].to_pylist(), batch["line_ref"].to_pylist(), strict=True):
            if line_ref in taken:
                yield Problem(
                    "line_ref_taken", row, "line_ref", {"value": line_ref, "other": taken[line_ref]}
                )


def _other_deadline(session: Session, receipt: PayoutList) -> Iterable[Problem]:
    """Warn where the list wishes another deadline than its cycle has: that of the cycle stays."""
    known, wished = _find_cycle(session, receipt), receipt.wished_deadline
    if known and known.deadline and wished and wished != known.deadline:
        yield Problem(
            "other_deadline", values={"value": f"{wished:%d/%m/%Y}", "other": f"{known.deadline:%d/%m/%Y}"}
        )


def _conclude(receipt: PayoutList, reading: ListReading) -> None:
    """Write on the receipt what was read."""
    report = reading.report
    receipt.state = report.outcome
    receipt.format = report.format
    receipt.lines = report.lines
    receipt.good_lines = report.good_lines
    receipt.amount = report.amount
    receipt.problems = problem_rows(report.problems)
    receipt.problem_count = report.problem_count
    receipt.read_at = clock.now()


def _keep_lines(session: Session, receipt: PayoutList, lines: pa.Table) -> None:
    """Keep the lines, the cycle if it is new, and what they tell of people."""
    cycle = _cycle_of(session, receipt)
    receipt.cycle_id = cycle.id
    rows = lines.num_rows
    keyed = (
        lines.append_column("id", pc.add(lines["row"], line_key(receipt.id or 0, 0)))
        .append_column("list_id", pa.repeat(pa.scalar(receipt.id, pa.int64()), rows))
        .append_column("cycle_id", pa.repeat(pa.scalar(cycle.id, pa.int64()), rows))
    )
    insert_table(session, LINES, keyed)
    told = select(LINES).where(LINES.c.list_id == receipt.id).subquery()
    record_people(session, told, programme=receipt.programme, on=cycle.opens_on)


def _find_cycle(session: Session, receipt: PayoutList) -> PayoutCycle | None:
    return session.exec(
        select(PayoutCycle).where(
            PayoutCycle.programme == receipt.programme, PayoutCycle.cycle == receipt.cycle
        )
    ).one_or_none()


def _cycle_of(session: Session, receipt: PayoutList) -> PayoutCycle:
    """Find the cycle of a list or make it; the deadline that a cycle has stays."""
    known = _find_cycle(session, receipt) or PayoutCycle(
        programme=receipt.programme,
        cycle=receipt.cycle,
        opens_on=opening_day(receipt.cycle),
        made_at=clock.now(),
        made_by=receipt.received_by,
    )
    known.deadline = known.deadline or receipt.wished_deadline
    session.add(known)
    session.flush()
    return known
