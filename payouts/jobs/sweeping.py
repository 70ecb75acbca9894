"""Sweeps files that were sent with a test key once their time is over: receipt, job and bytes."""

import datetime as dt
from pathlib import Path

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.database import Database
from payouts.core.settings import Settings
from payouts.core.storage import path_of, space
from payouts.core.tables import table_behind
from payouts.identity import audit
from payouts.jobs.models import Job
from payouts.settlements.models import SettlementFile

AT_ONCE = 200  # receipts of one transaction
FRESH = dt.timedelta(hours=1)  # bytes as new may just have been sent again


def sweep_test_files(database: Database, settings: Settings) -> int:
    """Remove test files that were received more than `test_files_days` ago, and say how many.

    Args:
        database: where their receipts are
        settings: how long they stay, and where their bytes are
    """
    before = clock.now() - dt.timedelta(days=settings.test_files_days)
    with database.session() as session:
        old = session.exec(
            select(SettlementFile)
            .where(
                SettlementFile.test, SettlementFile.received_at < before, SettlementFile.state != "received"
            )
            .limit(AT_ONCE)
        ).all()
        if not old:
            return 0
        ids = [file.id or 0 for file in old]
        _forget(session, ids)
        others = select(SettlementFile).where(SettlementFile.test)
        digests = {file.sha256 for file in old}
        digests -= {
            file.sha256 for file in session.exec(others.where(col(SettlementFile.sha256).in_(digests)))
        }
        audit.note(session, "chitra", "test_files.swept", "test files", files=ids)
    for sha256 in digests:
        _unlink(path_of(space(settings.data_dir, test=True), sha256))
    return len(ids)


def _forget(session: Session, ids: list[int]) -> None:
    """Remove receipts, and their jobs: SQLite may give the number of the last receipt again."""
    files = table_behind(SettlementFile)
    session.execute(update(files).where(files.c.supersedes.in_(ids)).values(supersedes=None))
    session.execute(delete(files).where(files.c.id.in_(ids)))
    session.execute(
        delete(Job).where(col(Job.name) == "read_file", col(Job.key).in_([str(each) for each in ids]))
    )


def _unlink(path: Path) -> None:
    if path.is_file() and clock.now().timestamp() - path.stat().st_mtime > FRESH.total_seconds():
        path.unlink()
