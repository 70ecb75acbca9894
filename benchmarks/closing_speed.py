"""Closes a month of many payout lines after one that was closed, and tells how long each step took.

    python benchmarks/closing_speed.py                      300,000 lines a month, on SQLite
    python benchmarks/closing_speed.py --postgresql
    python benchmarks/closing_speed.py --lines 20000

The lines, and what runs said of them, are written as a run writes them: 5 % are not paid, 126 wards, 8 banks,
300 people die after the first month was closed, 1,000 lines carry over what the month before left.
"""

import argparse
import contextlib
import datetime as dt
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from databases import make, postgresql
from sqlalchemy import URL
from sqlmodel import Session, select

from payouts.approvals.models import Approval
from payouts.closing.close import ask_close, close
from payouts.closing.identity import identity
from payouts.closing.models import MonthClose
from payouts.closing.summary import month_at_a_glance
from payouts.closing.verifying import verify
from payouts.core import clock
from payouts.core.bulk import insert_table, weigh
from payouts.core.database import Database
from payouts.core.keys import LINES_A_FILE
from payouts.core.tables import table_behind
from payouts.identity.rules import Staff
from payouts.identity.scope import EVERYTHING
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList
from payouts.migrations.tables import metadata
from payouts.registry.models import Stop
from payouts.runs.models import BankTotal, Run, Verdict, VerdictTotal

FIRST, SECOND = "2026-10", "2026-11"
WARDS, BANKS, DEAD, CARRIED, UNPAID = 126, 8, 300, 1_000, 20
AMOUNT = 650_000
VERDICTS = np.array(["failed", "missing", "unconfirmed", "amount_differs", "account_differs"])
KT = Staff(1, "kt", "accountant", EVERYTHING)


def main() -> None:
    """Make the months, close both, and print seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--postgresql", action="store_true")
    wished = parser.parse_args()
    with _database(wanted=wished.postgresql) as database:
        for month in (FIRST, SECOND):
            with database.session() as session:
                _make_month(session, month, wished.lines)
        _close(database, FIRST)
        with database.session() as session:
            session.add_all(_stop(number) for number in range(DEAD))
        for _ in range(3):
            _timed(database, "at a glance", lambda s: month_at_a_glance(s, "BTXH", SECOND, EVERYTHING))
        told = _timed(database, "by ward and in people", lambda s: identity(s, "BTXH", SECOND))
        off = told.total.difference, told.total_people.difference
        print(f"  off by {off[0]} đ and {off[1]} people; late {told.late}")
        _close(database, SECOND)
        _timed(database, "at a glance, closed", lambda s: month_at_a_glance(s, "BTXH", SECOND, EVERYTHING))
        for each in (FIRST, SECOND):
            kept = select(MonthClose).where(MonthClose.cycle == each)
            wrong = _timed(database, f"{each} verified", lambda s, q=kept: verify(s, s.exec(q).one()))
            print(f"  otherwise: {len(wrong)}")
    print(f"load {os.getloadavg()[0]:.1f}")


def _close(database: Database, month: str) -> None:
    _timed(database, f"{month} asked for", lambda s: ask_close(s, "BTXH", month, by=KT, reason="x"))
    waiting = select(Approval).where(Approval.state == "waiting")

    def approve(session: Session) -> None:
        approval = session.exec(waiting).one()
        approval.state = "done"
        close(session, approval, "tp")

    _timed(database, f"{month} closed", approve)


def _timed(database: Database, what: str, do: Callable[[Session], Any]) -> Any:
    began, busy = time.perf_counter(), time.process_time()
    with database.session() as session:
        found = do(session)
    took, worked = time.perf_counter() - began, time.process_time() - busy
    print(f"{what:32} {took:7.2f} s, of which this process worked {worked:6.2f} s")
    return found


@contextlib.contextmanager
def _database(*, wanted: bool) -> Iterator[Database]:
    with contextlib.ExitStack() as stack:
        if wanted:
            url = stack.enter_context(postgresql()).set(database="closing")
            make(url)
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            url = URL.create("sqlite", database=str(Path(folder) / "chitra.sqlite3"))
        database = stack.enter_context(Database(url))
        metadata.create_all(database.engine)
        yield database


def _make_month(session: Session, month: str, size: int) -> None:
    """Write a month's list, and a run that judged it."""
    made = {"made_at": clock.now(), "made_by": "x"}
    day = dt.date.fromisoformat(f"{month}-20")
    cycle = PayoutCycle(programme="BTXH", cycle=month, opens_on=day, deadline=day, **made)
    session.add(cycle)
    session.flush()
    carries = month == SECOND
    owed = np.full(size, AMOUNT)
    at = np.arange(size)
    carrying = (at % UNPAID == 0) & (at < CARRIED * UNPAID) & carries
    owed[carrying] *= 2
    listed = PayoutList(
        programme="BTXH",
        cycle=month,
        cycle_id=cycle.id,
        sha256=month,
        size=1,
        filename="l.csv",
        state="accepted",
        lines=size,
        good_lines=size,
        amount=int(owed.sum()),
        received_at=clock.now(),
        received_by="x",
    )
    run = Run(
        cycle_id=cycle.id,
        number=1,
        as_of=day,
        state="done",
        asked_at=clock.now(),
        asked_by="x",
        done_at=clock.now(),
    )
    session.add_all([listed, run])
    session.flush()
    ids = (listed.id or 0) * LINES_A_FILE + at + 1
    area, bank = _names("{:05}", at % WARDS), _names("B{}", at % BANKS)
    before = [f"L1{n:09}" if each else None for n, each in zip(at, carrying, strict=True)]
    lines = {
        "id": ids,
        "list_id": _all(listed.id, size),
        "cycle_id": _all(cycle.id, size),
        "row": at + 1,
        "line_ref": [f"L{listed.id}{n:09}" for n in at],
        "citizen_id": [f"001{n:09}" for n in at],
        "full_name": ["Nguyễn Văn An"] * size,
        "area_code": area,
        "bank_code": bank,
        "period": [month] * size,
        "channel": ["account"] * size,
        "amount": owed,
        "carried_from": pa.array(before, pa.string()),
        "amount_carried_over": pa.array(np.where(carrying, AMOUNT, 0), mask=~carrying),
        "amount_current": pa.array(np.full(size, AMOUNT)),
        "ended_by": _all(0, size),
    }
    insert_table(session, table_behind(PayoutLine), pa.table(lines))
    unpaid = at % UNPAID == 0
    said = np.where(unpaid, VERDICTS[at // UNPAID % len(VERDICTS)], "paid")
    settled = np.where(np.isin(said, ["failed", "missing", "unconfirmed"]), 0, owed)
    settled = np.where(said == "amount_differs", owed - 11_000, settled)
    paid = np.where(said == "account_differs", 0, settled)
    sums = {
        "run_id": _all(run.id, size),
        "area_code": area,
        "verdict": said,
        "owed": owed,
        "settled": settled,
    }
    verdicts = pa.table({**sums, "payout_line_id": ids})
    insert_table(session, table_behind(Verdict), verdicts)
    each = pa.table({**sums, "bank_code": bank, "paid": paid, "lines": _all(1, size)})
    for table in (BankTotal, VerdictTotal):
        keys = [key.name for key in table_behind(table).primary_key]
        names = [*keys, "lines", "owed", "settled", "paid"]
        added = each.group_by(keys).aggregate([(name, "sum") for name in names[len(keys) :]])
        insert_table(session, table_behind(table), added.rename_columns(names))
    for table in (PayoutLine, Verdict):
        weigh(session, table_behind(table))


def _all(value: int | None, size: int) -> pa.Array:
    return pa.array(np.full(size, value))


def _names(form: str, numbers: np.ndarray) -> pa.Array:
    named = pa.array([form.format(n) for n in range(int(numbers.max()) + 1)])
    return named.take(pa.array(numbers))


def _stop(number: int) -> Stop:
    day = dt.date(2026, 9, 5)
    return Stop(
        citizen_id=f"001{number * 7:09}",
        why="died",
        happened_on=day,
        document_no="1",
        document_on=day,
        last_month="2026-09",
        approval_id=1,
        made_at=clock.now(),
        made_by="x",
    )


if __name__ == "__main__":
    main()
