"""Closes a month by two people, and opens it again for a reason: what was closed stays to be seen."""

import functools

import pyarrow as pa
import pyarrow.compute as pc
from sqlmodel import Session, col, func, select

from payouts.approvals import asking
from payouts.approvals.models import Approval
from payouts.closing.checks import checklist
from payouts.closing.content import Content, content_of
from payouts.closing.models import ClosedDebt, MonthClose
from payouts.closing.rules import BUCKETS
from payouts.closing.states import known_of
from payouts.closing.store import close_of, standing_at
from payouts.core import arrays, clock
from payouts.core.bulk import insert_table
from payouts.core.errors import ConflictError, ForbiddenError, NotFoundError
from payouts.core.once import add_once
from payouts.core.tables import table_behind
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.lists.models import PayoutCycle
from payouts.runs.locking import let_nobody_keep
from payouts.runs.store import find_cycle

DEBT = table_behind(ClosedDebt)


def ask_close(session: Session, programme: str, cycle: str, *, by: Staff, reason: str) -> Approval:
    """Ask for a month to be closed; it is once another person has approved.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        by: who asks
        reason: in words; what is open yet, and why the month is closed all the same

    Raises:
        NotFoundError: there is no such cycle
        ForbiddenError: they do not see all wards
        ConflictError: it is closed, it waits already, or something stands in the way of it
        RefusedError: no reason
    """
    found = _whole(session, programme, cycle, by)
    _refuse_if_open(session, found)
    content = _content(session, found)
    told = {"run": content.identity.run, "hash": content.hash}
    return _ask(session, found, "close_month", by=by, reason=reason, **told)


def close(session: Session, approval: Approval, by: str) -> None:
    """Close a month, as approved: nothing that was shown may have changed.

    Raises:
        ConflictError: it is closed, something stands in the way, or its figures are others by now
    """
    let_nobody_keep(session)
    found = _locked(session, approval)
    _refuse_if_open(session, found)
    content = _content(session, found)
    if content.hash != approval.details["hash"]:
        raise ConflictError(
            "month_changed", "Số liệu của kỳ đã thay đổi từ khi đề nghị khóa sổ. Hãy xem lại và đề nghị lại."
        )
    known = known_of(session, found)
    made = MonthClose(
        cycle_id=found.id or 0,
        programme=found.programme,
        cycle=found.cycle,
        number=_next_number(session, found),
        run_id=known.run_id(found) or 0,
        runs={each.cycle: known.runs[each.id or 0].id or 0 for each in known.cycles if each.id in known.runs},
        content=content.text,
        hash=content.hash,
        asked_by=approval.asked_by,
        reason=approval.reason,
        approval_id=approval.id or 0,
        closed_at=clock.now(),
        closed_by=by,
    )
    add_once(session, made, _closed_already())
    insert_table(session, DEBT, _debts(made, content))
    found.closed_at = made.closed_at
    session.add(found)
    session.flush()
    told = {"number": made.number, "hash": made.hash}
    audit.note(session, by, "month.closed", f"cycle {found.programme} {found.cycle}", **told)


def ask_reopen(session: Session, programme: str, cycle: str, *, by: Staff, reason: str) -> Approval:
    """Ask for a closed month to be opened again; arguments and errors as ask_close."""
    found = _whole(session, programme, cycle, by)
    standing = _standing(session, found)
    return _ask(session, found, "reopen_month", by=by, reason=reason, hash=standing.hash)


def reopen(session: Session, approval: Approval, by: str) -> None:
    """Open a closed month again, as approved; its close stays to be seen, with the reason.

    Raises:
        ConflictError: it is not closed, or a later month of the programme is
    """
    found = _locked(session, approval)
    standing = _standing(session, found)
    standing.reopened_at, standing.reopened_by = clock.now(), by
    standing.reopened_why, standing.reopen_approval_id = approval.reason, approval.id
    found.closed_at = None
    session.add_all([standing, found])
    session.flush()
    audit.note(
        session, by, "month.reopened", f"cycle {found.programme} {found.cycle}", number=standing.number
    )


def _whole(session: Session, programme: str, cycle: str, by: Staff) -> PayoutCycle:
    found = find_cycle(session, programme, cycle, by.scope)
    if by.scope.areas is not None:
        raise ForbiddenError("all_areas_needed", "Việc này cần quyền xem tất cả các xã/phường.")
    return found


def _ask(
    session: Session, cycle: PayoutCycle, kind: str, *, by: Staff, reason: str, **details: str | int | None
) -> Approval:
    return asking.ask(
        session,
        kind,
        f"cycle {cycle.programme} {cycle.cycle}",
        by=by.username,
        reason=reason,
        programme=cycle.programme,
        area_code=None,
        details={"month": cycle.cycle, **details},
    )


def _refuse_if_open(session: Session, cycle: PayoutCycle) -> None:
    if close_of(session, cycle) is not None:
        raise _closed_already()
    in_the_way = [each for each in checklist(session, cycle) if each.stands_in_the_way]
    if in_the_way:
        named = "; ".join(f"{each.check.vi}: {each.count}" for each in in_the_way)
        raise ConflictError("month_not_ready", f"Chưa khóa sổ được. {named}.")


def _content(session: Session, cycle: PayoutCycle) -> Content:
    return content_of(session, known_of(session, cycle), _next_number(session, cycle))


def _next_number(session: Session, cycle: PayoutCycle) -> int:
    last = session.exec(select(func.max(MonthClose.number)).where(MonthClose.cycle_id == cycle.id)).one()
    return (last or 0) + 1


def _locked(session: Session, approval: Approval) -> PayoutCycle:
    """Find the cycle of an approval, and let nobody else close, reopen or bring a list meanwhile."""
    query = select(PayoutCycle).where(
        PayoutCycle.programme == approval.programme, PayoutCycle.cycle == approval.details["month"]
    )
    found = session.exec(query.with_for_update().execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFoundError("no_such_cycle", "Không có kỳ chi trả này.")
    return found


def _standing(session: Session, cycle: PayoutCycle) -> MonthClose:
    """Find the close that may be undone.

    Raises:
        ConflictError: none stands, or a later month is closed
    """
    standing = close_of(session, cycle)
    if standing is None:
        raise ConflictError("month_not_closed", "Kỳ này chưa khóa sổ.")
    later = select(MonthClose.cycle).where(
        MonthClose.programme == cycle.programme, col(MonthClose.cycle) > cycle.cycle, standing_at(None)
    )
    if last := session.exec(later.order_by(col(MonthClose.cycle).desc())).first():
        raise ConflictError("later_month_closed", f"Kỳ sau ({last}) đã khóa sổ. Hãy mở lại kỳ sau trước.")
    return standing


def _closed_already() -> ConflictError:
    return ConflictError("month_closed_already", "Kỳ này đã khóa sổ.")


def _debts(made: MonthClose, content: Content) -> pa.Table:
    """Make the rows of what is not simply paid: the month's own lines, and what came in from before."""
    keys = ["payout_line_id", "area_code"]
    before = content.before.select([*keys, *(f"is_{name}" for name in BUCKETS)])
    debts = pa.concat_tables(
        [content.own.select([*keys, *BUCKETS]), before.rename_columns([*keys, *BUCKETS])]
    )
    rows = debts.group_by(keys).aggregate([(name, "sum") for name in BUCKETS])
    rows = rows.rename_columns([*keys, *BUCKETS])
    is_own = pc.is_in(rows["payout_line_id"], content.own["payout_line_id"])
    simple = functools.reduce(pc.add, (rows[name] for name in BUCKETS if name != "paid"))
    rows = rows.filter(pc.or_(pc.invert(is_own), pc.greater(simple, arrays.one(0))))
    return rows.append_column("close_id", arrays.numbers([made.id or 0] * rows.num_rows))
