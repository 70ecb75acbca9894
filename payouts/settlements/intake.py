"""A file from a bank, from bytes on disk to lines in the database: wholly there, or not at all."""

import itertools
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.banks import bank_code as known_bank
from payouts.core.bulk import insert_table
from payouts.core.database import Database
from payouts.core.errors import NotFoundError
from payouts.core.hold import Hold, nobody_else
from payouts.core.keys import LINES_A_FILE, keys_of_file, line_key
from payouts.core.problems import Problem
from payouts.core.receipts import problem_rows
from payouts.core.settings import Settings
from payouts.core.storage import Stored, keep_copy, path_of, plain_name, space
from payouts.core.tables import table_behind
from payouts.settlements.apart import Apart
from payouts.settlements.changes import changes_between
from payouts.settlements.desk import check_supersedes, supersede
from payouts.settlements.formats.base import MOVEMENT_FORMATS, FileReport
from payouts.settlements.models import SettlementFile, SettlementLine
from payouts.settlements.policy import policy_of
from payouts.settlements.profiles import profile_named
from payouts.settlements.statements import check_against_kept, statement_rows
from payouts.settlements.store import counts_already, locked_file

CHUNK = 50_000  # lines that one commit adds, unseen


def receive(
    session: Session,
    stored: Stored,
    *,
    bank_code: str,
    filename: str,
    by: str,
    profile: str | None = None,
    test: bool = False,
    supersedes: int | None = None,
) -> tuple[SettlementFile, bool]:
    """Write the receipt of bytes that are safe on disk.

    Args:
        session: the transaction
        stored: the bytes, as core.storage kept them
        bank_code: the bank whose client sent them, by any name
        filename: the name that the sender gives the file
        by: who sent it
        profile: the bank layout to read it by, where the sender names one
        test: it is for the bank's test space: read like any other, and never evidence
        supersedes: the earlier file of the bank in whose place this one is sent

    Returns:
        the receipt, in state `received`, and whether it is new: the same bytes from the same bank with the
        same profile have one receipt, the first; it names the bank's earlier file of the same name

    Raises:
        NotFoundError: there is no such profile, or no such earlier file of the bank
        ConflictError: the earlier file is not read yet, or another took its place already
    """
    if profile:
        profile_named(profile)
    bank_code, filename = known_bank(bank_code) or bank_code, plain_name(filename)
    of_the_bank = select(SettlementFile).where(
        SettlementFile.bank_code == bank_code, SettlementFile.test == test
    )
    same = of_the_bank.where(
        SettlementFile.sha256 == stored.sha256, SettlementFile.profile == (profile or "")
    )
    namesakes = of_the_bank.where(
        SettlementFile.filename == filename, SettlementFile.sha256 != stored.sha256
    ).order_by(col(SettlementFile.id).desc())
    for label in _labels(filename, test=test):
        if known := session.exec(same).one_or_none():
            return known, False
        if supersedes is not None:
            check_supersedes(session, supersedes, bank_code, test=test)
        namesake = session.exec(namesakes.limit(1)).first()
        receipt = SettlementFile(
            bank_code=bank_code,
            sha256=stored.sha256,
            profile=profile or "",
            size=stored.size,
            filename=filename,
            label=label,
            supersedes=supersedes,
            received_at=clock.now(),
            received_by=by,
            test=test,
            same_name_as=namesake.id if namesake else None,
        )
        try:
            with session.begin_nested():
                session.add(receipt)
        except IntegrityError:
            continue  # the label is another file's, or somebody sends the same bytes at this moment
        return receipt, True
    raise AssertionError("the labels never end")


def read_received(
    database: Database, settings: Settings, file_id: int, *, hold: Hold = nobody_else
) -> SettlementFile:
    """Read a received file to its end and keep its lines; one last commit lets them be seen.

    What an earlier, killed reading left of the file is removed first. A file already read stays as it is.

    Args:
        database: where the receipt is
        settings: where the bytes are, and the currency
        file_id: the receipt
        hold: called in each transaction; what it raises ends the reading

    Returns:
        the receipt, `accepted`, `quarantined` (lines kept, no evidence) or `refused` (no line kept)

    Raises:
        NotFoundError: there is no such receipt
    """
    with database.session() as session:
        hold(session)
        receipt = session.get(SettlementFile, file_id)
        if receipt is None:
            raise NotFoundError("no_such_file", f"Không có tệp kết quả số {file_id}.")
        if receipt.state != "received":
            return receipt
        _remove_lines(session, file_id)
        policy = policy_of(session, receipt.bank_code)
    reading = Apart(
        path_of(space(settings.data_dir, test=receipt.test), receipt.sha256),
        profile=receipt.profile or None,
        currency=settings.currency,
        client_bank=receipt.bank_code,
        policy=policy,
    )
    for rows in _chunks(reading, file_id):
        with database.session() as session:
            hold(session)
            if receipt.test:
                continue
            insert_table(session, table_behind(SettlementLine), rows)
    changes = _changes(database, receipt, reading.report)
    with database.session() as session:
        hold(session)
        receipt = session.get_one(SettlementFile, file_id)
        if receipt.same_name_as:
            reading.report.add(Problem("same_name", values={"other": str(receipt.same_name_as)}))
        if not receipt.test:
            _check_against_kept(session, receipt, reading.report)
            reading.report.rule(policy)
        conclude(receipt, reading.report)
        receipt.changes = changes
        session.add(receipt)
        if receipt.state == "refused":
            _remove_lines(session, file_id)
        elif not receipt.test:
            session.add_all(statement_rows(reading.report, receipt))
        if receipt.state == "accepted":
            supersede(session, receipt, receipt.received_by)
    return receipt


def _check_against_kept(session: Session, receipt: SettlementFile, report: FileReport) -> None:
    """Hold a file to what the bank sent before: its statements, and the file in whose place it was sent."""
    check_against_kept(session, report, receipt.bank_code)
    if receipt.supersedes is not None:
        locked_file(session, receipt.supersedes)  # nobody decides of it until the new file stands
    if counts_already(session, receipt.supersedes):
        report.add(Problem("supersedes_counted", values={"value": str(receipt.supersedes)}))


def _changes(database: Database, receipt: SettlementFile, report: FileReport) -> dict[str, Any] | None:
    """Compare a file with the one in whose place it was sent, where lines of both were kept."""
    if receipt.supersedes is None or receipt.test or report.outcome == "refused":
        return None
    with database.reading() as session:
        return changes_between(session, receipt.supersedes, receipt.id or 0)


def keep_file(
    database: Database,
    settings: Settings,
    path: Path,
    *,
    bank_code: str,
    by: str,
    profile: str | None = None,
    filename: str | None = None,
    supersedes: int | None = None,
) -> SettlementFile:
    """Receive a file from this machine's disk and read it at once.

    Args:
        database: where it is kept
        settings: where the bytes go, and the currency
        path: the file
        bank_code: the bank that it comes from
        by: who brings it
        profile: the bank layout to read it by
        filename: its name, where the path's own is not meant
        supersedes: the earlier file of the bank in whose place it comes
    """
    stored = keep_copy(settings.data_dir, path)
    with database.session() as session:
        receipt, _ = receive(
            session,
            stored,
            bank_code=bank_code,
            filename=filename or path.name,
            by=by,
            profile=profile,
            supersedes=supersedes,
        )
    return read_received(database, settings, receipt.id or 0)


def give_up(session: Session, file_id: int) -> None:
    """Refuse a received file that this version of the service cannot read, so that nobody waits for it."""
    receipt = session.get(SettlementFile, file_id)
    if receipt is None or receipt.state != "received":
        return
    _remove_lines(session, file_id)
    receipt.state, receipt.read_at = "refused", clock.now()
    receipt.problems, receipt.problem_count = problem_rows([Problem("reader_broke")]), 1
    session.add(receipt)


def _labels(filename: str, *, test: bool) -> Iterator[str]:
    """Yield names for a file in evidence (where ";" parts them): its own, then numbered ones.

    Those of test files have a "/", which no name in evidence has, so that they take nobody's name away.
    """
    name = PurePath(filename.replace(";", "_"))
    before = "test/" if test else ""
    yield f"{before}{name}"
    for number in itertools.count(2):
        yield f"{before}{name.stem} ({number}){name.suffix}"


def _chunks(reading: Apart, file_id: int) -> Iterator[pa.Table]:
    """Gather a reader's batches into tables of about CHUNK rows, with their keys."""
    waiting: list[pa.RecordBatch] = []
    for batch in reading.batches():
        if batch.num_rows and pc.max(batch["line"]).as_py() >= LINES_A_FILE:
            reading.report.add(Problem("too_many_lines", values={"most": str(LINES_A_FILE - 1)}))
            return
        waiting.append(batch)
        if sum(each.num_rows for each in waiting) >= CHUNK:
            yield _keyed(waiting, file_id)
            waiting = []
    if waiting:
        yield _keyed(waiting, file_id)


def _keyed(batches: list[pa.RecordBatch], file_id: int) -> pa.Table:
    rows = pa.Table.from_batches(batches)
    ids = pc.add(rows["line"], line_key(file_id, 0))
    files = pa.repeat(pa.scalar(file_id, pa.int64()), rows.num_rows)
    return rows.add_column(0, "file_id", files).add_column(0, "id", ids)


def conclude(receipt: SettlementFile, report: FileReport) -> None:
    """Write on the receipt what was read."""
    receipt.state = report.outcome
    receipt.format = report.format
    receipt.read_by_profile = report.profile
    receipt.servicer = report.sender
    receipt.movement = report.format in MOVEMENT_FORMATS
    receipt.cash = report.cash
    receipt.written_on = report.written_on
    receipt.statements = report.statements
    receipt.balances = [
        {
            "statement": balance.statement,
            "currency": balance.currency,
            "opening": f"{balance.opening:f}",
            "closing": f"{balance.closing:f}",
            "ties": balance.ties,
        }
        for balance in report.balances
    ]
    receipt.balanced = sorted(report.balanced)
    receipt.lines = report.lines
    receipt.good_lines = report.good_lines
    receipt.totals = [
        {
            "currency": currency,
            "credit_lines": total.credit_lines,
            "credit": f"{total.credit:f}",
            "debit_lines": total.debit_lines,
            "debit": f"{total.debit:f}",
        }
        for currency, total in sorted(report.totals.items())
    ]
    receipt.problems = problem_rows(report.problems)
    receipt.problem_count = report.problem_count
    receipt.read_at = clock.now()


def _remove_lines(session: Session, file_id: int) -> None:
    first, last = keys_of_file(file_id)
    session.execute(delete(SettlementLine).where(col(SettlementLine.id).between(first, last)))
