"""Payout lists as queries: receipts, their lines, and what a corrected list changes."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_
from sqlmodel import Session, col, select

from payouts.core.errors import NotFoundError
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine, PayoutList, PayoutListChange

LINE = table_behind(PayoutLine)
CHANGE = table_behind(PayoutListChange)
OLD, NEW = LINE.alias("old_line"), LINE.alias("new_line")
KINDS = ("added", "gone", "changed")


@dataclass(frozen=True, slots=True)
class Change:
    """One payout line that a corrected list adds, leaves out or changes.

    Attributes:
        line_ref: its reference, the same before and after
        kind: added, gone or changed
        fields: that changed
        old: the row of the line that goes, None where it is added
        new: the row of the line that comes, None where it is gone
    """

    line_ref: str
    kind: str
    fields: tuple[str, ...]
    old: PayoutLine | None
    new: PayoutLine | None


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
    session: Session,
    scope: Scope,
    *,
    programme: str | None = None,
    cycle: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> list[PayoutList]:
    """List receipts within a scope, the latest first.

    Args:
        session: the transaction
        scope: the programmes to show
        programme: only of this programme
        cycle: only of this month, e.g. 2026-11
        before: only receipts with a smaller number
        limit: at most so many
    """
    query = select(PayoutList).where(*scope.conditions(programme=PayoutList.programme))
    if programme is not None:
        query = query.where(PayoutList.programme == programme)
    if cycle is not None:
        query = query.where(PayoutList.cycle == cycle)
    if before is not None:
        query = query.where(col(PayoutList.id) < before)
    return list(session.exec(query.order_by(col(PayoutList.id).desc()).limit(limit)))


def family_of(session: Session, list_id: int) -> tuple[int, ...]:
    """Give a list and all that it supersedes, one after the other; none for 0."""
    family: list[int] = []
    while list_id:
        family.append(list_id)
        list_id = session.get_one(PayoutList, list_id).supersedes
    return tuple(family)


def lines_of(session: Session, receipt: PayoutList) -> list[ColumnElement[bool]]:
    """Say which payout lines a list states, as conditions: its own, and those it leaves as they were."""
    family = family_of(session, receipt.id or 0)
    ended = select(col(PayoutListChange.old_id)).where(
        col(PayoutListChange.list_id).in_(family), col(PayoutListChange.old_id).is_not(None)
    )
    return [LINE.c.list_id.in_(family), LINE.c.id.not_in(ended)]


def lines_page(
    session: Session, receipt: PayoutList, scope: Scope, *, after: int = 0, limit: int = 100
) -> list[PayoutLine]:
    """List the payout lines that a list states, those within a scope, in the order of lists and rows.

    Args:
        session: the transaction
        receipt: the list
        scope: the areas to show
        after: only lines with a greater key
        limit: at most so many
    """
    query = (
        select(PayoutLine)
        .where(*lines_of(session, receipt), *scope.conditions(area=PayoutLine.area_code))
        .where(col(PayoutLine.id) > after)
    )
    return list(session.exec(query.order_by(col(PayoutLine.id)).limit(limit)))


def changes_page(
    session: Session,
    list_id: int,
    scope: Scope,
    *,
    kind: str | None = None,
    only: Select[Any] | None = None,
    after: str = "",
    limit: int = 100,
) -> list[Change]:
    """List what a corrected list changes, by reference.

    Args:
        session: the transaction
        list_id: the corrected list
        scope: the areas to show; a line that moves is seen from both
        kind: only added, gone or changed
        only: selects keys of lines that go: only their changes
        after: only references behind this one
        limit: at most so many
    """
    query = _changes(list_id, scope, OLD, NEW).where(CHANGE.c.line_ref > after)
    if kind is not None:
        query = query.where(CHANGE.c.kind == kind)
    if only is not None:
        query = query.where(CHANGE.c.old_id.in_(only))
    rows = session.execute(query.order_by(CHANGE.c.line_ref).limit(limit)).mappings().all()
    ids = {row[name] for row in rows for name in ("old_id", "new_id")} - {None}
    lines = {each.id: each for each in session.exec(select(PayoutLine).where(col(PayoutLine.id).in_(ids)))}
    return [
        Change(
            row["line_ref"],
            row["kind"],
            tuple((row["fields"] or "").split(";")) if row["fields"] else (),
            lines.get(row["old_id"]),
            lines.get(row["new_id"]),
        )
        for row in rows
    ]


def changes_count(session: Session, list_id: int, scope: Scope, *, only: Select[Any]) -> int:
    """Count the changes of a corrected list whose line that goes is among some; see changes_page."""
    query = _changes(list_id, scope, OLD, NEW).where(CHANGE.c.old_id.in_(only))
    counted: list[ColumnElement[Any]] = [func.count()]
    return int(session.execute(query.with_only_columns(*counted)).scalar_one())


@dataclass(slots=True)
class WardChange:
    """What a corrected list changes in one ward; money in đồng, of the lines that it touches.

    A line that moves to another ward counts as changed where it comes, with its money on both sides.
    """

    area_code: str | None
    added: int = 0
    gone: int = 0
    changed: int = 0
    before: int = 0
    after: int = 0


def change_totals(session: Session, list_id: int, scope: Scope) -> list[WardChange]:
    """Add up what a corrected list changes by ward, in the order of the wards' codes."""
    wards: dict[str | None, WardChange] = {}
    for side, money in ((OLD, "before"), (NEW, "after")):
        query = _changes(list_id, scope, side).where(side.c.id.is_not(None))
        by: list[ColumnElement[Any]] = [side.c.area_code, CHANGE.c.kind]
        sums: list[ColumnElement[Any]] = [func.count(), func.sum(side.c.amount)]
        rows = query.with_only_columns(*by, *sums).group_by(*by)
        for area, kind, lines, amount in session.execute(rows):
            ward = wards.setdefault(area, WardChange(area))
            if side is NEW or kind == "gone":
                setattr(ward, kind, lines)
            setattr(ward, money, getattr(ward, money) + int(amount))
    return sorted(wards.values(), key=lambda ward: ward.area_code or "")


def _changes(list_id: int, scope: Scope, *sides: Any) -> Select[Any]:
    """Select the changes of a list with their lines, those of which one of some sides lies in the scope."""
    query: Select[Any] = (
        select(*CHANGE.c)
        .outerjoin(OLD, OLD.c.id == CHANGE.c.old_id)
        .outerjoin(NEW, NEW.c.id == CHANGE.c.new_id)
        .where(CHANGE.c.list_id == list_id)
    )
    if scope.areas is None:
        return query
    return query.where(or_(*(each.c.area_code.in_(sorted(scope.areas)) for each in sides)))
