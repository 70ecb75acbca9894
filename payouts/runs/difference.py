"""What a corrected list changes, beside what banks already paid of the lines that go or change."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping
from sqlmodel import Session

from payouts.core.errors import NotFoundError
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutList
from payouts.lists.store import (
    KINDS,
    Change,
    WardChange,
    change_totals,
    changes_count,
    changes_page,
    find_list,
)
from payouts.runs.settled import settled_changes, settled_of

SETTLED = "settled"  # the lines that go or change though money settled for them


@dataclass(frozen=True, slots=True)
class Difference:
    """A corrected list against the one that it supersedes; money in đồng.

    Attributes:
        receipt: of the corrected list
        wards: sums by ward
        settled: how many lines go or change though money settled for them
        items: some of the changes
        paid: key of a line that goes -> what the last run says of it, where money settled
        next: where the next page begins
    """

    receipt: PayoutList
    wards: list[WardChange]
    settled: int
    items: list[Change]
    paid: Mapping[int, RowMapping]
    next: str | None

    def total(self, name: str) -> int:
        """Add up one of added, gone, changed, before and after over the wards."""
        return sum(getattr(ward, name) for ward in self.wards)


def difference_of(
    session: Session,
    list_id: int,
    scope: Scope,
    *,
    kind: str | None = None,
    cursor: str | None = None,
    limit: int = 100,
) -> Difference:
    """Say what a corrected list changes; it stays to be seen when the list was confirmed or dropped.

    Args:
        session: the transaction
        list_id: the corrected list
        scope: the areas and programmes to show
        kind: only added, gone, changed, or SETTLED
        cursor: where the page begins: `next` of the page before
        limit: most changes of a page

    Raises:
        NotFoundError: no such list in the scope, or it corrects none
    """
    receipt = find_list(session, list_id, scope)
    if not receipt.supersedes:
        raise NotFoundError("no_difference", f"Danh sách số {list_id} không thay cho danh sách nào.")
    paid_changes = settled_changes(list_id)
    only = paid_changes if kind == SETTLED else None
    items = changes_page(
        session,
        list_id,
        scope,
        kind=kind if kind in KINDS else None,
        only=only,
        after=cursor or "",
        limit=limit + 1,
    )
    shown = items[:limit]
    return Difference(
        receipt,
        change_totals(session, list_id, scope),
        changes_count(session, list_id, scope, only=paid_changes),
        shown,
        settled_of(session, [each.old.id for each in shown if each.old is not None]),
        shown[-1].line_ref if shown and len(items) > limit else None,
    )
