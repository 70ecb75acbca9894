"""Corrects an account or payee: with a proof, confirmed with the person, and approved by somebody else."""

import datetime as dt
import re
from dataclasses import dataclass

from sqlmodel import Session

from payouts.approvals.models import Approval
from payouts.cases.approving import ask_approval
from payouts.cases.before import person_of
from payouts.cases.contacts import contacts_of
from payouts.cases.events import tell
from payouts.cases.locking import case_as_read, changed
from payouts.cases.models import Case, Contact
from payouts.cases.proofs import find_proof
from payouts.core import clock
from payouts.core.banks import bank_code
from payouts.core.errors import ConflictError, RefusedError
from payouts.core.limits import LONGEST_NAME
from payouts.identity.scope import Scope
from payouts.lists.models import PayoutLine
from payouts.registry.by_hand import note_change
from payouts.registry.corrections import NewAccount, account_in_force, begin, correct
from payouts.registry.models import Beneficiary, WelfareAccount
from payouts.registry.phones import phones_of

KIND = "correct_account"
CHANNELS = ("account", "wallet")

# How the person may confirm it: by the contact that was known before, or face to face.
CONFIRMED_BY = {"called": "known_phone", "visited": "visit", "came": "visit"}
NOT_REACHED = frozenset({"no_answer", "wrong_contact"})
CONFIRMED_WITHIN = dt.timedelta(days=30)  # an older talk says nothing of this account

_ACCOUNT = re.compile(r"[0-9A-Za-z]{4,34}")
_CITIZEN_ID = re.compile(r"[0-9]{9}|[0-9]{12}")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wants to be on record.

    Attributes:
        channel: of CHANNELS
        bank: of the account, by any name; empty for a wallet
        account_no: blanks, dots and dashes do not count
        account_name: the holder
        payee_citizen_id: of who receives for the beneficiary; empty where they do so themselves
        proof_id: a paper of the case that shows it
        reason: why, in words
    """

    channel: str
    bank: str
    account_no: str
    account_name: str
    payee_citizen_id: str
    proof_id: int
    reason: str


def confirmation(session: Session, case: Case) -> Contact | None:
    """Find the talk in which the person confirmed: face to face, or by a telephone number known before.

    A number counts as known before where it was on record before the case was opened, so that nobody brings a
    new number and a new account together.
    """
    line = session.get(PayoutLine, case.payout_line_id) if case.payout_line_id else None
    person = person_of(session, line) if line else None
    phones = phones_of(session, person.id or 0) if person else []
    known = any(each.recorded_at < case.opened_at for each in phones)
    for contact in contacts_of(session, case.id or 0):
        fresh = clock.now() - contact.at < CONFIRMED_WITHIN and contact.result not in NOT_REACHED
        way = CONFIRMED_BY.get(contact.way)
        if fresh and (way == "visit" or (way == "known_phone" and known)):
            return contact
    return None


def earlier_numbers(session: Session, case: Case) -> list[str]:
    """List the earlier identity numbers that the payment of a case names its person by."""
    line = session.get(PayoutLine, case.payout_line_id) if case.payout_line_id else None
    return (line.other_ids or "").split(";") if line else []


def on_record(session: Session, case: Case) -> WelfareAccount | None:
    """Find the account on record today that the payment of a case went by."""
    line = session.get(PayoutLine, case.payout_line_id) if case.payout_line_id else None
    person = person_of(session, line) if line else None
    if line is None or person is None:
        return None
    named = {"bank_code": line.bank_code, "account_no": line.account_no}
    return account_in_force(session, person.id or 0, case.programme, **named)


def ask_correction(
    session: Session, case_id: int, scope: Scope, wish: Wish, *, version: int, by: str
) -> Approval:
    """Ask for another account or payee to be on record.

    Args:
        session: the transaction
        case_id: the case
        scope: the areas and programmes of who asks
        wish: what is to be on record
        version: of the case as it was read
        by: the username

    Raises:
        NotFoundError: no such case in the scope, or no such paper of it
        StaleError: somebody else changed the case since
        ConflictError: `no_account_on_record`, `not_confirmed`, or the same waits already
        ForbiddenError: it concerns who asks, or a relative they declared
        RefusedError: `bad_correction`, a value that cannot be, or nothing differs; no reason
    """
    case = case_as_read(session, case_id, scope, version)
    old = on_record(session, case)
    if old is None:
        raise ConflictError("no_account_on_record", "Người này chưa có tài khoản nào trên hồ sơ để sửa.")
    new = checked(wish)
    if new == as_new(old):
        raise RefusedError("bad_correction", "Thông tin mới giống hệt thông tin đang có.")
    proof = find_proof(session, case, wish.proof_id)
    talk = confirmation(session, case)
    if talk is None:
        raise ConflictError(
            "not_confirmed",
            "Chưa ghi liên hệ xác nhận: hãy gọi số đã biết từ trước hoặc gặp trực tiếp, rồi ghi vào nhật ký.",
        )
    details = {
        "old_account": f"{old.bank_code} {old.account_no}".strip(),
        "channel": new.channel,
        "bank_code": new.bank_code or None,
        "account_no": new.account_no,
        "account_name": new.account_name,
        "payee_citizen_id": new.payee_citizen_id,
        "proof": proof.filename,
        "confirmed_on": talk.at.astimezone(clock.VIETNAM).date().isoformat(),
        "confirmed_by": talk.by,
        "account_id": old.id,
    }
    concerned = [old.payee_citizen_id, new.payee_citizen_id, *earlier_numbers(session, case)]
    return ask_approval(session, case, KIND, by=by, reason=wish.reason, concerned=concerned, details=details)


def correct_account(session: Session, approval: Approval, by: str) -> None:
    """Put the account that was approved on record, from today on; asked on a case it is an event of that.

    Raises:
        ConflictError: the account on record changed since it was asked for
    """
    told = approval.details
    old = session.get_one(WelfareAccount, told["account_id"]) if told["account_id"] else None
    new = NewAccount(
        channel=told["channel"],
        bank_code=told["bank_code"] or "",
        account_no=told["account_no"],
        account_name=told["account_name"],
        payee_citizen_id=told["payee_citizen_id"],
    )
    owner = old.beneficiary_id if old else told["beneficiary_id"]
    today, number = clock.today(), approval.id or 0
    if old:
        correct(session, old, new, on=today, approval_id=number)
    else:
        begin(session, owner, approval.programme, new, on=today, approval_id=number)
    note_change(
        session,
        session.get_one(Beneficiary, owner),
        "account",
        told["old_account"],
        f"{new.bank_code} {new.account_no}".strip(),
        proof=told["proof"],
        by=by,
        source="approval",
        source_id=approval.id or 0,
        programme=approval.programme,
    )
    if old is None or approval.case_id is None:
        return
    case = session.get_one(Case, approval.case_id)
    tell(
        session,
        case,
        "account_corrected",
        by=by,
        before=_end_of(old.bank_code, old.account_no),
        after=_end_of(new.bank_code, new.account_no),
    )
    changed(session, case)


def checked(wish: Wish) -> NewAccount:
    """Take a wish as it can be kept.

    Raises:
        RefusedError: `bad_correction`, which value cannot be
    """
    number = re.sub(r"[\s.\-]", "", wish.account_no).upper()
    bank, payee, holder = bank_code(wish.bank) or "", wish.payee_citizen_id.strip(), wish.account_name.strip()
    wrong = {
        "Hãy chọn tài khoản hoặc ví.": wish.channel not in CHANNELS,
        "Không biết ngân hàng này. Hãy ghi tên hoặc mã ngân hàng.": wish.channel == "account" and not bank,
        "Số tài khoản gồm 4 đến 34 chữ số hoặc chữ cái.": not _ACCOUNT.fullmatch(number),
        "Hãy ghi tên chủ tài khoản.": not holder or len(holder) > LONGEST_NAME or not holder.isprintable(),
        "Số căn cước của người nhận thay gồm 12 chữ số.": bool(payee) and not _CITIZEN_ID.fullmatch(payee),
    }
    for words, is_wrong in wrong.items():
        if is_wrong:
            raise RefusedError("bad_correction", words)
    return NewAccount(wish.channel, bank, number, holder, payee or None)


def as_new(old: WelfareAccount) -> NewAccount:
    """Give an account on record as it would be asked for."""
    holder = old.account_name or ""
    return NewAccount(old.channel, old.bank_code, old.account_no, holder, old.payee_citizen_id)


def _end_of(bank: str, account_no: str) -> str:
    """Show an account in a timeline by its end alone."""
    return f"{bank} …{account_no[-4:]}".strip()
