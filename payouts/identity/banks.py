"""Bank clients: the keys with which banks send their files."""

import re
from dataclasses import dataclass

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.banks import bank_code
from payouts.core.errors import NotFoundError, RefusedError
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
    disabled: bool


def add_bank_client(session: Session, bank: str, *, label: str = "", by: str) -> tuple[str, str]:
    """Give a bank a key; it may have several, so that it can change over.

    Args:
        session: the transaction
        bank: the bank's code, BIN, CITAD, SWIFT or name, e.g. MB, or a code of your own for another payer
        label: what the key is for
        by: who gives it

    Returns:
        the bank's one code, and the key, of which only the hash is kept

    Raises:
        RefusedError: no code of a bank
    """
    code = bank_code(bank) or bank.strip().upper()
    if not UNLISTED_CODE.fullmatch(code):
        raise RefusedError("bad_bank_code", f"Mã ngân hàng “{bank[:LONGEST_NAME]}” không đúng, ví dụ MB.")
    key = make_token("bank")
    session.add(
        BankKey(bank_code=code, key_hash=hash_token(key), label=label[:LONGEST_NAME], made_at=clock.now())
    )
    audit.note(session, by, "bank_key.added", f"bank {code}", label=label[:LONGEST_NAME])
    return code, key


def list_bank_clients(session: Session) -> list[BankKeySummary]:
    """Return all keys by bank, the oldest first."""
    keys = session.exec(select(BankKey).order_by(BankKey.bank_code, col(BankKey.id))).all()
    return [
        BankKeySummary(key.id or 0, key.bank_code, key.label, key.disabled_at is not None) for key in keys
    ]


def disable_bank_key(session: Session, key_id: int, *, by: str) -> None:
    """Take a key out of use, for good.

    Raises:
        NotFoundError: there is no such key
    """
    key = session.get(BankKey, key_id) if 0 < key_id <= LARGEST_ID else None
    if key is None:
        raise NotFoundError("bank_key_unknown", f"Không có khóa số {key_id}. Xem `chitra banks list`.")
    key.disabled_at = key.disabled_at or clock.now()
    audit.note(session, by, "bank_key.disabled", f"bank {key.bank_code}", key=key_id)


def bank_of_key(session: Session, key: str) -> BankClient | None:
    """Return the bank that a key is bound to; None where the key is unknown or disabled."""
    kept = session.exec(
        select(BankKey).where(BankKey.key_hash == hash_token(key), col(BankKey.disabled_at).is_(None))
    ).first()
    return BankClient(kept.id or 0, kept.bank_code) if kept else None
