"""The audit trail: who did or read what, and when."""

from typing import Any

from sqlmodel import Session, col, select

from payouts.core import clock
from payouts.identity.models import AuditEvent


def note(session: Session, who: str, what: str, subject: str, **details: Any) -> None:
    """Add an event to the trail, in the session's transaction.

    Args:
        session: the transaction
        who: `actor.who`, or "shell NAME"
        what: room and deed, e.g. "case.read"
        subject: what it was done to, e.g. "case 17"
        details: what else tells of it, as JSON values; never a password, key or token
    """
    session.add(AuditEvent(at=clock.now(), who=who, what=what, subject=subject, details=details))


def events(session: Session, *, subject: str | None = None, limit: int = 100) -> list[AuditEvent]:
    """Return the latest events, of one subject or of all, the latest first."""
    query = select(AuditEvent).order_by(col(AuditEvent.id).desc()).limit(limit)
    if subject is not None:
        query = query.where(AuditEvent.subject == subject)
    return list(session.exec(query))
