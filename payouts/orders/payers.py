"""The accounts from which banks are told to pay: one a bank, each change in the audit trail."""

from sqlmodel import Session, select

from payouts.core import clock
from payouts.core.banks import banks
from payouts.core.errors import RefusedError
from payouts.core.limits import LONGEST_NAME
from payouts.identity import audit
from payouts.orders.models import PayerAccount
from payouts.orders.rules import ACCOUNT


def payers(session: Session) -> list[PayerAccount]:
    """List the payer's accounts, by bank."""
    return list(session.exec(select(PayerAccount).order_by(PayerAccount.bank_code)))


def set_payer(session: Session, bank: str, account_no: str, holder: str, *, by: str) -> PayerAccount:
    """Set the account from which a bank pays; orders made before keep the one that they name.

    Args:
        session: the transaction
        bank: code of the bank
        account_no: the payer's account there
        holder: its holder
        by: the username

    Raises:
        RefusedError: `bad_bank_code` or `bad_payer`
    """
    if bank not in banks():
        raise RefusedError("bad_bank_code", f"Không có ngân hàng mã “{bank}”. Ví dụ: MB, VBA.")
    holder = " ".join(holder.split())
    if not ACCOUNT.fullmatch(account_no) or not 0 < len(holder) <= LONGEST_NAME or not holder.isprintable():
        raise RefusedError("bad_payer", "Hãy ghi số tài khoản 6 đến 19 chữ số, chữ cái và tên chủ tài khoản.")
    found = session.get(PayerAccount, bank) or PayerAccount(
        bank_code=bank, account_no=account_no, holder=holder, set_at=clock.now(), set_by=by
    )
    before = found.account_no
    found.account_no, found.holder, found.set_at, found.set_by = account_no, holder, clock.now(), by
    session.add(found)
    session.flush()
    audit.note(session, by, "payer.set", f"bank {bank}", before=before, account_no=account_no, holder=holder)
    return found
