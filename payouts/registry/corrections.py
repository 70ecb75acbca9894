"""A correction of an account or payee: a new row from today on, in the place of the one that ends."""

import datetime as dt
from dataclasses import dataclass

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.errors import ConflictError
from payouts.registry.models import WelfareAccount


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The account that is to be on record; `payee_citizen_id` is of who receives for the beneficiary."""

    channel: str
    bank_code: str
    account_no: str
    account_name: str
    payee_citizen_id: str | None = None


def account_in_force(
    session: Session, beneficiary_id: int, programme: str, *, bank_code: str | None, account_no: str | None
) -> WelfareAccount | None:
    """Find the account on record today that a payout line names; else the latest of the person."""
    current = session.exec(
        select(WelfareAccount)
        .where(
            WelfareAccount.beneficiary_id == beneficiary_id,
            WelfareAccount.programme == programme,
            col(WelfareAccount.valid_to).is_(None),
        )
        .order_by(col(WelfareAccount.valid_from).desc(), col(WelfareAccount.id).desc())
    ).all()
    named = (each for each in current if (each.bank_code, each.account_no) == (bank_code or "", account_no))
    return next(named, current[0] if current else None)


def correct(
    session: Session,
    old: WelfareAccount,
    new: NewAccount,
    *,
    on: dt.date,
    approval_id: int,
) -> WelfareAccount:
    """Put a corrected account on record and end the one before; lists that still name it change nothing.

    Args:
        session: the transaction
        old: the row that ends, as it stood when the correction was asked for
        new: what takes its place
        on: the first day of the new one
        approval_id: the approval that lets it be

    Raises:
        ConflictError: `account_changed`, another row took its place meanwhile
    """
    if old.valid_to is not None:
        raise ConflictError(
            "account_changed", "Tài khoản trên hồ sơ đã thay đổi từ khi đề nghị. Hãy đề nghị lại."
        )
    old.valid_to = max(old.valid_from, on - dt.timedelta(days=1))
    session.add(old)
    session.flush()
    return _put(session, old.beneficiary_id, old.programme, new, old=old, on=on, approval_id=approval_id)


def begin(
    session: Session, beneficiary_id: int, programme: str, new: NewAccount, *, on: dt.date, approval_id: int
) -> WelfareAccount:
    """Put the first account of a person in a programme on record; args as `correct`.

    Raises:
        ConflictError: `account_changed`, another one is on record meanwhile
    """
    if account_in_force(session, beneficiary_id, programme, bank_code=None, account_no=None):
        raise ConflictError(
            "account_changed", "Tài khoản trên hồ sơ đã thay đổi từ khi đề nghị. Hãy đề nghị lại."
        )
    return _put(session, beneficiary_id, programme, new, old=None, on=on, approval_id=approval_id)


def _put(
    session: Session,
    beneficiary_id: int,
    programme: str,
    new: NewAccount,
    *,
    old: WelfareAccount | None,
    on: dt.date,
    approval_id: int,
) -> WelfareAccount:
    made = WelfareAccount(
        beneficiary_id=beneficiary_id,
        programme=programme,
        channel=new.channel,
        bank_code=new.bank_code,
        account_no=new.account_no,
        account_name=new.account_name,
        payee_citizen_id=new.payee_citizen_id,
        valid_from=on,
        source_line_id=old.source_line_id if old else 0,
        recorded_at=clock.now(),
        replaces=old.id if old else None,
        approval_id=approval_id,
    )
    session.add(made)
    session.flush()
    return made
