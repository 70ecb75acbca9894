"""The telephone numbers of beneficiaries: written down by staff, ended when they serve no more."""

import re
from collections.abc import Sequence

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.core.errors import ConflictError, NotFoundError, RefusedError
from payouts.registry.models import Phone

# Whose telephone it is. Only the first two may be told what a payment is about.
WHOSE = ("own", "payee", "relative", "neighbour")

_NUMBER = re.compile(r"0[0-9]{9,10}|\+[1-9][0-9]{7,14}")  # of Viet Nam, or with a country's prefix
_BETWEEN = re.compile(r"[\s.\-()]")


def phones_of(session: Session, beneficiary_id: int) -> Sequence[Phone]:
    """List the numbers that serve, the person's own first, then the latest first."""
    found = session.exec(
        select(Phone)
        .where(Phone.beneficiary_id == beneficiary_id, col(Phone.ended_at).is_(None))
        .order_by(col(Phone.id).desc())
    ).all()
    return sorted(found, key=lambda phone: WHOSE.index(phone.whose))


def add_phone(session: Session, beneficiary_id: int, number: str, whose: str, *, by: str) -> Phone:
    """Write a number down; one that is known already is told again and nothing is added.

    Args:
        session: the transaction
        beneficiary_id: the person
        number: as typed, with blanks, dots or dashes
        whose: of WHOSE
        by: the username

    Raises:
        RefusedError: no telephone number, or nobody's
        ConflictError: the number is on record as somebody else's of the same person
    """
    plain = _BETWEEN.sub("", number)
    if not _NUMBER.fullmatch(plain):
        raise RefusedError("bad_phone", "Hãy ghi số điện thoại, ví dụ 0912 345 678.")
    if whose not in WHOSE:
        raise RefusedError("bad_phone_owner", "Hãy chọn số điện thoại này của ai.")
    known = next((each for each in phones_of(session, beneficiary_id) if each.number == plain), None)
    if known and known.whose != whose:
        raise ConflictError("phone_known", "Số này đã được ghi là của người khác. Hãy bỏ số cũ trước.")
    phone = known or Phone(
        beneficiary_id=beneficiary_id, number=plain, whose=whose, recorded_at=clock.now(), recorded_by=by
    )
    session.add(phone)
    session.flush()
    return phone


def end_phone(session: Session, beneficiary_id: int, phone_id: int, *, by: str) -> Phone:
    """Note that a number serves no more.

    Raises:
        NotFoundError: the person has no such number
    """
    phone = session.get(Phone, phone_id)
    if phone is None or phone.beneficiary_id != beneficiary_id:
        raise NotFoundError("no_such_phone", "Không có số điện thoại này.")
    if phone.ended_at is None:
        phone.ended_at, phone.ended_by = clock.now(), by
        session.add(phone)
        session.flush()
    return phone
