"""A corrected list begins to count, or is dropped: the old list and all its lines stay as they were.

What counts is a pointer: `ended_by` of a payout line, `superseded_by` of a list.
"""

from sqlalchemy import and_, insert, or_, select, update
from sqlmodel import Session, col
from sqlmodel import select as pick

from payouts.core import clock
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.core.keys import keys_of_file
from payouts.core.limits import LONGEST_NOTE
from payouts.core.tables import table_behind
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutCycle, PayoutLine, PayoutList, PayoutListChange, Voucher
from payouts.lists.people import propose_left_out, tell_the_registry
from payouts.lists.rules import COUNTS, waiting_for
from payouts.lists.store import find_list

LINE = table_behind(PayoutLine)
CHANGE = table_behind(PayoutListChange)
VOUCHER = table_behind(Voucher)
WAITS = "correction_waits"


def waits(receipt: PayoutList) -> bool:
    """Say whether a list is a corrected one that was read right and that nobody has decided on yet."""
    return receipt.decision is None and any(row["code"] == WAITS for row in receipt.problems)


def standing(receipt: PayoutList) -> str:
    """Say how a list stands: its state, or `waiting` for a confirmation, `cancelled`, or `superseded`."""
    if receipt.superseded_by is not None:
        return "superseded"
    if receipt.decision == "cancelled":
        return "cancelled"
    return "waiting" if waits(receipt) else receipt.state


def may_supersede(session: Session, list_id: int, *, programme: str, cycle: str) -> PayoutList:
    """Find the list that a corrected one is to supersede.

    Args:
        session: the transaction
        list_id: the list
        programme: of the corrected list
        cycle: of the corrected list

    Raises:
        NotFoundError: the cycle has no such list
        ConflictError: the list does not count: it is not read yet, was not accepted, or is superseded
    """
    base = session.get(PayoutList, list_id)
    if base is None or (base.programme, base.cycle) != (programme, cycle):
        raise NotFoundError("no_such_list", f"Kỳ {cycle} của {programme} không có danh sách số {list_id}.")
    if base.superseded_by is not None:
        raise ConflictError(
            "list_superseded",
            f"Danh sách số {list_id} đã được thay bằng danh sách số {base.superseded_by}. "
            "Hãy gửi để thay danh sách đang có hiệu lực.",
        )
    if base.state == "received":
        raise ConflictError("not_read_yet", f"Danh sách số {list_id} chưa đọc xong. Xin thử lại sau ít phút.")
    if base.state != "accepted":
        raise ConflictError(
            "list_counts_not",
            f"Danh sách số {list_id} không có hiệu lực nên không cần thay. Hãy gửi như danh sách mới.",
        )
    return base


def confirm(session: Session, list_id: int, scope: Scope, *, by: str, note: str | None = None) -> PayoutList:
    """Let a corrected list count from now on, in the place of the one that it names.

    Args:
        session: the transaction
        list_id: the corrected list
        scope: the programmes of who confirms
        by: who confirms
        note: why, in words

    Returns:
        the corrected list, accepted

    Raises:
        NotFoundError: no such list in the scope
        ConflictError: it does not wait for a confirmation, its list counts no more, or the month is closed
        RefusedError: the note is too long
    """
    receipt = _waiting(session, list_id, scope)
    base = may_supersede(session, receipt.supersedes, programme=receipt.programme, cycle=receipt.cycle)
    _refuse_if_closed(session, receipt)
    ended = select(CHANGE.c.old_id).where(CHANGE.c.list_id == list_id, CHANGE.c.old_id.is_not(None))
    session.execute(update(LINE).values(ended_by=list_id).where(LINE.c.id.in_(ended)))
    session.execute(
        update(LINE)
        .values(ended_by=COUNTS)
        .where(LINE.c.id.between(*keys_of_file(list_id)), LINE.c.ended_by == waiting_for(list_id))
    )
    base.superseded_by = list_id
    _decide(receipt, "confirmed", by, note)
    receipt.state = "accepted"
    receipt.problems = [row for row in receipt.problems if row["code"] != WAITS]
    receipt.problem_count -= 1
    session.add_all([base, receipt])
    for other in session.exec(
        pick(PayoutList).where(PayoutList.supersedes == base.id, col(PayoutList.decision).is_(None))
    ):
        _decide(other, "cancelled", by, f"Danh sách số {list_id} đã được xác nhận thay.")
        session.add(other)
    session.flush()
    _carry_vouchers(session, list_id)
    told = select(LINE).where(LINE.c.list_id == list_id, LINE.c.ended_by == COUNTS).subquery()
    cycle = session.get_one(PayoutCycle, receipt.cycle_id)
    tell_the_registry(session, told, cycle, receipt)
    propose_left_out(session, cycle, receipt)
    return receipt


def cancel(session: Session, list_id: int, scope: Scope, *, by: str, note: str | None = None) -> PayoutList:
    """Drop a corrected list that waits for a confirmation; it stays to be seen and never counts.

    Args, errors: as confirm
    """
    receipt = _waiting(session, list_id, scope)
    _decide(receipt, "cancelled", by, note)
    session.add(receipt)
    session.flush()
    return receipt


def _waiting(session: Session, list_id: int, scope: Scope) -> PayoutList:
    """Find a corrected list that waits, and let nobody else decide on it or its cycle meanwhile."""
    receipt = find_list(session, list_id, scope)
    session.exec(
        pick(PayoutList)
        .where(or_(col(PayoutList.id) == list_id, col(PayoutList.id) == receipt.supersedes))
        .order_by(col(PayoutList.id))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not waits(receipt):
        raise ConflictError(
            "list_waits_not",
            f"Danh sách số {list_id} không chờ xác nhận. Hãy tải lại trang và xem tình trạng của danh sách.",
        )
    return receipt


def _refuse_if_closed(session: Session, receipt: PayoutList) -> None:
    """Refuse to change what a closed month owes; until this transaction ends nobody closes it.

    Raises:
        ConflictError: the month is closed
    """
    query = pick(PayoutCycle).where(PayoutCycle.id == receipt.cycle_id).with_for_update()
    cycle = session.exec(query.execution_options(populate_existing=True)).one()
    if cycle.closed_at is not None:
        raise ConflictError(
            "month_closed_already", "Kỳ này đã khóa sổ. Hãy đưa thay đổi vào danh sách của kỳ sau."
        )


def _decide(receipt: PayoutList, decision: str, by: str, note: str | None) -> None:
    words = (note or "").strip()
    if len(words) > LONGEST_NOTE or not all(letter.isprintable() or letter == "\n" for letter in words):
        raise RefusedError("note_too_long", f"Ghi chú dài quá {LONGEST_NOTE} chữ cái. Hãy rút gọn.")
    receipt.decision, receipt.decided_at, receipt.decided_by = decision, clock.now(), by
    receipt.decision_note = words or None


def _carry_vouchers(session: Session, list_id: int) -> None:
    """Let the signed voucher of a changed line hold for it still, where it owes the same in the same way."""
    old, new = LINE.alias("old"), LINE.alias("new")
    kept = [column for column in VOUCHER.c if column.name != "payout_line_id"]
    session.execute(
        insert(VOUCHER).from_select(
            ["payout_line_id", *(column.name for column in kept)],
            select(CHANGE.c.new_id, *kept)
            .join(CHANGE, CHANGE.c.old_id == VOUCHER.c.payout_line_id)
            .join(old, old.c.id == CHANGE.c.old_id)
            .join(new, new.c.id == CHANGE.c.new_id)
            .where(
                and_(CHANGE.c.list_id == list_id, CHANGE.c.kind == "changed"),
                old.c.amount == new.c.amount,
                old.c.channel == new.c.channel,
            ),
        )
    )
