"""Settlement files as queries: a bank's own or everybody's, page by page."""

import datetime as dt

from sqlmodel import Session, col, select

from payouts.core.errors import NotFoundError
from payouts.settlements.models import SettlementFile


def find_file(session: Session, file_id: int, bank_code: str | None) -> SettlementFile:
    """Find the receipt of a file.

    Args:
        session: the transaction
        file_id: the receipt's number
        bank_code: the bank that may see it alone, None where all may be seen

    Raises:
        NotFoundError: there is none, or it is another bank's
    """
    receipt = session.get(SettlementFile, file_id)
    if receipt is None or (bank_code is not None and receipt.bank_code != bank_code):
        raise NotFoundError("no_such_file", f"Không có tệp kết quả số {file_id}.")
    return receipt


def files_page(
    session: Session,
    bank_code: str | None,
    *,
    state: str | None = None,
    since: dt.datetime | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[SettlementFile]:
    """List receipts, the latest first.

    Args:
        session: the transaction
        bank_code: the bank that may see its own alone, None where all may be seen
        state: only in this state
        since: only received at or after this moment
        before: only receipts with a smaller number
        limit: at most so many
    """
    query = select(SettlementFile).order_by(col(SettlementFile.id).desc()).limit(limit)
    if bank_code is not None:
        query = query.where(SettlementFile.bank_code == bank_code)
    if state is not None:
        query = query.where(SettlementFile.state == state)
    if since is not None:
        query = query.where(SettlementFile.received_at >= since)
    if before is not None:
        query = query.where(col(SettlementFile.id) < before)
    return list(session.exec(query))
