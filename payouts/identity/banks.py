"""Bank clients: the keys with which banks send their files."""

import datetime as dt
import re
from dataclasses import dataclass

from sqlalchemy import or_
from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.banks import bank_code
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.core.limits import LARGEST_ID, LONGEST_NAME
from payouts.identity import audit
from payouts.identity.models import BankKey
from payouts.identity.rules import BankClient
from payouts.identity.secrets import hash_token, make_token

UNLISTED_CODE = re.compile(r"[A-Z0-9]{2,16}")  # a payer that is no bank, e.g. the State Treasury


@dataclass(frozen=True, slots=True)
class BankKeySummary:
    """A bank's key as shown in lists."""

    id: int
    bank_code: str
    label: str
    test: bool
    ends_at: dt.datetime | None
    disabled: bool


def add_bank_client(
    session: Session, bank: str, *, label: str = "", test: bool = False, by: str
) -> tuple[str, str]:
    """Give a bank a key; each of its programs may have one of its own.

    Args:
        session: the transaction
        bank: the bank's code, BIN, CITAD, SWIFT or name, e.g. MB, or a code of your own for another payer
        label: what the key is for
        test: files sent with it are read and answered like others, and are never evidence
        by: who gives it

    Returns:
        the bank's one code, and the key, of which only the hash is kept

    Raises:
        RefusedError: no code of a bank
    """
    code = bank_code(bank) or bank.strip().upper()
    if not UNLISTED_CODE.fullmatch(code):
        raise RefusedError("bad_bank_code", f"Mã ngân hàng “{bank[:LONGEST_NAME]}” không đúng, ví dụ MB.")
    key = _add_key(session, code, label[:LONGEST_NAME], test=test)
    audit.note(session, by, "bank_key.added", f"bank {code}", label=label[:LONGEST_NAME], test=test)
    return code, key


def rotate_bank_key(
    session: Session, key_id: int, *, overlap: dt.timedelta, by: str
) -> tuple[str, str, dt.datetime]:
    """Give a bank a new key in the place of one, which stays in use a while longer.

    Args:
        session: the transaction
        key_id: the old key
        overlap: how long both may be used
        by: who gives it

    Returns:
        the bank's code, the new key, and when the old one ends

    Raises:
        NotFoundError: there is no such key
        ConflictError: the old key is out of use, or has a successor already
    """
    old = _key(session, key_id)
    if old.disabled_at is not None or old.ends_at is not None:
        raise ConflictError(
            "bank_key_ending", f"Khóa số {key_id} đã khóa hoặc đã có khóa thay. Xem `chitra banks list`."
        )
    old.ends_at = clock.now() + overlap
    session.add(old)
    key = _add_key(session, old.bank_code, old.label, test=old.test)
    audit.note(
        session, by, "bank_key.rotated", f"bank {old.bank_code}", key=key_id, ends_at=old.ends_at.isoformat()
    )
    return old.bank_code, key, old.ends_at


def list_bank_clients(session: Session) -> list[BankKeySummary]:
    """Return all keys by bank, the oldest first."""
    keys = session.exec(select(BankKey).order_by(BankKey.bank_code, col(BankKey.id))).all()
    return [
        BankKeySummary(
            key.id or 0, key.bank_code, key.label, key.test, key.ends_at, key.disabled_at is not None
        )
        for key in keys
    ]


def disable_bank_key(session: Session, key_id: int, *, by: str) -> None:
    """Take a key out of use, for good.

    Raises:
        NotFoundError: there is no such key
    """
    key = _key(session, key_id)
    key.disabled_at = key.disabled_at or clock.now()
    audit.note(session, by, "bank_key.disabled", f"bank {key.bank_code}", key=key_id)


def bank_of_key(session: Session, key: str) -> BankClient | None:
    """Return the bank that a key is bound to; None where the key is unknown, disabled or at its end."""
    kept = session.exec(
        select(BankKey).where(
            BankKey.key_hash == hash_token(key),
            col(BankKey.disabled_at).is_(None),
            or_(col(BankKey.ends_at).is_(None), col(BankKey.ends_at) > clock.now()),
        )
    ).first()
    return BankClient(kept.id or 0, kept.bank_code, kept.test, kept.ends_at) if kept else None


def _add_key(session: Session, code: str, label: str, *, test: bool) -> str:
    key = make_token("test" if test else "bank")
    session.add(
        BankKey(bank_code=code, key_hash=hash_token(key), label=label, test=test, made_at=clock.now())
    )
    return key


def _key(session: Session, key_id: int) -> BankKey:
    key = session.get(BankKey, key_id) if 0 < key_id <= LARGEST_ID else None
    if key is None:
        raise NotFoundError("bank_key_unknown", f"Không có khóa số {key_id}. Xem `chitra banks list`.")
    return key
