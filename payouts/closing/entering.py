"""Writes down what the payer's papers say of their account: drawdown, balances, money back to the budget."""

import datetime as dt

from sqlmodel import Session

from payouts.closing.models import PayerEntry
from payouts.closing.payer import KINDS
from payouts.core import clock
from payouts.core.errors import ConflictError, ForbiddenError, RefusedError
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.runs.store import find_cycle


def enter(
    session: Session,
    programme: str,
    cycle: str,
    *,
    by: Staff,
    kind: str,
    amount: int | None,
    day: dt.date | None,
    document_no: str,
    note: str = "",
) -> PayerEntry:
    """Keep an amount of the payer's papers; a wrong one is taken back by the same with the other sign.

    Args:
        session: the transaction
        programme: e.g. BTXH
        cycle: a month like 2026-11
        by: who writes it down
        kind: a key of payer.KINDS that is by hand
        amount: đồng, not 0
        day: of the paper, not after today
        document_no: of the paper
        note: words

    Raises:
        NotFoundError: there is no such cycle
        ForbiddenError: they do not see all wards
        ConflictError: the month is closed, or the paper is known
        RefusedError: no such kind, no amount, no day, no paper
    """
    found = find_cycle(session, programme, cycle, by.scope)
    if by.scope.areas is not None:
        raise ForbiddenError("all_areas_needed", "Việc này cần quyền xem tất cả các xã/phường.")
    if found.closed_at is not None:
        raise ConflictError(
            "month_closed_already", "Kỳ này đã khóa sổ. Hãy đưa thay đổi vào danh sách của kỳ sau."
        )
    if kind not in KINDS or not KINDS[kind].by_hand:
        raise RefusedError("no_such_entry", "Hãy chọn loại số liệu.")
    if not amount:
        raise RefusedError("bad_amount", "Hãy ghi số tiền, khác 0.")
    if day is None or day > clock.today() or not document_no.strip():
        raise RefusedError("document_needed", "Hãy ghi số và ngày của chứng từ, không sau hôm nay.")
    made = PayerEntry(
        cycle_id=found.id or 0,
        kind=kind,
        amount=amount,
        day=day,
        document_no=tidied(document_no),
        note=tidied(note) or None,
        made_at=clock.now(),
        made_by=by.username,
    )
    add_once(session, made, ConflictError("entry_known", "Chứng từ này đã được ghi."))
    audit.note(session, by.who, "payer.entered", f"cycle {programme} {cycle}", kind=kind, amount=amount)
    return made
