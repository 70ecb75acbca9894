"""A registry file, from bytes on disk to what the registry knows: taken in whole, or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.core import clock
from payouts.core.bulk import insert_table, read_table
from payouts.core.database import Database
from payouts.core.errors import NotFoundError
from payouts.core.hold import Hold, nobody_else
from payouts.core.keys import line_key
from payouts.core.problems import Problem
from payouts.core.receipts import problem_rows
from payouts.core.settings import Settings
from payouts.core.storage import Stored, keep_copy, path_of, plain_name
from payouts.core.tables import table_behind
from payouts.registry.files.models import RegistryFile, RegistryRow
from payouts.registry.files.reading import read_registry_file
from payouts.registry.files.telling import tell
from payouts.registry.people import BENEFICIARY

ROW = table_behind(RegistryRow)


def receive(session: Session, stored: Stored, *, filename: str, by: str) -> tuple[RegistryFile, bool]:
    """Write the receipt of a registry file whose bytes are safe on disk.

    Args:
        session: the transaction
        stored: the bytes, as core.storage kept them
        filename: the name that the sender gives the file
        by: who sent it

    Returns:
        the receipt, in state `received`, and whether it is new: the same bytes have one receipt, the first
    """
    same = pick(RegistryFile).where(RegistryFile.sha256 == stored.sha256)
    if (known := session.exec(same).one_or_none()) is not None:
        return known, False
    receipt = RegistryFile(
        sha256=stored.sha256,
        size=stored.size,
        filename=plain_name(filename),
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
    database: Database, settings: Settings, file_id: int, *, hold: Hold = nobody_else
) -> RegistryFile:
    """Read a received registry file to its end and keep its rows, all in one commit.

    Args:
        database: where the receipt is
        settings: where the bytes are
        file_id: the receipt
        hold: called in the transaction; what it raises ends the reading

    Returns:
        the receipt: `accepted`, or `quarantined` or `refused` with its problems and no row kept

    Raises:
        NotFoundError: there is no such receipt
    """
    with database.reading() as session:
        receipt = find_registry_file(session, file_id)
    if receipt.state != "received":
        return receipt
    rows, report = read_registry_file(path_of(settings.data_dir, receipt.sha256))
    with database.session() as session:
        hold(session)
        receipt = session.get_one(RegistryFile, file_id)
        for problem in _nameless(session, rows):
            report.add(problem)
        if report.outcome == "accepted" and rows.num_rows:
            key = line_key(file_id, 0)
            kept = rows.append_column("id", pc.add(rows["row"], key))
            owner = pa.repeat(pa.scalar(file_id, pa.int64()), rows.num_rows)
            insert_table(session, ROW, kept.append_column("file_id", owner))
            told = select(ROW).where(ROW.c.file_id == file_id).subquery()
            receipt.outcome = tell(session, told, receipt)
        receipt.state, receipt.format = report.outcome, report.format
        receipt.lines, receipt.good_lines = report.lines, report.good_lines
        receipt.problems, receipt.problem_count = problem_rows(report.problems), report.problem_count
        receipt.read_at = clock.now()
        session.add(receipt)
    return receipt


def keep_registry_file(
    database: Database, settings: Settings, path: Path, *, by: str, filename: str | None = None
) -> RegistryFile:
    """Receive a registry file from this machine's disk and read it at once.

    Args:
        database: where it is kept
        settings: where the bytes go
        path: the file
        by: who brings it
        filename: its name, where the path's own is not meant
    """
    stored = keep_copy(settings.data_dir, path)
    with database.session() as session:
        receipt, _ = receive(session, stored, filename=filename or path.name, by=by)
    return read_received(database, settings, receipt.id or 0)


def find_registry_file(session: Session, file_id: int) -> RegistryFile:
    """Find the receipt of a registry file.

    Raises:
        NotFoundError: there is none
    """
    receipt = session.get(RegistryFile, file_id)
    if receipt is None:
        raise NotFoundError("no_such_registry_file", f"Không có tệp hồ sơ số {file_id}.")
    return receipt


def registry_files(session: Session, *, before: int, limit: int) -> list[RegistryFile]:
    """List the receipts with a smaller number than `before`, the latest first."""
    query = pick(RegistryFile).where(col(RegistryFile.id) < before)
    return list(session.exec(query.order_by(col(RegistryFile.id).desc()).limit(limit)))


def give_up(session: Session, file_id: int) -> None:
    """Refuse a received file that this version of the service cannot read, so that nobody waits for it."""
    receipt = session.get(RegistryFile, file_id)
    if receipt is None or receipt.state != "received":
        return
    receipt.state, receipt.read_at = "refused", clock.now()
    receipt.problems, receipt.problem_count = problem_rows([Problem("reader_broke")]), 1
    session.add(receipt)


def _nameless(session: Session, rows: pa.Table) -> Iterator[Problem]:
    """Name the rows of people whom nobody knows and who are given no name."""
    silent = rows.filter(pc.is_null(rows["full_name"]))
    if not silent.num_rows:
        return
    known = read_table(session, select(BENEFICIARY.c.citizen_id))["citizen_id"].combine_chunks()
    strange = silent.filter(pc.invert(pc.is_in(silent["citizen_id"], value_set=known)))
    for row, number in zip(*strange.select(["row", "citizen_id"]).to_pydict().values(), strict=True):
        yield Problem("person_unknown", row, "citizen_id", {"value": number})
