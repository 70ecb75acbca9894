"""Makes the draft of a cycle, drops it, asks for it, and opens the cycle once it is approved."""

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pyarrow import csv
from sqlmodel import Session, col, select

from payouts.approvals.asking import ask
from payouts.approvals.models import Approval
from payouts.core import clock
from payouts.core.allowances import Tariff, tariff
from payouts.core.bulk import insert_table
from payouts.core.columns import exact_sum
from payouts.core.database import Database
from payouts.core.errors import ConflictError, NotFoundError
from payouts.core.money import format_money
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.core.settings import Settings
from payouts.core.storage import Stored, arriving
from payouts.core.tables import table_behind
from payouts.identity import audit
from payouts.identity.rules import Staff
from payouts.identity.scope import Scope
from payouts.lists.intake import receive
from payouts.lists.models import PayoutCycle, PayoutList
from payouts.lists.rules import check_cycle
from payouts.orders.drafts import facts
from payouts.orders.drafts.computing import Computed, compute
from payouts.orders.drafts.rules import LARGEST_LOSS
from payouts.orders.models import CycleDraft, DraftEffect

EFFECT = table_behind(DraftEffect)

# Says what decisions let be taken off in a month: (session, programme, month) -> identity number -> đồng.
Deductible = Callable[[Session, str, str], Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class _Made:
    base: PayoutCycle
    computed: Computed
    stored: Stored
    notes: list[dict[str, Any]]


def nothing_deducted(_session: Session, _programme: str, _cycle: str) -> Mapping[str, int]:
    """Say that no decision lets anything be taken off."""
    return {}


def make_draft(
    database: Database,
    settings: Settings,
    programme: str,
    cycle: str,
    scope: Scope,
    *,
    by: str,
    deductible: Deductible = nothing_deducted,
) -> CycleDraft:
    """Compute the list of a cycle from the cycle before, and keep it as a draft that counts for nothing yet.

    A draft that stands is dropped for it. All is computed outside of the transaction that keeps it.

    Args:
        database: where the facts are
        settings: where the bytes go, and the tables of amounts
        programme: e.g. BTXH
        cycle: the month to open, 2026-12
        scope: the programmes of who opens it; no area may bound it
        by: the username
        deductible: says what decisions let be taken off

    Raises:
        RefusedError: no such month; a table of amounts that cannot be read
        NotFoundError: `nothing_to_open_from`, or the programme lies outside the scope
        ConflictError: `cycle_has_list`, a list of the cycle counts already; `draft_asked`, the draft that
            stands waits for approval
    """
    check_cycle(programme, cycle)
    with database.reading() as session:
        _may_open(session, programme, cycle, scope)
        made = _compute(session, settings, programme, cycle, deductible)
    with database.session() as session:
        _may_open(session, programme, cycle, scope)
        before = standing_draft(session, programme, cycle)
        if before is not None:
            if waiting(session, before):
                raise ConflictError(
                    "draft_asked", "Bản dự thảo đang chờ duyệt. Hãy rút lại đề nghị trước khi lập bản mới."
                )
            _end(session, before, "dropped", by)
        return _keep(session, programme, cycle, made, by)


def drop_draft(session: Session, draft_id: int, staff: Staff) -> CycleDraft:
    """Drop a draft that nobody has asked for.

    Raises:
        NotFoundError: no such draft in the scope
        ConflictError: it waits for approval, or is ended
    """
    draft = find_draft(session, draft_id, staff.scope)
    _stands(draft)
    if waiting(session, draft):
        raise ConflictError("draft_asked", "Bản dự thảo đang chờ duyệt. Hãy rút lại đề nghị trước.")
    _end(session, draft, "dropped", staff.username)
    audit.note(session, staff.who, "draft.dropped", f"cycle draft {draft_id}")
    return draft


def ask_to_open(session: Session, draft_id: int, staff: Staff, *, reason: str) -> Approval:
    """Ask a second person to open a cycle as a draft has it.

    Args:
        session: the transaction
        draft_id: the draft
        staff: who asks
        reason: words for who decides

    Raises:
        NotFoundError: no such draft in the scope
        ConflictError: it is ended, the cycle has a list by now, or it waits already
        RefusedError: no reason, or too long a one
    """
    draft = find_draft(session, draft_id, staff.scope)
    _stands(draft)
    _may_open(session, draft.programme, draft.cycle, staff.scope)
    details = {
        "month": draft.cycle,
        "lines": f"{draft.lines:,}".replace(",", "."),
        "before": draft.base_amount,
        "sha256": draft.sha256,
    }
    return ask(
        session,
        "open_cycle",
        _subject(draft),
        by=staff.username,
        reason=tidied(reason, needed=True),
        programme=draft.programme,
        area_code=None,
        amount=draft.amount,
        details=details,
    )


def open_cycle(session: Session, approval: Approval, by: str) -> PayoutList:
    """Let an approved draft be the cycle's list: the very bytes that were shown are taken in.

    Returns:
        the receipt of the list, which somebody has to have read

    Raises:
        ConflictError: the draft is ended, or the cycle has a list by now
    """
    draft = session.get_one(CycleDraft, int(approval.subject.rpartition(" ")[2]))
    _stands(draft)
    _may_open(session, draft.programme, draft.cycle, Scope(None, None))
    receipt, _ = receive(
        session,
        Stored(draft.sha256, draft.size),
        programme=draft.programme,
        cycle=draft.cycle,
        filename=f"{draft.programme}-{draft.cycle}.csv",
        by=approval.asked_by,
    )
    draft.list_id = receipt.id
    _end(session, draft, "opened", by)
    return receipt


def find_draft(session: Session, draft_id: int, scope: Scope) -> CycleDraft:
    """Find a draft.

    Raises:
        NotFoundError: there is none, or its programme lies outside the scope
    """
    found = session.get(CycleDraft, draft_id)
    if found is None or (scope.programmes is not None and found.programme not in scope.programmes):
        raise NotFoundError("no_such_draft", f"Không có bản dự thảo số {draft_id}.")
    return found


def standing_draft(session: Session, programme: str, cycle: str) -> CycleDraft | None:
    """Find the draft of a cycle that stands."""
    query = select(CycleDraft).where(
        CycleDraft.programme == programme, CycleDraft.cycle == cycle, col(CycleDraft.ended_at).is_(None)
    )
    return session.exec(query).one_or_none()


def waiting(session: Session, draft: CycleDraft) -> Approval | None:
    """Find the approval that a draft waits for."""
    query = select(Approval).where(
        Approval.kind == "open_cycle", Approval.subject == _subject(draft), Approval.state == "waiting"
    )
    return session.exec(query).one_or_none()


def _subject(draft: CycleDraft) -> str:
    return f"draft {draft.id}"


def _stands(draft: CycleDraft) -> None:
    if draft.ended_at is not None:
        raise ConflictError("draft_ended", "Bản dự thảo này đã mở thành kỳ chi trả hoặc đã bỏ.")


def _may_open(session: Session, programme: str, cycle: str, scope: Scope) -> None:
    if scope.programmes is not None and programme not in scope.programmes:
        raise NotFoundError("no_such_cycle", f"Chương trình {programme} không thuộc phạm vi của bạn.")
    listed = select(PayoutList.id).where(
        PayoutList.programme == programme,
        PayoutList.cycle == cycle,
        col(PayoutList.state).in_(("received", "accepted")),
    )
    if session.exec(listed.limit(1)).first() is not None:
        raise ConflictError(
            "cycle_has_list",
            f"Kỳ {cycle} của {programme} đã có danh sách. Cần thay đổi thì gửi danh sách sửa đổi.",
        )


def _compute(
    session: Session, settings: Settings, programme: str, cycle: str, deductible: Deductible
) -> _Made:
    base = facts.base_of(session, programme, cycle)
    if base is None:
        raise NotFoundError(
            "nothing_to_open_from",
            f"Chương trình {programme} chưa có kỳ nào trước {cycle} để mở tiếp. Hãy nộp danh sách đầu tiên.",
        )
    of = tariff(programme, settings.amounts_area, settings.standard_amounts)
    computed = compute(session, base, cycle, of, deductible(session, programme, cycle))
    notes = list(_notes(session, base, cycle, of, computed))
    return _Made(base, computed, _stored(settings, computed.lines), notes)


def _stored(settings: Settings, lines: pa.Table) -> Stored:
    """Write a list as the reader of lists takes it, and keep its bytes."""
    target = io.BytesIO()
    csv.write_csv(lines, target, csv.WriteOptions(quoting_style="needed"))
    with arriving(settings.data_dir) as arrival:
        arrival.write(target.getvalue())
        return arrival.keep()


def _keep(session: Session, programme: str, cycle: str, made: _Made, by: str) -> CycleDraft:
    computed, effects = made.computed, made.computed.effects
    sums: dict[str, list[int]] = {}
    for row in effects.group_by("kind").aggregate([("amount", "sum"), ("number", "count")]).to_pylist():
        sums[row["kind"]] = [row["number_count"], row["amount_sum"] or 0]
    draft = CycleDraft(
        programme=programme,
        cycle=cycle,
        base_cycle=made.base.cycle,
        made_at=clock.now(),
        made_by=by,
        sha256=made.stored.sha256,
        size=made.stored.size,
        lines=computed.lines.num_rows,
        amount=exact_sum(computed.lines["amount"]),
        base_lines=computed.base_lines,
        base_amount=computed.base_amount,
        sums=sums,
        notes=made.notes,
    )
    add_once(session, draft, ConflictError("draft_stands", "Người khác vừa lập bản dự thảo của kỳ này."))
    if effects.num_rows:
        of_draft = pa.array([draft.id], pa.int64()).take(pa.array([0] * effects.num_rows))
        insert_table(session, EFFECT, effects.append_column("draft_id", of_draft))
    told = {"programme": programme, "cycle": cycle, "lines": draft.lines, "amount": draft.amount}
    audit.note(session, by, "draft.made", f"cycle draft {draft.id}", **told)
    return draft


def _end(session: Session, draft: CycleDraft, why: str, by: str) -> None:
    draft.ended_at, draft.ended_by, draft.ended_why = clock.now(), by, why
    session.add(draft)
    session.flush()


def _notes(
    session: Session, base: PayoutCycle, cycle: str, of: Tariff, computed: Computed
) -> Iterator[dict[str, Any]]:
    """Say what is to be known of a whole draft: a code of rules.NOTES and its values."""

    def note(code: str, **values: str) -> dict[str, Any]:
        return {"code": code, "values": values}

    year, month = int(cycle[:4]), int(cycle[5:])
    if base.cycle != (f"{year}-{month - 1:02}" if month > 1 else f"{year - 1}-12"):
        yield note("cycles_between", cycle=base.cycle)
    if not facts.judged(session, base):
        yield note("not_judged", cycle=base.cycle)
    for rate in of.within(cycle):
        told = {"amount": format_money(rate.amount), "basis": rate.legal_basis}
        yield note("mid_month", **told, day=f"{rate.valid_from:%d/%m/%Y}")
    base_rate = of.base(cycle)
    if base_rate and base_rate.status and not base_rate.status.startswith("confirmed"):
        told = {"amount": format_money(base_rate.amount), "basis": base_rate.legal_basis}
        yield note("unverified", **told, status=base_rate.status)
    if computed.base_lines and computed.lost >= LARGEST_LOSS * computed.base_lines:
        yield note("many_lost", share=str(round(100 * computed.lost / computed.base_lines)), cycle=base.cycle)
    if ready := facts.reissues_ready(session, base.programme):
        yield note("reissues_ready", count=str(len(ready)), amount=format_money(sum(ready)))
