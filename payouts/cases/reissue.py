"""Pays a debt again: asked for on its case, approved by others, never while the first may still settle."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from payouts.approvals.models import Approval
from payouts.cases.approving import ask_approval
from payouts.cases.events import tell
from payouts.cases.locking import case_as_read, changed
from payouts.cases.next_steps import next_step
from payouts.cases.store import CaseView, view_case
from payouts.core import clock
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.notes import tidied
from payouts.core.once import add_once
from payouts.identity.scope import EVERYTHING, Scope
from payouts.lists.models import Reissue, Voucher
from payouts.lists.reissues import carried_by, end, new_reference, open_reissue, reissues_of
from payouts.orders.rules import PAID_AGAIN
from payouts.registry.models import Beneficiary, WelfareAccount
from payouts.registry.stops import standing_stop

MAY_STILL_SETTLE = frozenset({"pending", "unconfirmed", "missing", "review"})


@dataclass(frozen=True, slots=True)
class Payable:
    """An account to which a debt may be paid again: of the list, or on record for the person today."""

    channel: str
    bank_code: str | None
    account_no: str
    account_name: str | None

    @property
    def key(self) -> str:
        """Tell it from the others of the person."""
        return f"{self.bank_code or ''}:{self.account_no}"


@dataclass(frozen=True, slots=True)
class Again:
    """What paying a debt again comes to.

    Attributes:
        kind: of the approval that it takes
        amount: đồng that are lacking
        accounts: where it may go, the likeliest first
        failed: the replacement that failed too and that this one takes the place of, where there is one
    """

    kind: str
    amount: int
    accounts: list[Payable]
    failed: Reissue | None


def again(session: Session, view: CaseView) -> Again:
    """Say what paying the debt of a case again comes to.

    Args:
        session: the transaction
        view: the case

    Raises:
        ConflictError: why it cannot be paid again: `nothing_owed`, `may_still_settle`, `never_again`,
            `person_stopped`, `paid_in_cash_already`, `carried_already`, `reissue_open` or `no_account`
    """
    line, verdict = view.line, view.verdict
    if line is None or verdict is None or not view.counts:
        raise ConflictError("no_payout_line", "Việc này không gắn với dòng chi trả nào.")
    if verdict.verdict in MAY_STILL_SETTLE:
        raise ConflictError(
            "may_still_settle",
            "Lệnh trước còn có thể được chi. Hãy tra soát ngân hàng; chưa có trả lời thì không chi lại.",
        )
    step = next_step(verdict.verdict, verdict.reason_code)
    kind = PAID_AGAIN.get(verdict.verdict)
    amount = line.amount - (verdict.settled if verdict.verdict == "amount_differs" else 0)
    if kind is None or amount <= 0:
        raise ConflictError("nothing_owed", "Khoản này không còn thiếu tiền để chi lại.")
    if verdict.verdict == "failed" and step is not None and step.retry == "never":
        raise ConflictError("never_again", f"Lý do này không cho chi lại. {step.vi}")
    stopped = standing_stop(session, line.citizen_id)
    if stopped is not None and (line.period or view.case.cycle) > stopped.last_month:
        raise ConflictError("person_stopped", "Người này đã dừng chi từ trước tháng của khoản này.")
    if session.get(Voucher, line.id):
        raise ConflictError("paid_in_cash_already", "Khoản này đã chi tiền mặt, có phiếu ký nhận.")
    if other := carried_by(session, line.line_ref):
        raise ConflictError("carried_already", f"Khoản này đã chuyển sang dòng chi “{other}” của kỳ sau.")
    before = open_reissue(session, line.line_ref)
    if before is not None and not _has_failed(view, before):
        raise ConflictError(
            "reissue_open", f"Khoản này đang được chi lại theo mã {before.new_ref}, chưa có kết quả."
        )
    accounts = _accounts(session, view)
    if not accounts:
        raise ConflictError("no_account", "Chưa có tài khoản nào để chi lại. Hãy đăng ký tài khoản trước.")
    return Again(kind, amount, accounts, before)


def ask_reissue(
    session: Session, case_id: int, scope: Scope, *, version: int, by: str, reason: str, account: str = ""
) -> Approval:
    """Ask for a debt to be paid again.

    Args:
        session: the transaction
        case_id: its case
        scope: the areas and programmes of who asks
        version: of the case as it was read
        by: the username
        reason: why, in words
        account: `key` of the account that it is to go to; the likeliest by default

    Raises:
        NotFoundError: no such case in the scope
        StaleError: somebody else changed the case since
        ConflictError: as `again`, or the same waits already
        ForbiddenError: it concerns who asks, or a relative they declared
        RefusedError: no reason, or no such account
    """
    case = case_as_read(session, case_id, scope, version)
    view = view_case(session, case_id, scope)
    found = again(session, view)
    chosen = next((each for each in found.accounts if account in {"", each.key}), None)
    if chosen is None:
        raise RefusedError("no_such_account", "Hãy chọn một tài khoản đang có của người thụ hưởng.")
    details = {
        "line_ref": case.subject,
        "channel": chosen.channel,
        "bank_code": chosen.bank_code,
        "account_no": chosen.account_no,
        "account_name": chosen.account_name,
    }
    return ask_approval(session, case, found.kind, by=by, reason=reason, amount=found.amount, details=details)


def reissue(session: Session, approval: Approval, by: str) -> None:
    """Make the replacement that was approved: it is ready for the next payment order.

    Raises:
        ConflictError: the debt cannot be paid again any more, or is being paid again
    """
    view = view_case(session, approval.case_id or 0, EVERYTHING)
    found = again(session, view)
    if (found.kind, found.amount) != (approval.kind, approval.amount):
        raise ConflictError(
            "changed_meanwhile", "Kết quả đối chiếu đã thay đổi từ khi đề nghị. Hãy đề nghị lại."
        )
    line, case = view.line, view.case
    assert line is not None  # noqa: S101  # `again` refuses a case without one
    if found.failed is not None:
        end(session, found.failed, "failed", by)
    told = {name: approval.details[name] for name in ("channel", "bank_code", "account_no", "account_name")}
    made = Reissue(
        line_ref=line.line_ref,
        new_ref=new_reference(line.line_ref, len(reissues_of(session, line.line_ref)) + 1),
        programme=case.programme,
        cycle=case.cycle,
        area_code=line.area_code,
        citizen_id=line.citizen_id,
        period=line.period,
        amount=found.amount,
        approval_id=approval.id or 0,
        made_at=clock.now(),
        made_by=by,
        **told,
    )
    add_once(session, made, ConflictError("reissue_open", "Khoản này đang được chi lại. Hãy tải lại trang."))
    tell(session, case, "reissued", by=by, after=made.new_ref)
    changed(session, case)


def withdraw(session: Session, case_id: int, scope: Scope, *, by: str, reason: str) -> Reissue:
    """Take a replacement back before it goes out to the bank: nothing is paid again then.

    Args:
        session: the transaction
        case_id: the case of the debt
        scope: the areas and programmes of who takes it back
        by: the username
        reason: why, in words

    Raises:
        NotFoundError: no such case in the scope
        ConflictError: nothing is to be paid again, or the order went out
        RefusedError: no reason
    """
    view = view_case(session, case_id, scope)
    found = open_reissue(session, view.case.subject)
    if found is None or found.ordered_at is not None:
        raise ConflictError("reissue_gone_out", "Không còn lệnh chi lại nào rút được: lệnh đã gửi ngân hàng.")
    end(session, found, "withdrawn", by)
    tell(
        session, view.case, "reissue_withdrawn", by=by, after=found.new_ref, note=tidied(reason, needed=True)
    )
    changed(session, view.case)
    return found


def _has_failed(view: CaseView, before: Reissue) -> bool:
    """Say whether the bank refused or sent back a replacement: a word that names it, or came after it."""
    words = [told for told in view.evidence if told["status"] in {"rejected", "returned"}]
    day = (before.ordered_at or before.made_at).astimezone(clock.VIETNAM).date()
    return any(
        before.new_ref in f"{told['end_to_end_id'] or ''} {told['remittance_info'] or ''}".upper()
        or (before.ordered_at is not None and told["booked_on"] is not None and told["booked_on"] > day)
        for told in words
    )


def _accounts(session: Session, view: CaseView) -> list[Payable]:
    """Give the accounts on record for a person today; the list's own first, where it is on record still."""
    line, case = view.line, view.case
    assert line is not None  # noqa: S101  # the caller has looked
    rows = session.exec(
        select(WelfareAccount)
        .join(Beneficiary, col(Beneficiary.id) == WelfareAccount.beneficiary_id)
        .where(
            Beneficiary.citizen_id == line.citizen_id,
            WelfareAccount.programme == case.programme,
            col(WelfareAccount.valid_to).is_(None),
        )
        .order_by(col(WelfareAccount.valid_from).desc(), col(WelfareAccount.id).desc())
    )
    found = [
        Payable(each.channel, each.bank_code or None, each.account_no, each.account_name) for each in rows
    ]
    own = f"{line.bank_code or ''}:{line.account_no}"
    return sorted(found, key=lambda each: each.key != own)
