"""What is paid again: one open replacement for a debt, under a reference of its own."""

import hashlib
from base64 import b32encode

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.lists.models import PayoutLine, Reissue
from payouts.lists.rules import COUNTS

MARK = "CL"  # how each new reference begins (chi lại), so that it is told from those of lists at once
LETTERS = 14  # behind it: together they fit MT940's 16


def new_reference(line_ref: str, number: int) -> str:
    """Make the reference of a replacement: 70 bits of a hash of the debt and of which replacement it is."""
    digest = hashlib.blake2b(f"{line_ref}\x1f{number}".encode(), digest_size=10, person=b"reissue").digest()
    return MARK + b32encode(digest).decode()[:LETTERS]


def reissues_of(session: Session, line_ref: str) -> list[Reissue]:
    """List all replacements of a debt, the earliest first."""
    return list(session.exec(select(Reissue).where(Reissue.line_ref == line_ref).order_by(col(Reissue.id))))


def open_reissue(session: Session, line_ref: str) -> Reissue | None:
    """Find the open replacement of a debt; the database holds it to one."""
    return session.exec(
        select(Reissue).where(Reissue.line_ref == line_ref, col(Reissue.ended_at).is_(None))
    ).one_or_none()


def carried_by(session: Session, line_ref: str) -> str | None:
    """Give the reference of the payout line that carries a debt over; None where none does."""
    return session.exec(
        select(PayoutLine.line_ref).where(PayoutLine.carried_from == line_ref, PayoutLine.ended_by == COUNTS)
    ).first()


def end(session: Session, reissue: Reissue, why: str, by: str) -> None:
    """End an open replacement; its reference stays the debt's, should a bank still speak of it.

    Args:
        session: the transaction
        reissue: an open one
        why: failed (the bank refused it too) or withdrawn (before it went out)
        by: who ends it
    """
    reissue.ended_at, reissue.ended_by, reissue.ended_why = clock.now(), by, why
    session.add(reissue)
    session.flush()
