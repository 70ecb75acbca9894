"""Settlement files as queries: a bank's own or everybody's, page by page."""

import datetime as dt
from collections.abc import Iterable

from sqlmodel import Session, col, func, select

from payouts.core.errors import NotFoundError
from payouts.core.keys import keys_of_file, line_key
from payouts.settlements.models import FileDecision, SettlementFile, SettlementLine
from payouts.settlements.rules import at_standing, counts


def find_file(
    session: Session, file_id: int, bank_code: str | None, *, test: bool | None = None
) -> SettlementFile:
    """Find the receipt of a file.

    Args:
        session: the transaction
        file_id: the receipt's number
        bank_code: the bank that may see it alone, None where all may be seen
        test: only in the test space, or only outside it; None where both may be seen

    Raises:
        NotFoundError: there is none, or it is another bank's
    """
    receipt = session.get(SettlementFile, file_id)
    if receipt is None or bank_code not in {None, receipt.bank_code} or test not in {None, receipt.test}:
        raise none_such(file_id)
    return receipt


def locked_file(session: Session, file_id: int) -> SettlementFile:
    """Find a file as it is now, and let nobody else decide of it until the transaction ends.

    Raises:
        NotFoundError: there is none
    """
    found = session.exec(
        select(SettlementFile)
        .where(SettlementFile.id == file_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if found is None:
        raise none_such(file_id)
    return found


def counts_already(session: Session, file_id: int | None) -> bool:
    """Say whether a file counts as evidence; none does not."""
    asked = select(SettlementFile.id).where(SettlementFile.id == file_id, counts())
    return file_id is not None and session.exec(asked).first() is not None


def counts_in_place_of(session: Session, file_id: int) -> bool:
    """Say whether a file that was sent in the place of another counts as evidence."""
    asked = select(SettlementFile.id).where(SettlementFile.supersedes == file_id, counts())
    return session.exec(asked).first() is not None


def files_page(
    session: Session,
    bank_code: str | None,
    *,
    test: bool | None = None,
    state: str | None = None,
    stands: str | None = None,
    waiting: bool = False,
    since: dt.datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[SettlementFile]:
    """List receipts, the latest first.

    Args:
        session: the transaction
        bank_code: the bank that may see its own alone, None where all may be seen
        test: only in the test space, or only outside it; None where both may be seen
        state: only receipts in this state
        stands: only where they stand so by now: what was decided since, else the state
        waiting: only where something waits for a second person
        since: only received at or after this moment
        before: only receipts with a smaller number
        limit: at most so many
    """
    query = select(SettlementFile).order_by(col(SettlementFile.id).desc()).limit(limit)
    if bank_code is not None:
        query = query.where(SettlementFile.bank_code == bank_code)
    if test is not None:
        query = query.where(SettlementFile.test == test)
    if state is not None:
        query = query.where(SettlementFile.state == state)
    if stands is not None:
        query = query.where(at_standing(stands))
    if waiting:
        proposed = select(FileDecision.file_id).where(FileDecision.state == "waiting")
        query = query.where(col(SettlementFile.id).in_(proposed))
    if since is not None:
        query = query.where(SettlementFile.received_at >= since)
    if before is not None:
        query = query.where(col(SettlementFile.id) < before)
    return list(session.exec(query))


def file_in_place_of(session: Session, file_id: int) -> SettlementFile | None:
    """Find the latest file that was sent in the place of another, whatever became of it."""
    return session.exec(
        select(SettlementFile)
        .where(SettlementFile.supersedes == file_id)
        .order_by(col(SettlementFile.id).desc())
        .limit(1)
    ).first()


def changed_lines(session: Session, file_id: int, numbers: Iterable[int | None]) -> dict[int, SettlementLine]:
    """Find lines of a file by their numbers."""
    keys = [line_key(file_id, number) for number in numbers if number is not None]
    found = session.exec(select(SettlementLine).where(col(SettlementLine.id).in_(keys)))
    return {line.line: line for line in found}


def none_such(file_id: int) -> NotFoundError:
    """Say that there is no such file, or none that may be seen."""
    return NotFoundError("no_such_file", f"Không có tệp kết quả số {file_id}.")


def lines_so_far(session: Session, file_id: int) -> int:
    """Say up to which line, as the file numbers its own, a file that is being read is kept already."""
    first, last = keys_of_file(file_id)
    greatest = select(func.max(SettlementLine.id)).where(col(SettlementLine.id).between(first, last))
    return (session.exec(greatest).one() or first) - first
