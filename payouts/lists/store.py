"""Payout lists as queries: the receipts of those who may see their programme."""

from sqlmodel import Session, col, select

from payouts.core.errors import NotFoundError
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutList


def find_list(session: Session, list_id: int, scope: Scope) -> PayoutList:
    """Find the receipt of a payout list.

    Raises:
        NotFoundError: there is none, or its programme lies outside the scope
    """
    receipt = session.get(PayoutList, list_id)
    if receipt is None or (scope.programmes is not None and receipt.programme not in scope.programmes):
        raise NotFoundError("no_such_list", f"Không có danh sách chi trả số {list_id}.")
    return receipt


def lists_page(
    session: Session, scope: Scope, *, before: int | None = None, limit: int = 100
) -> list[PayoutList]:
    """List receipts within a scope, the latest first.

    Args:
        session: the transaction
        scope: the programmes to show
        before: only receipts with a smaller number
        limit: at most so many
    """
    query = select(PayoutList).where(*scope.conditions(programme=PayoutList.programme))
    if before is not None:
        query = query.where(col(PayoutList.id) < before)
    return list(session.exec(query.order_by(col(PayoutList.id).desc()).limit(limit)))
